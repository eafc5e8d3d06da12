/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay-vectors-publish OUTDIR - writes vectors/published/: known answers of Signal's algorithms
 * for whoever implements them, without assay. One file a family, one source file each.
 */
#include "publish/writer.h"

#include <stdio.h>

static const struct family *const families[] = {
    &family_xeddsa,     &family_x3dh,        &family_double_ratchet, &family_conversation,
    &family_sender_key, &family_fingerprint, &family_triple_ratchet};

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: assay-vectors-publish OUTDIR\n", stderr);
        return 64;
    }
    for (size_t i = 0; i < COUNT_OF(families); i++)
        writer_file(families[i], argv[1]);
    return 0;
}
