/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views, buffers with a maximum, arenas and hexadecimal text do what their headers say. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/bytes.h"
#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- views */

static void bytes_of_equal_length_and_contents_are_equal(void **state)
{
    (void)state;
    assert_true(bytes_equal(bytes_of("abc", 3), bytes_of_text("abc")));
    assert_false(bytes_equal(bytes_of("abc", 3), bytes_of("abd", 3)));
    assert_false(bytes_equal(bytes_of("abc", 3), bytes_of("abc", 2)));
    assert_true(bytes_equal(bytes_of(NULL, 0), bytes_of("x", 0)));
}

static void a_secret_comparison_sees_each_byte_and_the_length(void **state)
{
    uint8_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, b[8];
    (void)state;
    for (size_t i = 0; i < sizeof(a); i++) {
        memcpy(b, a, sizeof(a));
        assert_true(bytes_equal_secret(bytes_of(a, 8), bytes_of(b, 8)));
        b[i] ^= 0x80;
        assert_false(bytes_equal_secret(bytes_of(a, 8), bytes_of(b, 8)));
    }
    assert_false(bytes_equal_secret(bytes_of(a, 8), bytes_of(a, 7)));
    assert_true(bytes_equal_secret(bytes_of(NULL, 0), bytes_of(NULL, 0)));
}

static void a_slice_is_clamped_to_what_exists(void **state)
{
    struct bytes b = bytes_of_text("abcdef");
    (void)state;
    assert_true(bytes_equal(bytes_slice(b, 2, 3), bytes_of_text("cde")));
    assert_true(bytes_equal(bytes_slice(b, 2, SIZE_MAX), bytes_of_text("cdef")));
    assert_int_equal(bytes_slice(b, 6, 1).len, 0);
    assert_int_equal(bytes_slice(b, SIZE_MAX, SIZE_MAX).len, 0);
}

static void a_needle_is_found_at_both_ends_and_never_when_empty(void **state)
{
    struct bytes b = bytes_of_text("abcdef");
    (void)state;
    assert_true(bytes_contains(b, bytes_of_text("abc")));
    assert_true(bytes_contains(b, bytes_of_text("ef")));
    assert_false(bytes_contains(b, bytes_of_text("abd")));
    assert_false(bytes_contains(b, bytes_of_text("abcdefg")));
    assert_false(bytes_contains(b, bytes_of_text("")));
    assert_false(bytes_contains(bytes_of(NULL, 0), bytes_of_text("a")));
}

static void no_text_is_no_bytes(void **state)
{
    (void)state;
    assert_int_equal(bytes_of_text(NULL).len, 0);
    assert_int_equal(bytes_of_text("").len, 0);
}

/* ---- buffers */

static void a_buffer_holds_its_maximum_and_not_one_byte_more(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(buffer_append_byte(&b, (uint8_t)i), OK);
    assert_int_equal(buffer_append_byte(&b, 0), E_LIMIT);
    assert_int_equal(b.len, 100);
    assert_int_equal(b.data[99], 99);
    buffer_fini(&b);
}

static void what_does_not_fit_is_not_appended_in_part(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 4);
    assert_int_equal(buffer_append_text(&b, "abc"), OK);
    assert_int_equal(buffer_append_text(&b, "de"), E_LIMIT);
    assert_true(bytes_equal(buffer_bytes(&b), bytes_of_text("abc")));
    buffer_fini(&b);
}

static void an_error_sticks_until_the_buffer_is_cleared(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 4);
    buffer_append_text(&b, "abcde");
    assert_int_equal(buffer_status(&b), E_LIMIT);
    assert_int_equal(buffer_append_byte(&b, 'x'), E_LIMIT);
    assert_int_equal(buffer_printf(&b, "%d", 1), E_LIMIT);
    assert_null(buffer_extend(&b, 1));
    assert_string_equal(buffer_text(&b), "");
    buffer_clear(&b);
    assert_int_equal(buffer_append_text(&b, "abcd"), OK);
    assert_string_equal(buffer_text(&b), "abcd");
    buffer_fini(&b);
}

