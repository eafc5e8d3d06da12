/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows that every word of the wire - each mutation of a handshake, a certificate, a frame, a
 * stanza, a content, an answer with keys; each stanza of the server's own; each rule - stands in
 * some shipped case and has a sentence of its own, and that mutations after which a client must go
 * on are expected to be taken, those that it may also refuse to end either way, and no others.
 */
#include "cipher/cipher.h"
#include "scenario/loader.h"
#include "scenario/sweep.h"
#include "scenario/wire_words.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MAX 1000u

static const struct {
    enum attribute_type type;
    const char *name;
} types[] = {
    {ATTRIBUTE_HANDSHAKE_MUTATION, "handshake"},
    {ATTRIBUTE_CERTIFICATE_MUTATION, "certificate"},
    {ATTRIBUTE_CHANNEL_MUTATION, "channel"},
    {ATTRIBUTE_STANZA_MUTATION, "stanza"},
    {ATTRIBUTE_CONTENT_MUTATION, "content"},
    {ATTRIBUTE_FETCH_MUTATION, "fetch"},
    {ATTRIBUTE_SERVICE, "service"},
    {ATTRIBUTE_RULE, "rule"},
    {ATTRIBUTE_SERVICE_RULE, "service rule"},
    {ATTRIBUTE_MEDIUM_MUTATION, "medium"},
    {ATTRIBUTE_CLIENT_MUTATION, "client"},
    {ATTRIBUTE_UTTERANCE, "utterance"},
};

struct row {
    enum attribute_type type;
    const char *word;
    char sentence[160];
};

static struct catalogue catalogue;

/* One value of an attribute of a step, without the series it stands in. */
struct use {
    enum attribute_type type;
    const char *value;
    const struct case_spec *spec;
    const struct step *step;
};

typedef void (*visitor)(const struct use *use, void *context);

static void visit_attribute(const struct case_spec *spec, const struct step *step,
                            const struct attribute *a, visitor visit, void *context)
{
    const struct attribute_rule *rule = verb_attribute(step->verb, a->name);
    struct use use = {.type = rule->type, .value = a->value, .spec = spec, .step = step};
    struct arena arena;
    if (!sweep_of(rule, a->value)) {
        visit(&use, context);
        return;
    }
    arena_init(&arena, 1024u * 1024u);
    for (size_t i = 0; i < sweep_n_entries(a->value); i++)
        if ((use.value = sweep_entry(a->value, i, &arena)))
            visit(&use, context);
    arena_fini(&arena);
}

static void visit_case(const struct case_spec *spec, visitor visit, void *context)
{
    for (size_t i = 0; i < spec->n_steps; i++)
        for (size_t k = 0; k < spec->steps[i].n_attributes; k++)
            visit_attribute(spec, &spec->steps[i], &spec->steps[i].attributes[k], visit, context);
}

static void visit_all(visitor visit, void *context)
{
    for (size_t i = 0; i < catalogue.n_suites; i++)
        for (size_t k = 0; k < catalogue.suites[i]->n_cases; k++)
            visit_case(&catalogue.suites[i]->cases[k], visit, context);
}

/* "depth=33" is a use of "depth". */
static bool is_word(const struct use *use, const struct row *row)
{
    size_t len = strcspn(use->value, "=");
    return use->type == row->type && strlen(row->word) == len &&
           strncmp(use->value, row->word, len) == 0;
}

struct counting {
    const struct row *row;
    unsigned uses;
};

static void count(const struct use *use, void *context)
{
    struct counting *c = context;
    c->uses += is_word(use, c->row);
}

static void word_stands_in_a_case(void **state)
{
    struct counting c = {.row = *state};
    visit_all(count, &c);
    assert_true(c.uses > 0);
}

/* A frame that comes twice is taken the first time: the message in it is shown. */
static bool is_taken_once(const struct use *use)
{
    return use->type == ATTRIBUTE_CHANNEL_MUTATION && strcmp(use->value, "repeat") == 0;
}

/* The row of the mutation that |use| names; NULL for none. */
static const struct word *word_of(const struct use *use)
{
    const struct word_table *t = wire_words_of(use->type);
    struct word_use parsed;
    return t && word_parse(t, use->value, &parsed) ? word_at(t, parsed.what) : NULL;
}

/* A mutation that may be refused is expected to end either way; another one that is tolerated is
 * expected to be taken; any other is not. */
