/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a well-formed suite becomes: needs, levels, sweeps and their instances, and back
 * again. */
#include "scratch.h"

#include "cipher/cipher.h"
#include "scenario/op.h"
#include "scenario/sweep.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HONEST_AFTER "<deliver message=\"m\"/></case>"
#define CASE(attributes)                                                                           \
    "<case id=\"a\" requirement=\"D-05\"" attributes "><purpose>What it shows.</purpose>"

/* Load one case; its spec. */
static const struct case_spec *load(struct scratch *s, const char *cases)
{
    const struct suite *suite;
    char *text = scratch_suite(cases);
    enum status st = scratch_load(s, text, &suite);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "");
    assert_int_equal(st, OK);
    free(complaint);
    free(text);
    return &suite->cases[0];
}

static bool has(const char *const *list, const char *name)
{
    for (size_t i = 0; i < CASE_NEEDS_MAX && list[i]; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static size_t n_of(const char *const *list)
{
    size_t n = 0;
    while (n < CASE_NEEDS_MAX && list[n])
        n++;
    return n;
}

/* ---- what a case says */

static void case_is_read_as_written(void **state)
{
    struct scratch *s = *state;
    const struct case_spec *spec = load(
        s,
        CASE(" level=\"should\" origin=\"seed 1\"") "<establish/>\n<seal as=\"m\"/>" HONEST_AFTER);
    assert_string_equal(spec->full_id, "mine/a");
    assert_string_equal(spec->purpose, "What it shows.");
    assert_string_equal(spec->origin, "seed 1");
    assert_string_equal(spec->requirement->id, "D-05");
    assert_int_equal(spec->level, LEVEL_SHOULD);
    assert_int_equal(spec->n_steps, 3);
    assert_int_equal(spec->steps[1].verb, VERB_SEAL);
    assert_int_equal(spec->steps[1].line, 3);
    assert_int_equal(spec->n_instances, 1);
    assert_null(spec->sweep_kind);
    assert_string_equal(spec->suite->layer, "cipher");
}

static void level_is_the_requirements_without_one(void **state)
{
    const struct case_spec *spec = load(*state, CASE("") "<ping/></case>");
    assert_int_equal(spec->level, LEVEL_MUST);
}

static void fallbacks_are_what_the_vocabulary_says(void **state)
{
    const struct case_spec *spec =
        load(*state, CASE("") "<establish/><seal as=\"m\"/>" HONEST_AFTER);
    const struct step *seal = &spec->steps[1];
    const struct op *ops = spec->ops->ops;
    assert_string_equal(step_text(seal, "by"), "peer");
    assert_int_equal(op_number(&ops[1], ATTR_SIZE, 1), 24);
    assert_null(step_text(seal, "text"));
    assert_int_equal(step_expect(seal), EXPECT_DOES);
    assert_int_equal(step_expect(&spec->steps[2]), EXPECT_OPENS);
    assert_int_equal(step_expect(&spec->steps[0]), EXPECT_NONE);
    assert_true(op_is_yes(&ops[0], ATTR_ONE_TIME_PREKEY));
    assert_int_equal(op_number(&ops[1], ATTR_TEXT, 7), 7);
}

/* ---- what a case needs */

static void capabilities_come_from_the_steps(void **state)
{
    const struct case_spec *spec =
        load(*state, CASE(" needs=\"seed\" unless=\"requires-one-time-prekey "
                          "x-ours\"") "<publish as=\"b\" one-time-prekey=\"no\" "
                                      "rotate=\"yes\"/><snapshot as=\"s\"/>"
                                      "<restore snapshot=\"s\" "
                                      "as=\"copy\"/><forget/><accept "
                                      "identity-of=\"peer\"/>"
                                      "<distribute as=\"d\" "
                                      "group=\"g\"/><fingerprint/></case>");
    static const char *const expected[] = {
        "seed",           "without-one-time-prekey", "rotate-signed-prekey", "snapshot",
        "forget-session", "accept-identity",         "sender-keys",          "fingerprint"};
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_true(has(spec->needs, expected[i]));
    assert_int_equal(n_of(spec->needs), COUNT(expected));
    assert_int_equal(n_of(spec->unless), 2);
    assert_true(has(spec->unless, "x-ours"));
}

static void what_the_harness_does_needs_nothing(void **state)
{
    const struct case_spec *spec = load(
        *state, CASE("") "<publish by=\"peer\" as=\"b\" one-time-prekey=\"no\" rotate=\"yes\"/>"
                         "<establish by=\"target\" one-time-prekey=\"no\"/></case>");
    assert_int_equal(n_of(spec->needs), 0);
}

static void what_the_target_publishes_needs_the_capability(void **state)
{
    const struct case_spec *spec =
        load(*state, CASE("") "<establish one-time-prekey=\"no\"/></case>");
    assert_true(has(spec->needs, "without-one-time-prekey"));
}

static void an_ordinary_bundle_needs_nothing(void **state)
{
    const struct case_spec *spec = load(*state, CASE("") "<publish as=\"b\"/><establish/></case>");
    assert_int_equal(n_of(spec->needs), 0);
}

static void group_messages_need_sender_keys(void **state)
{
    const struct case_spec *spec =
        load(*state, CASE("") "<seal as=\"m\" group=\"g\" expect=\"does\"/></case>");
    assert_true(has(spec->needs, "sender-keys"));
}

/* ---- sweeps */

struct sweep_row {
    const char *sentence;
    const char *steps; /* before <deliver message="m"/> */
    uint32_t count;
    uint32_t instance;
    const char *value; /* of that instance */
};

#define TAMPER(field, what)                                                                        \
    "<establish/><seal as=\"m\"/><tamper message=\"m\" as=\"f\" field=\"" field "\" " what "/>"

static const struct sweep_row sweep_rows[] = {
    {"each bit of eight bytes", TAMPER("signal.mac", "flip=\"each-bit\""), 64, 63, "63"},
    {"each bit of the ciphertext of 24 bytes", TAMPER("signal.ciphertext", "flip=\"each-bit\""),
     256, 0, "0"},
    {"a cut begins with one byte", TAMPER("signal.mac", "cut=\"each-length\""), 8, 0, "1"},
    {"a cut ends with all bytes", TAMPER("signal.mac", "cut=\"each-length\""), 8, 7, "8"},
    {"a keep begins with no byte", TAMPER("signal.mac", "keep=\"each-length\""), 8, 0, "0"},
    {"a keep ends with all but one", TAMPER("signal.mac", "keep=\"each-length\""), 8, 7, "7"},
    {"a whole prekey message is cut as far as the shortest is long",
     TAMPER("prekey", "cut=\"each-length\""), 159, 158, "159"},
    {"a list of numbers", TAMPER("signal.counter", "set-number=\"each-of 1 | 20|300\""), 3, 2,
     "300"},
    {"a list of bytes", TAMPER("signal.mac", "set=\"each-of 00 ff |\n\t01\""), 2, 0, "00 ff"},
    {"a list with an empty value", TAMPER("signal.mac", "set=\"each-of 00 | \""), 2, 1, ""},
    {"a list of bends",
     "<establish/><seal as=\"m\" bend=\"each-of mac-zero | counter:7,padding:zero\"/>", 2, 1,
     "counter:7,padding:zero"},
    {"each permutation of three",
     "<establish/><seal as=\"m\"/><seal as=\"n\"/><seal as=\"o\"/>"
     "<deliver messages=\"m n  o\" order=\"each-permutation\" expect=\"either\"/>",
     6, 5, "5"},
    {"a tampered copy is as long as its original",
     TAMPER("signal.mac",
            "flip=\"1\"") "<tamper message=\"f\" as=\"g\" field=\"signal.ciphertext\" "
                          "flip=\"each-bit\"/>",
     256, 200, "200"},
    {"a plaintext borrowed from a longer message",
     "<establish/><seal as=\"l\" text=\"0123456789abcdef0123456789abcdef\"/>"
     "<seal as=\"m\" same-plaintext-as=\"l\"/>"
     "<tamper message=\"m\" as=\"f\" field=\"signal.ciphertext\" flip=\"each-bit\"/>",
     384, 383, "383"},
};

static void *shared;

static void sweep_has_its_instances(void **state)
{
    const struct sweep_row *row = *state;
    char cases[1024];
    struct arena arena;
    const struct step *steps;
    snprintf(cases, sizeof(cases), "%s%s%s", CASE(""), row->steps, HONEST_AFTER);
    const struct case_spec *spec = load(shared, cases);
    struct planned planned = {.spec = spec, .instance = row->instance};
    arena_init(&arena, 65536);
    assert_int_equal(spec->n_instances, row->count);
    assert_int_equal(planned_steps(&planned, &arena, &steps), OK);
    assert_string_equal(step_text(&steps[spec->sweep_step], spec->sweep_attribute), row->value);
    assert_ptr_equal(steps[0].attributes, spec->steps[0].attributes);
    char expected[32];
    snprintf(expected, sizeof(expected), "mine/a#%u", row->instance + 1);
    assert_string_equal(planned_id(&planned, &arena), expected);
    arena_fini(&arena);
}

static void case_without_sweep_has_its_own_id(void **state)
{
    struct planned planned = {.spec = load(*state, CASE("") "<ping/></case>")};
    struct arena arena;
    const struct step *steps;
    arena_init(&arena, 4096);
    assert_string_equal(planned_id(&planned, &arena), "mine/a");
    assert_int_equal(planned_steps(&planned, &arena, &steps), OK);
    assert_ptr_equal(steps, planned.spec->steps);
    arena_fini(&arena);
}

/* ---- refusals that prove something */

struct proof_row {
    const char *sentence;
    const char *cases;
};

#define FORGED TAMPER("signal.mac", "flip=\"1\"") "<deliver message=\"f\" expect=\"refuses\"/>"

static const struct proof_row proof_rows[] = {
    {"a forgery before its original", CASE("") FORGED HONEST_AFTER},
    {"a forgery after its original",
     CASE("") TAMPER("signal.mac",
                     "flip=\"1\"") "<deliver message=\"m\"/>"
                                   "<deliver message=\"f\" expect=\"refuses\"/><converse/></case>"},
    {"a replay", CASE("") "<establish/><seal as=\"m\"/><deliver message=\"m\"/>"
                          "<deliver message=\"m\" expect=\"refuses\"/><converse/></case>"},
    {"a reflection", CASE("") "<establish/><seal by=\"target\" as=\"m\"/><deliver message=\"m\" "
                              "to=\"target\" from=\"peer\" expect=\"refuses\"/><deliver "
                              "message=\"m\"/><establish/></case>"},
    {"a bent message beside honest traffic",
     CASE("") "<establish/><seal as=\"m\" bend=\"mac-zero\"/>"
              "<deliver message=\"m\" expect=\"refuses\"/><converse/></case>"},
    {"a message of a bent start beside one of an honest start",
     CASE("") "<publish as=\"b\"/><start bundle=\"b\" bend=\"omit-dh4\"/><seal as=\"f\"/>"
              "<deliver message=\"f\" expect=\"refuses\"/><start bundle=\"b\"/><seal "
              "as=\"m\"/>" HONEST_AFTER},
    {"a refusal that may cost the session",
     CASE("") "<establish/><seal as=\"m\"/><deliver message=\"m\"/>"
              "<deliver message=\"m\" expect=\"refuses\" costs=\"session\"/></case>"},
    {"a sibling that shows what is accepted",
     CASE(" sibling=\"b\"") TAMPER(
         "signal.mac",
         "flip=\"1\"") "<deliver message=\"f\" expect=\"refuses\"/><converse/></case>"
                       "<case id=\"b\" requirement=\"D-05\"><purpose>p</purpose><establish/><seal "
                       "as=\"m\"/>" HONEST_AFTER},
    {"a group's message that was delivered to another member",
     CASE("") "<party name=\"bob\"/><distribute as=\"d\" group=\"g\"/>"
              "<deliver message=\"d\" expect=\"absorbs\"/><seal as=\"m\" group=\"g\"/>"
              "<deliver message=\"m\"/><deliver message=\"m\" to=\"bob\" expect=\"refuses\"/>"
              "<deliver message=\"d\" to=\"bob\" expect=\"absorbs\"/></case>"},
};

static void refusal_rests_on_an_acceptance(void **state)
{
    const struct proof_row *row = *state;
    char cases[2048];
    snprintf(cases, sizeof(cases), "%s", row->cases);
    load(shared, cases);
}

/* ---- recordings */

static void recorded_messages_have_names_and_lengths(void **state)
{
    scratch_write("vectors/talk.json",
                  "{\"messages\":[{\"name\":\"m0\",\"from\":\"initiator\",\"kind\":\"prekey\","
                  "\"body\":\"33\",\"plaintext\":\"0011\"},{\"name\":\"r0\",\"from\":\"responder\","
                  "\"kind\":\"message\",\"body\":\"33\",\"plaintext\":\"00\"}],"
                  "\"bad\":[{\"name\":\"b0\",\"of\":\"m0\",\"kind\":\"prekey\",\"body\":\"34\"}]}");
    const struct case_spec *spec =
        load(*state, CASE("") "<recorded vector=\"talk.json\" as=\"r\"/>"
                              "<tamper message=\"r.m0\" as=\"f\" field=\"signal.ciphertext\" "
                              "flip=\"each-bit\"/>"
                              "<deliver message=\"f\" expect=\"refuses\"/>"
                              "<deliver message=\"r.b0\" expect=\"refuses\"/>"
                              "<deliver message=\"r.m0\" from=\"r.initiator\"/></case>");
    assert_int_equal(spec->n_instances, 128);
    assert_true(has(spec->needs, "import-keys"));
}

/* ---- the vocabulary */

static void every_row_is_explained(void **state)
{
    (void)state;
    assert_null(verb_rule(VERB_NONE));
    assert_null(verb_rule(N_VERB));
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++) {
        const struct verb_rule *rule = verb_rule((enum verb)v);
        assert_non_null(rule->name);
        assert_true(strlen(rule->explanation) > 10);
        assert_int_equal(verb_from_name(rule->name), v);
        for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
            const struct attribute_rule *a = &rule->attributes[i];
            assert_true(a->type != 0);
            assert_true(a->explanation && strlen(a->explanation) > 1);
            assert_true(!a->fallback || !a->is_required);
        }
        if (rule->party)
            assert_non_null(verb_attribute((enum verb)v, rule->party));
    }
}

