/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which items of a plan are dealt together. */
#include "run/unit.h"
#include "scenario/sharing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define N_ITEMS 200u

static const struct case_spec plain = {.id = "plain", .n_instances = 1};
static const struct case_spec swept = {
    .id = "swept", .n_instances = 150, .sweep_kind = "each-bit", .can_share = true};
static const struct case_spec apart = {.id = "apart", .n_instances = 20, .sweep_kind = "each-bit"};

struct fixture {
    struct plan_item items[N_ITEMS];
    struct plan plan;
    struct arena arena;
    struct units units;
};

static void begin(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    arena_init(&f->arena, 65536);
    f->plan.items = f->items;
}

static void add(struct fixture *f, const struct case_spec *spec, uint32_t first, uint32_t n,
                enum surface surface)
{
    for (uint32_t i = 0; i < n; i++) {
        f->items[f->plan.count] =
            (struct plan_item){.planned = {spec, first + i, surface}, .at = f->plan.count};
        f->plan.count++;
    }
}

/* The units cover the plan in order, and have these sizes. */
static void assert_units(struct fixture *f, bool shares, const uint32_t *counts, size_t n)
{
    uint32_t next = 0;
    assert_int_equal(units_make(&f->plan, shares, &f->arena, &f->units), OK);
    assert_int_equal(f->units.count, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(f->units.items[i].first, next);
        assert_int_equal(f->units.items[i].count, counts[i]);
        next += counts[i];
    }
    assert_int_equal(next, f->plan.count);
}

static void a_sweep_is_dealt_in_parts(void **state)
{
    static const uint32_t counts[] = {1, SHARING_MAX, SHARING_MAX, 150 - 2 * SHARING_MAX, 1};
    struct fixture f;
    (void)state;
    begin(&f);
    add(&f, &plain, 0, 1, SURFACE_LIBRARY);
    add(&f, &swept, 0, 150, SURFACE_LIBRARY);
    add(&f, &plain, 0, 1, SURFACE_LIBRARY);
    assert_units(&f, true, counts, 5);
    assert_int_equal(f.units.n_applicable, 5);
    arena_fini(&f.arena);
}

static void what_cannot_share_is_alone(void **state)
{
    static const uint32_t counts[] = {1, 1, 1, 1, 1};
    struct fixture f;
    (void)state;
    begin(&f);
    add(&f, &apart, 3, 3, SURFACE_LIBRARY);
    add(&f, &swept, 3, 2, SURFACE_CLIENT);
    assert_units(&f, true, counts, 5);
    arena_fini(&f.arena);
}

static void what_does_not_apply_parts_those_around_it(void **state)
{
    static const uint32_t counts[] = {2, 1, 3};
    struct fixture f;
    (void)state;
    begin(&f);
    add(&f, &swept, 1, 6, SURFACE_LIBRARY);
    f.items[2].not_applicable = "it does not apply";
    assert_units(&f, true, counts, 3);
    assert_int_equal(f.units.n_applicable, 2);
    arena_fini(&f.arena);
}

static void without_sharing_everything_is_alone(void **state)
{
    static const uint32_t counts[] = {1, 1, 1};
    struct fixture f;
    (void)state;
    begin(&f);
    add(&f, &swept, 1, 3, SURFACE_LIBRARY);
    assert_units(&f, false, counts, 3);
    arena_fini(&f.arena);
}

#define N_SHARDS 3u

/* The units of |f|'s plan, as the places of their first items and how many each has. */
static size_t list_units(struct fixture *f, size_t (*out)[2])
{
    assert_int_equal(units_make(&f->plan, true, &f->arena, &f->units), OK);
    for (size_t i = 0; i < f->units.count; i++) {
        out[i][0] = f->items[f->units.items[i].first].at;
        out[i][1] = f->units.items[i].count;
    }
    return f->units.count;
}

static void fill(struct fixture *f)
{
    begin(f);
    add(f, &plain, 0, 1, SURFACE_LIBRARY);
    add(f, &swept, 0, 150, SURFACE_LIBRARY);
    add(f, &apart, 0, 20, SURFACE_LIBRARY);
    f->items[10].not_applicable = "it does not apply";
}

static void a_unit_is_in_one_shard_as_it_is_in_the_whole(void **state)
{
    size_t whole[N_ITEMS][2] = {{0}}, part[N_ITEMS][2] = {{0}};
    bool is_in[N_ITEMS] = {false};
    size_t n_found = 0;
    struct fixture f;
    (void)state;
    fill(&f);
    size_t n_whole = list_units(&f, whole);
    arena_fini(&f.arena);
    for (uint32_t k = 1; k <= N_SHARDS; k++) {
        fill(&f);
        assert_int_equal(units_keep_shard(&f.plan, true, k, N_SHARDS, &f.arena), OK);
        size_t n = list_units(&f, part);
        for (size_t i = 0; i < n; i++) {
            size_t at = k - 1 + i * N_SHARDS;
            assert_true(at < n_whole);
            assert_int_equal(part[i][0], whole[at][0]);
            assert_int_equal(part[i][1], whole[at][1]);
            assert_false(is_in[at]);
            is_in[at] = true;
            n_found++;
        }
        arena_fini(&f.arena);
    }
    assert_int_equal(n_found, n_whole);
}

static void shards_beyond_the_last_unit_are_empty(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f);
    add(&f, &plain, 0, 2, SURFACE_LIBRARY);
    assert_int_equal(units_keep_shard(&f.plan, false, 3, 3, &f.arena), OK);
    assert_int_equal(f.plan.count, 0);
    arena_fini(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sweep_is_dealt_in_parts),
        cmocka_unit_test(what_cannot_share_is_alone),
        cmocka_unit_test(what_does_not_apply_parts_those_around_it),
        cmocka_unit_test(without_sharing_everything_is_alone),
        cmocka_unit_test(a_unit_is_in_one_shard_as_it_is_in_the_whole),
        cmocka_unit_test(shards_beyond_the_last_unit_are_empty),
    };
    return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
