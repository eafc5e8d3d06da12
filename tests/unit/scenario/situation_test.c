/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows which combinations of probe and situation are tried: every pair of parts, nothing that
 * cannot be, and the same for ever. */
#include "scenario/situation.h"

#include "base/text_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct exclusion not_first[] = {
    {"late longer", "there is nothing that could be late"}};

static const struct part probes[] = {{.id = "forged"}, {.id = "replay"}, {.id = "reflected"}};
static const struct part moments[] = {
    {.id = "known"}, {.id = "first", .never = not_first, .n_never = 1}, {.id = "old"}};
static const struct part beginnings[] = {{.id = "peer"}, {.id = "target"}};
static const struct part conditions[] = {{.id = "at-once"}, {.id = "late"}, {.id = "longer"}};

static const struct parts all = {{probes, moments, beginnings, conditions}, {3, 3, 2, 3}, NULL};

struct chosen {
    struct arena arena;
    struct combination *items;
    size_t n;
};

static void choose(const struct parts *parts, struct chosen *out)
{
    arena_init(&out->arena, 1024 * 1024);
    assert_int_equal(situations_choose(parts, &out->arena, &out->items, &out->n), OK);
}

static bool has_pair(const struct chosen *c, unsigned one, size_t a, unsigned other, size_t b)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->items[i].at[one] == a && c->items[i].at[other] == b)
            return true;
    return false;
}

static bool has(const struct parts *parts, struct chosen *c, const char *id)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(combination_id(parts, &c->items[i], &c->arena), id) == 0)
            return true;
    return false;
}

static void every_pair_that_can_be_is_tried(void **state)
{
    (void)state;
    struct chosen c;
    choose(&all, &c);
    for (unsigned one = 0; one < N_PART; one++)
        for (unsigned other = one + 1; other < N_PART; other++)
            for (size_t a = 0; a < all.n[one]; a++)
                for (size_t b = 0; b < all.n[other]; b++) {
                    bool can_be = !situation_excludes(&all.items[one][a], &all.items[other][b]);
                    assert_int_equal(has_pair(&c, one, a, other, b), can_be);
                }
    arena_fini(&c.arena);
}

static void every_situation_that_can_be_is_tried(void **state)
{
    (void)state;
    struct chosen c;
    size_t n = 0;
    bool is_there[3 * 2 * 3] = {false};
    choose(&all, &c);
    for (size_t i = 0; i < c.n; i++) {
        const size_t *at = c.items[i].at;
        bool *seen = &is_there[(at[PART_MOMENT] * 2 + at[PART_BEGINNING]) * 3 + at[PART_CONDITION]];
        n += !*seen;
        *seen = true;
    }
    assert_int_equal(n, 3 * 2 * 3 - 2 * 2); /* without "first" with "late" and "longer" */
    arena_fini(&c.arena);
}

static void each_probe_is_tried_with_each_part_where_all_else_is_usual(void **state)
{
    (void)state;
    struct chosen c;
    choose(&all, &c);
    assert_true(has(&all, &c, "replay@known"));
    assert_true(has(&all, &c, "replay@first"));
    assert_true(has(&all, &c, "replay@known-target"));
    assert_true(has(&all, &c, "replay@known-late"));
    assert_true(has(&all, &c, "reflected@known-longer"));
    arena_fini(&c.arena);
}

static void ids_name_what_is_not_usual_and_differ(void **state)
{
    (void)state;
    struct chosen c;
    struct text_index ids = {0};
    choose(&all, &c);
    for (size_t i = 0; i < c.n; i++) {
        const char *id = combination_id(&all, &c.items[i], &c.arena);
        assert_int_equal(text_index_find(&ids, id), TEXT_INDEX_NONE);
        assert_int_equal(text_index_add(&ids, &c.arena, id, i), OK);
        assert_null(strstr(id, "peer"));
        assert_null(strstr(id, "at-once"));
    }
    const struct combination unusual = {{0, 2, 1, 1}};
    assert_string_equal(combination_id(&all, &unusual, &c.arena), "forged@old-target-late");
    text_index_fini(&ids);
    arena_fini(&c.arena);
}

