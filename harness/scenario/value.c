/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/value.h"

#include "base/hex.h"
#include "cipher/cipher.h"
#include "scenario/reading.h"
#include "scenario/sweep.h"
#include "scenario/service_words.h"
#include "scenario/wire_words.h"
#include "server/server_mutation.h"
#include "wire/certificate.h"
#include "wire/content.h"
#include "wire/stanza_mutation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 100 /* characters of a wrong name that are shown */
#define HEX_MAX (1024u * 1024u)

static enum status wrong_near(const struct lookup *l, const char *text, const char *word,
                              const char *const *names, size_t n_names)
{
    *l->mistake = (struct mistake){l->rule, l->text, text, word, names, n_names};
    return E_MISSING;
}

static enum status wrong(const struct lookup *l, const char *text)
{
    return wrong_near(l, text, NULL, NULL, 0);
}

/* ---- parties */

static enum status take_party(const struct lookup *l)
{
    const struct scope_party *p = l->scope ? scope_party(l->scope, l->text) : NULL;
    size_t n = 0;
    if (!p) {
        const char *const *names = l->scope ? scope_party_names(l->scope, l->arena, &n) : NULL;
        return wrong_near(l, "nobody of that name is there yet", l->text, names, n);
    }
    if (l->rule->type == ATTRIBUTE_TARGET && !p->is_target)
        return wrong(l, "a party of the target is expected, this is one of the harness");
    if (l->rule->type == ATTRIBUTE_HARNESS && p->is_target)
        return wrong(l, "a party of the harness is expected, this is one of the target");
    l->out->number = (uint32_t)(p - l->scope->parties);
    return OK;
}

/* |taken_line|: of the step that has made something of this name; NULL: none has. */
static enum status take_new_name(const struct lookup *l, const unsigned *taken_line, size_t index,
                                 size_t most)
{
    if (!reading_is_name(l->text))
        return wrong(l, "a name is letters, digits, \"-\" and \"_\", a letter first, at most 48");
    if (taken_line && *taken_line == 0)
        return wrong(l, "this name is there from the start of every case");
    if (taken_line)
        return wrong(l, arena_printf(l->arena, "this name is taken since line %u", *taken_line));
    l->out->number = (uint32_t)index;
    return index < most ? OK : E_LIMIT;
}

static enum status take_new_party(const struct lookup *l)
{
    const struct scope_party *p = scope_party(l->scope, l->text);
    return take_new_name(l, p ? &p->line : NULL, l->scope->n_parties, SCOPE_PARTIES_MAX);
}

/* ---- artifacts */

static enum status take_new_artifact(const struct lookup *l)
{
    const struct scope_artifact *a = scope_artifact(l->scope, l->text);
    return take_new_name(l, a ? &a->line : NULL, l->scope->n_artifacts, SCOPE_ARTIFACTS_MAX);
}

/* What an attribute takes: for the message about another, and as bits of enum sort. */
#define MESSAGES (1u << SORT_MESSAGE | 1u << SORT_GROUP_MESSAGE | 1u << SORT_DISTRIBUTION)

struct wanted {
    const char *name;
    unsigned sorts;
};

static struct wanted wanted_by(enum attribute_type type)
{
    switch (type) {
    case ATTRIBUTE_MESSAGE:
    case ATTRIBUTE_MESSAGES:
        return (struct wanted){"message", MESSAGES};
    case ATTRIBUTE_BUNDLE:
        return (struct wanted){"bundle", 1u << SORT_BUNDLE};
    case ATTRIBUTE_SNAPSHOT:
        return (struct wanted){"snapshot", 1u << SORT_SNAPSHOT};
    case ATTRIBUTE_HOSTED:
        return (struct wanted){"medium or token", 1u << SORT_HOSTED};
    default:
        return (struct wanted){"message, bundle or connection",
                               MESSAGES | 1u << SORT_BUNDLE | 1u << SORT_CONNECTION};
    }
}

