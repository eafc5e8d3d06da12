/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/html_since.h - what changed since an earlier run, on the page of a run.
 * Depends on: reports/page, reports/diff.
 */
#ifndef ASSAY_REPORTS_HTML_SINCE_H
#define ASSAY_REPORTS_HTML_SINCE_H

#include "reports/page.h"

/* The section; nothing where nobody asks. */
void html_since_write(struct page *p);

#endif
