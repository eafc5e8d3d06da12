/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/render.h - one renderer a form; reports/report.c picks by table.
 * Depends on: base, reports/report, reports/view, reports/claims_view.
 *
 * A renderer appends to |out| and looks at no error: errors stick in the buffer and report_render
 * looks once. |options| is never NULL here.
 */
#ifndef ASSAY_REPORTS_RENDER_H
#define ASSAY_REPORTS_RENDER_H

#include "reports/claims_view.h"
#include "reports/report.h"
#include "reports/view.h"

void terminal_render(const struct view *v, const struct report_options *options,
                     struct buffer *out);
void junit_render(const struct view *v, const struct report_options *options, struct buffer *out);
void print_render(const struct view *v, const struct report_options *options, struct buffer *out);
/* As forms of record/member.h are written: E_NOMEM, E_LIMIT. */
MUST_USE enum status sarif_write(const struct view *v, struct buffer *out);
void html_render(const struct view *v, const struct report_options *options, struct buffer *out);
void markdown_render(const struct view *v, const struct report_options *options,
                     struct buffer *out);

void claims_terminal_render(const struct record_claims *v, const struct report_options *options,
                            struct buffer *out);
void claims_junit_render(const struct record_claims *v, const struct report_options *options,
                         struct buffer *out);
void claims_html_render(const struct record_claims *v, const struct report_options *options,
                        struct buffer *out);
void claims_markdown_render(const struct record_claims *v, const struct report_options *options,
                            struct buffer *out);

#endif
