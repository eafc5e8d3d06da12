/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what report_render takes and refuses, and that a strange document is no reason to fall
 * over. */
#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static enum status render(enum report_form form, const char *text, size_t max)
{
    struct document document;
    struct buffer out;
    enum status st = document_read(bytes_of_text(text), NULL, &document);

    buffer_init(&out, max);
    if (!st)
        st = report_render(form, &document, NULL, &out);
    buffer_fini(&out);
    document_fini(&document);
    return st;
}

static void every_form_has_a_name_that_leads_back(void **state)
{
    (void)state;
    for (int form = REPORT_NONE + 1; form < N_REPORT; form++)
        assert_int_equal(report_form_from_name(report_form_name((enum report_form)form)), form);
}

static void unknown_name_is_no_form(void **state)
{
    (void)state;
    assert_int_equal(report_form_from_name("pdf"), REPORT_NONE);
    assert_int_equal(report_form_from_name(NULL), REPORT_NONE);
    assert_null(report_form_name(N_REPORT));
    assert_null(report_form_file(REPORT_NONE));
}

static void another_format_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        render(REPORT_HTML, "{\"format\":\"assay-results-1\",\"cases\":[],\"summary\":{}}", 99999),
        E_PARSE);
}

/* Shows that the results of an earlier assay can be compared with today's. */
static void format_before_is_read(void **state)
{
    (void)state;
    assert_int_equal(render(REPORT_HTML,
                            "{\"format\":\"assay-results-2\",\"cases\":[],\"summary\":{}}",
                            REPORT_MAX),
                     OK);
}

static void document_without_summary_is_refused(void **state)
{
    (void)state;
    assert_int_equal(render(REPORT_HTML, "{\"format\":\"assay-results-3\",\"cases\":[]}", 99999),
                     E_PARSE);
}

static void document_without_cases_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        render(REPORT_HTML, "{\"format\":\"assay-results-3\",\"cases\":{},\"summary\":{}}", 99999),
        E_PARSE);
}

static void text_with_a_zero_in_it_is_refused(void **state)
{
    (void)state;
    assert_int_equal(render(REPORT_HTML,
                            "{\"format\":\"assay-results-3\",\"cases\":[{\"id\":\"a\\u0000b\"}],"
                            "\"summary\":{}}",
                            99999),
                     E_PARSE);
}

static void no_form_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        render(REPORT_NONE, "{\"format\":\"assay-results-3\",\"cases\":[],\"summary\":{}}", 99999),
        E_PARSE);
}

static void ceiling_of_the_buffer_is_kept(void **state)
{
    (void)state;
    assert_int_equal(
        render(REPORT_HTML, "{\"format\":\"assay-results-3\",\"cases\":[],\"summary\":{}}", 2000),
        E_LIMIT);
}

/* Members of the wrong type, in every place a renderer looks at. */
static const char strange[] =
    "{\"format\":\"assay-results-3\",\"assay\":7,\"libraries\":[1],\"profile\":{},\"seed\":[],"
    "\"command\":[1,null],\"target\":\"x\",\"digests\":\"y\",\"selection\":[],\"interrupted\":{},"
    "\"times\":{\"seconds\":-1e300,\"workers\":-2},"
    "\"cases\":[1,null,{},[],{\"id\":\"\",\"verdict\":{},\"steps\":{},\"known\":[]},"
    "{\"id\":\"#\",\"suite\":\"s\",\"verdict\":\"fail\",\"known\":1,\"instance\":-4,"
    "\"steps\":[1,{\"verdict\":\"fail\",\"bytes\":[2,{\"hex\":\"zz\"},{\"hex\":\"3\"},"
    "{\"hex\":\"3344\",\"bent\":[-1,99999]},{\"hex\":\"\",\"bent\":7,\"kind\":\"message\"}]}]},"
    "{\"id\":\"ab#2\",\"suite\":\"s\",\"verdict\":\"pass\"}],"
    "\"summary\":{\"outcome\":1,\"reasons\":[1],\"levels\":[],\"suites\":[1,{\"id\":\"s\"}],"
    "\"requirements\":[{},3,{\"cases\":[1]}],\"coverage\":[],\"causes\":[{},4,"
    "{\"smallest\":\"nowhere\",\"verdict\":\"?\"}],\"known_problems\":[9],\"measures\":[{}]}}";

static void strange_document_is_rendered_as_far_as_it_goes(void **state)
{
    (void)state;
    for (int form = REPORT_NONE + 1; form < N_REPORT; form++)
        assert_int_equal(render((enum report_form)form, strange, REPORT_MAX), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_has_a_name_that_leads_back),
        cmocka_unit_test(unknown_name_is_no_form),
        cmocka_unit_test(another_format_is_refused),
        cmocka_unit_test(format_before_is_read),
        cmocka_unit_test(document_without_summary_is_refused),
        cmocka_unit_test(document_without_cases_is_refused),
        cmocka_unit_test(text_with_a_zero_in_it_is_refused),
        cmocka_unit_test(no_form_is_refused),
        cmocka_unit_test(ceiling_of_the_buffer_is_kept),
        cmocka_unit_test(strange_document_is_rendered_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
