/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/claims_exhibits.h - what stands behind the first page of a claims report: refutations
 * with their bytes, pictures and figures.
 * Depends on: reports/page, reports/claims_view.
 */
#ifndef ASSAY_REPORTS_CLAIMS_EXHIBITS_H
#define ASSAY_REPORTS_CLAIMS_EXHIBITS_H

#include "reports/claims_view.h"
#include "reports/page.h"

struct claims_page {
    struct page page;
    const struct record_claims *view;
    size_t n_pictures; /* so far: each is numbered */
};

/* The class a tone is coloured by: "good", "bad", "doubt", "mild"; static. */
const char *claims_exhibits_class(int tone);

/* The heads of columns, one for each side that took part. */
void claims_exhibits_side_heads(struct claims_page *p);

/* Every game that was won against the target, or whose number is over the claim's or Signal's: its
 * story, its bytes, how to play it again. */
void claims_exhibits_refutations(struct claims_page *p);
/* Which flights an adversary could read, the target beside the Signals. */
void claims_exhibits_exposure(struct claims_page *p);
/* Every measure as bars, the target beside the Signals. */
void claims_exhibits_measures(struct claims_page *p);
/* Series as steps, and what is told and not judged: times. */
void claims_exhibits_figures(struct claims_page *p);

#endif
