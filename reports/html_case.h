/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/html_case.h - one case on the page: what it is about, step by step what was expected and
 * seen, and the bytes.
 * Depends on: reports/page.
 */
#ifndef ASSAY_REPORTS_HTML_CASE_H
#define ASSAY_REPORTS_HTML_CASE_H

#include "reports/page.h"

/* Failing instances of one sweep that are told in full; the others are listed. */
#define HTML_CASE_INSTANCES_MAX 20u

/* The group at position |at| of the view, as a <details> with the anchor "c<at>". */
void html_case_write(struct page *p, size_t at);

#endif
