/* wire/profile: every constant comes back as it was written; what is no value is refused; the
 * documentation names them all. */
#include "wire/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void comes_back(void **state)
{
    const struct profile_constant *c = *state;
    struct wire_profile p;
    const char *expected;
    char value[256], again[256];
    memset(&p, 0xa5, sizeof(p));
    profile_defaults(&p);
    profile_get(&p, c, value, sizeof(value));
    assert_int_equal(profile_set(&p, c->name, value, &expected), OK);
    profile_get(&p, c, again, sizeof(again));
    assert_string_equal(value, again);
    assert_ptr_equal(profile_constant_find(c->name), c);
}

struct row {
    const char *sentence, *name, *value;
    enum status st;
};

static const struct row rows[] = {
    {"an unknown name", "frame.heder", "", E_MISSING},
    {"a number below its range", "frame.length-size", "1", E_INPUT},
    {"a number above its range", "frame.length-size", "5", E_INPUT},
    {"a number that is none", "padding.max", "sixteen", E_INPUT},
    {"a number with more behind it", "padding.max", "16x", E_INPUT},
    {"a negative number", "padding.max", "-1", E_INPUT},
    {"hex that is none", "frame.header", "5g", E_INPUT},
    {"more bytes than there is room for", "certificate.root",
     "000000000000000000000000000000000000000000000000000000000000000000", E_INPUT},
    {"a choice that is none", "noise.empty-payload", "maybe", E_INPUT},
    {"neither yes nor no", "frame.intro", "true", E_INPUT},
    {"an empty text", "stanza.server", "", E_INPUT},
    {"another value of a fixed constant", "signal.mac-length", "16", E_INPUT},
    {"the value of a fixed constant in another spelling", "signal.mac-length", "0x8", OK},
    {"IK, which nobody speaks yet", "noise.allows-ik", "yes", E_INPUT},
    {"a header", "frame.header", "57410603", OK},
    {"no header", "frame.header", "", OK},
};

static void is_taken_or_not(void **state)
{
    const struct row *r = *state;
    struct wire_profile p;
    const char *expected;
    profile_defaults(&p);
    assert_int_equal(profile_set(&p, r->name, r->value, &expected), r->st);
    if (r->st == E_INPUT)
        assert_true(strlen(expected) > 0);
}

/* |name| in code font somewhere in docs/wire.md, or its group's other members beside it. */
static void stands_in_the_documentation(void **state)
{
    size_t n, len = 0;
    static char text[65536];
    const struct profile_constant *all = profile_constants(&n);
    (void)state;
    FILE *f = fopen(WIRE_MD, "r");
    assert_non_null(f);
    len = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[len] = '\0';
    for (size_t i = 0; i < n; i++) {
        bool is_of_the_wire = strncmp(all[i].name, "signal.", 7) != 0 &&
                              strncmp(all[i].name, "media.", 6) != 0 &&
                              strcmp(all[i].name, "content.max-plaintext") != 0;
        if (is_of_the_wire && !strstr(text, all[i].name))
            fail_msg("docs/wire.md does not name %s", all[i].name);
    }
}

#define CONSTANTS_MAX 128u
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
    struct CMUnitTest tests[CONSTANTS_MAX + N_ROWS + 1];
    size_t n_constants, n = 0;
    const struct profile_constant *all = profile_constants(&n_constants);
    for (size_t i = 0; i < n_constants && i < CONSTANTS_MAX; i++)
        tests[n++] =
            (struct CMUnitTest){all[i].name, comes_back, NULL, NULL, (void *)(uintptr_t)&all[i]};
    for (size_t i = 0; i < N_ROWS; i++)
        tests[n++] = (struct CMUnitTest){rows[i].sentence, is_taken_or_not, NULL, NULL,
                                         (void *)(uintptr_t)&rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(stands_in_the_documentation);
    return _cmocka_run_group_tests("wire/profile", tests, n, NULL, NULL);
}
