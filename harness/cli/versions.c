/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/versions.h"

#include "cli/cli.h"

#include <jansson.h>
#include <libxml/xmlversion.h>
#include <openssl/crypto.h>
#include <protobuf-c/protobuf-c.h>

#define N_LIBRARIES 5u

/* As linked, where a library can say so at run time; libxml2 and libsignal-protocol-c are as built
 * against. */
static void collect(struct record_pair out[N_LIBRARIES])
{
    out[0] = (struct record_pair){"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)};
    out[1] = (struct record_pair){"libxml2", LIBXML_DOTTED_VERSION};
    out[2] = (struct record_pair){"protobuf-c", protobuf_c_version()};
    out[3] = (struct record_pair){"jansson", jansson_version_str()};
    out[4] = (struct record_pair){"libsignal-protocol-c", ASSAY_SIGNAL_VERSION};
}

const struct record_pair *versions_list(struct arena *arena, size_t *out_n)
{
    struct record_pair *versions = arena_array(arena, N_LIBRARIES, sizeof(*versions));
    *out_n = versions ? N_LIBRARIES : 0;
    if (versions)
        collect(versions);
    return versions;
}

void versions_print(FILE *out)
{
    struct record_pair versions[N_LIBRARIES];
    collect(versions);
    fprintf(out, "assay %s%s%s%s\n", ASSAY_VERSION, *commit_id ? " (" : "", commit_id,
            *commit_id ? ")" : "");
    for (size_t i = 0; i < N_LIBRARIES; i++)
        fprintf(out, "%s %s\n", versions[i].name, versions[i].value);
}
