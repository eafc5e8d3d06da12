/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay-vectors-generate OUTDIR - records conversations with libsignal-protocol-c, byte-identical
 * every time.
 *
 * All randomness is one stream from a fixed seed for each conversation. What is written is
 * described in README.md.
 */
#include "party.h"
#include "provider.h"

#include "base/hex.h"
#include "wire/field.h"

#include <jansson.h>
#include <signal/curve.h>
#include <signal/session_pre_key.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGES_MAX 32u
#define ORIGIN "libsignal-protocol-c 2.3.3, recorded by vectors/generate.c"

/* Which messages of the initiator's first flight are recorded, and what is in them. */
struct flight {
    const char *file;
    const char *title;
    bool with_one_time_prekey;
    struct {
        unsigned counter;     /* messages before it in the chain */
        size_t plaintext_len; /* bytes */
    } messages[MESSAGES_MAX];
    size_t n_messages;
    unsigned turns;      /* of the two-way conversation after the flight; 0 for none */
    bool is_prekey_zero; /* the one-time prekey's id is 0 instead of 1 */
};

static const struct flight flights[] = {
    {"with-one-time-prekey.json",
     "A first flight of eight messages, with one-time prekey",
     true,
     {{0, 24}, {1, 24}, {2, 24}, {3, 24}, {4, 24}, {5, 24}, {6, 24}, {7, 24}},
     8,
     0,
     false},
    {"without-one-time-prekey.json",
     "A first flight of eight messages, without one-time prekey",
     false,
     {{0, 24}, {1, 24}, {2, 24}, {3, 24}, {4, 24}, {5, 24}, {6, 24}, {7, 24}},
     8,
     0,
     false},
    {"gaps.json",
     "A first flight of which messages 0, 3, 500 and 999 arrived",
     true,
     {{0, 24}, {3, 24}, {500, 24}, {999, 24}},
     4,
     0,
     false},
    {"sizes.json",
     "Plaintexts of no byte, around the block size, and of 4 KiB",
     true,
     {{0, 0}, {1, 1}, {2, 15}, {3, 16}, {4, 17}, {5, 4096}},
     6,
     0,
     false},
    {"two-way.json",
     "A first message and twelve turns, both sides recorded",
     true,
     {{0, 24}},
     1,
     12,
     false},
    {"prekey-id-zero.json",
     "A first message to the one-time prekey of id 0",
     true,
     {{0, 24}},
     1,
     0,
     true},
};

/* One conversation being recorded. */
struct recording {
    struct provider provider;
    struct party *initiator;
    struct party *responder;
    json_t *messages;
    struct served_bytes first; /* m0's body, for the bad variants */
};

static const struct served_address initiator_address = {"alice", 1};
static const struct served_address responder_address = {"bob", 1};

static void must(bool is_fine, const char *what)
{
    if (is_fine)
        return;
    fprintf(stderr, "assay-vectors-generate: %s failed\n", what);
    exit(1);
}

/* ---- JSON */

static json_t *hex_json(const void *data, size_t len)
{
    struct buffer text;
    buffer_init(&text, 64u * 1024u * 1024u);
    must(hex_append(&text, bytes_of(data, len)) == OK, "hex");
    json_t *value = json_string(buffer_text(&text));
    buffer_fini(&text);
    return value;
}

static json_t *buffer_json(signal_buffer *buffer)
{
    must(buffer != NULL, "serialising a key");
    json_t *value = hex_json(signal_buffer_data(buffer), signal_buffer_len(buffer));
    signal_buffer_bzero_free(buffer);
    return value;
}

static json_t *public_json(const ec_key_pair *pair)
{
    signal_buffer *buffer = NULL;
    must(ec_public_key_serialize(&buffer, ec_key_pair_get_public(pair)) == 0, "a public key");
    return buffer_json(buffer);
}

static json_t *private_json(const ec_key_pair *pair)
{
    signal_buffer *buffer = NULL;
    must(ec_private_key_serialize(&buffer, ec_key_pair_get_private(pair)) == 0, "a private key");
    return buffer_json(buffer);
}

static json_t *meta_json(const struct party *p, const char *name)
{
    const struct record *r = store_get(&p->store, STORE_META, name, strlen(name));
    must(r != NULL, name);
    return hex_json(r->value, r->value_len);
}

static json_int_t meta_number(const struct party *p, const char *name)
{
    uint32_t value = 0;
    const struct record *r = store_get(&p->store, STORE_META, name, strlen(name));
    must(r != NULL && r->value_len == sizeof(value), name);
    memcpy(&value, r->value, sizeof(value));
    return value;
}

/* ---- keys */