static enum status find_artifact(const struct lookup *l, const char *name, uint32_t *out_index)
{
    const struct scope_artifact *a = l->scope ? scope_artifact(l->scope, name) : NULL;
    struct wanted wanted = wanted_by(l->rule->type);
    size_t n = 0;
    if (a && wanted.sorts >> a->sort & 1) {
        *out_index = (uint32_t)(a - l->scope->artifacts);
        return OK;
    }
    if (a)
        return wrong(l, arena_printf(l->arena, "\"%.*s\" is no %s", SHOWN, name, wanted.name));
    const char *const *names = l->scope ? scope_artifact_names(l->scope, l->arena, &n) : NULL;
    return wrong_near(l,
                      arena_printf(l->arena, "no step before it made a %s called \"%.*s\"",
                                   wanted.name, SHOWN, name),
                      name, names, n);
}

static enum status take_artifact(const struct lookup *l)
{
    return find_artifact(l, l->text, &l->out->number);
}

static enum status take_artifacts(const struct lookup *l)
{
    uint32_t *items = arena_array(l->arena, OP_LISTED_MAX, sizeof(*items));
    size_t n = 0;
    if (!items)
        return E_NOMEM;
    for (const char *at = l->text + strspn(l->text, " "); *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        const char *name = arena_printf(l->arena, "%.*s", (int)len, at);
        uint32_t index = 0;
        enum status st = name ? find_artifact(l, name, &index) : E_NOMEM;
        if (st)
            return st;
        if (n == OP_LISTED_MAX)
            return wrong(l, "at most 64 names are expected");
        items[n++] = index;
        at += len;
    }
    l->out->list.items = items;
    l->out->list.n = n;
    return n ? OK : wrong(l, "at least one name is expected");
}

/* ---- values */

static enum status take_text(const struct lookup *l)
{
    size_t len = strlen(l->text);
    if (l->rule->most == 0 || (len >= l->rule->least && len <= l->rule->most))
        return OK;
    return wrong(l, arena_printf(l->arena, "expected %lu to %lu bytes of text",
                                 (unsigned long)l->rule->least, (unsigned long)l->rule->most));
}

static bool read_number(const char *text, size_t most_digits, unsigned long long *out)
{
    size_t digits = strspn(text, "0123456789");
    *out = strtoull(text, NULL, 10);
    return digits && digits <= most_digits && !text[digits];
}

static enum status take_number(const struct lookup *l)
{
    unsigned long most = l->rule->most ? l->rule->most : UINT32_MAX;
    unsigned long long value;
    char words[64] = "";
    if (read_number(l->text, 10, &value) && value >= l->rule->least && value <= most) {
        l->out->number = (uint32_t)value;
        return OK;
    }
    for (size_t i = 0; i < VERB_SWEEPS_MAX && l->rule->sweeps[i]; i++)
        snprintf(words + strlen(words), sizeof(words) - strlen(words), " or %s",
                 l->rule->sweeps[i]);
    return wrong(l, arena_printf(l->arena, "expected a number from %lu to %lu%s",
                                 (unsigned long)l->rule->least, most, words));
}

static enum status take_yes_no(const struct lookup *l)
{
    l->out->number = strcmp(l->text, "yes") == 0;
    return l->out->number || strcmp(l->text, "no") == 0 ? OK
                                                        : wrong(l, "expected \"yes\" or \"no\"");
}

static enum status take_hex(const struct lookup *l)
{
    struct buffer decoded;
    buffer_init(&decoded, HEX_MAX);
    enum status st = hex_decode(l->text, strlen(l->text), &decoded);
    if (!st)
        l->out->bytes = arena_copy(l->arena, buffer_bytes(&decoded));
    buffer_fini(&decoded);
    if (st && st != E_NOMEM)
        return wrong(l, "expected bytes in hex, two digits each");
    return l->out->bytes.data ? OK : E_NOMEM;
}

