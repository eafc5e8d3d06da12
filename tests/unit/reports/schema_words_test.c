/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that the schema has every word that a result's expect and seen can have. */
#include "verdict/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char schema[256 * 1024];

static int read_schema(void **state)
{
    FILE *f = fopen(SCHEMA, "rb");
    size_t n = f ? fread(schema, 1, sizeof(schema) - 1, f) : 0;
    (void)state;
    if (f)
        (void)fclose(f);
    return n == 0;
}

/* |word| stands in the list of values of |member| of a step. */
static void assert_value(const char *member, const char *word)
{
    char quoted[64];
    const char *list, *end, *found;
    snprintf(quoted, sizeof(quoted), "\"%s\": {", member);
    const char *steps = strstr(schema, "\"steps\": {");
    assert_non_null(steps);
    list = strstr(steps, quoted);
    assert_non_null(list);
    end = strchr(list, ']');
    snprintf(quoted, sizeof(quoted), "\"%s\"", word);
    found = strstr(list, quoted);
    if (!found || found > end)
        fail_msg("%s: the schema has no \"%s\"", member, word);
}

static void every_expectation_is_in_the_schema(void **state)
{
    (void)state;
    for (int i = 0; i < N_EXPECT; i++)
        assert_value("expect", expect_name((enum expect)i));
}

static void everything_seen_is_in_the_schema(void **state)
{
    (void)state;
    for (int i = 0; i < N_SEEN; i++)
        assert_value("seen", seen_name((enum seen)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_expectation_is_in_the_schema),
        cmocka_unit_test(everything_seen_is_in_the_schema),
    };
    return cmocka_run_group_tests(tests, read_schema, NULL);
}
