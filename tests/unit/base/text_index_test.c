/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a text stands for the first position it was given, and for none before. */
#include "base/text_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;
static struct text_index texts;

static int start(void **state)
{
    (void)state;
    arena_init(&arena, 1u << 20);
    texts = (struct text_index){0};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    text_index_fini(&texts);
    arena_fini(&arena);
    return 0;
}

static void nothing_is_in_an_empty_index(void **state)
{
    (void)state;
    assert_true(text_index_find(&texts, "a") == TEXT_INDEX_NONE);
}

static void the_first_position_stays(void **state)
{
    (void)state;
    assert_int_equal(text_index_add(&texts, &arena, "a", 3), OK);
    assert_int_equal(text_index_add(&texts, &arena, "a", 4), OK);
    assert_int_equal(text_index_find(&texts, "a"), 3);
    assert_int_equal(texts.count, 1);
}

static void every_text_of_many_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(text_index_add(&texts, &arena, arena_printf(&arena, "%zu", i), i), OK);
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(text_index_find(&texts, arena_printf(&arena, "%zu", i)), i);
    assert_true(text_index_find(&texts, "1000") == TEXT_INDEX_NONE);
}

static void a_full_arena_is_said(void **state)
{
    struct arena full;
    (void)state;
    arena_init(&full, 0);
    assert_int_equal(text_index_add(&texts, &full, "a", 0), E_NOMEM);
    assert_true(text_index_find(&texts, "a") == TEXT_INDEX_NONE);
    arena_fini(&full);
}

#define INDEX_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INDEX_TEST(nothing_is_in_an_empty_index),
        INDEX_TEST(the_first_position_stays),
        INDEX_TEST(every_text_of_many_is_found),
        INDEX_TEST(a_full_arena_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
