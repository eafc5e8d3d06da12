/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bends of content: each with each kind ends where its family says, or says that it does not fit.
 * That the families are right is for others to say: content_judges.py asks protoc.
 */
#include "wire/content.h"
#include "support/rows.h"
#include "support/wire_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TESTS_MAX 600
#define MUTATED_MAX ((size_t)1024 * 1024)

struct pair {
    unsigned what;
    enum content_kind kind;
    char name[64];
};

/* A bend that fits no content of this kind: there is nothing in it to bend. */
static bool is_without_object(const struct pair *p)
{
    const char *name = word_name(&content_words, p->what);
    bool has_number = p->kind != CONTENT_TEXT && p->kind != CONTENT_REACTION;
    if (strcmp(name, "duplicate-number") == 0 || strcmp(name, "long-number") == 0)
        return !has_number;
    return strcmp(name, "reverse-order") == 0 && p->kind == CONTENT_TEXT;
}

/* A number that fits every kind: a long message has a length of two bytes already. */
static uint32_t number_of(unsigned what)
{
    static const struct {
        const char *name;
        uint32_t n;
    } numbers[] = {{"padding", 16},      {"unknown-varint", 16}, {"unknown-bytes", 536870911},
                   {"padding-over", 17}, {"long-length", 5},     {"long-number", 10}};
    if (!what)
        return 0;
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (strcmp(word_name(&content_words, what), numbers[i].name) == 0)
            return numbers[i].n;
    return word_at(&content_words, what)->least;
}

static void example(enum content_kind kind, struct buffer *out)
{
    buffer_init(out, MUTATED_MAX);
    assert_int_equal(content_encode_example(kind, bytes_of_text("a salt of some length"), out), OK);
}

static void ends_where_its_family_says(void **state)
{
    const struct pair *pair = *state;
    struct word_use mutation = {pair->what, number_of(pair->what)};
    struct wire_profile p;
    struct buffer honest, mutated;
    struct bytes inner;
    struct content c;
    profile_defaults(&p);
    example(pair->kind, &honest);
    buffer_init(&mutated, MUTATED_MAX);
    enum status st = content_mutation_apply(&mutation, buffer_bytes(&honest), &p, &mutated);
    assert_int_equal(st, is_without_object(pair) ? E_MISSING : OK);
    bool is_shown =
        !st && !content_unpad(buffer_bytes(&mutated), &p, &inner) && !content_decode(inner, &c);
    assert_int_equal(is_shown, !st && word_at(&content_words, pair->what)->is_tolerated);
    if (is_shown)
        assert_true(content_equal(inner, buffer_bytes(&honest)));
    if (st)
        assert_int_equal(mutated.len, 0);
    buffer_fini(&mutated);
    buffer_fini(&honest);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    struct wire_profile p;
    struct buffer honest, mutated;
    struct word_use mutation;
    profile_defaults(&p);
    assert_true(word_parse(&content_words, "truncate=1", &mutation));
    for (unsigned kind = CONTENT_TEXT; kind < N_CONTENT_KIND; kind++) {
        example(kind, &honest);
        for (mutation.n = 1; mutation.n <= honest.len + 1; mutation.n++) {
            buffer_init(&mutated, MUTATED_MAX);
            assert_int_equal(content_mutation_apply(&mutation, buffer_bytes(&honest), &p, &mutated),
                             OK);
            buffer_fini(&mutated);
        }
        buffer_fini(&honest);
    }
}

static void every_number_of_padding(void **state)
{
    (void)state;
    struct wire_profile p;
    struct buffer honest, mutated;
    struct word_use kept, over, only;
    profile_defaults(&p);
    example(CONTENT_TEXT, &honest);
    assert_true(word_parse(&content_words, "padding=1", &kept));
    assert_true(word_parse(&content_words, "padding-over=17", &over));
    assert_true(word_parse(&content_words, "padding-only=1", &only));
    for (uint32_t n = 1; n <= 255; n++) {
        buffer_init(&mutated, MUTATED_MAX);
        kept.n = over.n = only.n = n;
        assert_int_equal(content_mutation_apply(&kept, buffer_bytes(&honest), &p, &mutated),
                         n <= 16 ? OK : E_LIMIT);
        assert_int_equal(content_mutation_apply(&over, buffer_bytes(&honest), &p, &mutated),
                         n <= 16 ? E_MISSING : OK);
        assert_int_equal(content_mutation_apply(&only, buffer_bytes(&honest), &p, &mutated), OK);
        buffer_fini(&mutated);
    }
    buffer_fini(&honest);
}

