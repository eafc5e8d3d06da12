/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bends: each gives another document than the honest one; a receiver that goes by docs/wire.md,
 * with our parser, ends up where the bend's outcome says. Each bend is its own test.
 */
#include "stanza_sample.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MUTATIONS_MAX 300
#define NOT_SILENT 1u /* an error, but no id to answer to */

/* ---- a receiver that goes by the table of docs/wire.md */

static bool is_number(const char *text)
{
    return text && *text && strspn(text, "0123456789") == strlen(text) && strlen(text) <= 19;
}

static bool is_address(const char *text, struct arena *arena)
{
    const char *name, *domain;
    uint32_t device;
    return text && stanza_address_parse(text, arena, &name, &device, &domain);
}

static size_t count_encs(const struct stanza *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_children; i++)
        n += strcmp(s->children[i].name, "enc") == 0 && strcmp(s->children[i].ns, s->ns) == 0;
    return n;
}

static bool is_known_enc(const struct stanza *enc)
{
    const char *v = stanza_get(enc, "v"), *type = stanza_get(enc, "type");
    return v && type && strcmp(v, "2") == 0 &&
           (strcmp(type, "msg") == 0 || strcmp(type, "pkmsg") == 0);
}

/* The ack's error; 0: to be decrypted and shown; NOT_SILENT: refused without answer; 499: what the
 * enc holds is no message. */
static unsigned error_of(const struct stanza *s, struct arena *arena, struct bytes *out_body)
{
    const char *id = stanza_get(s, "id"), *to = stanza_get(s, "to");
    const struct stanza *enc = stanza_child(s, "enc");
    *out_body = bytes_of(NULL, 0);
    if (!id || !*id)
        return NOT_SILENT;
    if (!stanza_is(s, "message"))
        return 489;
    if (!stanza_is_id(id) || !is_address(stanza_get(s, "from"), arena) ||
        !is_number(stanza_get(s, "t")) || !to || strcmp(to, SAMPLE_TO) != 0)
        return 487;
    if (!enc || !is_known_enc(enc))
        return 488;
    if (count_encs(s) != 1)
        return 487;
    return stanza_bytes(enc, arena, out_body) || out_body->len == 0 ? 499 : 0;
}

struct reception {
    enum status st;
    unsigned error;
    const char *from, *id;
    struct bytes body;
};

static struct reception receive(struct bytes document, struct arena *arena)
{
    struct reception r = {.from = "", .id = ""};
    const struct stanza *s;
    r.st = stanza_parse(document, &sample_limits, arena, &s, NULL);
    if (r.st)
        return r;
    r.error = error_of(s, arena, &r.body);
    r.from = stanza_get(s, "from") ? stanza_get(s, "from") : "";
    r.id = stanza_get(s, "id") ? stanza_get(s, "id") : "";
    return r;
}

static bool is_same(const struct reception *a, const struct reception *b)
{
    return strcmp(a->from, b->from) == 0 && strcmp(a->id, b->id) == 0 &&
           bytes_equal(a->body, b->body);
}

/* ---- each bend: what a client must do with the result (docs/wire.md, What a client answers) */

#define UNREADABLE 499u /* an ack with an error, or a retry receipt */
#define NOT_SHOWN 2u    /* what is answered is not said */

/* Those not tolerated that do not end the connection. */
static const struct outcome {
    const char *name;
    unsigned error;
} outcomes[] = {
    {"message-in-foreign-namespace", 489},
    {"enc-in-foreign-namespace", 488},
    {"no-id", NOT_SHOWN},
    {"empty-id", NOT_SHOWN},
    {"long-id", 487},
    {"no-from", 487},
    {"from-without-device", 487},
    {"from-garbage", 487},
    {"from-of-other", NOT_SHOWN},
    {"no-to", 487},
    {"other-to", 487},
    {"no-t", 487},
    {"negative-t", 487},
    {"garbage-t", 487},
    {"overflowing-t", 487},
    {"markup-in-id", 487},
    {"no-enc", 488},
    {"empty-enc", UNREADABLE},
    {"enc-not-base64", UNREADABLE},
    {"base64-with-garbage", UNREADABLE},
    {"base64-with-white-space", UNREADABLE},
    {"base64-unpadded", UNREADABLE},
    {"base64-after-padding", UNREADABLE},
    {"unknown-enc-type", 488},
    {"no-enc-type", 488},
    {"unknown-enc-version", 488},
    {"no-enc-version", 488},
    {"two-encs", 487},
    {"enc-nested-in-unknown", 488},
};

static const struct outcome *outcome_of(const char *name)
{
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
        if (strcmp(outcomes[i].name, name) == 0)
            return &outcomes[i];
    return NULL;
}

static void check_outcome(const struct word *w, const struct reception *honest,
                          const struct reception *r)
{
    const struct outcome *outcome = outcome_of(w->name);
    if (!w->is_tolerated && !outcome) {
        assert_true(r->st == E_PARSE || r->st == E_LIMIT);
        return;
    }
    assert_int_equal(r->st, OK);
    if (w->is_tolerated) {
        assert_null(outcome);
        assert_int_equal(r->error, 0);
        assert_true(is_same(honest, r));
    } else if (outcome->error == NOT_SHOWN) {
        assert_true(r->error == NOT_SILENT || strcmp(r->from, sample_context.other_address) == 0);
    } else {
        assert_int_equal(r->error, outcome->error);
    }
}

