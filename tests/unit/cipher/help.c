/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "help.h"

#include "cipher/signal/keys.h"
#include "cipher/signal/xeddsa.h"
#include "cipher/signal4/signal4.h"

#include <string.h>

const struct address ALICE = {"alice", 1}, BOB = {"bob", 1}, CAROL = {"carol", 2};

static struct bytes seed(void) { return bytes_of_text("the peer's tests"); }

void actor_init(struct actor *a, struct address self, const char *label, const struct rules *rules,
                const struct party_keys *keys)
{
    struct party_options options = {self, &a->random, rules, keys};

    a->address = self;
    assert_int_equal(random_init(&a->random, seed(), label), OK);
    assert_int_equal(party_new(&options, &a->party), OK);
}

void actor_fini(struct actor *a) { party_free(a->party); }

static void make_prekey(struct random *random, uint32_t id, struct party_prekey *out)
{
    struct key_pair pair;

    assert_int_equal(keys_generate(random, &pair), OK);
    memset(out, 0, sizeof(*out));
    out->id = id;
    memcpy(out->private_key, pair.private_key, 32);
    memcpy(out->public_key, pair.public_key, SIGNAL_KEY_LEN);
}

void key_set_init(struct key_set *k, const char *label)
{
    struct random random;
    struct key_pair identity;

    memset(k, 0, sizeof(*k));
    assert_int_equal(random_init(&random, seed(), label), OK);
    assert_int_equal(keys_generate(&random, &identity), OK);
    memcpy(k->keys.identity_private, identity.private_key, 32);
    memcpy(k->keys.identity_public, identity.public_key, SIGNAL_KEY_LEN);
    k->keys.registration_id = 1234;
    make_prekey(&random, 7, &k->signed_prekey);
    assert_int_equal(xeddsa_sign(identity.private_key,
                                 bytes_of(k->signed_prekey.public_key, SIGNAL_KEY_LEN), &random,
                                 k->signed_prekey.signature),
                     OK);
    for (uint32_t i = 0; i < 3; i++)
        make_prekey(&random, 21 + i, &k->one_time[i]);
    k->keys.signed_prekeys = &k->signed_prekey;
    k->keys.n_signed_prekeys = 1;
    k->keys.one_time_prekeys = k->one_time;
    k->keys.n_one_time_prekeys = 3;
}

void publish(struct actor *a, bool with_one_time_prekey, struct buffer *out)
{
    struct publish_options options = {.without_one_time_prekey = !with_one_time_prekey};

    buffer_init(out, 4096);
    assert_int_equal(party_publish(a->party, &options, out), OK);
}

static const struct mutation *read_mutation(const char *text, struct mutation *out)
{
    if (!text)
        return NULL;
    assert_true(mutation_parse(&signal4_words, text, out));
    return out;
}

void start(struct actor *from, struct actor *to, bool with_one_time_prekey, const char *mutation)
{
    struct buffer bundle;
    enum refusal why;
    struct mutation read;

    publish(to, with_one_time_prekey, &bundle);
    assert_int_equal(party_start(from->party, to->address, buffer_bytes(&bundle),
                                 read_mutation(mutation, &read), &why),
                     OK);
    assert_int_equal(why, REFUSAL_NONE);
    buffer_fini(&bundle);
}

void seal(struct actor *from, struct actor *to, const char *text, const char *mutation,
          struct sealed *out)
{
    enum refusal why;
    struct mutation read;

    sealed_init(out);
    assert_int_equal(party_seal(from->party, to->address, bytes_of_text(text),
                                read_mutation(mutation, &read), out, &why),
                     OK);
    assert_int_equal(why, REFUSAL_NONE);
}

enum refusal open_bytes(struct actor *to, struct address from, enum signal_kind kind,
                        struct bytes body, const char *text)
{
    struct buffer plain;
    enum refusal why;

    buffer_init(&plain, PARTY_MESSAGE_MAX);
    enum status st = party_open(to->party, from, kind, body, &plain, &why);
    if (st == OK) {
        assert_int_equal(why, REFUSAL_NONE);
        assert_true(bytes_equal(buffer_bytes(&plain), bytes_of_text(text)));
    } else {
        assert_int_equal(st, E_CRYPTO);
        assert_int_not_equal(why, REFUSAL_NONE);
        assert_int_equal(plain.len, 0);
    }
    buffer_fini(&plain);
    return why;
}

enum refusal open_as(struct actor *to, struct address from, const struct sealed *s,
                     const char *text)
{
    return open_bytes(to, from, s->kind, buffer_bytes(&s->body), text);
}

void say(struct actor *from, struct actor *to, const char *text)
{
    struct sealed s;

    seal(from, to, text, NULL, &s);
    assert_int_equal(open_as(to, from->address, &s, text), REFUSAL_NONE);
    sealed_fini(&s);
}

void establish(struct actor *from, struct actor *to)
{
    start(from, to, true, NULL);
    say(from, to, "hello");
    say(to, from, "hello to you");
}

void save(const struct actor *a, struct buffer *out)
{
    buffer_init(out, 64u * 1024 * 1024);
    assert_int_equal(party_save(a->party, out), OK);
}

enum refusal refuse_unchanged(struct actor *to, struct address from, enum signal_kind kind,
                              struct bytes body)
{
    struct buffer before, after;

    save(to, &before);
    enum refusal why = open_bytes(to, from, kind, body, "this is refused");
    save(to, &after);
    assert_int_not_equal(why, REFUSAL_NONE);
    assert_true(bytes_equal(buffer_bytes(&before), buffer_bytes(&after)));
    buffer_fini(&before);
    buffer_fini(&after);
    return why;
}
