/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Schedules: equal for equal seeds, of every family, made small without end and without loss; and
 * the catalogues of properties, measures and games, which must fit together. */
#include "experiments/game.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX (1024u * 1024u)
#define DRAWN 200u

static const uint8_t one_seed[RANDOM_SEED_LEN] = {1}, other_seed[RANDOM_SEED_LEN] = {2};

static struct bytes seed_of(const uint8_t *seed) { return bytes_of(seed, RANDOM_SEED_LEN); }

static const char *drawn(struct arena *a, const uint8_t *seed, const char *game, unsigned number)
{
    struct schedule s;
    assert_int_equal(schedule_make(seed_of(seed), game, number, 10, &s), OK);
    return schedule_text(&s, a);
}

static void equal_seeds_draw_the_same(void **state)
{
    (void)state;
    unsigned n_as_other_seed = 0, n_as_other_game = 0, n_as_before = 0;
    for (unsigned i = 4; i < DRAWN; i++) {
        struct arena a;
        arena_init(&a, ARENA_MAX);
        const char *text = drawn(&a, one_seed, "FS-1", i);
        assert_string_equal(text, drawn(&a, one_seed, "FS-1", i));
        n_as_other_seed += strcmp(text, drawn(&a, other_seed, "FS-1", i)) == 0;
        n_as_other_game += strcmp(text, drawn(&a, one_seed, "FS-2", i)) == 0;
        n_as_before += strcmp(text, drawn(&a, one_seed, "FS-1", i - 1)) == 0;
        arena_fini(&a);
    }
    assert_in_range(n_as_other_seed, 0, 3);
    assert_in_range(n_as_other_game, 0, 3);
    assert_in_range(n_as_before, 0, 3);
}

static void choices_are_drawn_the_same(void **state)
{
    (void)state;
    struct schedule a, b, c;
    uint8_t of_a[32], of_b[32], of_c[32];
    assert_int_equal(schedule_make(seed_of(one_seed), "FS-1", 5, 10, &a), OK);
    assert_int_equal(schedule_make(seed_of(one_seed), "FS-1", 5, 10, &b), OK);
    assert_int_equal(schedule_make(seed_of(one_seed), "FS-1", 6, 10, &c), OK);
    assert_int_equal(random_fill(&a.random, of_a, sizeof(of_a)), OK);
    assert_int_equal(random_fill(&b.random, of_b, sizeof(of_b)), OK);
    assert_int_equal(random_fill(&c.random, of_c, sizeof(of_c)), OK);
    assert_memory_equal(of_a, of_b, sizeof(of_a));
    assert_memory_not_equal(of_a, of_c, sizeof(of_a));
}

static void the_first_ones_are_of_their_families(void **state)
{
    (void)state;
    struct arena a;
    struct schedule s;
    arena_init(&a, ARENA_MAX);
    assert_string_equal(drawn(&a, one_seed, "FS-1", 0), "A1 B1 A1 B1 A1 B1 A1 B1 A1 B1");
    assert_string_equal(drawn(&a, one_seed, "FS-1", 1), "B1 A1 B1 A1 B1 A1 B1 A1 B1 A1");
    for (unsigned number = 2; number < 4; number++) {
        assert_int_equal(schedule_make(seed_of(one_seed), "FS-1", number, 10, &s), OK);
        assert_int_equal(s.family, FAMILY_BURSTS);
        for (size_t i = 1; i < s.n_flights; i++)
            assert_int_not_equal(s.flights[i].from, s.flights[i - 1].from);
    }
    arena_fini(&a);
}

static void random_ones_have_everything(void **state)
{
    (void)state;
    unsigned n_first_a = 0, n_bursts = 0, n_twice = 0;
    for (unsigned number = 4; number < DRAWN; number++) {
        struct schedule s;
        assert_int_equal(schedule_make(seed_of(one_seed), "FS-1", number, 10, &s), OK);
        assert_in_range(s.n_flights, 1, SCHEDULE_FLIGHTS_MAX);
        n_first_a += s.flights[0].from == ENDPOINT_A;
        for (size_t i = 0; i < s.n_flights; i++) {
            assert_in_range(s.flights[i].n_messages, 1, SCHEDULE_BURST_MAX);
            n_bursts += s.flights[i].n_messages > 1;
            n_twice += i && s.flights[i].from == s.flights[i - 1].from;
        }
    }
    assert_in_range(n_first_a, DRAWN / 4, DRAWN * 3 / 4);
    assert_true(n_bursts > DRAWN);
    assert_true(n_twice > DRAWN);
}

static void one_way_is_one_way(void **state)
{
    (void)state;
    struct schedule s;
    assert_int_equal(schedule_of(FAMILY_ONE_WAY_B, seed_of(one_seed), "X", 3, 12, &s), OK);
    assert_true(s.n_flights > 0);
    for (size_t i = 0; i < s.n_flights; i++)
        assert_int_equal(s.flights[i].from, ENDPOINT_B);
}