static bool is_fitting(const struct use *use)
{
    enum expect expect = step_expect(use->step);
    const struct word *w = word_of(use);
    if (w && w->may_be_refused)
        return w->is_tolerated && expect == EXPECT_EITHER;
    bool is_acceptance = expect == EXPECT_OPENS || expect == EXPECT_DOES;
    return expect != EXPECT_EITHER &&
           is_acceptance == ((w && w->is_tolerated) || is_taken_once(use));
}

/* What is sealed is judged where it is delivered, what is pushed by what follows. */
static void expectation_fits(const struct use *use, void *context)
{
    bool is_mutation =
        (use->type >= ATTRIBUTE_STANZA_MUTATION && use->type <= ATTRIBUTE_FETCH_MUTATION) ||
        use->type == ATTRIBUTE_MEDIUM_MUTATION;
    (void)context;
    if (!is_mutation || use->step->verb == VERB_SEAL || use->step->verb == VERB_PUSH)
        return;
    if (!is_fitting(use))
        fail_msg("%s:%u: \"%s\" and what is expected of it contradict each other", use->spec->file,
                 use->step->line, use->value);
}

static void expectations_fit(void **state)
{
    (void)state;
    visit_all(expectation_fits, NULL);
}

struct sentences {
    const struct word *words[WORDS_MAX]; /* two tables may share a row */
    size_t n;
};

static void check_sentences(const struct word_table *t, struct sentences *seen)
{
    const struct word *w;
    for (unsigned i = 1; (w = word_at(t, i)); i++) {
        const char *why = w->why ? w->why : "", *by = word_by(t, w);
        if (strlen(why) < 15 || !by || strlen(by) < 5)
            fail_msg("%s \"%s\" has no sentence, or no text it follows from", t->layer, w->name);
        bool is_shared = false; /* a row that two versions of a cipher have */
        for (size_t j = 0; j < seen->n; j++) {
            const struct word *other = seen->words[j];
            if (other == w)
                is_shared = true;
            else if (other->why && strcmp(other->why, why) == 0)
                fail_msg("%s \"%s\" shares a sentence: %s", t->layer, w->name, why);
        }
        if (is_shared)
            continue;
        assert_true(seen->n < WORDS_MAX);
        seen->words[seen->n++] = w;
    }
}

/* Every row of every table says one sentence of its own, and which text it follows from. */
static void each_word_has_its_sentence(void **state)
{
    struct sentences seen = {.n = 0};
    (void)state;
    for (size_t i = 0; wire_word_table(i); i++)
        check_sentences(wire_word_table(i), &seen);
    for (size_t i = 0; ciphers[i]; i++)
        check_sentences(ciphers[i]->mutations->words, &seen);
    assert_true(seen.n > 300);
}

static size_t make_rows(struct arena *arena, struct row *rows)
{
    size_t n = 0;
    for (size_t i = 0; i < COUNT(types); i++) {
        size_t n_words;
        const char *const *words = wire_words(types[i].type, arena, &n_words);
        for (size_t k = 0; k < n_words && n < WORDS_MAX; k++, n++) {
            rows[n] = (struct row){.type = types[i].type, .word = words[k]};
            snprintf(rows[n].sentence, sizeof(rows[n].sentence), "%s \"%s\" stands in a case",
                     types[i].name, words[k]);
        }
    }
    return n;
}

static int load(void)
{
    const struct loader_options options = {.suite_dir = SUITES_DIR,
                                           .vector_dir = SUITES_DIR "/../vectors"};
    struct diags diags;
    diags_init(&diags);
    enum status st = catalogue_load(&options, &catalogue, &diags);
    for (size_t i = 0; i < diags.count && i < DIAG_MAX; i++)
        fprintf(stderr, "%s:%u: %s\n", diags.items[i].file, diags.items[i].line,
                diags.items[i].text);
    diags_fini(&diags);
    return st ? 1 : 0;
}

int main(void)
{
    static struct row rows[WORDS_MAX];
    static struct CMUnitTest tests[WORDS_MAX + 2] = {cmocka_unit_test(expectations_fit),
                                                     cmocka_unit_test(each_word_has_its_sentence)};
    struct arena arena;
    if (load())
        return 1;
    arena_init(&arena, 1024u * 1024u);
    size_t n = make_rows(&arena, rows);
    for (size_t i = 0; i < n; i++)
        tests[i + 2] = (struct CMUnitTest){.name = rows[i].sentence,
                                           .test_func = word_stands_in_a_case,
                                           .initial_state = &rows[i]};
    int failed = _cmocka_run_group_tests("words", tests, n + 2, NULL, NULL);
    arena_fini(&arena);
    catalogue_free(&catalogue);
    return n && n < WORDS_MAX ? failed : 1;
}