/* Where permutations are swept, the number of one follows the choices. */
static enum status take_choice(const struct lookup *l)
{
    char expected[240] = "expected ";
    uint32_t n = 0;
    unsigned long long order;
    for (; n < VERB_CHOICES_MAX && l->rule->choices[n]; n++) {
        l->out->number = n;
        if (strcmp(l->rule->choices[n], l->text) == 0)
            return OK;
        snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s\"%s\"",
                 n ? " or " : "", l->rule->choices[n]);
    }
    bool is_order = l->rule->sweeps[0] && strcmp(l->rule->sweeps[0], "each-permutation") == 0;
    if (is_order && read_number(l->text, 3, &order)) {
        l->out->number = n + (uint32_t)order;
        return OK;
    }
    return wrong_near(l, arena_text(l->arena, expected), l->text, l->rule->choices, n);
}

static enum status take_expect(const struct lookup *l)
{
    enum status st = take_choice(l);
    l->out->number = (uint32_t)expect_from_name(l->text);
    return st;
}

static enum status take_reason(const struct lookup *l)
{
    l->out->number = (uint32_t)refusal_from_name(l->text);
    if (l->out->number)
        return OK;
    const char **names = arena_array(l->arena, N_REFUSAL, sizeof(*names));
    for (unsigned i = REFUSAL_NONE + 1; names && i < N_REFUSAL; i++)
        names[i - 1] = refusal_name((enum refusal)i);
    return wrong_near(l, "no refusal has that reason", l->text, names, N_REFUSAL - 1);
}

static enum status take_field(const struct lookup *l)
{
    struct field_ref *field = arena_alloc(l->arena, sizeof(*field));
    size_t n;
    if (!field)
        return E_NOMEM;
    l->out->field = field;
    if (field_ref_find(l->cipher, l->text, field))
        return OK;
    const char *const *names = field_ref_names(l->cipher, l->arena, &n);
    return wrong_near(l, "no such field; suites/README.md lists them", l->text, names, n);
}

/* A name of a file, or folders and a file, that cannot lead out of vectors/. */
static enum status take_vector(const struct lookup *l)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    size_t len = strlen(l->text);
    if (len == 0 || strspn(l->text, allowed) != len || l->text[0] == '/' || l->text[0] == '.' ||
        strstr(l->text, "/."))
        return wrong(l, "expected the name of a file under vectors/");
    return OK;
}

/* ---- words of the layers */

#define WORDS_MAX 3000u /* characters of a list of words */

/* |l|->text is none of |names|: the nearest is told or, where none is near, all of them. */
static enum status no_word(const struct lookup *l, const char *text, const char *listed_in,
                           const char *const *names, size_t n)
{
    struct buffer all;
    buffer_init(&all, WORDS_MAX);
    bool is_near = !names || diag_nearest(l->text, names, n);
    for (size_t i = 0; !is_near && i < n; i++)
        buffer_printf(&all, "%s%s", i ? ", " : "", names[i]);
    const char *listed = is_near || buffer_status(&all)
                             ? arena_printf(l->arena, "%s; %s lists them", text, listed_in)
                             : arena_printf(l->arena, "%s; there are: %s", text, buffer_text(&all));
    buffer_fini(&all);
    return wrong_near(l, listed, l->text, names, n);
}

static enum status take_mutation(const struct lookup *l)
{
    const struct cipher_mutations *mutations = l->cipher->mutations;
    enum status st = mutations->parse(l->text, l->arena, &l->out->mutation);
    size_t n;
    if (st != E_MISSING)
        return st;
    const char *const *names = word_names(mutations->words, l->arena, &n);
    return no_word(l, "no such mutation", mutations->listed_in, names, n);
}

static enum status take_wire_word(const struct lookup *l)
{
    struct word_use *use = arena_alloc(l->arena, sizeof(*use));
    size_t n;
    if (!use)
        return E_NOMEM;
    if (word_parse(wire_words_of(l->rule->type), l->text, use)) {
        l->out->word = use;
        l->out->number = l->rule->type == ATTRIBUTE_RULE           ? wire_rule_of_word(use->what)
                         : l->rule->type == ATTRIBUTE_SERVICE_RULE ? service_rule_of_word(use->what)
                                                                   : use->what;
        return OK;
    }
    const char *const *names = wire_words(l->rule->type, l->arena, &n);
    return no_word(l, "there is no such word", "suites/README.md", names, n);
}

