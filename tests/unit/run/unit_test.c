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
    for (uint32_t i = 0; i < n; i++)
        f->items[f->plan.count++].planned = (struct planned){spec, first + i, surface};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sweep_is_dealt_in_parts),
        cmocka_unit_test(what_cannot_share_is_alone),
        cmocka_unit_test(what_does_not_apply_parts_those_around_it),
        cmocka_unit_test(without_sharing_everything_is_alone),
    };
    return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
