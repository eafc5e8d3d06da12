/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/claims_record.h - the end of a claims report: every game, the documents, and how it was
 * run.
 * Depends on: reports/claims_exhibits.
 */
#ifndef ASSAY_REPORTS_CLAIMS_RECORD_H
#define ASSAY_REPORTS_CLAIMS_RECORD_H

#include "reports/claims_exhibits.h"

/* Every game and what came of it on both sides. */
void claims_record_games(struct claims_page *p);
/* What the claims point to; an address is a link only when it is https. */
void claims_record_documents(struct claims_page *p);
/* Command, versions, seed: enough to do it again. */
void claims_record_how(struct claims_page *p);

#endif
