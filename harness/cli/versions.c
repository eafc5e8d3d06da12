#include "cli/versions.h"

#include "cli/cli.h"

#include <libxml/xmlversion.h>
#include <openssl/crypto.h>
#include <protobuf-c/protobuf-c.h>

struct version {
    const char *library;
    const char *version;
};

#define N_LIBRARIES 5u

/* As linked, where a library can say so at run time; libxml2 and libsignal-protocol-c are as built
 * against. */
static void collect(struct version out[N_LIBRARIES])
{
    out[0] = (struct version){"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)};
    out[1] = (struct version){"libxml2", LIBXML_DOTTED_VERSION};
    out[2] = (struct version){"protobuf-c", protobuf_c_version()};
    out[3] = (struct version){"jansson", jansson_version_str()};
    out[4] = (struct version){"libsignal-protocol-c", ASSAY_SIGNAL_VERSION};
}

json_t *versions_json(void)
{
    struct version versions[N_LIBRARIES];
    json_t *object = json_object();
    collect(versions);
    for (size_t i = 0; object && i < N_LIBRARIES; i++) {
        if (json_object_set_new(object, versions[i].library, json_string(versions[i].version))) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

void versions_print(FILE *out)
{
    struct version versions[N_LIBRARIES];
    collect(versions);
    fprintf(out, "assay %s\n", ASSAY_VERSION);
    for (size_t i = 0; i < N_LIBRARIES; i++)
        fprintf(out, "%s %s\n", versions[i].library, versions[i].version);
}
