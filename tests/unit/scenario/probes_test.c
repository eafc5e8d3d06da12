/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a file of situations and probes becomes: the steps of a combination in their order,
 * who is meant in them, and what a person is told when the file is wrong. */
#include "scratch.h"
#include "mistakes.h"

#include "scenario/op.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "<probes xmlns=\"urn:assay:suite:1\" id=\"mine\" title=\"Mine\" layer=\"cipher\">\n"
#define PEER_STARTED                                                                               \
    "<beginning id=\"peer-started\"><purpose>the peer started</purpose><establish/>"               \
    "<reply><converse turns=\"1\"/></reply></beginning>\n"
#define TABLET                                                                                     \
    "<beginning id=\"tablet\" peer=\"tablet\" needs=\"seed\"><purpose>a second device</purpose>"   \
    "<peer name=\"tablet\" address=\"peer\" device=\"2\"/><establish by=\"tablet\"/>"              \
    "<establish/><reply><converse turns=\"1\"/></reply>"                                           \
    "<end><converse turns=\"4\"/></end></beginning>\n"
#define KNOWN                                                                                      \
    "<moment id=\"known\"><purpose>a known message</purpose><seal as=\"honest\"/>"                 \
    "<opened><seal by=\"target\" as=\"next\"/></opened></moment>\n"
#define EARLY                                                                                      \
    "<moment id=\"early\" of=\"start\"><purpose>an early message</purpose><seal as=\"honest\"/>"   \
    "</moment>\n"
#define LATE                                                                                       \
    "<condition id=\"late\"><purpose>late</purpose><ping/>"                                        \
    "<end><converse turns=\"7\"/></end></condition>\n"
#define AT_ONCE "<condition id=\"at-once\"><purpose>nothing</purpose></condition>\n"
#define RESTARTED                                                                                  \
    "<condition id=\"restarted\" target=\"again\"><purpose>after a restart</purpose>"              \
    "<never with=\"tablet\" because=\"a tablet does not restart\"/>"                               \
    "<snapshot as=\"state\"/><restore snapshot=\"state\" as=\"again\"/></condition>\n"
#define REPLAY                                                                                     \
    "<probe id=\"replay\" requirement=\"D-14\" aftermath=\"goes-on\"><purpose>Once.</purpose>"     \
    "<deliver message=\"honest\" to=\"target\"/>"                                                  \
    "<deliver message=\"honest\" to=\"target\" expect=\"refuses\"/></probe>\n"
#define LATER                                                                                      \
    "<probe id=\"later\" requirement=\"D-14\" aftermath=\"goes-on\"><purpose>Later.</purpose>"     \
    "<snapshot as=\"kept\"/><restore snapshot=\"kept\" as=\"later\"/>"                             \
    "<seal by=\"later\" as=\"own\"/><deliver message=\"own\"/></probe>\n"
#define GOES_ON "<aftermath id=\"goes-on\"><refused/><opened/><converse turns=\"2\"/></aftermath>\n"
#define ABOUT(part, id) "<" part " about=\"" id "\" id=\""
#define PART(part, name, purpose, steps)                                                           \
    name "\"><purpose>" purpose "</purpose>" steps "</" part ">\n"
#define HONEST "<seal as=\"honest\"/><opened><seal by=\"target\" as=\"next\"/></opened>"
#define TAIL "</probes>\n"
#define WHOLE HEAD PEER_STARTED TABLET KNOWN EARLY AT_ONCE RESTARTED LATE REPLAY GOES_ON TAIL

static const struct suite *load(struct scratch *s, const char *text)
{
    const struct suite *suite;
    enum status st = scratch_load(s, text, &suite);
    char *complaint = scratch_complaint(s, 0);
    assert_string_equal(complaint, "");
    assert_int_equal(st, OK);
    free(complaint);
    return suite;
}

static const struct case_spec *find(const struct suite *suite, const char *id)
{
    for (size_t i = 0; i < suite->n_cases; i++)
        if (strcmp(suite->cases[i].id, id) == 0)
            return &suite->cases[i];
    return NULL;
}

