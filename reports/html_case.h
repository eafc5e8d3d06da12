/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/html_case.h - one case on the page: what it is about, what came of it, and of what did
 * not pass one execution in short; in full it stands with its cause.
 * Depends on: reports/page.
 */
#ifndef ASSAY_REPORTS_HTML_CASE_H
#define ASSAY_REPORTS_HTML_CASE_H

#include "reports/page.h"

/* The anchors of root causes, "k0", "k1" ..., and of causes of known failures, "l0". */
#define HTML_CAUSE_ANCHOR 'k'
#define HTML_KNOWN_CAUSE_ANCHOR 'l'
#define HTML_CAUSES_MAX 100u /* of each that are on the page */

/* The group at position |at| of the view, as a <details> with the anchor "c<at>". |has_room| false:
 * only what it came to. */
void html_case_write(struct page *p, size_t at, bool has_room);

#endif
