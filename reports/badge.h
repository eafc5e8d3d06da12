/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/badge.h - what a run showed, and of how much, as a small picture.
 * Depends on: base, record.
 *
 * The picture says no more than the run: the stamp of the report, never without how many of all
 * requirements it speaks of, of which layers, whose version, and which profile; a regression is
 * never called conformance. Its title has the report's headline.
 */
#ifndef ASSAY_REPORTS_BADGE_H
#define ASSAY_REPORTS_BADGE_H

#include "base/buffer.h"
#include "record/run.h"

/* Append the SVG, well-formed XML that loads nothing. |run| is scored. E_LIMIT from |out|;
 * E_NOMEM. */
MUST_USE enum status badge_render(const struct record_run *run, struct buffer *out);

#endif
