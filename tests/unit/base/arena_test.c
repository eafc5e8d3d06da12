/* An arena gives zeroed, aligned memory up to its maximum, and all of it back at once. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MAX ((size_t)64 * 1024)

static int set_up(void **state)
{
    struct arena *a = test_calloc(1, sizeof(*a));
    arena_init(a, MAX);
    *state = a;
    return 0;
}

static int tear_down(void **state)
{
    arena_fini(*state);
    test_free(*state);
    return 0;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    static const uint8_t zeros[333] = {0};
    for (size_t size = 1; size <= sizeof(zeros); size++) {
        uint8_t *at = arena_alloc(*state, size);
        assert_non_null(at);
        assert_int_equal((uintptr_t)at % alignof(max_align_t), 0);
        assert_memory_equal(at, zeros, size);
        memset(at, 0xa5, size);
    }
}

static void pieces_do_not_overlap(void **state)
{
    uint8_t *at[200];
    for (size_t i = 0; i < 200; i++) {
        at[i] = arena_alloc(*state, 100);
        assert_non_null(at[i]);
        memset(at[i], (int)i, 100);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < 100; j++)
            assert_int_equal(at[i][j], i);
}

static void nothing_asked_is_still_an_address(void **state)
{
    assert_non_null(arena_alloc(*state, 0));
}

static void the_maximum_is_never_passed(void **state)
{
    struct arena *a = *state;
    size_t given = 0;
    while (arena_alloc(a, 1000)) {
        given += 1000;
        assert_in_range(given, 1, MAX);
        assert_in_range(a->used, 1, MAX);
    }
    assert_true(given > MAX * 9 / 10);
}

static void the_maximum_can_be_had_in_one_piece(void **state)
{
    assert_non_null(arena_alloc(*state, MAX));
    assert_null(arena_alloc(*state, 1));
}

static void one_byte_past_the_maximum_is_refused(void **state)
{
    assert_null(arena_alloc(*state, MAX + 1));
    assert_non_null(arena_alloc(*state, 1));
}

static void the_greatest_size_does_not_wrap(void **state)
{
    assert_null(arena_alloc(*state, SIZE_MAX));
    assert_null(arena_alloc(*state, SIZE_MAX - 15));
    assert_null(arena_array(*state, SIZE_MAX / 2, 3));
    assert_null(arena_array(*state, SIZE_MAX / 16 + 2, 16));
}

static void a_copy_is_a_copy(void **state)
{
    char text[] = "abc";
    struct bytes copy = arena_copy(*state, bytes_of(text, 3));
    char *second = arena_text(*state, text);
    text[0] = 'x';
    assert_true(bytes_equal(copy, bytes_of_text("abc")));
    assert_string_equal(second, "abc");
    assert_null(arena_text(*state, NULL));
}

static void a_copy_of_nothing_has_an_address(void **state)
{
    struct bytes copy = arena_copy(*state, bytes_of(NULL, 0));
    assert_non_null(copy.data);
    assert_int_equal(copy.len, 0);
}

static void copies_past_the_maximum_are_nothing(void **state)
{
    assert_non_null(arena_alloc(*state, MAX));
    assert_null(arena_copy(*state, bytes_of_text("x")).data);
    assert_null(arena_text(*state, "x"));
    assert_null(arena_printf(*state, "x"));
}

static void printing_gives_the_whole_text(void **state)
{
    char *text = arena_printf(*state, "%s %u %5000s", "case", 17u, "end");
    assert_non_null(text);
    assert_int_equal(strlen(text), 8 + 5000);
    assert_string_equal(text + 5005, "end");
}

static void after_a_reset_everything_is_free_again(void **state)
{
    struct arena *a = *state;
    assert_non_null(arena_alloc(a, MAX));
    arena_reset(a);
    assert_int_equal(a->used, 0);
    assert_non_null(arena_alloc(a, MAX));
    arena_fini(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(memory_is_zeroed_and_aligned),        TEST(pieces_do_not_overlap),
        TEST(nothing_asked_is_still_an_address),   TEST(the_maximum_is_never_passed),
        TEST(the_maximum_can_be_had_in_one_piece), TEST(one_byte_past_the_maximum_is_refused),
        TEST(the_greatest_size_does_not_wrap),     TEST(a_copy_is_a_copy),
        TEST(a_copy_of_nothing_has_an_address),    TEST(copies_past_the_maximum_are_nothing),
        TEST(printing_gives_the_whole_text),       TEST(after_a_reset_everything_is_free_again),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
