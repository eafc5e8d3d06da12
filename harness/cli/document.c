#include "cli/document.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "cli/files.h"
#include "cli/versions.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define FILE_MAX (16u * 1024u * 1024u)
#define N_MEMBERS 10u

/* Text from a target need not be UTF-8, which JSON demands: other bytes become "?". */
static json_t *text_json(const char *text)
{
    json_t *as_it_is = json_string(text);
    if (as_it_is || !text)
        return as_it_is ? as_it_is : json_string("");
    size_t len = strlen(text);
    char tame[1024];
    size_t kept = len < sizeof(tame) - 1 ? len : sizeof(tame) - 1;
    for (size_t i = 0; i < kept; i++)
        tame[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
    return json_stringn(tame, kept);
}

static json_t *texts_json(const char *const *texts, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < count; i++)
        json_array_append_new(array, text_json(texts[i]));
    return array;
}

json_t *document_target(const char *address, const struct target_profile *t)
{
    json_t *object = json_object();
    json_object_set_new(object, "address", text_json(address));
    json_object_set_new(object, "name", text_json(t->name));
    json_object_set_new(object, "version", text_json(t->version));
    json_object_set_new(object, "adapter_version", text_json(t->adapter_version));
    json_object_set_new(object, "protocol", text_json(t->protocol));
    json_object_set_new(object, "protocol_version", json_integer(t->protocol_version));
    json_object_set_new(object, "surfaces", texts_json(t->surfaces, t->n_surfaces));
    json_object_set_new(object, "layers", texts_json(t->layers, t->n_layers));
    json_object_set_new(object, "capabilities", texts_json(t->capabilities, t->n_capabilities));
    return object;
}

/* "suites/x3dh.xml" for what was shipped; as the user named it otherwise. */
static const char *shown_path(const struct cli *cli, const char *path)
{
    size_t len = strlen(cli->data_dir);
    if (strncmp(path, cli->data_dir, len) == 0 && path[len] == '/')
        return path + len + 1;
    return path;
}

static enum exit_code add_digest(const struct cli *cli, json_t *digests, const char *path)
{
    struct buffer contents;
    uint8_t digest[32];
    buffer_init(&contents, FILE_MAX);
    enum status st = files_read(path, &contents);
    const char *why = st == E_IO ? strerror(errno) : status_text(st);
    if (!st)
        st = crypto_sha256(buffer_bytes(&contents), digest);
    buffer_fini(&contents);
    const char *hex = st ? NULL : hex_text(cli->arena, bytes_of(digest, sizeof(digest)));
    if (!hex)
        return cli_complain(cli, EXIT_TROUBLE, "the digest of %s: %s", path, why);
    json_object_set_new(digests, shown_path(cli, path), json_string(hex));
    return EXIT_CONFORMANT;
}

static enum exit_code add_digests(const struct cli *cli, const struct document_parts *parts,
                                  json_t *digests)
{
    static const char *const shipped[] = {"suites/suite.rng", "vectors/MANIFEST"};
    enum exit_code code = EXIT_CONFORMANT;
    for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]) && !code; i++) {
        const char *path = files_join(cli->arena, cli->data_dir, shipped[i]);
        code = path ? add_digest(cli, digests, path) : cli_complain_status(cli, "digests", E_NOMEM);
    }
    for (size_t i = 0; i < parts->catalogue->n_requirement_files && !code; i++)
        code = add_digest(cli, digests, parts->catalogue->requirement_files[i]);
    for (size_t i = 0; i < parts->catalogue->n_suites && !code; i++)
        code = add_digest(cli, digests, parts->catalogue->suites[i]->file);
    for (size_t i = 0; i < parts->n_files && !code; i++)
        code = add_digest(cli, digests, parts->files[i]);
    return code;
}

static json_t *selection_json(const struct document_parts *parts)
{
    json_t *object = json_object();
    json_object_set_new(object, "suites", texts_json(parts->suites->values, parts->suites->count));
    json_object_set_new(object, "cases", texts_json(parts->cases->values, parts->cases->count));
    json_object_set_new(object, "level", json_string(parts->level));
    json_object_set_new(object, "strict", json_boolean(parts->is_strict));
    json_object_set_new(object, "known_failures",
                        parts->known_failures ? text_json(parts->known_failures) : json_null());
    return object;
}

enum exit_code document_new(const struct cli *cli, const struct document_parts *parts, json_t **out)
{
    json_t *digests = json_object();
    enum exit_code code = add_digests(cli, parts, digests);
    *out = NULL;
    if (code) {
        json_decref(digests);
        return code;
    }
    json_t *d = json_object();
    json_object_set_new(d, "format", json_string("assay-results-1"));
    json_object_set_new(d, "assay", json_string(ASSAY_VERSION));
    json_object_set_new(d, "libraries", versions_json());
    json_object_set_new(d, "profile", json_string(parts->profile));
    json_object_set_new(d, "seed", json_string(parts->seed));
    json_object_set(d, "command", parts->command);
    json_object_set_new(d, "target", document_target(parts->address, parts->target));
    json_object_set_new(d, "digests", digests);
    json_object_set_new(d, "selection", selection_json(parts));
    json_object_set_new(d, "interrupted", json_null());
    /* A member that could not be allocated is missing: the count says so once for all of them. */
    if (json_object_size(d) != N_MEMBERS) {
        json_decref(d);
        return cli_complain_status(cli, "results", E_NOMEM);
    }
    *out = d;
    return EXIT_CONFORMANT;
}

void document_instant(int64_t seconds, char out[32])
{
    struct tm utc;
    time_t when = (time_t)seconds;
    if (!gmtime_r(&when, &utc) || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        out[0] = '\0';
}