/* A suite of two ciphers is read for each; a case of one is only there. */
static void a_case_holds_for_the_ciphers_it_names(void **state)
{
    static const char text[] =
        "<suite xmlns=\"urn:assay:suite:1\" cipher=\"signal-v3 signal-v4\" id=\"mine\" "
        "title=\"t\" layer=\"cipher\">\n" CASE(
            "") "<establish/>\n<seal as=\"m\"/>" HONEST_AFTER
                "<case id=\"b\" requirement=\"D-05\" cipher=\"signal-v4\"><purpose>What it "
                "shows.</purpose>"
                "<establish/>\n<seal as=\"m\" bend=\"spqr-no-key\"/>" HONEST_AFTER "</suite>";
    const struct suite *suite;
    struct scratch *s = *state;
    assert_int_equal(scratch_load(s, text, &suite), OK);
    assert_string_equal(suite->cipher->name, "signal-v3");
    assert_int_equal(suite->n_cases, 1);
    assert_non_null(suite->also);
    assert_string_equal(suite->also->cipher->name, "signal-v4");
    assert_int_equal(suite->also->n_cases, 2);
    assert_string_equal(suite->also->cases[0].full_id, "mine/a");
    assert_null(suite->also->also);
    assert_ptr_equal(suite_for(suite, "signal-v4"), suite->also);
    assert_ptr_equal(suite_for(suite, "signal-v3"), suite);
    assert_ptr_equal(suite_for(suite, "another"), suite);
}

