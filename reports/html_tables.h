/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/html_tables.h - the page's tables for the record: requirements, what was measured, what
 * the run does not prove, how it was run.
 * Depends on: reports/page.
 */
#ifndef ASSAY_REPORTS_HTML_TABLES_H
#define ASSAY_REPORTS_HTML_TABLES_H

#include "reports/page.h"

/* The class that a requirement's status is coloured by: "good", "bad", "doubt", "mild"; static. */
const char *html_tables_status_class(const char *status);
/* Requirement by requirement: what was asked, where it is written, which cases, what came of it. */
void html_tables_requirements(struct page *p);
/* The target's profile: the numbers honest implementations choose differently. */
void html_tables_profile(struct page *p);
/* What the run does not prove. |where|: what has a line for each requirement ("the table"). */
void html_tables_limits(struct page *p, const char *where);
/* Command, versions, digests, seed: enough to do it again. */
void html_tables_how(struct page *p);

#endif
