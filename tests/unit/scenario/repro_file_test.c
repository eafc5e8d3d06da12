/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that recorded failures are written as they are read, and complained about. */
#include "scratch.h"

#include "scenario/repro_file.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t some_bytes[] = {0, 1, 0xfe, 0xff};

static void save_repro(struct buffer *out, const struct repro *repro, const struct case_spec *spec)
{
    struct buffer extra;
    buffer_init(&extra, 65536);
    assert_int_equal(repro_save(repro, &extra), OK);
    struct saved_case saved = {.suite_id = "mine",
                               .title = "t",
                               .case_id = "a",
                               .requirement = "D-05",
                               .level = LEVEL_MUST,
                               .purpose = "p",
                               .steps = spec->steps,
                               .n_steps = spec->n_steps,
                               .extra = buffer_text(&extra)};
    assert_int_equal(suite_save(&saved, out), OK);
    buffer_fini(&extra);
}

static void repro_loads_as_it_was(void **state)
{
    struct scratch *s = *state;
    const struct repro_entry entries[] = {
        {REPRO_SENT, SEEN_NOTHING_YET, bytes_of(some_bytes, sizeof(some_bytes))},
        {REPRO_RECEIVED, SEEN_NOTHING_YET, bytes_of(NULL, 0)},
        {REPRO_ENDED, SEEN_DEATH, bytes_of_text("signal 11")}};
    struct wire_profile wire;
    profile_defaults(&wire);
    snprintf(wire.id, sizeof(wire.id), "mine");
    assert_int_equal(profile_set(&wire, "frame.max", "4096"), OK);
    assert_int_equal(profile_set(&wire, "stanza.server", "a\"<b"), OK);
    struct repro repro = {.label = "mine/a#17",
                          .verdict = "fail",
                          .target = "a \xff<target>\x01",
                          .surface = SURFACE_CLIENT,
                          .wire = &wire,
                          .entries = entries,
                          .n_entries = 3};
    memset(repro.seed, 0xab, sizeof(repro.seed));
    const struct case_spec *spec =
        scratch_case(s, SCRATCH_CASE("") "<establish/><seal as=\"m\"/>" SCRATCH_HONEST_AFTER);
    struct buffer out;
    struct arena arena;
    struct repro again;
    const struct suite *suite;
    buffer_init(&out, 65536);
    arena_init(&arena, 65536);
    save_repro(&out, &repro, spec);
    assert_int_equal(scratch_load(s, buffer_text(&out), &suite), OK);
    assert_int_equal(repro_load("mine.xml", &arena, &again, &s->diags), OK);
    assert_memory_equal(again.seed, repro.seed, sizeof(repro.seed));
    assert_string_equal(again.label, repro.label);
    assert_string_equal(again.verdict, "fail");
    assert_string_equal(again.target, "a ?<target>?");
    assert_int_equal(again.surface, SURFACE_CLIENT);
    assert_non_null(again.wire);
    assert_string_equal(again.wire->id, "mine");
    assert_true(profile_equal(again.wire, &wire));
    assert_int_equal(again.n_entries, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(again.entries[i].kind, entries[i].kind);
        assert_true(bytes_equal(again.entries[i].bytes, entries[i].bytes));
    }
    assert_int_equal(again.entries[2].seen, SEEN_DEATH);
    arena_fini(&arena);
    buffer_fini(&out);
}

static void repro_needs_no_sibling(void **state)
{
    struct scratch *s = *state;
    const struct suite *suite;
    char *text = scratch_suite(
        SCRATCH_CASE("") "<establish/><seal as=\"m\"/>"
                         "<deliver message=\"m\" expect=\"refuses\"/></case>"
                         "<repro seed=\"00000000000000000000000000000000"
                         "00000000000000000000000000000000\" target=\"t\" case=\"mine/a\" "
                         "verdict=\"fail\"/>");
    assert_int_equal(scratch_load(s, text, &suite), OK);
    free(text);
}

struct repro_row {
    const char *sentence;
    const char *repro; /* in line 3 */
    const char *expected;
};

#define SEED "seed=\"0000000000000000000000000000000000000000000000000000000000000000\" "

static const struct repro_row repro_rows[] = {
    {"a suite that is no repro", "", "mine.xml:1: <repro> is missing: this is no recorded failure"},
    {"a short seed", "<repro seed=\"00\" case=\"a/b\" verdict=\"fail\"/>",
     "mine.xml:3: <repro>: seed is expected: 32 bytes in hex"},
    {"a repro of no case", "<repro " SEED "verdict=\"fail\"/>",
     "mine.xml:3: <repro>: case is expected: the full id of the case that failed"},
    {"an unknown verdict", "<repro " SEED "case=\"a/b\" verdict=\"bad\"/>",
     "mine.xml:3: <repro>: verdict is expected: pass, inconclusive, fail or error"},
    {"an unknown surface", "<repro " SEED "case=\"a/b\" verdict=\"fail\" surface=\"roof\"/>",
     "mine.xml:3: <repro>: surface is expected: library or client"},
    {"an unknown kind of entry",
     "<repro " SEED "case=\"a/b\" verdict=\"fail\"><heard>00</heard></repro>",
     "mine.xml:3: <heard>: <sent>, <received> or <ended seen=\"\"> is expected"},
    {"an ending nobody saw", "<repro " SEED "case=\"a/b\" verdict=\"fail\"><ended/></repro>",
     "mine.xml:3: <ended>: <sent>, <received> or <ended seen=\"\"> is expected"},
    {"bytes that are none", "<repro " SEED "case=\"a/b\" verdict=\"fail\"><sent>0</sent></repro>",
     "mine.xml:3: <sent>: bytes in hex are expected, at most 8388608"},
};

static void bad_repro_is_explained(void **state)
{
    const struct repro_row *row = *state;
    struct scratch *s = scratch_shared;
    char cases[1024];
    struct arena arena;
    struct repro repro;
    snprintf(cases, sizeof(cases), "%s<ping/></case>\n%s", SCRATCH_CASE(""), row->repro);
    char *text = scratch_suite(cases);
    scratch_write("mine.xml", text);
    free(text);
    diags_fini(&s->diags);
    diags_init(&s->diags);
    arena_init(&arena, 65536);
    assert_int_equal(repro_load("mine.xml", &arena, &repro, &s->diags), E_INPUT);
    scratch_assert_complaint(s, row->expected);
    arena_fini(&arena);
}

static const struct CMUnitTest plain_tests[] = {
    SCRATCH_TEST(repro_loads_as_it_was),
    SCRATCH_TEST(repro_needs_no_sibling),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(plain_tests) + COUNT(repro_rows)];
    memcpy(tests, plain_tests, sizeof(plain_tests));
    size_t n = COUNT(plain_tests);
    ADD_ROWS(tests, n, repro_rows, sentence, bad_repro_is_explained);
    return _cmocka_run_group_tests("repros", tests, n, scratch_share, scratch_unshare);
}