static void a_length_near_the_largest_number_is_no_way_around_the_ceiling(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, SIZE_MAX - 1);
    assert_int_equal(buffer_append_byte(&b, 1), OK);
    assert_null(buffer_extend(&b, SIZE_MAX - 1));
    assert_int_equal(buffer_status(&b), E_LIMIT);
    buffer_fini(&b);
}

static void a_buffer_allocates_no_more_than_its_maximum_and_a_terminator(void **state)
{
    struct buffer b;
    (void)state;
    for (size_t max = 1; max < 300; max++) {
        buffer_init(&b, max);
        for (size_t i = 0; i < max; i++) {
            assert_int_equal(buffer_append_byte(&b, (uint8_t)i), OK);
            assert_in_range(b.cap, b.len + 1, max + 1);
        }
        buffer_fini(&b);
    }
}

static void no_buffer_holds_as_many_bytes_as_there_are_numbers(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, SIZE_MAX);
    assert_null(buffer_extend(&b, SIZE_MAX));
    assert_int_equal(buffer_status(&b), E_LIMIT);
    buffer_fini(&b);
}

static void a_buffer_of_no_bytes_refuses_every_byte(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 0);
    assert_int_equal(buffer_append(&b, bytes_of(NULL, 0)), OK);
    assert_int_equal(buffer_append_byte(&b, 1), E_LIMIT);
    buffer_fini(&b);
}

static void printing_goes_up_to_the_maximum_with_the_terminator_beyond(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 64);
    assert_int_equal(buffer_printf(&b, "%064d", 7), OK);
    assert_int_equal(b.len, 64);
    assert_int_equal(strlen(buffer_text(&b)), 64);
    buffer_clear(&b);
    assert_int_equal(buffer_printf(&b, "%065d", 7), E_LIMIT);
    assert_int_equal(b.len, 0);
    buffer_fini(&b);
}

static void consuming_takes_from_the_front(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 64);
    buffer_append_text(&b, "abcdef");
    buffer_consume(&b, 2);
    assert_string_equal(buffer_text(&b), "cdef");
    buffer_consume(&b, 99);
    assert_int_equal(b.len, 0);
    assert_int_equal(buffer_append_text(&b, "x"), OK);
    assert_string_equal(buffer_text(&b), "x");
    buffer_fini(&b);
}

static void an_extension_is_zero_although_the_memory_was_used_before(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 64);
    buffer_append_text(&b, "abcdefgh");
    buffer_consume(&b, 8);
    const uint8_t *at = buffer_extend(&b, 8);
    assert_non_null(at);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(at[i], 0);
    buffer_fini(&b);
}

/* ---- arenas */

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 1024 * 1024);
    for (size_t size = 0; size < 9000; size += 137) {
        const uint8_t *at = arena_alloc(&a, size);
        assert_non_null(at);
        assert_int_equal((uintptr_t)at % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
    }
    arena_fini(&a);
}

static void an_arena_ends_at_its_maximum(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 10000);
    assert_null(arena_alloc(&a, 10001));
    assert_non_null(arena_alloc(&a, 9000));
    assert_null(arena_alloc(&a, 2000));
    assert_non_null(arena_alloc(&a, 500));
    arena_reset(&a);
    assert_non_null(arena_alloc(&a, 9000));
    arena_fini(&a);
}

static void an_array_whose_size_overflows_is_refused(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, SIZE_MAX);
    assert_null(arena_array(&a, SIZE_MAX / 8 + 2, 8));
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 32));
    arena_fini(&a);
}