static void ends_where_its_outcome_says(void **state)
{
    const unsigned *what = *state;
    struct word_use mutation = sample_mutation(*what);
    struct buffer honest, mutated;
    struct arena arena;
    buffer_init(&honest, 4096);
    buffer_init(&mutated, SAMPLE_MAX);
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    assert_int_equal(sample_message(&honest), OK);
    assert_int_equal(
        stanza_mutation_apply(&mutation, buffer_bytes(&honest), &sample_context, &mutated), OK);
    assert_false(bytes_equal(buffer_bytes(&honest), buffer_bytes(&mutated)));
    struct reception before = receive(buffer_bytes(&honest), &arena);
    struct reception after = receive(buffer_bytes(&mutated), &arena);
    assert_int_equal(before.st, OK);
    assert_int_equal(before.error, 0);
    check_outcome(word_at(&stanza_words, *what), &before, &after);
    assert_true((mutation.n != 0) == (word_at(&stanza_words, *what)->most > 0));
    arena_fini(&arena);
    buffer_fini(&mutated);
    buffer_fini(&honest);
}

/* ---- names */

struct name_row {
    const char *text;
    bool is_one;
    uint32_t n;
};

static void names_are_exact(void **state)
{
    (void)state;
    static const struct name_row names[] = {
        {"doctype", true, 0},
        {"depth=33", true, 33},
        {"depth=16777216", true, 16777216},
        {"depth=16777217", false, 0},
        {"depth", false, 0},
        {"depth=", false, 0},
        {"depth=0", false, 0},
        {"depth=-1", false, 0},
        {"depth=1x", false, 0},
        {"depth=01", false, 0},
        {"doctype=1", false, 0},
        {"doctyp", false, 0},
        {"", false, 0},
        {"nothing", false, 0},
        {"depth=99999999999", false, 0},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        struct word_use mutation;
        assert_int_equal(word_parse(&stanza_words, names[i].text, &mutation), names[i].is_one);
        assert_int_equal(mutation.n, names[i].is_one ? names[i].n : 0);
        assert_true((mutation.what != 0) == names[i].is_one);
    }
    assert_null(word_name(&stanza_words, 0));
    assert_null(word_name(&stanza_words, 100000));
}

static void every_name_is_found_once(void **state)
{
    (void)state;
    for (unsigned what = 1; word_name(&stanza_words, what); what++) {
        struct word_use mutation;
        char text[80];
        snprintf(text, sizeof(text), "%s%s", word_name(&stanza_words, what),
                 word_at(&stanza_words, what)->most ? "=5" : "");
        assert_true(word_parse(&stanza_words, text, &mutation));
        assert_int_equal(mutation.what, what);
    }
}

static void what_is_no_message_is_not_mutated(void **state)
{
    (void)state;
    static const char *const others[] = {"",
                                         "<ack/>",
                                         "<message id='x'/>",
                                         "<message ",
                                         "<message <enc ",
                                         "<message a='><enc >",
                                         "<message ><enc >"};
    struct buffer out;
    buffer_init(&out, SAMPLE_MAX);
    for (unsigned what = 1; word_name(&stanza_words, what); what++)
        for (size_t i = 0; i < COUNT(others); i++) {
            struct word_use mutation = sample_mutation(what);
            enum status st =
                stanza_mutation_apply(&mutation, bytes_of_text(others[i]), &sample_context, &out);
            assert_int_equal(st, E_MISSING);
        }
    buffer_fini(&out);
}

static void a_full_buffer_is_said(void **state)
{
    (void)state;
    struct buffer honest;
    buffer_init(&honest, 4096);
    assert_int_equal(sample_message(&honest), OK);
    for (unsigned what = 1; word_name(&stanza_words, what); what++) {
        struct word_use mutation = sample_mutation(what);
        struct buffer out;
        buffer_init(&out, 20);
        assert_int_equal(
            stanza_mutation_apply(&mutation, buffer_bytes(&honest), &sample_context, &out),
            E_LIMIT);
        buffer_fini(&out);
    }
    buffer_fini(&honest);
}

static const struct CMUnitTest written[] = {
    cmocka_unit_test(names_are_exact),
    cmocka_unit_test(every_name_is_found_once),
    cmocka_unit_test(what_is_no_message_is_not_mutated),
    cmocka_unit_test(a_full_buffer_is_said),
};

int main(void)
{
    static unsigned whats[MUTATIONS_MAX];
    static struct CMUnitTest tests[MUTATIONS_MAX + COUNT(written)];
    size_t n = 0;
    for (unsigned what = 1; word_name(&stanza_words, what) && n < MUTATIONS_MAX; what++, n++) {
        whats[n] = what;
        tests[n] = (struct CMUnitTest){word_name(&stanza_words, what), ends_where_its_outcome_says,
                                       NULL, NULL, &whats[n]};
    }
    memcpy(tests + n, written, sizeof(written));
    return _cmocka_run_group_tests("stanza mutations", tests, n + COUNT(written), NULL, NULL);
}
