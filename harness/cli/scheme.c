#include "cli/scheme.h"

#include "cli/files.h"
#include "scenario/xml.h"

#include <dirent.h>
#include <string.h>

#define PROFILE_MAX (1024u * 1024u) /* bytes */
#define SHIPPED_MAX 64u

static const struct scheme_constant constants[] = {
    {"signal.version-byte", "0x33", "what the peer writes; any low nibble is accepted in return"},
    {"signal.mac-length", "8", "bytes of HMAC-SHA-256 at the end of a message"},
    {"signal.handshake-info", "WhisperText", "HKDF info of the X3DH secret"},
    {"signal.root-info", "WhisperRatchet", "HKDF info of a ratchet step"},
    {"signal.message-info", "WhisperMessageKeys", "HKDF info of a message's keys"},
    {"signal.skip-accepted", "1000", "so many messages of a chain may be lost in a row"},
    {"signal.skip-refused", "25001", "and so many must be refused"},
    {"content.max-plaintext", "1048576", "bytes that one message must be able to carry"},
};
#define N_CONSTANTS (sizeof(constants) / sizeof(constants[0]))

const struct scheme_constant *scheme_constants(size_t *out_count)
{
    *out_count = N_CONSTANTS;
    return constants;
}

static void check_constant(const struct element *e, const char *file, struct diags *diags)
{
    const char *names[N_CONSTANTS];
    const char *name = element_attribute(e, "name"), *value = element_attribute(e, "value");
    size_t row = 0;
    while (row < N_CONSTANTS && strcmp(constants[row].name, name) != 0)
        row++;
    if (row < N_CONSTANTS) {
        if (strcmp(constants[row].value, value) != 0)
            diags_add(diags, file, e->line,
                      "%s is \"%.64s\"; this assay can hold a target to \"%s\" only", name, value,
                      constants[row].value);
        return;
    }
    for (size_t i = 0; i < N_CONSTANTS; i++)
        names[i] = constants[i].name;
    const char *nearest = diag_nearest(name, names, N_CONSTANTS);
    diags_add(diags, file, e->line, "no constant is called \"%.64s\"%s%s%s", name,
              nearest ? " (did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?)" : "");
}

static enum status read_profile(const struct cli *cli, const struct xml_document *document,
                                struct scheme *out, struct diags *diags)
{
    const struct element *root = xml_root(document);
    for (size_t i = 0; i < root->n_children; i++)
        check_constant(&root->children[i], out->file, diags);
    out->id = arena_text(cli->arena, element_attribute(root, "id"));
    out->title = arena_text(cli->arena, element_attribute(root, "title"));
    if (diags->count > 0)
        return E_INPUT;
    return out->id && out->title ? OK : E_NOMEM;
}

static enum status load(const struct cli *cli, struct scheme *out, struct diags *diags)
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

enum exit_code scheme_load(const struct cli *cli, const char *name, struct scheme *out)
{
    struct diags diags;
    enum exit_code code = EXIT_CONFORMANT;
    memset(out, 0, sizeof(*out));
    out->file = strpbrk(name, "/.") ? name : find_shipped(cli, name);
    if (!out->file)
        return EXIT_USAGE;
    diags_init(&diags);
    enum status st = load(cli, out, &diags);
    if (st == E_INPUT)
        code = cli_complain_input(cli, &diags, "nothing run");
    else if (st)
        code = cli_complain_status(cli, out->file, st);
    diags_fini(&diags);
    return code;
}