static void copies_in_an_arena_are_copies(void **state)
{
    struct arena a;
    char text[] = "abc";
    (void)state;
    arena_init(&a, 10000);
    const char *copy = arena_text(&a, text);
    struct bytes bytes = arena_copy(&a, bytes_of(text, 3));
    struct bytes nothing = arena_copy(&a, bytes_of(NULL, 0));
    text[0] = 'x';
    assert_string_equal(copy, "abc");
    assert_true(bytes_equal(bytes, bytes_of_text("abc")));
    assert_non_null(nothing.data);
    assert_int_equal(nothing.len, 0);
    assert_null(arena_text(&a, NULL));
    assert_string_equal(arena_printf(&a, "%s-%d", "a", 7), "a-7");
    arena_fini(&a);
}

/* ---- hexadecimal */

static void bytes_survive_hexadecimal_text(void **state)
{
    uint8_t all[256], back[256];
    struct arena a;
    (void)state;
    for (size_t i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    arena_init(&a, 10000);
    const char *text = hex_text(&a, bytes_of(all, 256));
    assert_non_null(text);
    assert_int_equal(strlen(text), 512);
    assert_int_equal(strncmp(text, "000102", 6), 0);
    assert_string_equal(text + 506, "fdfeff");
    assert_int_equal(hex_decode_exact(text, back, 256), OK);
    assert_memory_equal(all, back, 256);
    arena_fini(&a);
}

static void hexadecimal_text_may_have_spaces_and_capitals(void **state)
{
    uint8_t out[3];
    (void)state;
    assert_int_equal(hex_decode_exact(" 0A\n\tb C\r0d", out, 3), OK);
    assert_memory_equal(out, "\x0a\xbc\x0d", 3);
}

static void what_is_not_hexadecimal_does_not_parse(void **state)
{
    uint8_t out[2];
    (void)state;
    assert_int_equal(hex_decode_exact("0g00", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("0G00", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("000", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("00000", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("00", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("000000", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("0x00", out, 2), E_PARSE);
}

static void decoding_stops_at_the_ceiling_of_the_buffer(void **state)
{
    struct buffer b;
    (void)state;
    buffer_init(&b, 2);
    assert_int_equal(hex_decode("aabbcc", 6, &b), E_LIMIT);
    buffer_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_equal_length_and_contents_are_equal),
        cmocka_unit_test(a_secret_comparison_sees_each_byte_and_the_length),
        cmocka_unit_test(a_slice_is_clamped_to_what_exists),
        cmocka_unit_test(a_needle_is_found_at_both_ends_and_never_when_empty),
        cmocka_unit_test(no_text_is_no_bytes),
        cmocka_unit_test(a_buffer_holds_its_maximum_and_not_one_byte_more),
        cmocka_unit_test(what_does_not_fit_is_not_appended_in_part),
        cmocka_unit_test(an_error_sticks_until_the_buffer_is_cleared),
        cmocka_unit_test(a_length_near_the_largest_number_is_no_way_around_the_ceiling),
        cmocka_unit_test(a_buffer_allocates_no_more_than_its_maximum_and_a_terminator),
        cmocka_unit_test(no_buffer_holds_as_many_bytes_as_there_are_numbers),
        cmocka_unit_test(a_buffer_of_no_bytes_refuses_every_byte),
        cmocka_unit_test(printing_goes_up_to_the_maximum_with_the_terminator_beyond),
        cmocka_unit_test(consuming_takes_from_the_front),
        cmocka_unit_test(an_extension_is_zero_although_the_memory_was_used_before),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(an_arena_ends_at_its_maximum),
        cmocka_unit_test(an_array_whose_size_overflows_is_refused),
        cmocka_unit_test(copies_in_an_arena_are_copies),
        cmocka_unit_test(bytes_survive_hexadecimal_text),
        cmocka_unit_test(hexadecimal_text_may_have_spaces_and_capitals),
        cmocka_unit_test(what_is_not_hexadecimal_does_not_parse),
        cmocka_unit_test(decoding_stops_at_the_ceiling_of_the_buffer),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
