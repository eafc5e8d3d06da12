#include "scenario/value.h"

#include "base/hex.h"
#include "cipher/cipher.h"
#include "scenario/sweep.h"
#include "scenario/wire_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN 100 /* characters of a wrong value that are shown */
#define HEX_MAX (1024u * 1024u)
#define LIST_MAX 64u

/* One value while it is looked at. */
struct check {
    struct reading *r;
    unsigned line;
    const char *verb;
    const struct attribute_rule *rule;
    const char *value;
};

/* `<seal size="x">: |text|` */
static bool wrong(const struct check *c, const char *text)
{
    reading_complain(c->r, c->line, "<%s %s=\"%.*s\">: %s", c->verb, c->rule->name, SHOWN, c->value,
                     text);
    return false;
}

static bool wrong_near(const struct check *c, const char *text, const char *const *names,
                       size_t n_names)
{
    reading_complain_near(c->r, c->line, c->value, names, n_names, "<%s %s=\"%.*s\">: %s", c->verb,
                          c->rule->name, SHOWN, c->value, text);
    return false;
}

/* ---- one function a type */

static bool check_text(const struct check *c)
{
    size_t len = strlen(c->value);
    char expected[80];
    if (c->rule->most == 0 || (len >= c->rule->least && len <= c->rule->most))
        return true;
    snprintf(expected, sizeof(expected), "expected %lu to %lu bytes of text",
             (unsigned long)c->rule->least, (unsigned long)c->rule->most);
    return wrong(c, expected);
}

static bool check_party(const struct check *c)
{
    size_t n;
    if (scope_party(c->r->scope, c->value))
        return true;
    const char *const *names = scope_party_names(c->r->scope, c->r->arena, &n);
    return wrong_near(c, "nobody of that name is there yet", names, n);
}

static bool check_target(const struct check *c)
{
    if (!check_party(c))
        return false;
    return scope_party(c->r->scope, c->value)->is_target ||
           wrong(c, "a party of the target is expected, this is one of the harness");
}

static bool check_harness(const struct check *c)
{
    if (!check_party(c))
        return false;
    return !scope_party(c->r->scope, c->value)->is_target ||
           wrong(c, "a party of the harness is expected, this is one of the target");
}

static bool check_new_name(const struct check *c)
{
    return reading_is_name(c->value) ||
           wrong(c, "a name is letters, digits, \"-\" and \"_\", a letter first, at most 48");
}

static bool is_taken(const struct check *c, unsigned line)
{
    char text[80];
    if (line == 0)
        return !wrong(c, "this name is there from the start of every case");
    snprintf(text, sizeof(text), "this name is taken since line %u", line);
    return !wrong(c, text);
}

static bool check_new_party(const struct check *c)
{
    if (!check_new_name(c))
        return false;
    const struct scope_party *a = scope_party(c->r->scope, c->value);
    return !a || !is_taken(c, a->line);
}

static bool check_new_artifact(const struct check *c)
{
    if (!check_new_name(c))
        return false;
    const struct scope_artifact *t = scope_artifact(c->r->scope, c->value);
    return !t || !is_taken(c, t->line);
}

/* What a thing attribute takes, for the message about another. */
static const char *wanted_sort(enum attribute_type type)
{
    switch (type) {
    case ATTRIBUTE_MESSAGE:
    case ATTRIBUTE_MESSAGES:
        return "message";
    case ATTRIBUTE_BUNDLE:
        return "bundle";
    case ATTRIBUTE_SNAPSHOT:
        return "snapshot";
    default:
        return "message, bundle or connection";
    }
}

static bool takes_sort(enum attribute_type type, enum sort sort)
{
    bool is_message =
        sort == SORT_MESSAGE || sort == SORT_GROUP_MESSAGE || sort == SORT_DISTRIBUTION;
    switch (type) {
    case ATTRIBUTE_MESSAGE:
    case ATTRIBUTE_MESSAGES:
        return is_message;
    case ATTRIBUTE_BUNDLE:
        return sort == SORT_BUNDLE;
    case ATTRIBUTE_SNAPSHOT:
        return sort == SORT_SNAPSHOT;
    default:
        return is_message || sort == SORT_BUNDLE || sort == SORT_CONNECTION;
    }
}

