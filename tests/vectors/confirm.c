/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors_confirm FILE... - libsignal-protocol-c's opinion of vectors/published: a valid test must
 * be taken, an invalid one refused, an acceptable one may be either. How many tests it judged is
 * said; a file of which it judges none is wrong here.
 */
#include "confirm.h"

#include "base/hex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_MAX ((size_t)256 * 1024 * 1024)
#define BYTES_MAX ((size_t)1024 * 1024)

static const struct {
    const char *type;
    confirm_judge *judge;
    bool is_computed; /* an acceptable test, too, is computed as it says, or refused */
} judges[] = {
    {"XeddsaVerify", confirm_xeddsa, false},    {"X3dhAgreement", confirm_x3dh, true},
    {"X3dhBundle", confirm_x3dh_bundle, false}, {"RootStep", confirm_root_step, true},
    {"ChainStep", confirm_chain_step, true},    {"Conversation", confirm_conversation, false},
    {"SenderKey", confirm_sender_key, false},   {"Fingerprint", confirm_fingerprint, false},
};

void confirm_fail(const char *what)
{
    fprintf(stderr, "vectors_confirm: %s: wrong or missing\n", what);
    exit(1);
}

const char *confirm_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    confirm_must(text != NULL, name);
    return text;
}

uint32_t confirm_number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    confirm_must(json_is_integer(value), name);
    return (uint32_t)json_integer_value(value);
}

const json_t *confirm_object(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    confirm_must(value != NULL, name);
    return value;
}

struct bytes confirm_hex(struct confirm *c, const json_t *object, const char *name)
{
    const char *text = confirm_text(object, name);
    struct buffer out;
    buffer_init(&out, BYTES_MAX);
    confirm_must(hex_decode(text, strlen(text), &out) == OK, name);
    struct bytes kept = arena_copy(&c->arena, buffer_bytes(&out));
    confirm_must(kept.len == out.len, "memory");
    buffer_fini(&out);
    return kept;
}

const uint8_t *confirm_fixed(struct confirm *c, const json_t *object, const char *name, size_t len)
{
    struct bytes value = confirm_hex(c, object, name);
    confirm_must(value.len == len, name);
    return value.data;
}

bool confirm_is(struct confirm *c, const json_t *object, const char *name, struct bytes actual)
{
    return bytes_equal(confirm_hex(c, object, name), actual);
}

ec_public_key *confirm_public(struct confirm *c, const json_t *test, const char *name)
{
    ec_public_key *key = NULL;
    if (!json_object_get(test, name))
        return NULL;
    confirm_must(curve_decode_point(&key, confirm_fixed(c, test, name, SIGNAL_KEY_LEN),
                                    SIGNAL_KEY_LEN, c->context) == 0,
                 name);
    return key;
}

ec_key_pair *confirm_pair(struct confirm *c, const json_t *test, const char *name)
{
    ec_private_key *private_key = NULL;
    ec_public_key *public_key = NULL;
    ec_key_pair *pair = NULL;
    if (!json_object_get(test, name))
        return NULL;
    confirm_must(curve_decode_private_point(&private_key, confirm_fixed(c, test, name, 32), 32,
                                            c->context) == 0 &&
                     curve_generate_public_key(&public_key, private_key) == 0 &&
                     ec_key_pair_create(&pair, public_key, private_key) == 0,
                 name);
    SIGNAL_UNREF(private_key);
    SIGNAL_UNREF(public_key);
    return pair;
}

/* Returns how many tests are judged otherwise; *n_judged counts those that could be. */
static size_t confirm_group(struct confirm *c, const char *path, const json_t *group,
                            size_t *n_judged)
{
    static const char *const words[] = {"refused", "taken"};
    bool taken[CONFIRM_TESTS_MAX] = {false};
    const json_t *tests = confirm_object(group, "tests");
    size_t n_wrong = 0, i = 0;
    while (i < COUNT_OF(judges) && strcmp(judges[i].type, confirm_text(group, "type")) != 0)
        i++;
    confirm_must(i < COUNT_OF(judges), "the type of a group");
    confirm_must(json_array_size(tests) <= CONFIRM_TESTS_MAX, "the number of tests");
    memset(c->is_silent, 0, sizeof(c->is_silent));
    if (!judges[i].judge(c, group, taken))
        return 0;
    bool is_computed = judges[i].is_computed;
    for (i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        const char *result = confirm_text(test, "result");
        bool is_acceptable = strcmp(result, "acceptable") == 0;
        if (c->is_silent[i] || (is_acceptable && !is_computed))
            continue;
        ++*n_judged;
        if (taken[i] == (is_acceptable || strcmp(result, "valid") == 0))
            continue;
        n_wrong++;
        printf("%s: %u (%s) is %s, and %s here\n", path, confirm_number(test, "tcId"),
               confirm_text(test, "comment"), result, words[taken[i]]);
    }
    return n_wrong;
}

static size_t confirm_file(const char *path)
{
    struct confirm c;
    struct lsc crypto = {.random = &c.random};
    json_error_t error;
    size_t n_wrong = 0, n_tests = 0, n_judged = 0;
    json_t *root = json_load_file(path, 0, &error);
    confirm_must(root != NULL, path);
    arena_init(&c.arena, ARENA_MAX);
    confirm_must(random_init(&c.random, bytes_of_text(path), "confirm") == OK, "randomness");
    confirm_must(signal_context_create(&crypto.context, &crypto) == 0 &&
                     lsc_set_crypto(&crypto) == 0,
                 "the library");
    c.context = crypto.context;
    const json_t *groups = confirm_object(root, "testGroups");
    for (size_t i = 0; i < json_array_size(groups); i++) {
        const json_t *group = json_array_get(groups, i);
        n_wrong += confirm_group(&c, path, group, &n_judged);
        n_tests += json_array_size(confirm_object(group, "tests"));
    }
    confirm_must(n_tests == confirm_number(root, "numberOfTests"), "numberOfTests");
    printf("%s: %zu of %zu tests judged\n", path, n_judged, n_tests);
    n_wrong += n_judged == 0;
    signal_context_destroy(c.context);
    arena_fini(&c.arena);
    json_decref(root);
    return n_wrong;
}

int main(int argc, char **argv)
{
    size_t n_wrong = 0;
    for (int i = 1; i < argc; i++)
        n_wrong += confirm_file(argv[i]);
    return n_wrong ? 1 : 0;
}
