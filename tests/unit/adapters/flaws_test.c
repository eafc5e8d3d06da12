/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of flaws, of every party and of v4's: published names, requirements that exist, and
 * each flaw changes what a party does. */
#include "flaws.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Both tables as one, v4's behind the other; NULL past the end. */
static const struct flaw *of_both_at(size_t i)
{
    return i < flaws_count() ? flaws_at(i) : flaws_of_v4_at(i - flaws_count());
}

static void there_are_flaws_and_an_end(void **state)
{
    (void)state;
    assert_in_range(flaws_count(), 50, 1000);
    assert_in_range(flaws_of_v4_count(), 50, 1000);
    assert_non_null(flaws_at(flaws_count() - 1));
    assert_null(flaws_at(flaws_count()));
    assert_non_null(flaws_of_v4_at(flaws_of_v4_count() - 1));
    assert_null(flaws_of_v4_at(flaws_of_v4_count()));
}

static void names_are_unique_words(void **state)
{
    const struct flaw *f;
    (void)state;
    for (size_t i = 0; (f = of_both_at(i)); i++) {
        assert_int_equal(strspn(f->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(f->name));
        assert_true(strlen(f->name) > 5);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(f->name, of_both_at(j)->name);
    }
}

static void each_says_what_it_does_and_why_it_is_unseen(void **state)
{
    const struct flaw *f;
    (void)state;
    for (size_t i = 0; (f = of_both_at(i)); i++) {
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
    buffer_init(out, (size_t)4 * 1024 * 1024);
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("cannot read %s", path);
    while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
        buffer_append(out, bytes_of(chunk, n));
    fclose(f);
    assert_int_equal(buffer_status(out), OK);
}

static bool stands_in(const char *id, const char *file)
{
    struct buffer all;
    char attribute[64];
    read_file(file, &all);
    snprintf(attribute, sizeof(attribute), "id=\"%s\"", id);
    bool is_there = bytes_contains(buffer_bytes(&all), bytes_of_text(attribute));
    buffer_fini(&all);
    return is_there;
}

static void each_violates_a_requirement_that_exists(void **state)
{
    const struct flaw *f;
    (void)state;
    for (size_t i = 0; (f = of_both_at(i)); i++)
        if (!stands_in(f->requirement, REQUIREMENTS) &&
            (i < flaws_count() || !stands_in(f->requirement, REQUIREMENTS_V4)))
            fail_msg("%s violates %s, which is in no file of requirements", f->name,
                     f->requirement);
}

/* Compared as bytes: both come from the same static rules, padding and all. */
static bool are_the_same(const struct rules *a, const struct rules *b)
{
    return bytes_equal(bytes_of(a, sizeof(*a)), bytes_of(b, sizeof(*b)));
}

static void each_changes_the_honest_rules_in_a_way_of_its_own(void **state)
{
    static struct rules one, other;
    (void)state;
    assert_false(flaws_rules("no-such-flaw", rules_honest(), &other));
    for (size_t i = 0; i < flaws_count(); i++) {
        assert_true(flaws_rules(flaws_at(i)->name, rules_honest(), &one));
        assert_false(flaws_rules("no-such-flaw", rules_honest(), &other));
        if (are_the_same(&one, &other))
            fail_msg("%s changes nothing", flaws_at(i)->name);
        for (size_t j = 0; j < i; j++) {
            assert_true(flaws_rules(flaws_at(j)->name, rules_honest(), &other));
            if (are_the_same(&one, &other))
                fail_msg("%s and %s are the same", flaws_at(i)->name, flaws_at(j)->name);
        }
    }
}

/* Those of v4 are of v4 only, and no two are alike. */
static void v4_has_flaws_of_its_own(void **state)
{
    static struct rules one, other;
    (void)state;
    for (size_t i = 0; i < flaws_of_v4_count(); i++) {
        const char *name = flaws_of_v4_at(i)->name;
        assert_false(flaws_rules(name, rules_honest(), &one));
        assert_true(flaws_rules(name, rules_honest_v4(), &one));
        assert_false(are_the_same(&one, rules_honest_v4()));
        for (size_t j = 0; j < i; j++) {
            assert_true(flaws_rules(flaws_of_v4_at(j)->name, rules_honest_v4(), &other));
            assert_false(are_the_same(&one, &other));
        }
    }
    assert_true(flaws_rules("skips-mac", rules_honest_v4(), &one));
    assert_true(one.kem.is_used && !one.mac.is_checked);
}

static bool shares_a_decision(const char *a, const char *b)
{
    unsigned long left[2] = {0}, right[2] = {0};
    int n = sscanf(a, "%lu,%lu", &left[0], &left[1]),
        m = sscanf(b, "%lu,%lu", &right[0], &right[1]);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++)
            if (left[i] == right[j])
                return true;
    return false;
}

/* Had together, none undoes another: their order does not matter. */
static void those_without_a_common_decision_go_together(void **state)
{
    static struct rules one, other, both, turned;
    size_t n = 0;
    (void)state;
    for (size_t i = 0; i < flaws_count(); i++)
        for (size_t j = 0; j < i; j++) {
            char a[FLAW_DECIDES_LEN], b[FLAW_DECIDES_LEN];
            flaws_decides(flaws_at(i)->name, a);
            flaws_decides(flaws_at(j)->name, b);
            if (!a[0] || !b[0] || shares_a_decision(a, b))
                continue;
            assert_true(flaws_rules(flaws_at(i)->name, rules_honest(), &one));
            assert_true(flaws_rules(flaws_at(j)->name, rules_honest(), &other));
            both = one;
            turned = other;
            assert_true(flaws_add(flaws_at(j)->name, &both));
            assert_true(flaws_add(flaws_at(i)->name, &turned));
            assert_true(are_the_same(&both, &turned));
            assert_false(are_the_same(&both, &one) || are_the_same(&both, &other));
            n++;
        }
    assert_true(n > 1000);
}

static void one_that_is_wrong_at_times_goes_with_none(void **state)
{
    char decides[FLAW_DECIDES_LEN];
    (void)state;
    flaws_decides("skips-mac", decides);
    assert_string_not_equal(decides, "");
    flaws_decides("skips-mac-as-initiator", decides);
    assert_string_equal(decides, "");
    flaws_decides("no-such-flaw", decides);
    assert_string_equal(decides, "");
}

static void without_a_flaw_the_rules_are_honest(void **state)
{
    static struct rules rules;
    (void)state;
    assert_false(flaws_rules("", rules_honest(), &rules));
    assert_true(are_the_same(&rules, rules_honest()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_flaws_and_an_end),
        cmocka_unit_test(names_are_unique_words),
        cmocka_unit_test(each_says_what_it_does_and_why_it_is_unseen),
        cmocka_unit_test(each_violates_a_requirement_that_exists),
        cmocka_unit_test(each_changes_the_honest_rules_in_a_way_of_its_own),
        cmocka_unit_test(v4_has_flaws_of_its_own),
        cmocka_unit_test(those_without_a_common_decision_go_together),
        cmocka_unit_test(one_that_is_wrong_at_times_goes_with_none),
        cmocka_unit_test(without_a_flaw_the_rules_are_honest),
    };
    return cmocka_run_group_tests_name("flaws", tests, NULL, NULL);
}