/* The verbs of the steps, a letter for each. */
static void assert_verbs(const struct case_spec *spec, const enum verb *verbs, size_t n)
{
    assert_non_null(spec);
    assert_int_equal(spec->n_steps, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(spec->steps[i].verb, verbs[i]);
}

static void steps_are_those_of_the_parts_in_their_order(void **state)
{
    static const enum verb verbs[] = {VERB_ESTABLISH, VERB_CONVERSE, VERB_SEAL,    VERB_DELIVER,
                                      VERB_DELIVER,   VERB_SEAL,     VERB_CONVERSE};
    const struct suite *suite = load(*state, WHOLE);
    const struct case_spec *spec = find(suite, "replay@known");
    assert_verbs(spec, verbs, COUNT(verbs));
    assert_string_equal(spec->full_id, "mine/replay@known");
    assert_string_equal(spec->requirement->id, "D-14");
    assert_string_equal(spec->purpose, "Once. (On a known message; the peer started.)");
}

static void moment_of_the_start_comes_before_the_reply(void **state)
{
    static const enum verb verbs[] = {VERB_ESTABLISH, VERB_SEAL, VERB_DELIVER, VERB_DELIVER,
                                      VERB_CONVERSE};
    assert_verbs(find(load(*state, WHOLE), "replay@early"), verbs, COUNT(verbs));
}

static void after_a_restart_another_party_is_meant(void **state)
{
    const struct case_spec *spec = find(load(*state, WHOLE), "replay@known-restarted");
    assert_non_null(spec);
    assert_string_equal(spec->purpose,
                        "Once. (On a known message; the peer started; after a restart.)");
    const struct step *last = &spec->steps[spec->n_steps - 1];
    assert_string_equal(step_text(&spec->steps[3], "of"), "target"); /* the snapshot itself */
    assert_string_equal(step_text(&spec->steps[5], "to"), "again");
    assert_string_equal(step_text(&spec->steps[7], "by"), "again");
    assert_string_equal(step_text(&spec->steps[7], "to"), "peer");
    assert_string_equal(step_text(last, "at"), "again");
    assert_string_equal(step_text(last, "with"), "peer");
}

static void peer_of_a_beginning_is_meant_until_its_end(void **state)
{
    const struct case_spec *spec = find(load(*state, WHOLE), "replay@known-tablet");
    assert_non_null(spec);
    assert_string_equal(step_text(&spec->steps[2], "by"), "peer"); /* of the beginning itself */
    assert_string_equal(step_text(&spec->steps[3], "with"), "tablet");
    assert_string_equal(step_text(&spec->steps[4], "by"), "tablet");
    assert_string_equal(step_text(&spec->steps[4], "to"), "target");
    assert_string_equal(step_text(&spec->steps[7], "to"), "tablet");
    assert_string_equal(step_text(&spec->steps[spec->n_steps - 1], "turns"), "4");
    assert_string_equal(step_text(&spec->steps[spec->n_steps - 1], "with"), "peer");
    assert_string_equal(spec->needs[0], "seed");
}

static void restored_party_writes_to_the_peer_that_is_meant(void **state)
{
    const struct suite *suite =
        load(*state, HEAD PEER_STARTED TABLET KNOWN AT_ONCE LATER GOES_ON TAIL);
    const struct case_spec *spec = find(suite, "later@known-tablet");
    assert_non_null(spec);
    assert_string_equal(step_text(&spec->steps[7], "by"), "later");
    assert_string_equal(step_text(&spec->steps[7], "to"), "tablet");
}

static void end_of_a_condition_comes_before_that_of_the_beginning(void **state)
{
    const struct case_spec *spec = find(load(*state, WHOLE), "replay@known-tablet-late");
    assert_non_null(spec);
    const struct step *last = &spec->steps[spec->n_steps - 1], *before = last - 1;
    assert_string_equal(step_text(before, "turns"), "7");
    assert_string_equal(step_text(before, "with"), "tablet");
    assert_string_equal(step_text(last, "turns"), "4");
    assert_string_equal(step_text(last, "with"), "peer");
}

static void what_cannot_be_is_left_out_and_said(void **state)
{
    const struct suite *suite = load(*state, WHOLE);
    assert_null(find(suite, "replay@known-tablet-restarted"));
    assert_non_null(find(suite, "replay@early-restarted"));
    assert_int_equal(suite->n_left_out, 1);
    assert_string_equal(suite->left_out[0].part, "restarted");
    assert_string_equal(suite->left_out[0].with, "tablet");
    assert_string_equal(suite->left_out[0].because, "a tablet does not restart");
}

/* What is shipped: everything is tried, and the default run stays affordable. */
static void shipped_probes_are_within_their_bounds(void **state)
{
    static const struct {
        const char *file, *id;
        size_t least, most;
        bool leaves_out; /* some combinations cannot be */
    } shipped[] = {
        {SUITES_DIR "/probes.xml", "flipped-mac-bit@known-chain-after-restart", 1500, 2200, true},
        {SUITES_DIR "/initiations.xml", "bad-signature@bundle-after-restart", 300, 500, true},
        {SUITES_DIR "/group-probes.xml", "flipped-signature-bit@skipped", 200, 400, true},
        {SUITES_DIR "/epochs.xml", "each-opens-once@archived", 80, 120, true},
    };
    struct scratch *s = *state;
    for (size_t k = 0; k < COUNT(shipped); k++) {
        const struct suite *suite;
        assert_int_equal(
            catalogue_load_file(&s->base, &s->options, shipped[k].file, &suite, &s->diags), OK);
        assert_in_range(suite->n_cases, shipped[k].least, shipped[k].most);
        assert_int_equal(suite->n_left_out > 0, shipped[k].leaves_out);
        assert_non_null(find(suite, shipped[k].id));
        for (size_t i = 0; i < suite->n_cases; i++)
            assert_true(strlen(suite->cases[i].id) <= 96);
    }
}

static const struct mistake mistakes[] = {
    {"an element that is no part", HEAD PEER_STARTED KNOWN AT_ONCE "<prob/>" TAIL,
     "mine.xml:5: <prob>: a beginning, a moment, a condition, a probe or an aftermath is expected "
     "(did you mean \"probe\"?)",
     true},
    {"no part of a kind", HEAD PEER_STARTED AT_ONCE REPLAY GOES_ON TAIL,
     "mine.xml:1: <probes>: 1 to 200 <moment> are expected", true},
    {"a part without id", HEAD "<beginning/>" TAIL,
     "mine.xml:1: <probes>: 1 to 200 <probe> are expected", true},
    {"a part without purpose", HEAD "<beginning id=\"a\"/>" KNOWN AT_ONCE REPLAY GOES_ON TAIL,
     "mine.xml:2: <beginning id=\"a\">: <purpose> is expected first", true},
    {"two parts of one id",
     HEAD PEER_STARTED KNOWN AT_ONCE
     "<condition id=\"known\"><purpose>p</purpose></condition>" REPLAY GOES_ON TAIL,
     "mine.xml:5: <condition id=\"known\">: another part has this id", true},
    {"a rule without reason",
     HEAD PEER_STARTED KNOWN
     "<condition id=\"a\"><purpose>p</purpose><never with=\"known\"/></condition>" REPLAY GOES_ON
         TAIL,
     "mine.xml:4: <never>: with=\"\" and because=\"\" are expected: ids, and why they cannot be "
     "together",
     true},
    {"a rule about nothing",
     HEAD PEER_STARTED KNOWN "<condition id=\"a\"><purpose>p</purpose><never with=\"knwon\" "
                             "because=\"b\"/></condition>" REPLAY GOES_ON TAIL,
     "mine.xml:4: <never with=\"knwon\">: there is no such part", true},
    {"an aftermath that is not there", HEAD PEER_STARTED KNOWN AT_ONCE REPLAY TAIL,
     "mine.xml:5: <probe aftermath=\"goes-on\">: the id of an <aftermath> is expected", true},
    {"a step that says nothing",
     HEAD PEER_STARTED
     "<moment id=\"known\"><purpose>p</purpose>\n<seal/></moment>" AT_ONCE REPLAY GOES_ON TAIL,
     "mine.xml:4: <seal>: attribute \"as\" is missing: the name of the message", true},
    {"what an honest message is about is no requirement",
     HEAD PEER_STARTED ABOUT("moment", "Z-99") PART("moment", "known", "p", HONEST)
         AT_ONCE REPLAY GOES_ON TAIL,
     "mine.xml:5: <case about=\"Z-99\">: suites/requirements.xml has no such requirement", true},
    {"what it takes to begin is no requirement",
     HEAD "<beginning id=\"a\" begins=\"Z-99\"><purpose>p</purpose><establish/></beginning>\n" KNOWN
         AT_ONCE REPLAY GOES_ON TAIL,
     "mine.xml:5: <case begins=\"Z-99\">: suites/requirements.xml has no such requirement", true},
    {"the id of a combination in a suite",
     "<suite xmlns=\"urn:assay:suite:1\" id=\"a\" title=\"t\" layer=\"cipher\">\n"
     "<case id=\"a@b\" requirement=\"D-05\"><purpose>p</purpose><ping/></case></suite>",
     "mine.xml:2: <case id=\"a@b\">: an id is expected: lower-case words with \"-\" between, which "
     "never change",
     true},
};

static void honest_message_is_about_what_its_parts_say(void **state)
{
    const struct suite *suite =
        load(*state, HEAD PEER_STARTED TABLET ABOUT("moment", "S-02")
                         PART("moment", "known", "a known message", HONEST)
                             EARLY AT_ONCE RESTARTED ABOUT("condition", "X-19")
                                 PART("condition", "late", "late", "<ping/>") REPLAY GOES_ON TAIL);
    const struct case_spec *known = find(suite, "replay@known");
    const struct op *ops = known->ops->ops; /* establish converse seal | deliver deliver | seal */
    assert_string_equal(known->about->id, "S-02");
    assert_int_equal(known->probe_at, 3);
    assert_int_equal(known->aftermath_at, 5);
    assert_true(ops[1].is_setup);
    assert_string_equal(ops[1].requirement, "S-02");
    assert_string_equal(ops[4].requirement, "D-14");
    assert_null(ops[4].alone);
    assert_string_equal(ops[5].requirement, "V-05");
    assert_string_equal(ops[5].alone, "S-02");
    assert_string_equal(find(suite, "replay@known-late")->about->id, "X-19");
    assert_null(find(suite, "replay@early")->about);
}

static void beginning_fails_by_what_it_takes_to_begin_so(void **state)
{
    const struct suite *suite =
        load(*state, HEAD PEER_STARTED
             "<beginning id=\"rotated\" begins=\"X-07\"><purpose>p</purpose><publish as=\"b\"/>"
             "<start bundle=\"b\"/><reply><converse turns=\"2\"/></reply></beginning>\n"
             "<moment id=\"known\"><purpose>p</purpose><converse turns=\"2\"/>" HONEST "</moment>\n"
             "<moment id=\"first\" of=\"start\"><purpose>p</purpose>" HONEST
             "</moment>\n" AT_ONCE REPLAY GOES_ON TAIL);
    const struct case_spec *known = find(suite, "replay@known-rotated");
    const struct case_spec *first = find(suite, "replay@first-rotated");
    const struct op *ops = known->ops->ops; /* publish start converse | converse seal | ... */
    assert_int_equal(known->begun_at, 3);
    assert_true(ops[2].is_setup);
    assert_string_equal(ops[2].requirement, "X-07");
    assert_string_equal(ops[3].requirement, "D-04");
    assert_null(known->about);
    assert_int_equal(first->begun_at, first->probe_at);
    assert_string_equal(first->about->id, "X-07");
    assert_null(find(suite, "replay@known")->begins);
}

#define PROBES_TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROBES_TEST(steps_are_those_of_the_parts_in_their_order),
        PROBES_TEST(moment_of_the_start_comes_before_the_reply),
        PROBES_TEST(after_a_restart_another_party_is_meant),
        PROBES_TEST(peer_of_a_beginning_is_meant_until_its_end),
        PROBES_TEST(restored_party_writes_to_the_peer_that_is_meant),
        PROBES_TEST(end_of_a_condition_comes_before_that_of_the_beginning),
        PROBES_TEST(honest_message_is_about_what_its_parts_say),
        PROBES_TEST(beginning_fails_by_what_it_takes_to_begin_so),
        PROBES_TEST(what_cannot_be_is_left_out_and_said),
        PROBES_TEST(shipped_probes_are_within_their_bounds),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return mistakes_run(mistakes, COUNT(mistakes)) || failed;
}
