/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The constants of a profile: what is taken for each, what is not,
 * and that docs/wire.md has all. */
#include "wire/profile.h"

#include "base/buffer.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAGE_MAX (1024u * 1024u)

struct row {
    const char *sentence, *name, *value;
    enum status st;
    const char *is; /* as profile_get says it afterwards; NULL: as it was */
};

static const struct row rows[] = {
    {"a number", "frame.length-size", "4", OK, "4"},
    {"a number in hexadecimal", "frame.max", "0x10000", OK, "65536"},
    {"the least of its range", "frame.length-size", "2", OK, "2"},
    {"under its range", "frame.length-size", "1", E_INPUT, NULL},
    {"over its range", "frame.length-size", "5", E_INPUT, NULL},
    {"over every range", "frame.max", "99999999999999999999999", E_INPUT, NULL},
    {"over 32 bits, in range when cut", "frame.length-size", "4294967299", E_INPUT, NULL},
    {"below zero", "frame.max", "-1", E_INPUT, NULL},
    {"a sign", "frame.max", "+1000", E_INPUT, NULL},
    {"white space before", "frame.max", " 1000", E_INPUT, NULL},
    {"white space after", "frame.max", "1000 ", E_INPUT, NULL},
    {"a unit", "frame.max", "64k", E_INPUT, NULL},
    {"no number", "frame.max", "", E_INPUT, NULL},
    {"yes", "frame.intro", "yes", OK, "yes"},
    {"no", "token.binds-static", "no", OK, "no"},
    {"true is not yes", "frame.intro", "true", E_INPUT, NULL},
    {"nor is YES", "frame.intro", "YES", E_INPUT, NULL},
    {"bytes", "frame.header", "57410603", OK, "57410603"},
    {"no bytes", "noise.prologue", "", OK, ""},
    {"half a byte", "frame.header", "574", E_INPUT, NULL},
    {"bytes that are none", "frame.header", "5741060g", E_INPUT, NULL},
    {"a root key one byte too long", "certificate.root",
     "000000000000000000000000000000000000000000000000000000000000000000", E_INPUT, NULL},
    {"a text", "stanza.server", "gk.example", OK, "gk.example"},
    {"no text", "stanza.server", "", E_INPUT, NULL},
    {"the first choice", "noise.empty-payload", "skipped", OK, "skipped"},
    {"the second choice", "noise.empty-payload", "hashed", OK, "hashed"},
    {"a choice counted from one", "handshake.form", "fields", OK, "fields"},
    {"one of the algorithms", "token.algorithms", "ES256", OK, "ES256"},
    {"both the other way round", "token.algorithms", "ES256 EdDSA", OK, "ES256 EdDSA"},
    {"an algorithm twice", "token.algorithms", "ES256 ES256", E_INPUT, NULL},
    {"an algorithm that nothing here knows", "token.algorithms", "EdDSA RS256", E_INPUT, NULL},
    {"an algorithm's beginning", "token.algorithms", "ES", E_INPUT, NULL},
    {"a space at the end", "token.algorithms", "ES256 ", E_INPUT, NULL},
    {"no algorithm", "token.algorithms", "", E_INPUT, NULL},
    {"no choice", "handshake.form", "both", E_INPUT, NULL},
    {"a choice's beginning", "handshake.form", "no", E_INPUT, NULL},
    {"a fixed constant as it is", "signal.mac-length", "8", OK, "8"},
    {"the same number in another spelling", "signal.version-byte", "51", OK, NULL},
    {"a fixed number otherwise", "signal.mac-length", "10", E_INPUT, "10"},
    {"a fixed text otherwise", "signal.root-info", "Other", E_INPUT, "Other"},
    {"IK is not offered", "noise.allows-ik", "yes", E_INPUT, "yes"},
    {"claims that no rule would look for", "token.claims", "iss sub", E_INPUT, "iss sub"},
    {"labels nothing here uses", "media.mac-length", "16", E_INPUT, "16"},
    {"no such constant", "frame.hedaer", "00", E_MISSING, NULL},
    {"no name", "", "00", E_MISSING, NULL},
};

static void is_set(void **state)
{
    const struct row *row = *state;
    const struct profile_constant *c = profile_constant_find(row->name);
    struct wire_profile p;
    char was[256] = "", is[256] = "";
    profile_defaults(&p);
    if (c)
        profile_get(&p, c, was, sizeof(was));
    assert_int_equal(profile_set(&p, row->name, row->value), row->st);
    if (!c || row->st)
        return;
    profile_get(&p, c, is, sizeof(is));
    assert_string_equal(is, row->is ? row->is : was);
}

/* Shows that what is said of a wrong value has the range in it. */
static void says(const char *name, const char *text)
{
    struct buffer out;
    buffer_init(&out, 256);
    profile_expects(profile_constant_find(name), &out);
    assert_string_equal(buffer_text(&out), text);
    buffer_fini(&out);
}

static void what_is_expected_has_its_range(void **state)
{
    (void)state;
    says("frame.length-size", "a number from 2 to 4");
    says("frame.intro", "yes or no");
    says("frame.header", "hexadecimal digits, two a byte: 0 to 64 bytes");
    says("certificate.root", "hexadecimal digits, two a byte: 32 bytes, or none");
    says("stanza.server", "1 to 127 bytes of text");
    says("handshake.form", "noise or fields");
    says("token.algorithms", "one or more of EdDSA and ES256, each once, a space between");
}