/* ---- smaller */

static bool has_a_burst_of_b(const struct schedule *s)
{
    for (size_t i = 0; i < s->n_flights; i++)
        if (s->flights[i].from == ENDPOINT_B && s->flights[i].n_messages >= 3)
            return true;
    return false;
}

static void shrinking_ends_at_the_least(void **state)
{
    (void)state;
    unsigned n_shrunk = 0;
    for (unsigned number = 4; number < DRAWN; number++) {
        struct schedule s, smaller;
        struct arena a;
        unsigned steps = 0;
        arena_init(&a, ARENA_MAX);
        assert_int_equal(schedule_make(seed_of(one_seed), "FS-1", number, 10, &s), OK);
        if (!has_a_burst_of_b(&s))
            continue;
        for (size_t at = 0; schedule_simpler(&s, at, &smaller); at++) {
            assert_true(schedule_messages(&smaller) < schedule_messages(&s));
            if (!has_a_burst_of_b(&smaller))
                continue;
            s = smaller;
            at = (size_t)-1;
            assert_true(++steps < 1000);
        }
        assert_string_equal(schedule_text(&s, &a), "B3");
        n_shrunk++;
        arena_fini(&a);
    }
    assert_true(n_shrunk > 50);
}

/* ---- catalogues */

static void properties_are_told_apart(void **state)
{
    (void)state;
    size_t n;
    const struct property *all = properties(&n);
    assert_int_equal(n, 35);
    for (size_t i = 0; i < n; i++) {
        char id[32];
        snprintf(id, sizeof(id), "SP-%02zu", i + 1);
        assert_string_equal(all[i].id, id);
        assert_ptr_equal(property_find(id), &all[i]);
        assert_true(all[i].name[0] && all[i].sentence[0] && all[i].source[0]);
        assert_true(all[i].evidence != EVIDENCE_NONE);
        /* what only documents speak for cannot be asked of everybody */
        assert_false(all[i].required && all[i].evidence == EVIDENCE_DOCUMENT);
    }
    assert_null(property_find("SP-36"));
    assert_null(property_find(""));
}

static void measures_come_back_by_name(void **state)
{
    (void)state;
    for (int m = MEASURE_NONE + 1; m < N_MEASURE; m++) {
        const struct measure_entry *e = measure_entry((enum measure)m);
        assert_true(e->name[0] && e->unit[0] && e->title[0]);
        assert_int_equal(measure_from_name(e->name), m);
    }
    assert_int_equal(measure_from_name("nothing"), MEASURE_NONE);
}

static bool takes_measure(const struct property *p, enum measure m)
{
    for (size_t i = 0; i < 4 && p->measures[i]; i++)
        if (p->measures[i] == m)
            return true;
    return false;
}

static void games_fit_their_properties(void **state)
{
    (void)state;
    const struct game *g;
    for (size_t i = 0; (g = game_at(i)); i++) {
        const struct property *p = property_find(g->property);
        print_message("%s: %s\n", g->id, g->property);
        assert_ptr_equal(game_find(g->id), g);
        assert_non_null(p);
        assert_true(g->title[0] && g->sentence[0] && g->play && g->kind);
        assert_true(p->evidence != EVIDENCE_DOCUMENT);
        assert_true(g->kind != GAME_MEASURES || g->measure);
        assert_true(!g->measure || takes_measure(p, g->measure));
        assert_true(!g->presumes || game_find(g->presumes));
        assert_true(!g->preconditions || strcmp(g->needs[0], "snapshot") == 0);
    }
    assert_int_equal(game_count(), 52);
}

static void every_required_property_has_a_core_game(void **state)
{
    (void)state;
    size_t n;
    const struct property *all = properties(&n);
    for (size_t i = 0; i < n; i++) {
        const struct game *g;
        bool has_core = false;
        for (size_t k = 0; (g = game_at(k)); k++)
            has_core = has_core || (g->is_core && strcmp(g->property, all[i].id) == 0);
        if (all[i].required && !has_core)
            fail_msg("%s is required, and no game of it must be played", all[i].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_seeds_draw_the_same),
        cmocka_unit_test(choices_are_drawn_the_same),
        cmocka_unit_test(the_first_ones_are_of_their_families),
        cmocka_unit_test(random_ones_have_everything),
        cmocka_unit_test(one_way_is_one_way),
        cmocka_unit_test(shrinking_ends_at_the_least),
        cmocka_unit_test(properties_are_told_apart),
        cmocka_unit_test(measures_come_back_by_name),
        cmocka_unit_test(games_fit_their_properties),
        cmocka_unit_test(every_required_property_has_a_core_game),
    };
    return cmocka_run_group_tests_name("games, schedules and catalogues", tests, NULL, NULL);
}