static void every_place_of_padding(void **state)
{
    (void)state;
    struct wire_profile p;
    struct buffer honest, mutated;
    struct word_use mutation;
    profile_defaults(&p);
    example(CONTENT_TEXT, &honest);
    assert_true(word_parse(&content_words, "padding-inconsistent=0", &mutation));
    for (mutation.n = 0; mutation.n <= 14; mutation.n++) {
        size_t len = mutation.n < 7 ? 8 : 16;
        buffer_init(&mutated, MUTATED_MAX);
        assert_int_equal(content_mutation_apply(&mutation, buffer_bytes(&honest), &p, &mutated),
                         OK);
        assert_int_equal(mutated.len, honest.len + len);
        for (size_t i = 0; i < len; i++)
            assert_int_equal(mutated.data[honest.len + i], i == mutation.n ? len + 1 : len);
        buffer_fini(&mutated);
    }
    buffer_fini(&honest);
}

static void known_numbers_are_not_unknown(void **state)
{
    (void)state;
    static const char *const names[] = {"unknown-varint=15", "unknown-bytes=15"};
    struct wire_profile p;
    struct buffer honest, mutated;
    struct word_use mutation;
    profile_defaults(&p);
    example(CONTENT_TEXT, &honest);
    buffer_init(&mutated, MUTATED_MAX);
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(word_parse(&content_words, names[i], &mutation));
        assert_int_equal(content_mutation_apply(&mutation, buffer_bytes(&honest), &p, &mutated),
                         E_MISSING);
    }
    buffer_fini(&mutated);
    buffer_fini(&honest);
}

static void a_reply_beside_it_stays(void **state)
{
    (void)state;
    static const uint8_t in[] = "\x7a\x04\x0a\x02id\x0a\x03\x0a\x01x\x7a\x03\x12\x01y";
    static const char *const names[] = {"split-halves", "long-tag=5", "unknown-inside",
                                        "duplicate-inside", "split-message"};
    struct wire_profile p;
    profile_defaults(&p);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct word_use mutation;
        struct buffer mutated;
        struct bytes inner;
        struct content c;
        buffer_init(&mutated, MUTATED_MAX);
        assert_true(word_parse(&content_words, names[i], &mutation));
        assert_int_equal(
            content_mutation_apply(&mutation, bytes_of(in, sizeof(in) - 1), &p, &mutated), OK);
        assert_int_equal(content_unpad(buffer_bytes(&mutated), &p, &inner), OK);
        assert_int_equal(content_decode(inner, &c), OK);
        assert_true(bytes_equal(c.reply_to, bytes_of_text("id")));
        assert_true(bytes_equal(c.text, bytes_of_text("x")));
        buffer_fini(&mutated);
    }
}

static void what_is_no_content_is_not_mutated(void **state)
{
    (void)state;
    static const char *const others[] = {"", "\x7a", "no content", "\x0a\x01x", "\x0a\x02\x08\x01"};
    struct wire_profile p;
    struct buffer mutated;
    profile_defaults(&p);
    buffer_init(&mutated, MUTATED_MAX);
    for (unsigned what = 0; what == 0 || word_name(&content_words, what); what++)
        for (size_t i = 0; i < COUNT(others); i++) {
            struct word_use mutation = {what, number_of(what)};
            assert_int_equal(
                content_mutation_apply(&mutation, bytes_of_text(others[i]), &p, &mutated),
                E_MISSING);
        }
    assert_int_equal(mutated.len, 0);
    buffer_fini(&mutated);
}

