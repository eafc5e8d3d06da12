/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire/stanza_scan.h - what is looked at before the XML parser sees a byte of a stanza: characters,
 * forbidden markup, and how deep, wide and many its elements are.
 * Depends on: wire/stanza. For stanza.c and stanza_write.c only.
 *
 * Without DOCTYPE, comments and processing instructions, tags are found without understanding
 * them. The counts are exact for what is well-formed; what is not, the parser refuses afterwards.
 */
#ifndef ASSAY_WIRE_STANZA_SCAN_H
#define ASSAY_WIRE_STANZA_SCAN_H

#include "wire/stanza.h"

/* Valid UTF-8, and each character one that XML 1.0 has (production 2). */
bool stanza_is_text(struct bytes in);

/*
 * |*out_body| is |in| without its XML declaration. E_PARSE, E_LIMIT as for stanza_parse;
 * |*out_problem| says in a few words which (static storage).
 */
MUST_USE enum status stanza_scan(struct bytes in, const struct stanza_limits *limits,
                                 struct bytes *out_body, const char **out_problem);

#endif