static bool check_one_artifact(const struct check *c, const char *name)
{
    struct reading *r = c->r;
    const char *sort = wanted_sort(c->rule->type);
    const struct scope_artifact *t = scope_artifact(r->scope, name);
    size_t n;
    if (t && takes_sort(c->rule->type, t->sort))
        return true;
    if (t) {
        reading_complain(r, c->line, "<%s %s=\"%.*s\">: \"%.*s\" is no %s", c->verb, c->rule->name,
                         SHOWN, c->value, SHOWN, name, sort);
        return false;
    }
    const char *const *names = scope_artifact_names(r->scope, r->arena, &n);
    reading_complain_near(r, c->line, name, names, n,
                          "<%s %s=\"%.*s\">: no step before it made a %s called \"%.*s\"", c->verb,
                          c->rule->name, SHOWN, c->value, sort, SHOWN, name);
    return false;
}

static bool check_artifact(const struct check *c) { return check_one_artifact(c, c->value); }

static bool check_artifacts(const struct check *c)
{
    size_t n = 0;
    for (const char *at = c->value + strspn(c->value, " "); *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        const char *name = arena_printf(c->r->arena, "%.*s", (int)len, at);
        if (!name) {
            c->r->is_starved = true;
            return false;
        }
        if (!check_one_artifact(c, name))
            return false;
        if (++n > LIST_MAX)
            return wrong(c, "at most 64 names are expected");
        at += len;
    }
    return n > 0 || wrong(c, "at least one name is expected");
}

static bool check_number(const struct check *c)
{
    unsigned long most = c->rule->most ? c->rule->most : UINT32_MAX;
    size_t digits = strspn(c->value, "0123456789");
    char expected[160], words[64] = "";
    unsigned long long value = strtoull(c->value, NULL, 10);
    if (digits && digits <= 10 && !c->value[digits] && value >= c->rule->least && value <= most)
        return true;
    for (size_t i = 0; i < VERB_SWEEPS_MAX && c->rule->sweeps[i]; i++)
        snprintf(words + strlen(words), sizeof(words) - strlen(words), " or %s",
                 c->rule->sweeps[i]);
    snprintf(expected, sizeof(expected), "expected a number from %lu to %lu%s",
             (unsigned long)c->rule->least, most, words);
    return wrong(c, expected);
}

static bool check_hex(const struct check *c)
{
    struct buffer decoded;
    buffer_init(&decoded, HEX_MAX);
    enum status st = hex_decode(c->value, strlen(c->value), &decoded);
    buffer_fini(&decoded);
    return !st || wrong(c, "expected bytes in hex, two digits each");
}

static bool check_reason(const struct check *c)
{
    const char *names[N_REFUSAL];
    size_t n = 0;
    if (refusal_from_name(c->value) != REFUSAL_NONE)
        return true;
    for (unsigned i = REFUSAL_NONE + 1; i < N_REFUSAL; i++)
        names[n++] = refusal_name((enum refusal)i);
    return wrong_near(c, "no refusal has that reason", names, n);
}

static bool check_field(const struct check *c)
{
    struct field_ref field;
    size_t n;
    if (field_ref_find(c->r->cipher, c->value, &field))
        return true;
    const char *const *names = field_ref_names(c->r->cipher, c->r->arena, &n);
    return wrong_near(c, "no such field; suites/README.md lists them", names, n);
}

static bool check_mutation(const struct check *c)
{
    const struct cipher_mutations *mutations = c->r->cipher->mutations;
    const struct cipher_mutation *mutation;
    size_t n;
    enum status st = mutations->parse(c->value, c->r->arena, &mutation);
    c->r->is_starved |= st == E_NOMEM;
    if (!st)
        return true;
    const char *const *names = word_names(mutations->words, c->r->arena, &n);
    char expected[160];
    snprintf(expected, sizeof(expected), "no such bend; %s lists them", mutations->listed_in);
    return wrong_near(c, expected, names, n);
}

static bool check_wire_word(const struct check *c)
{
    size_t n;
    if (wire_word_is_known(c->rule->type, c->value))
        return true;
    const char *const *names = wire_words(c->rule->type, c->r->arena, &n);
    return wrong_near(c, "there is no such word; suites/README.md lists them", names, n);
}

/* "reversed", and where permutations are swept also the number of one. */
static bool check_choice(const struct check *c)
{
    char expected[240] = "expected ";
    size_t n = 0;
    for (; n < VERB_CHOICES_MAX && c->rule->choices[n]; n++) {
        if (strcmp(c->rule->choices[n], c->value) == 0)
            return true;
        snprintf(expected + strlen(expected), sizeof(expected) - strlen(expected), "%s\"%s\"",
                 n ? " or " : "", c->rule->choices[n]);
    }
    size_t digits = strspn(c->value, "0123456789");
    bool is_order = c->rule->sweeps[0] && strcmp(c->rule->sweeps[0], "each-permutation") == 0;
    if (is_order && digits && digits < 4 && !c->value[digits])
        return true;
    return wrong_near(c, expected, c->rule->choices, n);
}

