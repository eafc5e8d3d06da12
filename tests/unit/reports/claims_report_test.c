/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that nothing a target says acts on a claims report, however much it says, and that the
 * report says what it must. */
#include "reports/report.h"
#include "support/rows.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MEBIBYTE ((size_t)1024 * 1024)

static struct buffer out;
static json_t *document;

static int start(void **state)
{
    (void)state;
    buffer_init(&out, REPORT_MAX);
    document = json_load_file(GOLDEN_DIR "/claims-box/claims.json", 0, NULL);
    return document ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    buffer_fini(&out);
    json_decref(document);
    return 0;
}

/* |document| as a record. */
static enum status read_record(struct document *read)
{
    char *text = json_dumps(document, JSON_COMPACT);
    assert_non_null(text);
    enum status st = document_read(bytes_of_text(text), NULL, read);
    free(text);
    return st;
}

static enum status render_with(enum report_form form, const struct report_options *options,
                               struct buffer *to)
{
    struct document read;
    assert_int_equal(read_record(&read), OK);
    enum status st = report_render(form, &read, options, to);
    document_fini(&read);
    return st;
}

static const char *render(enum report_form form)
{
    static const struct report_options options = {.out_dir = "out"};

    assert_int_equal(render_with(form, &options, &out), OK);
    return buffer_text(&out);
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

static json_t *target(void) { return json_object_get(document, "target"); }

static json_t *outcome(size_t game, const char *side)
{
    return json_object_get(json_array_get(json_object_get(document, "games"), game), side);
}

/* |text|, in every place where a target can speak. */
static void speak(const char *text)
{
    static const char *const names[] = {"name", "version", "adapter_version", "protocol"};
    json_t *games = json_object_get(document, "games"), *game;
    size_t i;

    for (i = 0; i < COUNT(names); i++)
        json_object_set_new(target(), names[i], json_string(text));
    json_object_set_new(target(), "capabilities", json_pack("[s]", text));
    json_array_foreach(games, i, game)
        json_object_set_new(json_object_get(game, "target"), "detail", json_string(text));
    json_object_set_new(json_object_get(outcome(0, "target"), "counterexample"), "story",
                        json_pack("[s]", text));
}

static void element_in_a_name_is_text_in_html(void **state)
{
    (void)state;
    speak("<script>alert(1)</script>");
    assert_null(strstr(render(REPORT_HTML), "<script"));
    assert_non_null(strstr(buffer_text(&out), "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

static void attribute_in_a_name_is_text_in_html(void **state)
{
    (void)state;
    speak("\" onload=\"alert(1)");
    assert_null(strstr(render(REPORT_HTML), "\" onload"));
}

static void element_in_a_name_is_text_in_markdown(void **state)
{
    (void)state;
    speak("<img src=x> | x | [a](b) `c`");
    assert_null(strstr(render(REPORT_MARKDOWN), "<img"));
    assert_null(strstr(buffer_text(&out), "| x |"));
    assert_null(strstr(buffer_text(&out), "](b)"));
}

static void control_characters_are_shown(void **state)
{
    static const enum report_form forms[] = {REPORT_TERMINAL, REPORT_HTML, REPORT_MARKDOWN};
    (void)state;
    speak("\x1b]0;owned\x07 \xe2\x80\xaegnp.exe\r");
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *text = render(forms[i]);
        assert_null(strpbrk(text, "\x1b\x07\r"));
        assert_null(strstr(text, "\xe2\x80\xae"));
        assert_non_null(strstr(text, "x1b"));
        assert_non_null(strstr(text, "u202e"));
    }
}

static void mebibyte_of_detail_is_cut(void **state)
{
    static const enum report_form forms[] = {REPORT_TERMINAL, REPORT_HTML, REPORT_MARKDOWN};
    char *much = calloc(1, MEBIBYTE + 1);
    (void)state;

    assert_non_null(much);
    memset(much, 'x', MEBIBYTE);
    speak(much);
    free(much);
    for (size_t i = 0; i < COUNT(forms); i++) {
        const char *text = render(forms[i]);
        assert_true(out.len < 200 * 1024);
        assert_non_null(strstr(text, forms[i] == REPORT_TERMINAL ? "x..." : "more bytes)"));
    }
}

static void long_proof_is_cut_and_counted(void **state)
{
    char *hex = calloc(1, MEBIBYTE + 1);
    json_t *proofs =
        json_object_get(json_object_get(outcome(0, "target"), "counterexample"), "proofs");
    (void)state;

    assert_non_null(hex);
    memset(hex, 'a', MEBIBYTE);
    json_array_append_new(proofs, json_pack("{s:s,s:s}", "name", "much", "hex", hex));
    free(hex);
    assert_non_null(strstr(render(REPORT_HTML), "... (524032 more bytes)"));
    assert_true(out.len < 200 * 1024);
}

static void only_https_is_a_link(void **state)
{
    (void)state;
    assert_int_equal(count(render(REPORT_HTML), "href=\"https://"), 1);
    assert_null(strstr(buffer_text(&out), "href=\"javascript"));
    assert_non_null(strstr(buffer_text(&out), "javascript:alert(1)"));
}

static void absence_of_a_win_is_said_in_those_words(void **state)
{
    static const enum report_form forms[] = {REPORT_TERMINAL, REPORT_HTML, REPORT_MARKDOWN};
    (void)state;
    for (size_t i = 0; i < COUNT(forms); i++)
        assert_non_null(strstr(render(forms[i]), "not violated in 20 schedules"));
}

static void counter_example_says_how_to_play_it_again(void **state)
{
    static const char again[] = "assay repro out/repro/FS-1.xml --target ";
    (void)state;
    assert_non_null(strstr(render(REPORT_TERMINAL), again));
    assert_non_null(strstr(render(REPORT_HTML), again));
}

static void every_picture_has_a_title_and_a_description(void **state)
{
    (void)state;
    size_t n = count(render(REPORT_HTML), "<svg ");
    assert_true(n > 0);
    assert_int_equal(count(buffer_text(&out), "</svg>"), n);
    assert_int_equal(count(buffer_text(&out), "<title id=\"t"), n);
    assert_int_equal(count(buffer_text(&out), "<desc id=\"d"), n);
    assert_int_equal(count(buffer_text(&out), "role=\"img\""), n);
}

/* A readable flight is another shape than a safe one, not only another colour. */
static void flights_are_drawn_as_they_were(void **state)
{
    (void)state;
    json_object_set_new(outcome(4, "target"), "flights",
                        json_pack("[{s:s,s:s,s:s,s:s}]", "schedule", "A1 B1 A1", "family",
                                  "a-first", "exposed", "110", "from", "ABA"));
    json_object_set_new(outcome(4, "v3"), "flights", json_array());
    json_object_set_new(outcome(4, "v4"), "flights", json_array());
    assert_int_equal(count(render(REPORT_HTML), "<g class=\"open\">"), 2);
    assert_int_equal(count(buffer_text(&out), "<g class=\"shut\">"), 1);
    assert_non_null(strstr(buffer_text(&out), "a-first, A1 B1 A1: readable flights 1, 2. "));
}

static void never_is_a_bar_without_an_end(void **state)
{
    json_t *properties = json_object_get(document, "properties"), *property;
    size_t i;
    (void)state;

    assert_true(count(render(REPORT_HTML), "class=\"onward\"") > 0);
    json_array_foreach(properties, i, property)
        json_object_set_new(property, "measures", json_array());
    assert_int_equal(count(render(REPORT_HTML), "class=\"onward\""), 0);
}

static bool has_claims(enum report_form form)
{
    return form != REPORT_SARIF && form != REPORT_PRINT;
}

static json_t *finding_of(size_t property, const char *side)
{
    const json_t *one = json_array_get(json_object_get(document, "properties"), property);
    return json_object_get(json_object_get(one, "findings"), side);
}

static void what_leaves_no_conclusion_open_is_no_error(void **state)
{
    static const char *const open[] = {"not-demonstrated", "invalid", "not-claimed",
                                       "document-only"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(open); i++)
        for (int is_required = 0; is_required < 2; is_required++) {
            buffer_clear(&out);
            json_object_set_new(finding_of(0, "v3"), "finding", json_string(open[i]));
            json_object_set_new(finding_of(0, "v3"), "required", json_boolean(is_required));
            const char *element = strstr(render(REPORT_JUNIT), "<testcase name=\"SP-02");
            element = strchr(strchr(element, '>'), '<');
            assert_int_equal(strncmp(element, is_required ? "<error" : "<skipped", 6), 0);
        }
}

static void forms_that_are_not_for_claims_say_so(void **state)
{
    struct buffer problem;
    const struct report_options options = {.problem = &problem};
    (void)state;

    buffer_init(&problem, 4096);
    for (int form = REPORT_NONE + 1; form < N_REPORT; form++)
        if (!has_claims((enum report_form)form)) {
            buffer_clear(&problem);
            assert_int_equal(render_with((enum report_form)form, &options, &out), E_PARSE);
            assert_string_equal(buffer_text(&problem), "claims have no such form");
        }
    buffer_fini(&problem);
}

static void ceiling_of_the_buffer_is_kept(void **state)
{
    struct buffer small;
    (void)state;
    buffer_init(&small, 2000);
    assert_int_equal(render_with(REPORT_HTML, NULL, &small), E_LIMIT);
    buffer_fini(&small);
}

static void try_every_form(void)
{
    struct document read;
    enum status st = read_record(&read);

    assert_true(st == OK || st == E_PARSE);
    for (int form = REPORT_NONE + 1; !st && form < N_REPORT; form++)
        if (has_claims((enum report_form)form))
            assert_int_equal(report_render((enum report_form)form, &read, NULL, &out), OK);
    document_fini(&read);
}

/* Put each of some values where a member is, and back, in |node| and below. */
static void upset(json_t *node)
{
    static const char *const values[] = {"null", "[]", "{}", "-1", "\"\"", "1e308", "[[1],{}]"};
    void *iter = json_is_object(node) ? json_object_iter(node) : NULL;

    for (; iter; iter = json_object_iter_next(node, iter)) {
        json_t *member = json_incref(json_object_iter_value(iter));
        for (size_t i = 0; i < COUNT(values); i++) {
            json_object_iter_set_new(node, iter, json_loads(values[i], JSON_DECODE_ANY, NULL));
            try_every_form();
        }
        json_object_iter_set_new(node, iter, member);
        upset(json_is_array(member) ? json_array_get(member, 0) : member);
    }
}

static void no_member_of_any_type_makes_it_fall_over(void **state)
{
    (void)state;
    upset(document);
}

#define REPORT_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORT_TEST(element_in_a_name_is_text_in_html),
        REPORT_TEST(attribute_in_a_name_is_text_in_html),
        REPORT_TEST(element_in_a_name_is_text_in_markdown),
        REPORT_TEST(control_characters_are_shown),
        REPORT_TEST(mebibyte_of_detail_is_cut),
        REPORT_TEST(long_proof_is_cut_and_counted),
        REPORT_TEST(only_https_is_a_link),
        REPORT_TEST(absence_of_a_win_is_said_in_those_words),
        REPORT_TEST(counter_example_says_how_to_play_it_again),
        REPORT_TEST(every_picture_has_a_title_and_a_description),
        REPORT_TEST(flights_are_drawn_as_they_were),
        REPORT_TEST(never_is_a_bar_without_an_end),
        REPORT_TEST(what_leaves_no_conclusion_open_is_no_error),
        REPORT_TEST(forms_that_are_not_for_claims_say_so),
        REPORT_TEST(ceiling_of_the_buffer_is_kept),
        REPORT_TEST(no_member_of_any_type_makes_it_fall_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