static void a_full_buffer_is_said(void **state)
{
    (void)state;
    struct wire_profile p;
    struct buffer honest, small;
    struct word_use mutation;
    profile_defaults(&p);
    example(CONTENT_TEXT, &honest);
    buffer_init(&small, 10);
    assert_true(word_parse(&content_words, "unknown-group", &mutation));
    assert_int_equal(content_mutation_apply(&mutation, buffer_bytes(&honest), &p, &small), E_LIMIT);
    buffer_fini(&small);
    buffer_fini(&honest);
}

struct name_row {
    const char *text;
    bool is_one;
    uint32_t n;
};

static void names_are_exact(void **state)
{
    (void)state;
    static const struct name_row names[] = {
        {"two-kinds", true, 0},
        {"padding=16", true, 16},
        {"padding=255", true, 255},
        {"padding=256", false, 0},
        {"padding=0", false, 0},
        {"padding-inconsistent=0", true, 0},
        {"padding-inconsistent=15", false, 0},
        {"wire-type=6", true, 6},
        {"wire-type=5", false, 0},
        {"wire-type=8", false, 0},
        {"length-beyond=4294967295", true, 4294967295},
        {"length-beyond=4294967296", false, 0},
        {"length-beyond=18446744073709551622", false, 0},
        {"unknown-varint=536870911", true, 536870911},
        {"unknown-varint=536870912", false, 0},
        {"unknown-varint=7", false, 0},
        {"long-tag=6", false, 0},
        {"padding", false, 0},
        {"padding=", false, 0},
        {"padding=01", false, 0},
        {"padding=-1", false, 0},
        {"padding= 1", false, 0},
        {"padding=1x", false, 0},
        {"two-kinds=1", false, 0},
        {"two-kind", false, 0},
        {"", false, 0},
        {NULL, false, 0},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct word_use mutation = {7, 7};
        assert_int_equal(word_parse(&content_words, names[i].text, &mutation), names[i].is_one);
        assert_int_equal(mutation.n, names[i].n);
        assert_int_equal(mutation.what != 0, names[i].is_one);
    }
    assert_null(word_name(&content_words, 0));
    assert_null(word_name(&content_words, 100000));
}

static void every_name_is_found_once(void **state)
{
    (void)state;
    for (unsigned what = 1; word_name(&content_words, what); what++) {
        struct word_use mutation;
        char text[80];
        uint32_t most = word_at(&content_words, what)->most;
        if (most)
            snprintf(text, sizeof(text), "%s=%u", word_name(&content_words, what), most);
        else
            snprintf(text, sizeof(text), "%s", word_name(&content_words, what));
        assert_true(word_parse(&content_words, text, &mutation));
        assert_int_equal(mutation.what, what);
        assert_int_equal(mutation.n, most);
    }
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(every_cut_is_refused),     cmocka_unit_test(every_number_of_padding),
    cmocka_unit_test(every_place_of_padding),   cmocka_unit_test(known_numbers_are_not_unknown),
    cmocka_unit_test(a_reply_beside_it_stays),  cmocka_unit_test(what_is_no_content_is_not_mutated),
    cmocka_unit_test(a_full_buffer_is_said),    cmocka_unit_test(names_are_exact),
    cmocka_unit_test(every_name_is_found_once),
};

int main(void)
{
    static struct pair pairs[TESTS_MAX];
    static struct CMUnitTest tests[TESTS_MAX + COUNT(written)];
    size_t n = 0;
    for (unsigned what = 1; word_name(&content_words, what); what++)
        for (unsigned kind = CONTENT_TEXT; kind < N_CONTENT_KIND && n < TESTS_MAX; kind++, n++) {
            pairs[n].what = what;
            pairs[n].kind = (enum content_kind)kind;
            snprintf(pairs[n].name, sizeof(pairs[n].name), "%s of a %s",
                     word_name(&content_words, what), content_kind_name((enum content_kind)kind));
            tests[n] = (struct CMUnitTest){pairs[n].name, ends_where_its_family_says, NULL, NULL,
                                           &pairs[n]};
        }
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("content mutations", tests, n + COUNT(written), NULL, NULL);
}