static bool check_yes_no(const struct check *c)
{
    return strcmp(c->value, "yes") == 0 || strcmp(c->value, "no") == 0 ||
           wrong(c, "expected \"yes\" or \"no\"");
}

/* A name of a file, or folders and a file, that cannot lead out of vectors/. */
static bool check_vector(const struct check *c)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    size_t len = strlen(c->value);
    if (len == 0 || strspn(c->value, allowed) != len || c->value[0] == '/' || c->value[0] == '.' ||
        strstr(c->value, "/."))
        return wrong(c, "expected the name of a file under vectors/");
    return true;
}

static bool (*const checks[])(const struct check *) = {
    [ATTRIBUTE_TEXT] = check_text,
    [ATTRIBUTE_PARTY] = check_party,
    [ATTRIBUTE_TARGET] = check_target,
    [ATTRIBUTE_HARNESS] = check_harness,
    [ATTRIBUTE_NEW_PARTY] = check_new_party,
    [ATTRIBUTE_MESSAGE] = check_artifact,
    [ATTRIBUTE_MESSAGES] = check_artifacts,
    [ATTRIBUTE_BUNDLE] = check_artifact,
    [ATTRIBUTE_SNAPSHOT] = check_artifact,
    [ATTRIBUTE_ARTIFACT] = check_artifact,
    [ATTRIBUTE_ARTIFACTS] = check_artifacts,
    [ATTRIBUTE_NEW_ARTIFACT] = check_new_artifact,
    [ATTRIBUTE_NUMBER] = check_number,
    [ATTRIBUTE_YES_NO] = check_yes_no,
    [ATTRIBUTE_HEX] = check_hex,
    [ATTRIBUTE_EXPECT] = check_choice,
    [ATTRIBUTE_REASON] = check_reason,
    [ATTRIBUTE_FIELD] = check_field,
    [ATTRIBUTE_MUTATION] = check_mutation,
    [ATTRIBUTE_CHOICE] = check_choice,
    [ATTRIBUTE_VECTOR] = check_vector,
    [ATTRIBUTE_STANZA_MUTATION] = check_wire_word,
    [ATTRIBUTE_CONTENT_MUTATION] = check_wire_word,
    [ATTRIBUTE_CERTIFICATE_MUTATION] = check_wire_word,
    [ATTRIBUTE_HANDSHAKE_MUTATION] = check_wire_word,
    [ATTRIBUTE_CHANNEL_MUTATION] = check_wire_word,
    [ATTRIBUTE_FETCH_MUTATION] = check_wire_word,
    [ATTRIBUTE_SERVICE] = check_wire_word,
    [ATTRIBUTE_RULE] = check_wire_word,
};

/* ---- a value, or each value of a list */

static bool check_entries(struct check *c)
{
    const char *list = c->value;
    size_t n = sweep_n_entries(list);
    if (n > SWEEP_LISTED_MAX)
        return wrong(c, "lists more than 1000 values");
    for (size_t i = 0; i < n; i++) {
        c->value = sweep_entry(list, i, c->r->arena);
        if (!c->value) {
            c->r->is_starved = true;
            return false;
        }
        if (!checks[c->rule->type](c))
            return false;
    }
    return true;
}

bool value_check(struct reading *r, unsigned line, const char *verb,
                 const struct attribute_rule *rule, const char *value)
{
    struct check c = {.r = r, .line = line, .verb = verb, .rule = rule, .value = value};
    const char *sweep = sweep_of(rule, value);
    if (!sweep)
        return checks[rule->type](&c);
    if (strcmp(sweep, "each-of") == 0)
        return check_entries(&c);
    return strcmp(sweep, value) == 0 || wrong(&c, "nothing is expected after the name of a sweep");
}

const char *const *value_capabilities(size_t *out_count)
{
    /* As proto/target.proto lists them. */
    static const char *const names[] = {
        "seed",
        "import-keys",
        "without-one-time-prekey",
        "rotate-signed-prekey",
        "snapshot",
        "fingerprint",
        "requires-one-time-prekey",
        "forget-session",
        "sender-keys",
        "accept-identity",
        "client",
        "read-receipts",
    };
    *out_count = sizeof(names) / sizeof(names[0]);
    return names;
}
