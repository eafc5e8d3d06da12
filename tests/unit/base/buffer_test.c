/*
 * A buffer never holds more than its maximum, an error sticks until it is cleared, and a failed
 * append leaves what was there.
 */
#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MAX 10u

static int set_up(void **state)
{
    struct buffer *b = test_calloc(1, sizeof(*b));
    buffer_init(b, MAX);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    buffer_fini(*state);
    test_free(*state);
    return 0;
}

static void holds(const struct buffer *b, const char *text)
{
    assert_true(bytes_equal(buffer_bytes(b), bytes_of_text(text)));
}

static void a_fresh_buffer_has_nothing(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_status(b), OK);
    assert_null(b->data);
    assert_int_equal(b->cap, 0);
    assert_string_equal(buffer_text(b), "");
}

static void it_fills_to_the_last_byte_of_its_maximum(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "0123456789"), OK);
    holds(b, "0123456789");
    assert_string_equal(buffer_text(b), "0123456789");
    assert_in_range(b->cap, MAX + 1, MAX + 1);
}

static void one_byte_past_the_maximum_is_refused(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "0123456789"), OK);
    assert_int_equal(buffer_append_byte(b, 'x'), E_LIMIT);
    holds(b, "0123456789");
}

static void a_refused_append_appends_nothing(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "01234"), OK);
    assert_int_equal(buffer_append_text(b, "567890"), E_LIMIT);
    holds(b, "01234");
}

static void an_error_sticks(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "01234567890"), E_LIMIT);
    assert_int_equal(buffer_append_byte(b, 'x'), E_LIMIT);
    assert_int_equal(buffer_printf(b, "%d", 1), E_LIMIT);
    assert_null(buffer_extend(b, 1));
    assert_int_equal(buffer_append(b, bytes_of(NULL, 0)), E_LIMIT);
    assert_int_equal(buffer_status(b), E_LIMIT);
    assert_int_equal(b->len, 0);
    assert_string_equal(buffer_text(b), "");
}

static void clearing_forgets_contents_and_error(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "secret"), OK);
    assert_int_equal(buffer_append_text(b, "and more"), E_LIMIT);
    buffer_clear(b);
    assert_int_equal(buffer_status(b), OK);
    assert_int_equal(b->len, 0);
    assert_memory_equal(b->data, "\0\0\0\0\0\0", 6);
    assert_int_equal(buffer_append_text(b, "again"), OK);
    holds(b, "again");
}

static void the_greatest_length_does_not_wrap(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_byte(b, 'x'), OK);
    assert_null(buffer_extend(b, SIZE_MAX));
    assert_int_equal(buffer_status(b), E_LIMIT);
    holds(b, "x");
}

static void no_maximum_is_beyond_the_address_space(void **state)
{
    struct buffer *b = *state;
    b->max = SIZE_MAX;
    assert_null(buffer_extend(b, SIZE_MAX));
    assert_int_equal(buffer_status(b), E_LIMIT);
}

static void a_maximum_of_nothing_refuses_every_byte(void **state)
{
    struct buffer *b = *state;
    b->max = 0;
    assert_int_equal(buffer_append(b, bytes_of(NULL, 0)), OK);
    assert_int_equal(buffer_append_byte(b, 0), E_LIMIT);
}

static void growth_keeps_what_was_there(void **state)
{
    struct buffer *b = *state;
    b->max = 100000;
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(buffer_append_byte(b, (uint8_t)(i * 7 >> 3)), OK);
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(b->data[i], (uint8_t)(i * 7 >> 3));
    assert_in_range(b->cap, 100001, 100001);
}

static void extending_gives_zeros(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "dirty"), OK);
    b->len = 1;
    uint8_t *at = buffer_extend(b, 4);
    assert_ptr_equal(at, b->data + 1);
    assert_memory_equal(at, "\0\0\0\0", 4);
    assert_int_equal(b->len, 5);
}

static void printing_stops_at_the_maximum(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_printf(b, "%s-%04u", "ab", 17u), OK);
    holds(b, "ab-0017");
    assert_int_equal(buffer_printf(b, "%s", "1234"), E_LIMIT);
    holds(b, "ab-0017");
}

static void consuming_takes_from_the_front(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "abcdef"), OK);
    buffer_consume(b, 2);
    holds(b, "cdef");
    buffer_consume(b, 0);
    holds(b, "cdef");
    buffer_consume(b, 5);
    holds(b, "");
}

static void it_can_be_used_again_after_its_end(void **state)
{
    struct buffer *b = *state;
    assert_int_equal(buffer_append_text(b, "abc"), OK);
    buffer_fini(b);
    assert_null(b->data);
    buffer_fini(b);
    buffer_fini(NULL);
    assert_int_equal(buffer_append_text(b, "01234567890"), E_LIMIT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_fresh_buffer_has_nothing),
        TEST(it_fills_to_the_last_byte_of_its_maximum),
        TEST(one_byte_past_the_maximum_is_refused),
        TEST(a_refused_append_appends_nothing),
        TEST(an_error_sticks),
        TEST(clearing_forgets_contents_and_error),
        TEST(the_greatest_length_does_not_wrap),
        TEST(no_maximum_is_beyond_the_address_space),
        TEST(a_maximum_of_nothing_refuses_every_byte),
        TEST(growth_keeps_what_was_there),
        TEST(extending_gives_zeros),
        TEST(printing_stops_at_the_maximum),
        TEST(consuming_takes_from_the_front),
        TEST(it_can_be_used_again_after_its_end),
    };
    return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
