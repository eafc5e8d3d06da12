/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/canary: planted secrets, and nothing else, are found in the encodings a careless program
 * would use. */
#include "base/canary.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char secret[] = "Kx7-pQ2_mZ9aBcDe and more";

struct row {
    const char *sentence;
    struct bytes sent;
    bool is_found;
};

#define TEXT(text)                                                                                 \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

static const struct row rows[] = {
    {"as it is", TEXT("before Kx7-pQ2_mZ9aBcDe after"), true},
    {"in hex", TEXT("x4b78372d7051325f6d5a396142634465x"), true},
    {"in capital hex", TEXT("4B78372D7051325F6D5A396142634465"), true},
    {"in base64, at the beginning", TEXT("S3g3LXBRMl9tWjlhQmNEZSBhbmQgbW9yZQ=="), true},
    {"in base64, one byte in", TEXT("YUt4Ny1wUTJfbVo5YUJjRGU="), true},
    {"in base64, two bytes in", TEXT("YWJLeDctcFEyX21aOWFCY0Rl"), true},
    {"in UTF-16, little end first", TEXT("K\0x\0007\0-\0p\0Q\0002\0_\0m\0Z\0009\0a\0B\0c\0D\0e\0"),
     true},
    {"in UTF-16, big end first", TEXT("\0K\0x\0007\0-\0p\0Q\0002\0_\0m\0Z\0009\0a\0B\0c\0D\0e"),
     true},
    {"backwards", TEXT("eDcBa9Zm_2Qp-7xK"), true},
    {"its first half is no canary", TEXT("Kx7-pQ2_ and nothing more"), false},
    {"other bytes", TEXT("<ack class=\"message\" id=\"4711\"/>"), false},
    {"nothing", TEXT(""), false},
};

static void is_found_or_not(void **state)
{
    const struct row *r = *state;
    struct arena arena;
    struct canaries c;
    arena_init(&arena, 65536);
    canaries_init(&c, &arena);
    assert_int_equal(canaries_plant(&c, "a text", bytes_of_text(secret)), OK);
    canaries_look(&c, "a stanza", r->sent);
    assert_int_equal(c.found != NULL, r->is_found);
    if (c.found) {
        assert_memory_equal(c.found, "a text stands", 13);
        assert_string_equal(c.found_what, "a text");
        assert_string_equal(c.found_where, "a stanza");
    }
    arena_fini(&arena);
}

static void what_is_short_is_no_canary(void **state)
{
    struct arena arena;
    struct canaries c;
    (void)state;
    arena_init(&arena, 65536);
    canaries_init(&c, &arena);
    assert_int_equal(canaries_plant(&c, "a text", bytes_of_text("fifteen bytes..")), OK);
    canaries_look(&c, "a stanza", bytes_of_text("fifteen bytes.. and more"));
    assert_null(c.found);
    arena_fini(&arena);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 1];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, is_found_or_not);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_short_is_no_canary);
    return cmocka_run_group_tests_name("run/canary", tests, NULL, NULL);
}
