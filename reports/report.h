/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reports/report.h - the record of a run in the forms people and machines read.
 * Depends on: record. A report sees a record and nothing else.
 *
 * Every form is a pure function of the record and of a few options: same input, same bytes. Text in
 * the record may come from a hostile target: each form escapes it, shows control and direction
 * characters as \x1b or \u202e, and limits its length. A record of a run with empty members is
 * rendered as far as it goes; it never makes a renderer fail. Claims take the same forms but
 * SARIF's and the one for paper.
 */
#ifndef ASSAY_REPORTS_REPORT_H
#define ASSAY_REPORTS_REPORT_H

#include "record/record.h"

enum report_form {
    REPORT_NONE = 0,
    REPORT_TERMINAL, /* the scoreboard, then each root cause with its smallest example */
    REPORT_JUNIT, /* JUnit XML for CI servers; a sweep is one testcase; what does not fail the run
                     is no failure; of claims, a property is one */
    REPORT_HTML, /* one self-contained page, readable without scripts, printable; well-formed as XML
                    too */
    REPORT_MARKDOWN, /* a job summary */
    REPORT_PRINT,    /* a page for paper, for somebody who has never seen a protocol */
    REPORT_SARIF,    /* SARIF 2.1.0 for services that annotate a change: one result a root cause */
    REPORT_JSON,     /* the document itself, as results.json is written */
    N_REPORT
};

struct report_options {
    bool has_colour;     /* terminal: escape sequences for colour */
    unsigned width;      /* terminal: columns to wrap at; 0 means 100 */
    const char *out_dir; /* where report.html and repro/ are, as the user would type it; NULL: paths
                            are not shown */
    const struct record_run *since; /* the run before, for the page and the terminal to say what
                                       changed; NULL: nobody asks */
    struct buffer *problem; /* receives what is wrong with the document, in one line of our own
                               words; NULL: nobody asks */
};

/* A generous ceiling for a rendered report, in bytes: what to give buffer_init. */
#define REPORT_MAX ((size_t)RECORD_TEXT_MAX)

/*
 * Render |document|, a scored run or claims, into |out|, cleared first. |options| may be NULL.
 *
 * E_PARSE  |form| is none of the above, or claims have no such form
 * E_LIMIT  |out|'s maximum; E_NOMEM
 */
MUST_USE enum status report_render(enum report_form form, const struct document *document,
                                   const struct report_options *options, struct buffer *out);

/* "terminal", "junit", "html", "markdown", "print", "sarif", "json"; NULL out of range. */
const char *report_form_name(enum report_form form);
/* REPORT_NONE for an unknown name. */
enum report_form report_form_from_name(const char *name);
/* The file a run writes the form to: "report.html", "junit.xml", ...; NULL for the terminal, paper
 * and out of range. */
const char *report_form_file(enum report_form form);
/* The same of claims: "claims.json" beside "report.html" ...; NULL for SARIF as well. */
const char *report_claims_file(enum report_form form);

#endif
