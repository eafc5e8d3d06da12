/* Bytes as text and back: every byte value, either case, white space; nothing else. */
#include "base/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *text;
    const char *bytes; /* NULL: refused */
};

static const struct row rows[] = {
    {"small letters", "6162ff", "ab\xff"},
    {"capital letters", "6A6BFF", "jk\xff"},
    {"white space between digits is skipped", " 6\t1 \r\n62\n", "ab"},
    {"nothing is nothing", "", ""},
    {"an odd number of digits is refused", "616", NULL},
    {"a letter past f is refused", "6g", NULL},
    {"a colon is refused", "61:62", NULL},
    {"a prefix is refused", "0x61", NULL},
    {"a sign is refused", "-1", NULL},
    {"a byte past ASCII is refused", "\xc3\xa9", NULL},
};

static void decodes(void **state)
{
    const struct row *row = *state;
    struct buffer out;
    buffer_init(&out, 64);
    enum status st = hex_decode(row->text, strlen(row->text), &out);
    assert_int_equal(st, row->bytes ? OK : E_PARSE);
    if (row->bytes)
        assert_true(bytes_equal(buffer_bytes(&out), bytes_of_text(row->bytes)));
    buffer_fini(&out);
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    uint8_t all[256], back[256];
    struct arena arena;
    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    arena_init(&arena, 4096);
    char *text = hex_text(&arena, bytes_of(all, 256));
    assert_int_equal(strlen(text), 512);
    assert_memory_equal(text, "000102030405060708090a0b0c0d0e0f10", 34);
    assert_string_equal(text + 508, "feff");
    assert_int_equal(hex_decode_exact(text, back, 256), OK);
    assert_memory_equal(all, back, 256);
    arena_fini(&arena);
}

static void text_is_appended(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 5);
    buffer_append_text(&out, ">");
    assert_int_equal(hex_append(&out, bytes_of("\x0f\xf0", 2)), OK);
    assert_string_equal(buffer_text(&out), ">0ff0");
    assert_int_equal(hex_append(&out, bytes_of("x", 1)), E_LIMIT);
    buffer_fini(&out);
}

static void a_full_buffer_is_a_limit_not_a_mistake(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 1);
    assert_int_equal(hex_decode("6162", 4, &out), E_LIMIT);
    buffer_fini(&out);
}

static void exactly_means_exactly(void **state)
{
    (void)state;
    uint8_t out[2];
    assert_int_equal(hex_decode_exact("6162", out, 2), OK);
    assert_memory_equal(out, "ab", 2);
    assert_int_equal(hex_decode_exact("61", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("616263", out, 2), E_PARSE);
    assert_int_equal(hex_decode_exact("", out, 0), OK);
}

static void a_full_arena_gives_no_text(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 16);
    assert_null(hex_text(&arena, bytes_of("0123456789", 10)));
    arena_fini(&arena);
}

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
    struct CMUnitTest tests[N_ROWS + 5] = {
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(text_is_appended),
        cmocka_unit_test(a_full_buffer_is_a_limit_not_a_mistake),
        cmocka_unit_test(exactly_means_exactly),
        cmocka_unit_test(a_full_arena_gives_no_text),
    };
    for (size_t i = 0; i < N_ROWS; i++)
        tests[5 + i] =
            (struct CMUnitTest){rows[i].sentence, decodes, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    return cmocka_run_group_tests_name("hex", tests, NULL, NULL);
}