static json_t *signed_prekey_json(struct recording *r)
{
    session_signed_pre_key *prekey = NULL;
    must(signal_protocol_signed_pre_key_load_key(r->responder->stores, &prekey, 1) == 0,
         "loading the signed prekey");
    const ec_key_pair *pair = session_signed_pre_key_get_key_pair(prekey);
    json_t *value = json_pack("{s:i, s:o, s:o, s:o}", "id", 1, "private", private_json(pair),
                              "public", public_json(pair), "signature",
                              hex_json(session_signed_pre_key_get_signature(prekey),
                                       session_signed_pre_key_get_signature_len(prekey)));
    SIGNAL_UNREF(prekey);
    return value;
}

static json_t *one_time_prekey_json(struct recording *r, uint32_t id)
{
    session_pre_key *prekey = NULL;
    must(signal_protocol_pre_key_load_key(r->responder->stores, &prekey, id) == 0,
         "loading the one-time prekey");
    const ec_key_pair *pair = session_pre_key_get_key_pair(prekey);
    json_t *value = json_pack("{s:I, s:o, s:o}", "id", (json_int_t)id, "private",
                              private_json(pair), "public", public_json(pair));
    SIGNAL_UNREF(prekey);
    return value;
}

static json_t *responder_json(struct recording *r, const struct flight *f)
{
    json_t *one_time = json_array();
    if (f->with_one_time_prekey)
        json_array_append_new(one_time, one_time_prekey_json(r, f->is_prekey_zero ? 0 : 1));
    return json_pack("{s:o, s:o, s:I, s:[o], s:o}", "identity_private",
                     meta_json(r->responder, "private"), "identity_public",
                     meta_json(r->responder, "public"), "registration_id",
                     meta_number(r->responder, "registration"), "signed_prekeys",
                     signed_prekey_json(r), "one_time_prekeys", one_time);
}

static json_t *initiator_json(struct recording *r)
{
    return json_pack("{s:s, s:i, s:o, s:o, s:I}", "name", initiator_address.name, "device", 1,
                     "identity_private", meta_json(r->initiator, "private"), "identity_public",
                     meta_json(r->initiator, "public"), "registration_id",
                     meta_number(r->initiator, "registration"));
}

/* ---- messages */

static void record(struct recording *r, struct party *from, size_t plaintext_len)
{
    bool is_initiators = from == r->initiator;
    Assay__Target__V1__MessageKind kind;
    struct served_bytes body = {0};
    uint8_t *plaintext = malloc(plaintext_len + 1);
    must(plaintext != NULL, "memory");
    for (size_t i = 0; i < plaintext_len; i++)
        plaintext[i] = (uint8_t)(json_array_size(r->messages) * 31 + i * 7 + 1);
    must(party_seal(from, is_initiators ? responder_address : initiator_address, plaintext,
                    plaintext_len, &kind, &body) == 0,
         "sealing");
    char name[16];
    snprintf(name, sizeof(name), "m%zu", json_array_size(r->messages));
    json_array_append_new(r->messages,
                          json_pack("{s:s, s:s, s:s, s:o, s:o}", "name", name, "from",
                                    is_initiators ? "initiator" : "responder", "kind",
                                    kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY
                                        ? "prekey"
                                        : "message",
                                    "body", hex_json(body.data, body.len), "plaintext",
                                    hex_json(plaintext, plaintext_len)));
    if (!r->first.data)
        r->first = body;
    else
        free(body.data);
    free(plaintext);
}

static void skip(struct recording *r, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        Assay__Target__V1__MessageKind kind;
        struct served_bytes body = {0};
        must(party_seal(r->initiator, responder_address, (const uint8_t *)"lost", 4, &kind,
                        &body) == 0,
             "sealing");
        free(body.data);
    }
}

static void record_flight(struct recording *r, const struct flight *f)
{
    unsigned next = 0;
    for (size_t i = 0; i < f->n_messages; i++) {
        skip(r, f->messages[i].counter - next);
        record(r, r->initiator, f->messages[i].plaintext_len);
        next = f->messages[i].counter + 1;
    }
}

/* Open the last recorded message at the other side. */
static void deliver_last(struct recording *r, struct party *to)
{
    const json_t *last = json_array_get(r->messages, json_array_size(r->messages) - 1);
    const char *hex = json_string_value(json_object_get(last, "body"));
    bool is_prekey = strcmp(json_string_value(json_object_get(last, "kind")), "prekey") == 0;
    struct buffer body;
    struct served_bytes opened = {0};
    buffer_init(&body, 65536);
    must(hex_decode(hex, strlen(hex), &body) == OK, "hex");
    must(party_open(to, to == r->responder ? initiator_address : responder_address,
                    is_prekey ? ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY
                              : ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL,
                    body.data, body.len, &opened) == 0,
         "opening");
    free(opened.data);
    buffer_fini(&body);
}

static void record_turns(struct recording *r, unsigned turns)
{
    deliver_last(r, r->responder);
    for (unsigned i = 0; i < turns; i++) {
        struct party *from = i % 2 ? r->initiator : r->responder;
        record(r, from, 24);
        deliver_last(r, from == r->initiator ? r->responder : r->initiator);
    }
}

