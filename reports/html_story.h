/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/html_story.h - one execution in full on the page: the step that did not pass first, with
 * its bytes, then all steps, folded; no bytes twice.
 * Depends on: reports/page, record/dump.
 */
#ifndef ASSAY_REPORTS_HTML_STORY_H
#define ASSAY_REPORTS_HTML_STORY_H

#include "reports/page.h"

/* The step that did not pass, what was expected and seen; where there is none, why. */
void html_story_culprit(struct page *p, const struct record_case *result);
/* All of it. |has_room| false: without its steps, which stand in results.json. */
void html_story_write(struct page *p, const struct record_case *result, bool has_room);

#endif
