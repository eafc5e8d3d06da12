/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "toy.h"

#include "base/crypto.h"
#include "wire/field.h"
#include "wire/word.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_LEN 16u
#define TAG_LEN 8u
#define HEAD_LEN (2 * KEY_LEN + 4)
#define COUNTER_AT (2 * KEY_LEN)
#define PLAINTEXT_MAX (1024u * 1024u)
#define MESSAGE_MAX (PLAINTEXT_MAX + 1024u)
#define RECORDS_MAX 16u
#define OPAQUE_KIND 15u
#define FINGERPRINT_DIGITS 12u

/* ---- what the types of cipher.h are here */

struct session {
    bool is_there;
    bool is_initiator;
    uint8_t base[KEY_LEN];
    uint8_t key[32];
    uint32_t sent, received; /* counters; the first message is 1 */
};

struct record {
    char name[CIPHER_NAME_MAX + 1];
    uint32_t device;
    bool is_pinned;
    uint8_t identity[KEY_LEN];
    struct session session;
};

/* All but |random| is what is saved. */
struct cipher_party {
    struct random *random;
    uint8_t identity[KEY_LEN];
    uint8_t prekey[KEY_LEN];
    bool is_careless;
    uint32_t n_records;
    struct record records[RECORDS_MAX];
};

struct cipher_mutation {
    bool has_wrong_tag;
    uint32_t counter; /* 0: the next */
};

struct cipher_sealed {
    struct session session;
    struct bytes body;
    uint8_t bytes[];
};

static bool is_careless;

void toy_be_careless(void) { is_careless = true; }

/* ---- arithmetic */

