/*
 * reports/templates/templates.h - the page's style and script, put into the program at build time.
 * Depends on: nothing. reports/CMakeLists.txt makes the definitions from report.css, report.js,
 * claims.css, compare.css and compare.js.
 */
#ifndef ASSAY_REPORTS_TEMPLATES_TEMPLATES_H
#define ASSAY_REPORTS_TEMPLATES_TEMPLATES_H

#include <stddef.h>

extern const unsigned char template_css[];
extern const size_t template_css_len;
extern const unsigned char template_js[];
extern const size_t template_js_len;
extern const unsigned char template_claims[];
extern const size_t template_claims_len;
extern const unsigned char template_compare_css[];
extern const size_t template_compare_css_len;
extern const unsigned char template_compare_js[];
extern const size_t template_compare_js_len;

#endif
