/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "confirm.h"

#include <stdlib.h>
#include <string.h>

#define KEY SIGNAL_KEY_LEN
#define PREKEYS_MAX 8u

/* One side: the library's party, and its keys as the group gives them. */
struct side {
    struct address address;
    const json_t *given;
    struct party_prekey signed_prekey, one_time[PREKEYS_MAX];
    struct lsc *lsc;
};

static void read_prekey(struct confirm *c, const json_t *given, struct party_prekey *out)
{
    out->id = confirm_number(given, "id");
    memcpy(out->private_key, confirm_fixed(c, given, "private", 32), 32);
    memcpy(out->public_key, confirm_fixed(c, given, "public", KEY), KEY);
    if (json_object_get(given, "signature"))
        memcpy(out->signature, confirm_fixed(c, given, "signature", SIGNAL_SIGNATURE_LEN),
               SIGNAL_SIGNATURE_LEN);
}

/* The library draws what the group says, in order. */
static struct bytes read_draws(struct confirm *c, const json_t *given)
{
    const json_t *draws = confirm_object(given, "draws");
    size_t n = json_array_size(draws);
    struct buffer all;
    buffer_init(&all, 32 * (n + 1));
    for (size_t i = 0; i < n; i++) {
        json_t *holder = json_pack("{s:O}", "draw", json_array_get(draws, i));
        confirm_must(buffer_append(&all, bytes_of(confirm_fixed(c, holder, "draw", 32), 32)) == OK,
                     "memory");
        json_decref(holder);
    }
    struct bytes kept = arena_copy(&c->arena, buffer_bytes(&all));
    buffer_fini(&all);
    return kept;
}

static void side_init(struct confirm *c, const json_t *group, const char *name, struct side *s)
{
    struct party_keys keys;
    memset(s, 0, sizeof(*s));
    memset(&keys, 0, sizeof(keys));
    s->address = (struct address){name, 1};
    s->given = confirm_object(group, name);
    const json_t *one_time = confirm_object(s->given, "oneTimePrekeys");
    confirm_must(json_array_size(one_time) <= PREKEYS_MAX, "oneTimePrekeys");
    memcpy(keys.identity_private, confirm_fixed(c, s->given, "identityPrivate", 32), 32);
    memcpy(keys.identity_public, confirm_fixed(c, s->given, "identityPublic", KEY), KEY);
    keys.registration_id = confirm_number(s->given, "registrationId");
    read_prekey(c, confirm_object(s->given, "signedPrekey"), &s->signed_prekey);
    for (size_t i = 0; i < json_array_size(one_time); i++)
        read_prekey(c, json_array_get(one_time, i), &s->one_time[i]);
    keys.signed_prekeys = &s->signed_prekey;
    keys.n_signed_prekeys = 1;
    keys.one_time_prekeys = s->one_time;
    keys.n_one_time_prekeys = json_array_size(one_time);
    s->lsc = lsc_new(s->address, &c->random, &keys);
    confirm_must(s->lsc != NULL, "the library's party");
    s->lsc->draws = read_draws(c, s->given);
}

static const struct party_prekey *find_one_time(const struct side *s, uint32_t id)
{
    size_t i = 0;
    while (i < PREKEYS_MAX && s->one_time[i].id != id)
        i++;
    confirm_must(i < PREKEYS_MAX, "oneTimePrekeyId");
    return &s->one_time[i];
}

static bool starts(struct side *by, const struct side *peer, const json_t *test)
{
    struct signal_bundle b = {
        .registration_id = peer->lsc->registration_id,
        .device = 1,
        .identity_key = bytes_of(peer->lsc->identity_public, KEY),
        .signed_prekey_id = peer->signed_prekey.id,
        .signed_prekey = bytes_of(peer->signed_prekey.public_key, KEY),
        .signature = bytes_of(peer->signed_prekey.signature, SIGNAL_SIGNATURE_LEN),
        .has_one_time_prekey = json_object_get(test, "oneTimePrekeyId") != NULL,
    };
    struct buffer bundle;
    if (b.has_one_time_prekey) {
        b.one_time_prekey_id = confirm_number(test, "oneTimePrekeyId");
        b.one_time_prekey = bytes_of(find_one_time(peer, b.one_time_prekey_id)->public_key, KEY);
    }
    buffer_init(&bundle, 4096);
    confirm_must(signal_bundle_encode(&b, &bundle) == OK, "a bundle");
    bool is_taken = lsc_start(by->lsc, peer->address, buffer_bytes(&bundle)) == 0;
    buffer_fini(&bundle);
    return is_taken;
}

