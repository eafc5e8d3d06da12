/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flaw_table_checks.h"

#include "base/buffer.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RULES_MAX 4096u

static const struct flaw_table_under_test *t;

static size_t count(void) { return t->tables[0]->n + (t->tables[1] ? t->tables[1]->n : 0); }

static const struct flaw *at(size_t i)
{
    size_t n = t->tables[0]->n;
    return i < n || !t->tables[1] ? flaw_table_at(t->tables[0], i)
                                  : flaw_table_at(t->tables[1], i - n);
}

/* The honest rules with the flaw |name|; false when there is none. */
static bool rules_with(const char *name, void *out)
{
    memcpy(out, t->honest, t->rules_len);
    return flaw_table_set(t->tables[0], name, out) ||
           (t->tables[1] && flaw_table_set(t->tables[1], name, out));
}

static void there_are_enough_and_an_end(void **state)
{
    (void)state;
    assert_in_range(count(), t->least, 1000);
    assert_non_null(at(count() - 1));
    assert_null(at(count()));
}

static void names_are_words_and_stand_in_one_table_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < count(); i++) {
        const char *name = at(i)->name;
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(name, at(j)->name);
        for (size_t o = 0; t->others[o]; o++)
            for (size_t j = 0; t->others[o](j); j++)
                assert_string_not_equal(name, t->others[o](j)->name);
    }
}

static void each_says_what_it_does_and_why_it_is_unseen(void **state)
{
    (void)state;
    for (size_t i = 0; i < count(); i++) {
        const struct flaw *f = at(i);
        assert_true(strlen(f->text) > 10);
        assert_null(strpbrk(f->text, "\t\n")); /* --list-flaws separates by them */
        if (f->unobservable)
            assert_true(strlen(f->unobservable) > 10);
    }
}

static void read_file(const char *path, struct buffer *out)
{
    char chunk[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot read %s", path);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buffer_append(out, bytes_of(chunk, n));
    fclose(f);
    assert_int_equal(buffer_status(out), OK);
}

static void each_violates_a_requirement_that_exists(void **state)
{
    static const char *const files[] = {REQUIREMENTS_FILES};
    struct buffer all;
    (void)state;
    buffer_init(&all, (size_t)4 * 1024 * 1024);
    for (size_t i = 0; i < COUNT(files); i++)
        read_file(files[i], &all);
    for (size_t i = 0; i < count(); i++) {
        char attribute[64];
        snprintf(attribute, sizeof(attribute), "id=\"%s\"", at(i)->requirement);
        if (!bytes_contains(buffer_bytes(&all), bytes_of_text(attribute)))
            fail_msg("%s violates %s, which no requirement is called", at(i)->name,
                     at(i)->requirement);
    }
    buffer_fini(&all);
}

/* Members that differ are told by runs of bytes that do: a number's bytes lie side by side. */
static size_t differences(const void *a, const void *b)
{
    const unsigned char *x = a, *y = b;
    size_t n = 0;
    for (size_t i = 0; i < t->rules_len; i++)
        n += x[i] != y[i] && (i == 0 || x[i - 1] == y[i - 1]);
    return n;
}

static void each_changes_one_member_and_no_two_the_same_way(void **state)
{
    static max_align_t one[RULES_MAX / sizeof(max_align_t)], other[COUNT(one)];
    (void)state;
    for (size_t i = 0; i < count(); i++) {
        assert_true(rules_with(at(i)->name, one));
        if (differences(one, t->honest) != 1)
            fail_msg("%s does not change one member", at(i)->name);
        for (size_t j = 0; j < i; j++) {
            assert_true(rules_with(at(j)->name, other));
            if (differences(one, other) == 0)
                fail_msg("%s and %s are the same", at(i)->name, at(j)->name);
        }
    }
}

static void without_a_flaw_the_rules_are_honest(void **state)
{
    static max_align_t rules[RULES_MAX / sizeof(max_align_t)];
    (void)state;
    assert_false(rules_with("no-such-flaw", rules));
    assert_int_equal(differences(rules, t->honest), 0);
}

int flaw_table_check(const struct flaw_table_under_test *table)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_enough_and_an_end),
        cmocka_unit_test(names_are_words_and_stand_in_one_table_once),
        cmocka_unit_test(each_says_what_it_does_and_why_it_is_unseen),
        cmocka_unit_test(each_violates_a_requirement_that_exists),
        cmocka_unit_test(each_changes_one_member_and_no_two_the_same_way),
        cmocka_unit_test(without_a_flaw_the_rules_are_honest),
    };
    t = table;
    if (t->rules_len > RULES_MAX)
        return 1;
    return cmocka_run_group_tests_name(table->name, tests, NULL, NULL);
}
