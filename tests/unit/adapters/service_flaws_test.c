/* The table of flaws of a provider's service: names for ever and none of the other table,
 * requirements that exist, and each one is one change of its own. */
#include "flaws.h"
#include "service_flaws.h"
#include "wire_flaws.h"

#include "base/buffer.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct provider_rules honest;

static void there_are_enough_and_an_end(void **state)
{
    (void)state;
    assert_in_range(service_flaws_count(), 40, 1000);
    assert_non_null(service_flaws_at(service_flaws_count() - 1));
    assert_null(service_flaws_at(service_flaws_count()));
}

static void names_are_words_and_stand_in_one_table_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_flaws_count(); i++) {
        const char *name = service_flaws_at(i)->name;
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(name));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(name, service_flaws_at(j)->name);
        for (size_t j = 0; j < flaws_count(); j++)
            assert_string_not_equal(name, flaws_at(j)->name);
        for (size_t j = 0; j < wire_flaws_count(); j++)
            assert_string_not_equal(name, wire_flaws_at(j)->name);
    }
}

static void each_says_what_it_does_and_why_it_is_unseen(void **state)
{
    (void)state;
    for (size_t i = 0; i < service_flaws_count(); i++) {
        const struct flaw *f = service_flaws_at(i);
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
    for (size_t i = 0; i < service_flaws_count(); i++) {
        char attribute[64];
        snprintf(attribute, sizeof(attribute), "id=\"%s\"", service_flaws_at(i)->requirement);
        if (!bytes_contains(buffer_bytes(&all), bytes_of_text(attribute)))
            fail_msg("%s violates %s, which no requirement is called", service_flaws_at(i)->name,
                     service_flaws_at(i)->requirement);
    }
    buffer_fini(&all);
}

/* Members that differ are told by runs of bytes that do: a number's bytes lie side by side. */
static size_t differences(const struct provider_rules *a, const struct provider_rules *b,
                          size_t *first)
{
    const unsigned char *x = (const void *)a, *y = (const void *)b;
    size_t n = 0;
    for (size_t i = 0; i < sizeof(*a); i++)
        if (x[i] != y[i] && (i == 0 || x[i - 1] == y[i - 1]) && n++ == 0)
            *first = i;
    return n;
}

static void each_changes_one_member_and_no_two_the_same_way(void **state)
{
    static struct provider_rules one, other;
    size_t at = 0;
    (void)state;
    for (size_t i = 0; i < service_flaws_count(); i++) {
        assert_true(service_flaws_rules(service_flaws_at(i)->name, &one));
        if (differences(&one, &honest, &at) != 1)
            fail_msg("%s does not change one member", service_flaws_at(i)->name);
        for (size_t j = 0; j < i; j++) {
            assert_true(service_flaws_rules(service_flaws_at(j)->name, &other));
            if (differences(&one, &other, &at) == 0)
                fail_msg("%s and %s are the same", service_flaws_at(i)->name,
                         service_flaws_at(j)->name);
        }
    }
}

static void without_a_flaw_the_rules_are_honest(void **state)
{
    static struct provider_rules rules;
    size_t at = 0;
    (void)state;
    assert_false(service_flaws_rules("no-such-flaw", &rules));
    assert_int_equal(differences(&rules, &honest, &at), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_enough_and_an_end),
        cmocka_unit_test(names_are_words_and_stand_in_one_table_once),
        cmocka_unit_test(each_says_what_it_does_and_why_it_is_unseen),
        cmocka_unit_test(each_violates_a_requirement_that_exists),
        cmocka_unit_test(each_changes_one_member_and_no_two_the_same_way),
        cmocka_unit_test(without_a_flaw_the_rules_are_honest),
    };
    return cmocka_run_group_tests_name("service flaws", tests, NULL, NULL);
}