static enum signal_kind kind_of(const json_t *test)
{
    return strcmp(confirm_text(test, "kind"), "prekey") == 0 ? SIGNAL_KIND_PREKEY
                                                             : SIGNAL_KIND_MESSAGE;
}

/* Does the library seal exactly this message? */
static bool seals(struct confirm *c, struct side *by, const struct side *peer, const json_t *test)
{
    struct bytes plaintext = confirm_hex(c, test, "plaintext");
    uint32_t n_lost = json_object_get(test, "lost") ? confirm_number(test, "lost") : 0;
    enum signal_kind kind = SIGNAL_KIND_NONE;
    struct buffer body;
    buffer_init(&body, PARTY_MESSAGE_MAX);
    for (uint32_t i = 0; i <= n_lost; i++) {
        buffer_clear(&body);
        if (!plaintext.len)
            plaintext.data = (const uint8_t *)"";
        confirm_must(lsc_seal(by->lsc, peer->address, plaintext, &kind, &body) == 0, "sealing");
    }
    bool is_so = kind == kind_of(test) && confirm_is(c, test, "message", buffer_bytes(&body));
    buffer_fini(&body);
    return is_so;
}

/* ---- the library stores an identity before it has looked at the message; its user has to undo
 * that, and so do we */

struct kept {
    struct lsc_entry *entries;
    size_t n;
};

static struct kept keep(const struct lsc *l)
{
    struct kept out = {calloc(l->n_entries, sizeof(*out.entries)), l->n_entries};
    confirm_must(out.entries != NULL, "memory");
    for (size_t i = 0; i < out.n; i++) {
        out.entries[i] = l->entries[i];
        out.entries[i].data = malloc(l->entries[i].len + 1);
        confirm_must(out.entries[i].data != NULL, "memory");
        memcpy(out.entries[i].data, l->entries[i].data, l->entries[i].len);
    }
    return out;
}

static void entries_free(struct lsc_entry *entries, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(entries[i].data);
    free(entries);
}

static void put_back(struct lsc *l, struct kept kept)
{
    entries_free(l->entries, l->n_entries);
    l->entries = kept.entries;
    l->n_entries = kept.n;
}

static bool opens(struct confirm *c, struct side *by, const struct side *peer, const json_t *test)
{
    struct buffer plaintext;
    struct kept before = keep(by->lsc);
    struct bytes draws = by->lsc->draws;
    buffer_init(&plaintext, PARTY_PLAINTEXT_MAX);
    bool is_opened = lsc_open(by->lsc, peer->address, kind_of(test),
                              confirm_hex(c, test, "message"), &plaintext) == 0;
    if (is_opened) {
        entries_free(before.entries, before.n);
    } else {
        put_back(by->lsc, before);
        by->lsc->draws = draws;
    }
    bool is_so = is_opened && (!json_object_get(test, "plaintext") ||
                               confirm_is(c, test, "plaintext", buffer_bytes(&plaintext)));
    buffer_fini(&plaintext);
    return is_so;
}

bool confirm_conversation(struct confirm *c, const json_t *group, bool *taken)
{
    struct side alice, bob;
    const json_t *tests = confirm_object(group, "tests");
    side_init(c, group, "alice", &alice);
    side_init(c, group, "bob", &bob);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *test = json_array_get(tests, i);
        bool is_alice = strcmp(confirm_text(test, "by"), "alice") == 0;
        struct side *by = is_alice ? &alice : &bob, *peer = is_alice ? &bob : &alice;
        const char *act = confirm_text(test, "act");
        if (strcmp(act, "start") == 0)
            taken[i] = starts(by, peer, test);
        else if (strcmp(act, "seal") == 0)
            taken[i] = seals(c, by, peer, test);
        else
            taken[i] = opens(c, by, peer, test);
    }
    lsc_free(alice.lsc);
    lsc_free(bob.lsc);
    return true;
}
