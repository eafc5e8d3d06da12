/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/profile_file.h"

#include "base/files.h"
#include "scenario/xml.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define PROFILE_MAX (1024u * 1024u) /* bytes */
#define SHIPPED_MAX 64u
#define CONSTANTS_MAX 128u

/* Say that |value| is none for |c|, and what would be. */
static void complain(const struct element *e, const struct profile_constant *c, const char *value,
                     struct profile_file *profile_file, struct diags *diags)
{
    struct buffer expected;
    if (c->is_fixed) {
        diags_add(diags, profile_file->file, e->line,
                  "%s is \"%.64s\"; this assay can hold a target to \"%s\" only", c->name, value,
                  c->otherwise);
        return;
    }
    buffer_init(&expected, 256);
    profile_expects(c, &expected);
    diags_add(diags, profile_file->file, e->line, "%s is \"%.64s\"; expected %s", c->name, value,
              buffer_text(&expected));
    buffer_fini(&expected);
}

static void check_constant(const struct element *e, struct profile_file *profile_file,
                           struct diags *diags)
{
    const char *name = element_attribute(e, "name"), *value = element_attribute(e, "value");
    const char *names[CONSTANTS_MAX];
    size_t n;
    const struct profile_constant *all = profile_constants(&n);
    enum status st = profile_set(&profile_file->wire, name, value);
    if (st == E_INPUT)
        complain(e, profile_constant_find(name), value, profile_file, diags);
    if (st != E_MISSING)
        return;
    for (size_t i = 0; i < n && i < CONSTANTS_MAX; i++)
        names[i] = all[i].name;
    const char *nearest = diag_nearest(name, names, n < CONSTANTS_MAX ? n : CONSTANTS_MAX);
    diags_add(diags, profile_file->file, e->line, "no constant is called \"%.64s\"%s%s%s", name,
              nearest ? " (did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?)" : "");
}

static void check_ranges(const struct element *root, struct profile_file *profile_file,
                         struct diags *diags)
{
    const struct wire_profile *p = &profile_file->wire;
    if (p->padding_min > p->padding_max)
        diags_add(diags, profile_file->file, root->line,
                  "padding.min is %u, over padding.max, which is %u", (unsigned)p->padding_min,
                  (unsigned)p->padding_max);
    if (p->reconnect_first_ms > p->reconnect_most_ms)
        diags_add(diags, profile_file->file, root->line,
                  "reconnect.first-ms is %u, over reconnect.most-ms, which is %u",
                  (unsigned)p->reconnect_first_ms, (unsigned)p->reconnect_most_ms);
    if (p->noise_max_message > p->frame_max)
        diags_add(diags, profile_file->file, root->line,
                  "noise.max-message is %u, over frame.max, which is %u",
                  (unsigned)p->noise_max_message, (unsigned)p->frame_max);
    if (p->root_key.len)
        diags_add(diags, profile_file->file, root->line,
                  "certificate.root pins a root whose private key assay does not have: leave it "
                  "out, and assay makes one");
}

static enum status read_profile(const struct cli *cli, const struct xml_document *document,
                                struct profile_file *out, struct diags *diags)
{
    const struct element *root = xml_root(document);
    profile_defaults(&out->wire);
    for (size_t i = 0; i < root->n_children; i++)
        check_constant(&root->children[i], out, diags);
    if (diags->count == 0)
        check_ranges(root, out, diags);
    out->id = arena_text(cli->arena, element_attribute(root, "id"));
    out->title = arena_text(cli->arena, element_attribute(root, "title"));
    if (diags->count > 0)
        return E_INPUT;
    if (!out->id || !out->title)
        return E_NOMEM;
    snprintf(out->wire.id, sizeof(out->wire.id), "%s", out->id);
    snprintf(out->wire.title, sizeof(out->wire.title), "%s", out->title);
    return OK;
}

static enum status load(const struct cli *cli, struct profile_file *out, struct diags *diags)
{
    struct xml_document *document = NULL;
    struct xml_schema *schema = NULL;
    struct xml_options options = {
        .path = out->file, .root = "profile", .ns = "urn:assay:profile:1", .max = PROFILE_MAX};
    const char *rng = files_join(cli->arena, cli->data_dir, "suites/profiles/profile.rng");
    enum status st = rng ? xml_schema_load(rng, &schema, diags) : E_NOMEM;
    if (!st)
        st = xml_load(&options, &document, diags);
    if (!st)
        st = xml_validate(document, schema, diags);
    if (!st)
        st = read_profile(cli, document, out, diags);
    xml_free(document);
    xml_schema_free(schema);
    return st;
}

/* The names of the shipped profiles, SHIPPED_MAX at most. */
static size_t list_shipped(const struct cli *cli, const char *path, const char *names[SHIPPED_MAX])
{
    size_t count = 0;
    DIR *dir = opendir(path);
    if (!dir)
        return 0;
    for (const struct dirent *entry; count < SHIPPED_MAX && (entry = readdir(dir));) {
        size_t len = strlen(entry->d_name);
        if (len <= 4 || strcmp(entry->d_name + len - 4, ".xml") != 0)
            continue;
        const char *name = arena_printf(cli->arena, "%.*s", (int)(len - 4), entry->d_name);
        if (name)
            names[count++] = name;
    }
    closedir(dir);
    return count;
}

/* The file of the shipped profile |name|, or NULL after a complaint. */
static const char *find_shipped(const struct cli *cli, const char *name)
{
    const char *names[SHIPPED_MAX] = {NULL};
    const char *path = files_join(cli->arena, cli->data_dir, "suites/profiles");
    size_t count = path ? list_shipped(cli, path, names) : 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return arena_printf(cli->arena, "%s/%s.xml", path, name);
    }
    const char *nearest = diag_nearest(name, names, count);
    cli_complain(cli, EXIT_USAGE, "no profile is called \"%.64s\"%s%s%s", name,
                 nearest ? " (did you mean \"" : "", nearest ? nearest : "",
                 nearest ? "\"?)" : "; a file is written with its directory, as in ./ours.xml");
    return NULL;
}

/* A file of the user's that has the id of a shipped profile has its constants, too: reports name
 * the
 * profile by its id. */
static enum status check_id(const struct cli *cli, const struct profile_file *own,
                            struct diags *diags)
{
    const char *names[SHIPPED_MAX] = {NULL};
    const char *dir = files_join(cli->arena, cli->data_dir, "suites/profiles");
    size_t count = dir ? list_shipped(cli, dir, names) : 0, i = 0;
    while (i < count && strcmp(names[i], own->id) != 0)
        i++;
    if (i == count)
        return OK;
    struct profile_file shipped = {.file = arena_printf(cli->arena, "%s/%s.xml", dir, names[i])};
    enum status st = shipped.file ? load(cli, &shipped, diags) : E_NOMEM;
    if (st || profile_equal(&own->wire, &shipped.wire))
        return st;
    return diags_add(
        diags, own->file, 0,
        "the profile \"%s\" ships with assay and has other constants; choose another id", own->id);
}

enum exit_code profile_file_load(const struct cli *cli, const char *name, struct profile_file *out)
{
    struct diags diags;
    bool is_file = strpbrk(name, "/.") != NULL;
    memset(out, 0, sizeof(*out));
    out->file = is_file ? name : find_shipped(cli, name);
    if (!out->file)
        return EXIT_USAGE;
    diags_init(&diags);
    enum status st = load(cli, out, &diags);
    if (!st && is_file)
        st = check_id(cli, out, &diags);
    enum exit_code code = cli_conclude(cli, st, out->file, &diags, "nothing run");
    diags_fini(&diags);
    return code;
}