static enum status (*const takes[])(const struct lookup *) = {
    [ATTRIBUTE_TEXT] = take_text,
    [ATTRIBUTE_PARTY] = take_party,
    [ATTRIBUTE_TARGET] = take_party,
    [ATTRIBUTE_HARNESS] = take_party,
    [ATTRIBUTE_NEW_PARTY] = take_new_party,
    [ATTRIBUTE_MESSAGE] = take_artifact,
    [ATTRIBUTE_MESSAGES] = take_artifacts,
    [ATTRIBUTE_BUNDLE] = take_artifact,
    [ATTRIBUTE_SNAPSHOT] = take_artifact,
    [ATTRIBUTE_ARTIFACT] = take_artifact,
    [ATTRIBUTE_ARTIFACTS] = take_artifacts,
    [ATTRIBUTE_NEW_ARTIFACT] = take_new_artifact,
    [ATTRIBUTE_NUMBER] = take_number,
    [ATTRIBUTE_YES_NO] = take_yes_no,
    [ATTRIBUTE_HEX] = take_hex,
    [ATTRIBUTE_EXPECT] = take_expect,
    [ATTRIBUTE_REASON] = take_reason,
    [ATTRIBUTE_FIELD] = take_field,
    [ATTRIBUTE_MUTATION] = take_mutation,
    [ATTRIBUTE_CHOICE] = take_choice,
    [ATTRIBUTE_VECTOR] = take_vector,
    [ATTRIBUTE_STANZA_MUTATION] = take_wire_word,
    [ATTRIBUTE_CONTENT_MUTATION] = take_wire_word,
    [ATTRIBUTE_CERTIFICATE_MUTATION] = take_wire_word,
    [ATTRIBUTE_HANDSHAKE_MUTATION] = take_wire_word,
    [ATTRIBUTE_CHANNEL_MUTATION] = take_wire_word,
    [ATTRIBUTE_FETCH_MUTATION] = take_wire_word,
    [ATTRIBUTE_SERVICE] = take_wire_word,
    [ATTRIBUTE_RULE] = take_wire_word,
    [ATTRIBUTE_SERVICE_RULE] = take_wire_word,
    [ATTRIBUTE_MEDIUM_MUTATION] = take_wire_word,
    [ATTRIBUTE_CLIENT_MUTATION] = take_wire_word,
    [ATTRIBUTE_UTTERANCE] = take_wire_word,
    [ATTRIBUTE_HOSTED] = take_artifact,
};

/* ---- a value, or each value of a series */

static enum status take_series(const struct lookup *l, const char *sweep)
{
    struct operand unused;
    struct lookup one = *l;
    bool is_listed = strcmp(sweep, "each-of") == 0;
    size_t n = is_listed ? sweep_n_entries(l->text) : 0;
    if (!is_listed && strcmp(sweep, l->text) != 0)
        return wrong(l, "nothing is expected after the name of a sweep");
    if (n > SWEEP_LISTED_MAX)
        return wrong(l, "lists more than 1000 values");
    one.out = &unused;
    for (size_t i = 0; i < n; i++) {
        one.text = sweep_entry(l->text, i, l->arena);
        enum status st = one.text ? takes[l->rule->type](&one) : E_NOMEM;
        if (st)
            return st;
    }
    return OK;
}

enum status value_take(const struct lookup *l)
{
    const char *sweep = sweep_of(l->rule, l->text);
    *l->out = (struct operand){
        .name = attr_from_name(l->rule->name), .text = l->text, .is_swept = sweep != NULL};
    return sweep ? take_series(l, sweep) : takes[l->rule->type](l);
}