static void one_constant_makes_the_difference(void **state)
{
    (void)state;
    struct wire_profile a, b;
    profile_defaults(&a);
    profile_defaults(&b);
    memcpy(b.title, "T", 2);
    assert_true(profile_equal(&a, &b));
    assert_int_equal(profile_set(&b, "padding.max", "17"), OK);
    assert_false(profile_equal(&a, &b));
}

static void every_default_is_a_value_of_its_own(void **state)
{
    (void)state;
    size_t n;
    const struct profile_constant *all = profile_constants(&n);
    struct wire_profile standard, p;
    profile_defaults(&standard);
    profile_defaults(&p);
    for (size_t i = 0; i < n; i++) {
        char text[256];
        profile_get(&standard, &all[i], text, sizeof(text));
        assert_int_equal(profile_set(&p, all[i].name, all[i].otherwise), OK);
        assert_int_equal(profile_set(&p, all[i].name, text), OK);
    }
    assert_memory_equal(&p, &standard, sizeof(p));
}

static void no_constant_is_there_twice(void **state)
{
    (void)state;
    size_t n;
    const struct profile_constant *all = profile_constants(&n);
    for (size_t i = 0; i < n; i++) {
        assert_ptr_equal(profile_constant_find(all[i].name), &all[i]);
        assert_true(all[i].explanation && all[i].explanation[0]);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(all[i].at, all[j].at);
    }
    assert_null(profile_constant_find(NULL));
}

static void a_text_fits_or_is_refused(void **state)
{
    (void)state;
    char text[PROFILE_TEXT_MAX + 1];
    struct wire_profile p;
    profile_defaults(&p);
    memset(text, 'x', sizeof(text));
    text[PROFILE_TEXT_MAX] = '\0';
    assert_int_equal(profile_set(&p, "stanza.server", text), E_INPUT);
    text[PROFILE_TEXT_MAX - 1] = '\0';
    assert_int_equal(profile_set(&p, "stanza.server", text), OK);
    assert_string_equal(p.stanza_server, text);
}

/* ---- docs/wire.md, which "every constant ... is a field of the profile" speaks of */

static void read_page(struct buffer *page)
{
    char piece[4096];
    size_t n;
    FILE *file = fopen(WIRE_PAGE, "rb");
    assert_non_null(file);
    while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
        buffer_append(page, bytes_of(piece, n));
    fclose(file);
    assert_int_equal(buffer_status(page), OK);
}

static void the_page_has_every_constant(void **state)
{
    (void)state;
    size_t n, n_missing = 0;
    const struct profile_constant *all = profile_constants(&n);
    struct buffer page;
    buffer_init(&page, PAGE_MAX);
    read_page(&page);
    for (size_t i = 0; i < n; i++) {
        char quoted[128];
        snprintf(quoted, sizeof(quoted), "`%s`", all[i].name);
        if (strstr(buffer_text(&page), quoted))
            continue;
        print_error("docs/wire.md does not name %s\n", quoted);
        n_missing++;
    }
    buffer_fini(&page);
    assert_int_equal(n_missing, 0);
}

/* Does |word| look like a constant: a group's name of the table, a dot, a name in small letters? */
static bool is_of_a_group(const char *word, size_t len)
{
    size_t n, dot = strcspn(word, ".");
    const struct profile_constant *all = profile_constants(&n);
    if (dot + 1 >= len || strspn(word + dot + 1, "abcdefghijklmnopqrstuvwxyz-") != len - dot - 1)
        return false;
    for (size_t i = 0; i < n; i++)
        if (strncmp(all[i].name, word, dot + 1) == 0)
            return true;
    return false;
}

static void the_page_names_no_other(void **state)
{
    (void)state;
    size_t n_seen = 0, n_unknown = 0;
    struct buffer page;
    buffer_init(&page, PAGE_MAX);
    read_page(&page);
    for (const char *at = strchr(buffer_text(&page), '`'); at; at = strchr(at + 1, '`')) {
        char name[64] = "";
        size_t len = strcspn(at + 1, "` \n");
        if (at[1 + len] != '`' || len >= sizeof(name) || !is_of_a_group(at + 1, len))
            continue;
        memcpy(name, at + 1, len);
        n_seen++;
        if (profile_constant_find(name))
            continue;
        print_error("docs/wire.md names `%s`, which is no constant\n", name);
        n_unknown++;
    }
    buffer_fini(&page);
    assert_int_equal(n_unknown, 0);
    assert_in_range(n_seen, 40, 1000);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(every_default_is_a_value_of_its_own),
    cmocka_unit_test(what_is_expected_has_its_range),
    cmocka_unit_test(one_constant_makes_the_difference),
    cmocka_unit_test(no_constant_is_there_twice),
    cmocka_unit_test(a_text_fits_or_is_refused),
    cmocka_unit_test(the_page_has_every_constant),
    cmocka_unit_test(the_page_names_no_other),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(written)];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, is_set);
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("profile", tests, COUNT(tests), NULL, NULL);
}
