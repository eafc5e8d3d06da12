/*
 * reports/story.h - one case on the page: what it is about, step by step what was expected and
 * seen, and the bytes.
 * Depends on: reports/page.
 */
#ifndef ASSAY_REPORTS_STORY_H
#define ASSAY_REPORTS_STORY_H

#include "reports/page.h"

/* Failing instances of one sweep that are told in full; the others are listed. */
#define STORY_INSTANCES_MAX 20u

/* The group at position |at| of the view, as a <details> with the anchor "c<at>". */
void story_write(struct page *p, size_t at);

#endif