/* ---- variants that must be refused */

static json_t *bad_json(const struct recording *r, const char *name, const char *field,
                        struct edit edit, const char *why)
{
    struct buffer mutated;
    buffer_init(&mutated, 65536);
    must(field_edit(field_find(field), OBJECT_PREKEY, bytes_of(r->first.data, r->first.len), &edit,
                    &mutated) == OK,
         name);
    json_t *value = json_pack("{s:s, s:s, s:s, s:o, s:s}", "name", name, "of", "m0", "kind",
                              "prekey", "body", hex_json(mutated.data, mutated.len), "why", why);
    buffer_fini(&mutated);
    return value;
}

static json_t *bad_variants(struct recording *r, bool with_one_time_prekey)
{
    json_t *all = json_array();
    const struct record *own = store_get(&r->responder->store, STORE_META, "public", 6);
    struct bytes other_identity = bytes_of(own->value, own->value_len);
    json_array_append_new(all,
                          bad_json(r, "bad-mac", "signal.mac", (struct edit){EDIT_FLIP_BIT, 5, {0}},
                                   "one bit of the MAC is flipped"));
    json_array_append_new(all, bad_json(r, "cut", "signal", (struct edit){EDIT_CUT, 1, {0}},
                                        "the last byte is missing"));
    json_array_append_new(all, bad_json(r, "trailing", "signal",
                                        (struct edit){EDIT_APPEND, 0, bytes_of("\0", 1)},
                                        "a byte follows the MAC"));
    json_array_append_new(all, bad_json(r, "other-identity", "prekey.identity-key",
                                        (struct edit){EDIT_SET, 0, other_identity},
                                        "the sender's identity key is replaced by the receiver's"));
    json_array_append_new(all, bad_json(r, "unknown-signed-prekey", "prekey.signed-prekey-id",
                                        (struct edit){EDIT_SET_NUMBER, 16000000, {0}},
                                        "it names a signed prekey nobody published"));
    if (with_one_time_prekey)
        json_array_append_new(all,
                              bad_json(r, "unknown-one-time-prekey", "prekey.one-time-prekey-id",
                                       (struct edit){EDIT_SET_NUMBER, 16000000, {0}},
                                       "it names a one-time prekey nobody published"));
    return all;
}

/* ---- a conversation */

/* The next one-time prekey's id is one more than the last, modulo 2^32. */
static void begin_at_prekey_zero(struct party *p)
{
    const uint32_t last = UINT32_MAX;
    must(store_put(&p->store, STORE_META, "prekey", strlen("prekey"), &last, sizeof(last)) == OK,
         "choosing the prekey's id");
}

static void begin(struct recording *r, const struct flight *f)
{
    struct served_bytes bundle = {0};
    memset(r, 0, sizeof(*r));
    must(provider_init(&r->provider) == 0, "the library");
    snprintf((char *)r->provider.random.seed, sizeof(r->provider.random.seed), "assay %.20s",
             f->file);
    must(party_new(&r->provider, initiator_address, &r->initiator) == 0, "a party");
    must(party_new(&r->provider, responder_address, &r->responder) == 0, "a party");
    must(party_make_keys(r->initiator, NULL) == 0, "making keys");
    must(party_make_keys(r->responder, NULL) == 0, "making keys");
    if (f->is_prekey_zero)
        begin_at_prekey_zero(r->responder);
    must(party_publish(r->responder, f->with_one_time_prekey, false, &bundle) == 0, "publishing");
    must(party_start(r->initiator, responder_address, bundle.data, bundle.len) == 0, "starting");
    free(bundle.data);
    r->messages = json_array();
}

static void end(struct recording *r)
{
    free(r->first.data);
    party_free(r->initiator);
    party_free(r->responder);
    provider_fini(&r->provider);
}

static void generate(const struct flight *f, const char *dir)
{
    struct recording r;
    char path[4096];
    begin(&r, f);
    json_t *responder = responder_json(&r, f);
    record_flight(&r, f);
    if (f->turns)
        record_turns(&r, f->turns);
    json_t *root = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "format",
                             "assay-conversation-1", "title", f->title, "origin", ORIGIN,
                             "responder", responder, "initiator", initiator_json(&r), "messages",
                             r.messages, "bad", bad_variants(&r, f->with_one_time_prekey));
    must(snprintf(path, sizeof(path), "%s/%s", dir, f->file) < (int)sizeof(path), "the path");
    FILE *out = fopen(path, "w");
    must(out && json_dumpf(root, out, JSON_INDENT(1)) == 0 && fputc('\n', out) != EOF &&
             fclose(out) == 0,
         path);
    json_decref(root);
    end(&r);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: assay-vectors-generate OUTDIR\n", stderr);
        return 64;
    }
    for (size_t i = 0; i < sizeof(flights) / sizeof(flights[0]); i++)
        generate(&flights[i], argv[1]);
    return 0;
}
