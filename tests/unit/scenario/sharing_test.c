/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sweeps can share a session, as the loader finds them, and what the shared session does. */
#include "scenario/sharing.h"

#include "scratch.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CASE(steps) SCRATCH_CASE("") steps "</case>"
#define FORGED "<tamper message=\"m\" as=\"x\" field=\"signal.mac\" flip=\"each-bit\"/>"
#define REFUSED "<deliver message=\"x\" expect=\"refuses\"/>"
#define GENUINE "<deliver message=\"m\" expect=\"opens\"/>"
#define SEALED "<establish/><seal as=\"m\"/>"

#define REST GENUINE "<converse turns=\"2\"/>"

static const struct row {
    const char *sentence;
    const char *text;
    bool can_share;
} rows[] = {
    {"a forged copy that is refused, and the genuine message after it",
     CASE(SEALED FORGED REFUSED REST), true},
    {"a forged ciphertext, too",
     CASE(SEALED
          "<tamper message=\"m\" as=\"x\" field=\"signal.ciphertext\" flip=\"each-bit\"/>" REFUSED
              REST),
     true},
    {"a forged bundle that nobody starts from, and the genuine one",
     CASE("<publish by=\"peer\" as=\"b\"/>"
          "<tamper bundle=\"b\" as=\"x\" field=\"bundle.signature\" flip=\"each-bit\"/>"
          "<start by=\"target\" bundle=\"x\" expect=\"refuses\"/>"
          "<start by=\"target\" bundle=\"b\" expect=\"does\"/>"
          "<seal by=\"target\" as=\"m\"/>" GENUINE),
     true},
    {"a forged message of a group whose key was taken",
     CASE("<distribute as=\"key\" group=\"friends\"/>"
          "<deliver message=\"key\" to=\"target\" expect=\"absorbs\"/>"
          "<seal as=\"m\" group=\"friends\"/>"
          "<tamper message=\"m\" as=\"x\" field=\"sender-key.signature\" flip=\"each-bit\"/>"
          "<deliver message=\"x\" to=\"target\" expect=\"refuses\"/>"
          "<deliver message=\"m\" to=\"target\" expect=\"opens\"/>"),
     true},
    {"the first message of a session needs one of its own each time",
     CASE("<publish as=\"b\"/><start bundle=\"b\"/><seal as=\"m\"/>" FORGED REFUSED REST), false},
    {"so does what comes after a restart",
     CASE("<establish/><snapshot as=\"s\"/><restore snapshot=\"s\" as=\"again\"/>"
          "<seal to=\"again\" as=\"m\"/>" FORGED REFUSED GENUINE
          "<converse turns=\"2\" at=\"again\"/>"),
     false},
    {"a target can keep a key of a copy",
     CASE(SEALED
          "<tamper message=\"m\" as=\"x\" field=\"signal.ratchet-key\" flip=\"each-bit\"/>" REFUSED
              REST),
     false},
    {"and a number",
     CASE(SEALED "<tamper message=\"m\" as=\"x\" field=\"signal.counter\" "
                 "set-number=\"each-of 70000 | 80000\"/>" REFUSED REST),
     false},
    {"a header has both",
     CASE(
         SEALED
         "<tamper message=\"m\" as=\"x\" field=\"signal.header\" flip=\"each-bit\"/>" REFUSED REST),
     false},
    {"a bundle's keys can be kept, too",
     CASE("<publish by=\"peer\" as=\"b\"/>"
          "<tamper bundle=\"b\" as=\"x\" field=\"bundle.signed-prekey\" flip=\"each-bit\"/>"
          "<start by=\"target\" bundle=\"x\" expect=\"refuses\"/>"
          "<start by=\"target\" bundle=\"b\" expect=\"does\"/>"
          "<seal by=\"target\" as=\"m\"/>" GENUINE),
     false},
    {"a case without a sweep shares nothing",
     CASE(SEALED "<tamper message=\"m\" as=\"x\" field=\"signal.mac\" flip=\"3\"/>" REFUSED REST),
     false},
    {"a copy that comes up again needs a session of its own",
     CASE(SEALED FORGED REFUSED "<deliver message=\"x\" expect=\"refuses\"/>" REST), false},
    {"a copy that is not delivered at once needs one, too",
     CASE(SEALED FORGED "<seal as=\"n\"/>" REFUSED REST), false},
    {"what is swept must be a copy",
     CASE("<establish/><seal as=\"m\" size=\"each-of 1 | 2\"/>" GENUINE), false},
};

static void it_shares_or_not(void **state)
{
    const struct row *row = *state;
    const struct case_spec *spec = scratch_case(scratch_shared, row->text);
    assert_int_equal(spec->can_share, row->can_share);
}

static const struct planned *member(const struct case_spec *spec, uint32_t instance,
                                    struct arena *arena)
{
    struct planned *p = arena_alloc(arena, sizeof(*p));
    assert_non_null(p);
    *p = (struct planned){spec, instance, SURFACE_LIBRARY};
    return p;
}

static void what_prepares_and_what_comes_after_is_done_once(void **state)
{
    static const enum verb wanted[] = {VERB_ESTABLISH, VERB_SEAL,    VERB_TAMPER,  VERB_DELIVER,
                                       VERB_TAMPER,    VERB_DELIVER, VERB_DELIVER, VERB_CONVERSE};
    struct arena arena;
    struct op_list list;
    (void)state;
    arena_init(&arena, 1024 * 1024);
    const struct case_spec *spec =
        scratch_case(scratch_shared, CASE(SEALED FORGED REFUSED GENUINE "<converse turns=\"2\"/>"));
    const struct planned *members[] = {member(spec, 3, &arena), member(spec, 17, &arena)};
    assert_int_equal(sharing_ops(members, 2, &arena, &list), OK);
    assert_int_equal(list.n_ops, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_int_equal(list.ops[i].verb, wanted[i]);
    assert_int_equal(op_number(&list.ops[2], ATTR_FLIP, 99), 3);
    assert_int_equal(op_number(&list.ops[4], ATTR_FLIP, 99), 17);
    assert_int_equal(list.ops[3].n_operands, list.ops[5].n_operands);
    assert_int_equal(list.ops[3].expect, list.ops[5].expect);
    assert_int_equal(op_index(&list.ops[3], ATTR_MESSAGE), op_index(&list.ops[5], ATTR_MESSAGE));
    assert_int_equal(op_index(&list.ops[5], ATTR_MESSAGE), op_index(&list.ops[4], ATTR_AS));
    arena_fini(&arena);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 1] = {
        SCRATCH_TEST(what_prepares_and_what_comes_after_is_done_once)};
    size_t n = 1;
    ADD_ROWS(tests, n, rows, sentence, it_shares_or_not);
    return cmocka_run_group_tests_name("sharing", tests, scratch_share, scratch_unshare);
}