/* Where the usual part cannot be, the most usual combination that can is tried. */
static void part_that_cannot_be_with_a_usual_one_is_tried_with_another(void **state)
{
    (void)state;
    static const struct exclusion not_known[] = {{"known", "it is not known then"}};
    static const struct part others[] = {{.id = "at-once"},
                                         {.id = "crossed", .never = not_known, .n_never = 1}};
    const struct parts parts = {{probes, moments, beginnings, others}, {3, 3, 2, 2}, NULL};
    struct chosen c;
    choose(&parts, &c);
    assert_false(has(&parts, &c, "forged@known-crossed"));
    assert_true(has(&parts, &c, "forged@first-crossed"));
    arena_fini(&c.arena);
}

static void probe_that_is_added_changes_few_of_the_others(void **state)
{
    (void)state;
    static const struct part more[] = {
        {.id = "forged"}, {.id = "replay"}, {.id = "reflected"}, {.id = "stale"}};
    const struct parts parts = {{more, moments, beginnings, conditions}, {4, 3, 2, 3}, NULL};
    struct chosen before, after;
    size_t n_gone = 0;
    choose(&all, &before);
    choose(&parts, &after);
    for (size_t i = 0; i < before.n; i++)
        n_gone += !has(&parts, &after, combination_id(&all, &before.items[i], &before.arena));
    assert_true(n_gone <= 4);
    arena_fini(&before.arena);
    arena_fini(&after.arena);
}

/* A probe for one cipher alone takes no situation away from another. */
static void every_situation_is_tried_with_a_probe_of_each_cipher(void **state)
{
    (void)state;
    static const struct part some[] = {{.id = "forged"},
                                       {.id = "replay", .ciphers = "v3"},
                                       {.id = "stripped", .ciphers = "v4"},
                                       {.id = "lowered", .ciphers = "v4"}};
    static const char *const names[] = {"v3", "v4"};
    const struct parts parts = {{some, moments, beginnings, conditions}, {4, 3, 2, 3}, "v3 v4"};
    struct chosen c;
    choose(&parts, &c);
    for (size_t k = 0; k < COUNT_OF(names); k++) {
        bool is_there[3 * 2 * 3] = {false};
        size_t n = 0;
        for (size_t i = 0; i < c.n; i++) {
            const size_t *at = c.items[i].at;
            const char *of = some[at[PART_PROBE]].ciphers;
            bool *seen =
                &is_there[(at[PART_MOMENT] * 2 + at[PART_BEGINNING]) * 3 + at[PART_CONDITION]];
            n += !*seen && (!of || strcmp(of, names[k]) == 0);
            *seen |= !of || strcmp(of, names[k]) == 0;
        }
        assert_int_equal(n, 3 * 2 * 3 - 2 * 2);
    }
    arena_fini(&c.arena);
}

static void ids_are_compared_whole(void **state)
{
    (void)state;
    assert_true(situation_names("late longer", "longer"));
    assert_false(situation_names("later longer", "late"));
    assert_false(situation_names("too-late", "late"));
    assert_false(situation_names("", "late"));
}

static void more_combinations_than_there_may_be_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct combination *items;
    size_t n;
    const struct parts parts = {
        {probes, moments, beginnings, conditions}, {300, 300, 300, 300}, NULL};
    arena_init(&arena, 1024 * 1024);
    assert_int_equal(situations_choose(&parts, &arena, &items, &n), E_LIMIT);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_that_can_be_is_tried),
        cmocka_unit_test(every_situation_that_can_be_is_tried),
        cmocka_unit_test(each_probe_is_tried_with_each_part_where_all_else_is_usual),
        cmocka_unit_test(ids_name_what_is_not_usual_and_differ),
        cmocka_unit_test(part_that_cannot_be_with_a_usual_one_is_tried_with_another),
        cmocka_unit_test(probe_that_is_added_changes_few_of_the_others),
        cmocka_unit_test(every_situation_is_tried_with_a_probe_of_each_cipher),
        cmocka_unit_test(ids_are_compared_whole),
        cmocka_unit_test(more_combinations_than_there_may_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
