/*
 * reports/ledger.h - the page's tables for the record: requirements, what was measured, how it was
 * run.
 * Depends on: reports/page.
 */
#ifndef ASSAY_REPORTS_LEDGER_H
#define ASSAY_REPORTS_LEDGER_H

#include "reports/page.h"

/* Requirement by requirement: what was asked, where it is written, which cases, what came of it. */
void ledger_requirements(struct page *p);
/* The target's profile: the numbers honest implementations choose differently. */
void ledger_profile(struct page *p);
/* Command, versions, digests, seed: enough to do it again. */
void ledger_how(struct page *p);

#endif