static uint32_t number_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put_number(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static enum status digest(const struct session *s, bool by_initiator, struct bytes what,
                          uint8_t out[32])
{
    const uint8_t direction = by_initiator;
    struct buffer in;
    buffer_init(&in, MESSAGE_MAX + 64);
    enum status st = buffer_append(&in, bytes_of(s->key, sizeof(s->key)));
    if (!st)
        st = buffer_append(&in, bytes_of(&direction, 1));
    if (!st)
        st = buffer_append(&in, what);
    if (!st)
        st = crypto_sha256(buffer_bytes(&in), out);
    buffer_fini(&in);
    return st;
}

static enum status exclusive_or(const struct session *s, bool by_initiator, uint32_t counter,
                                uint8_t *text, size_t len)
{
    uint8_t which[8], stream[32];
    put_number(which, counter);
    for (size_t i = 0; i < len; i++) {
        put_number(which + 4, (uint32_t)(i / 32));
        enum status st =
            i % 32 ? OK : digest(s, by_initiator, bytes_of(which, sizeof(which)), stream);
        if (st)
            return st;
        text[i] ^= stream[i % 32];
    }
    return OK;
}

static enum status derive(struct session *s, const uint8_t *prekey, const uint8_t *base)
{
    uint8_t in[2 * KEY_LEN];
    memcpy(s->base, base, KEY_LEN);
    memcpy(in, prekey, KEY_LEN);
    memcpy(in + KEY_LEN, base, KEY_LEN);
    return crypto_sha256(bytes_of(in, sizeof(in)), s->key);
}

/* ---- parties */

static struct record *record_of(const struct cipher_party *p, struct address peer)
{
    for (uint32_t i = 0; i < p->n_records; i++)
        if (p->records[i].device == peer.device && strcmp(p->records[i].name, peer.name) == 0)
            return (struct record *)(uintptr_t)&p->records[i];
    return NULL;
}

static enum status record_make(struct cipher_party *p, struct address peer, struct record **out)
{
    *out = record_of(p, peer);
    if (*out)
        return OK;
    if (p->n_records == RECORDS_MAX || strlen(peer.name) > CIPHER_NAME_MAX)
        return E_LIMIT;
    *out = &p->records[p->n_records++];
    snprintf((*out)->name, sizeof((*out)->name), "%s", peer.name);
    (*out)->device = peer.device;
    return OK;
}

static enum status party_new(const struct cipher_party_options *options, struct cipher_party **out)
{
    struct cipher_party *p = calloc(1, sizeof(*p));
    *out = p;
    if (!p)
        return E_NOMEM;
    p->random = options->random;
    p->is_careless = is_careless;
    enum status st = random_fill(p->random, p->identity, KEY_LEN);
    if (!st)
        st = random_fill(p->random, p->prekey, KEY_LEN);
    if (options->identity_of)
        memcpy(p->identity, options->identity_of->identity, KEY_LEN);
    return st;
}

static void party_free(struct cipher_party *p) { free(p); }

static struct bytes identity_key(const struct cipher_party *p)
{
    return bytes_of(p->identity, KEY_LEN);
}

static uint32_t registration_id(const struct cipher_party *p)
{
    (void)p;
    return 1;
}

static enum status save(const struct cipher_party *p, struct buffer *out)
{
    struct cipher_party copy = *p;
    copy.random = NULL;
    return buffer_append(out, bytes_of((const uint8_t *)&copy, sizeof(copy)));
}

static enum status load(struct bytes state, struct random *random, struct cipher_party **out)
{
    *out = NULL;
    if (state.len != sizeof(**out))
        return E_PARSE;
    if (!(*out = malloc(sizeof(**out))))
        return E_NOMEM;
    memcpy(*out, state.data, state.len);
    (*out)->random = random;
    return OK;
}

/* ---- bundles */

static enum status publish(struct cipher_party *p, const struct publish_options *options,
                           struct buffer *out)
{
    (void)options;
    enum status st = buffer_append(out, identity_key(p));
    return st ? st : buffer_append(out, bytes_of(p->prekey, KEY_LEN));
}

static enum status bundle_read(struct bytes body, struct cipher_bundle *out)
{
    memset(out, 0, sizeof(*out));
    if (body.len != 2 * KEY_LEN)
        return E_PARSE;
    out->identity_key = bytes_slice(body, 0, KEY_LEN);
    out->signed_prekey.key = bytes_slice(body, KEY_LEN, KEY_LEN);
    return OK;
}

static bool prekey_verifies(struct bytes identity, struct bytes prekey, struct bytes signature)
{
    return identity.len == KEY_LEN && prekey.len == KEY_LEN && signature.len == 0;
}

/* Is |identity| the one known of |r|, or the first? */
static bool trusts(const struct record *r, const uint8_t *identity)
{
    return !r->is_pinned || memcmp(r->identity, identity, KEY_LEN) == 0;
}

static void pin(struct record *r, const uint8_t *identity)
{
    r->is_pinned = true;
    memcpy(r->identity, identity, KEY_LEN);
}

static enum status refuse(enum refusal reason, enum refusal *why)
{
    *why = reason;
    return E_CRYPTO;
}

static enum status start(struct cipher_party *p, struct address peer, struct bytes bundle,
                         const struct cipher_mutation *mutation, enum refusal *why)
{
    struct session s = {.is_there = true, .is_initiator = true};
    struct record *r;
    uint8_t base[KEY_LEN];
    (void)mutation;
    if (bundle.len != 2 * KEY_LEN)
        return refuse(REFUSAL_MALFORMED, why);
    enum status st = random_fill(p->random, base, KEY_LEN);
    if (!st)
        st = derive(&s, bundle.data + KEY_LEN, base);
    if (!st)
        st = record_make(p, peer, &r);
    if (st)
        return st;
    if (!trusts(r, bundle.data))
        return refuse(REFUSAL_UNTRUSTED_IDENTITY, why);
    pin(r, bundle.data);
    r->session = s;
    return OK;
}

/* ---- messages */

static enum status sealed_new(const struct session *s, size_t len, struct cipher_sealed **out)
{
    *out = malloc(sizeof(**out) + len);
    if (!*out)
        return E_NOMEM;
    (*out)->session = *s;
    (*out)->body = bytes_of((*out)->bytes, len);
    return OK;
}

static enum status put_tag(struct cipher_sealed *s)
{
    uint8_t tag[32];
    size_t len = s->body.len - TAG_LEN;
    enum status st =
        digest(&s->session, s->session.is_initiator, bytes_slice(s->body, 0, len), tag);
    if (!st)
        memcpy(s->bytes + len, tag, TAG_LEN);
    return st;
}

static enum status seal(struct cipher_party *p, struct address peer, struct bytes plaintext,
                        const struct cipher_mutation *mutation, struct cipher_sealed **out,
                        enum refusal *why)
{
    struct record *r = record_of(p, peer);
    *out = NULL;
    if (!r || !r->session.is_there)
        return refuse(REFUSAL_NO_SESSION, why);
    if (plaintext.len > PLAINTEXT_MAX)
        return E_LIMIT;
    enum status st = sealed_new(&r->session, HEAD_LEN + plaintext.len + TAG_LEN, out);
    if (st)
        return st;
    bool has_counter = mutation && mutation->counter;
    uint32_t counter = has_counter ? mutation->counter : ++r->session.sent;
    uint8_t *at = (*out)->bytes;
    memcpy(at, p->identity, KEY_LEN);
    memcpy(at + KEY_LEN, r->session.base, KEY_LEN);
    put_number(at + COUNTER_AT, counter);
    if (plaintext.len)
        memcpy(at + HEAD_LEN, plaintext.data, plaintext.len);
    st = exclusive_or(&r->session, r->session.is_initiator, counter, at + HEAD_LEN, plaintext.len);
    if (!st)
        st = put_tag(*out);
    if (mutation && mutation->has_wrong_tag)
        at[HEAD_LEN + plaintext.len] ^= 1;
    return st;
}

/* The session that |body| is of: the one there, or a new one in |fresh|. */
static enum status session_for(const struct cipher_party *p, struct record *r, struct bytes body,
                               struct session *fresh, struct session **out)
{
    const uint8_t *base = body.data + KEY_LEN;
    *out = &r->session;
    if (r->session.is_there && memcmp(r->session.base, base, KEY_LEN) == 0)
        return OK;
    *fresh = (struct session){.is_there = true};
    *out = fresh;
    return derive(fresh, p->prekey, base);
}

static enum status open(struct cipher_party *p, struct address from, uint32_t kind,
                        struct bytes body, struct buffer *out, enum refusal *why)
{
    struct session fresh, *s;
    struct record *r;
    uint8_t tag[32];
    if (kind != OPAQUE_KIND || body.len < HEAD_LEN + TAG_LEN)
        return refuse(REFUSAL_MALFORMED, why);
    size_t text_len = body.len - HEAD_LEN - TAG_LEN;
    uint32_t counter = number_at(body.data + COUNTER_AT);
    enum status st = record_make(p, from, &r);
    if (!st)
        st = session_for(p, r, body, &fresh, &s);
    if (!st)
        st = digest(s, !s->is_initiator, bytes_slice(body, 0, body.len - TAG_LEN), tag);
    if (st)
        return st;
    if (!trusts(r, body.data))
        return refuse(REFUSAL_UNTRUSTED_IDENTITY, why);
    if (memcmp(tag, body.data + HEAD_LEN + text_len, TAG_LEN) != 0)
        return refuse(REFUSAL_AUTHENTICATION, why);
    if (counter <= s->received && !p->is_careless)
        return refuse(REFUSAL_DUPLICATE, why);
    size_t before = out->len;
    st = buffer_append(out, bytes_slice(body, HEAD_LEN, text_len));
    if (!st)
        st = exclusive_or(s, !s->is_initiator, counter, out->data + before, text_len);
    if (st)
        return st;
    s->received = counter;
    pin(r, body.data);
    r->session = *s;
    return OK;
}

static uint32_t sealed_kind(const struct cipher_sealed *s)
{
    (void)s;
    return OPAQUE_KIND;
}

static struct bytes sealed_body(const struct cipher_sealed *s) { return s->body; }

static enum status sealed_with(const struct cipher_sealed *s, struct bytes body, bool is_resealed,
                               struct cipher_sealed **out)
{
    *out = NULL;
    if (is_resealed && body.len < HEAD_LEN + TAG_LEN)
        return E_PARSE;
    enum status st = sealed_new(&s->session, body.len, out);
    if (st)
        return st;
    memcpy((*out)->bytes, body.data, body.len);
    return is_resealed ? put_tag(*out) : OK;
}

static void sealed_free(struct cipher_sealed *s) { free(s); }

/* ---- identities */

static void forget(struct cipher_party *p, struct address peer)
{
    struct record *r = record_of(p, peer);
    if (r)
        r->session = (struct session){0};
}

static enum status accept_identity(struct cipher_party *p, struct address peer, struct bytes key)
{
    struct record *r;
    if (key.len != KEY_LEN)
        return E_CRYPTO;
    enum status st = record_make(p, peer, &r);
    if (!st)
        pin(r, key.data);
    return st;
}

/* The sum of what two parties know, so that both see the same. */
static enum status fingerprint(const struct cipher_party *p, struct address peer,
                               struct bytes own_id, struct bytes peer_id,
                               char out[CIPHER_FINGERPRINT_MAX], enum refusal *why)
{
    const struct record *r = record_of(p, peer);
    uint8_t sum[KEY_LEN], hash[32];
    (void)own_id;
    (void)peer_id;
    if (!r || !r->is_pinned)
        return refuse(REFUSAL_NO_SESSION, why);
    for (size_t i = 0; i < KEY_LEN; i++)
        sum[i] = (uint8_t)(p->identity[i] ^ r->identity[i]);
    enum status st = crypto_sha256(bytes_of(sum, sizeof(sum)), hash);
    for (size_t i = 0; i < FINGERPRINT_DIGITS; i++)
        out[i] = (char)('0' + hash[i] % 10);
    out[FINGERPRINT_DIGITS] = 0;
    return st;
}

/* ---- words */

static const struct cipher_field fields[] = {
    {.name = "toy", .explanation = "the whole message of the toy", .role = CIPHER_MESSAGE},
    {.name = "toy.counter",
     .explanation = "the number of the message, from 1",
     .role = CIPHER_MESSAGE,
     .is_number = true,
     .fixed_len = 4},
    {.name = "toy.ciphertext",
     .explanation = "the encrypted plaintext, as long as it",
     .role = CIPHER_MESSAGE},
    {.name = "toy.tag",
     .explanation = "what authenticates all before it",
     .role = CIPHER_MESSAGE,
     .fixed_len = TAG_LEN},
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

static bool field_word_at(size_t i, struct cipher_field *out)
{
    if (i >= N_FIELDS)
        return false;
    *out = fields[i];
    return true;
}

static enum status locate(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                          size_t *out_at, size_t *out_len)
{
    if (role != f->role)
        return E_MISSING;
    if (in.len < HEAD_LEN + TAG_LEN)
        return E_PARSE;
    bool is_tag = strcmp(f->name, "toy.tag") == 0;
    *out_at = f->is_number ? COUNTER_AT : is_tag ? in.len - TAG_LEN : HEAD_LEN;
    *out_len = f->fixed_len ? f->fixed_len : in.len - HEAD_LEN - TAG_LEN;
    if (strcmp(f->name, "toy") == 0) {
        *out_at = 0;
        *out_len = in.len;
    }
    return OK;
}

static size_t planned_len(const struct cipher_field *f, size_t plaintext_len)
{
    if (f->fixed_len)
        return f->fixed_len;
    return plaintext_len + (strcmp(f->name, "toy") == 0 ? HEAD_LEN + TAG_LEN : 0);
}

static enum status number(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                          uint32_t *out)
{
    size_t at, len;
    enum status st = locate(f, role, in, &at, &len);
    if (!st)
        *out = number_at(in.data + at);
    return st;
}

static enum status edit(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                        const struct edit *change, struct buffer *out)
{
    size_t at, len;
    enum status st = locate(f, role, in, &at, &len);
    buffer_clear(out);
    if (!st)
        st = buffer_append(out, in);
    if (st)
        return st;
    if (change->what == EDIT_SET_NUMBER && f->is_number)
        put_number(out->data + at, (uint32_t)change->n);
    else if (change->what == EDIT_FLIP_BIT && change->n < 8 * len)
        out->data[at + change->n / 8] ^= (uint8_t)(1u << change->n % 8);
    else if (change->what == EDIT_CUT && at + len == in.len && change->n <= len)
        out->len -= change->n;
    else
        return E_MISSING;
    return OK;
}

static const struct cipher_fields field_words = {.at = field_word_at,
                                                 .planned_len = planned_len,
                                                 .least_len = planned_len,
                                                 .locate = locate,
                                                 .number = number,
                                                 .edit = edit};

static const struct word word_rows[] = {
    WORD("wrong-tag", "the tag is one that nobody's key makes"),
    WORD_NUMBER("counter", 1, UINT32_MAX, "the message says this number, under its true key"),
};
static const struct word_part word_rows_part = WORD_PART(word_rows);
static const struct word_table words = {"toy", ':', "tests/toy/toy.h", {&word_rows_part}};

static enum status parse(const char *text, struct arena *arena, const struct cipher_mutation **out)
{
    struct cipher_mutation *m = arena_alloc(arena, sizeof(*m));
    *out = NULL;
    if (!m)
        return E_NOMEM;
    struct word_use use;
    if (!word_parse(&words, text, &use))
        return E_MISSING;
    m->counter = use.n;
    m->has_wrong_tag = use.what == 1;
    *out = m;
    return OK;
}

static unsigned acts(const struct cipher_mutation *m)
{
    (void)m;
    return CIPHER_ACT_SEAL;
}

static const struct cipher_mutations mutation_words = {.words = &words,
                                                       .parse = parse,
                                                       .acts = acts,
                                                       .listed_in = "tests/toy/toy.c",
                                                       .forged = "wrong-tag",
                                                       .skip = "counter"};

static const struct cipher_kind kinds[] = {{OPAQUE_KIND, "toy", CIPHER_MESSAGE}};

const struct cipher cipher_toy = {
    .name = "toy",
    .bundle_kind = OPAQUE_KIND,
    .bundle_form = "an identity and a prekey of 16 bytes each",
    .kinds = kinds,
    .n_kinds = sizeof(kinds) / sizeof(kinds[0]),
    .limits = {.plaintext_max = PLAINTEXT_MAX,
               .message_max = MESSAGE_MAX,
               .bundle_max = 2 * KEY_LEN,
               .fingerprint_digits = FINGERPRINT_DIGITS},
    .fields = &field_words,
    .mutations = &mutation_words,
    .party_new = party_new,
    .party_free = party_free,
    .identity_key = identity_key,
    .registration_id = registration_id,
    .save = save,
    .load = load,
    .publish = publish,
    .bundle_read = bundle_read,
    .prekey_verifies = prekey_verifies,
    .start = start,
    .seal = seal,
    .open = open,
    .sealed_kind = sealed_kind,
    .sealed_body = sealed_body,
    .sealed_with = sealed_with,
    .sealed_free = sealed_free,
    .forget = forget,
    .accept_identity = accept_identity,
    .fingerprint = fingerprint,
};