/* The fixture's scratch directory is the state of every test that has no row. */
static int group_setup(void **state)
{
    int result = scratch_setup(&shared);
    *state = NULL;
    return result;
}

static int group_teardown(void **state)
{
    (void)state;
    return scratch_teardown(&shared);
}

static int use_scratch(void **state)
{
    *state = shared;
    return 0;
}

#define PLAIN(f) cmocka_unit_test_setup(f, use_scratch)

static const struct CMUnitTest plain_tests[] = {
    PLAIN(case_is_read_as_written),
    PLAIN(level_is_the_requirements_without_one),
    PLAIN(fallbacks_are_what_the_vocabulary_says),
    PLAIN(capabilities_come_from_the_steps),
    PLAIN(what_the_harness_does_needs_nothing),
    PLAIN(what_the_target_publishes_needs_the_capability),
    PLAIN(an_ordinary_bundle_needs_nothing),
    PLAIN(group_messages_need_sender_keys),
    PLAIN(case_without_sweep_has_its_own_id),
    PLAIN(recorded_messages_have_names_and_lengths),
    PLAIN(every_row_is_explained),
    PLAIN(a_case_holds_for_the_ciphers_it_names),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(plain_tests) + COUNT(sweep_rows) + COUNT(proof_rows)];
    size_t n = COUNT(plain_tests);
    memcpy(tests, plain_tests, sizeof(plain_tests));
    ADD_ROWS(tests, n, sweep_rows, sentence, sweep_has_its_instances);
    ADD_ROWS(tests, n, proof_rows, sentence, refusal_rests_on_an_acceptance);
    return _cmocka_run_group_tests("suites", tests, n, group_setup, group_teardown);
}
