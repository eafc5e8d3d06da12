/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/certificate.h"

#include "wire/pb.h"

#include <string.h>

#define CERTIFICATE_MAX 1024u
#define DAY 86400u
#define LEAF_SERIAL 7u
#define INTERMEDIATE_SERIAL 3u

/* ---- issuing */

/* One certificate on its way to its bytes. */
struct draft {
    struct certificate c;
    size_t key_len;
    const uint8_t *signed_by; /* private key */
    size_t signature_len;     /* 64 honestly */
    bool flips_signature, has_unknown_fields;
};

static enum status write_certificate(const struct draft *d, const struct signer *signer,
                                     struct buffer *out)
{
    struct buffer details;
    uint8_t signature[CERTIFICATE_SIGNATURE_LEN + 1] = {0};
    buffer_init(&details, CERTIFICATE_MAX);
    pb_put_varint(&details, 1, d->c.serial);
    pb_put_varint(&details, 2, d->c.issuer_serial);
    pb_put_bytes(&details, 3, bytes_of(d->c.key, d->key_len));
    pb_put_varint(&details, 4, d->c.not_before);
    pb_put_varint(&details, 5, d->c.not_after);
    if (d->has_unknown_fields)
        pb_put_bytes(&details, 99, bytes_of_text("unknown"));
    enum status st = buffer_status(&details);
    if (!st && !signer->sign(signer->context, d->signed_by, buffer_bytes(&details), signature))
        st = E_CRYPTO;
    if (d->flips_signature)
        signature[10] ^= 1;
    pb_put_bytes(out, 1, buffer_bytes(&details));
    pb_put_bytes(out, 2, bytes_of(signature, d->signature_len));
    if (d->has_unknown_fields)
        pb_put_varint(out, 98, 1);
    buffer_fini(&details);
    return st ? st : buffer_status(out);
}

/* A chain on its way to its bytes, honest until a mutation is applied. */
struct issue {
    const struct authority *authority;
    const uint8_t *server_private;
    uint64_t now;
    struct draft leaf, intermediate;
    bool omits_leaf, omits_intermediate, is_swapped, has_unknown_fields;
    const char *instead; /* of the chain's bytes; NULL: nothing */
};

static void missing_leaf(struct issue *i) { i->omits_leaf = true; }
static void missing_intermediate(struct issue *i) { i->omits_intermediate = true; }
static void short_signature(struct issue *i) { i->leaf.signature_len--; }
static void long_signature(struct issue *i) { i->leaf.signature_len++; }
static void wrong_root(struct issue *i) { i->intermediate.signed_by = i->authority->other_private; }
static void issuer_not_zero(struct issue *i) { i->intermediate.c.issuer_serial = 1; }
static void leaf_issuer(struct issue *i) { i->leaf.c.issuer_serial++; }
static void leaf_key(struct issue *i)
{
    memcpy(i->leaf.c.key, i->authority->intermediate_public, 32);
}
static void leaf_expired(struct issue *i) { i->leaf.c.not_after = i->now - DAY; }
static void intermediate_expired(struct issue *i) { i->intermediate.c.not_after = i->now - DAY; }
static void leaf_not_yet(struct issue *i) { i->leaf.c.not_before = i->now + DAY; }
static void intermediate_not_yet(struct issue *i) { i->intermediate.c.not_before = i->now + DAY; }
static void swapped(struct issue *i) { i->is_swapped = true; }
static void leaf_signature(struct issue *i) { i->leaf.flips_signature = true; }
static void intermediate_signature(struct issue *i) { i->intermediate.flips_signature = true; }
static void leaf_by_root(struct issue *i) { i->leaf.signed_by = i->authority->root_private; }
static void self_signed(struct issue *i) { i->leaf.signed_by = i->server_private; }
static void key_short(struct issue *i) { i->leaf.key_len = 31; }
static void empty(struct issue *i) { i->instead = ""; }
static void garbage(struct issue *i) { i->instead = "\xff\xff\xff\xff not a certificate"; }
static void unknown_fields(struct issue *i)
{
    i->has_unknown_fields = true;
    i->leaf.has_unknown_fields = i->intermediate.has_unknown_fields = true;
}

static const struct certificate_row {
    struct word word;
    void (*apply)(struct issue *i);
} rows[] = {
    {WORD("missing-leaf", "The chain has no leaf: nothing names the server's static key."),
     missing_leaf},
    {WORD("missing-intermediate",
          "The chain has no intermediate: nothing connects the leaf with the pinned root."),
     missing_intermediate},
    {WORD("short-signature", "The leaf's signature has 63 bytes instead of 64: a client that "
                             "does not look at its length reads past it."),
     short_signature},
    {WORD("long-signature", "The leaf's signature has 65 bytes, the first 64 of which verify: a "
                            "client that cuts it accepts it."),
     long_signature},
    {WORD("wrong-root", "The intermediate is signed by a root that nobody pinned: "
                        "a client that trusts any root accepts it."),
     wrong_root},
    {WORD("issuer-not-zero",
          "The intermediate's issuer-serial is 1, but only 0 stands for the pinned root."),
     issuer_not_zero},
    {WORD("leaf-issuer", "The leaf's issuer-serial is not the intermediate's serial, so that "
                         "another certificate should have issued it."),
     leaf_issuer},
    {WORD("leaf-key", "The leaf is well signed and about another key than the "
                      "server's static key of this handshake."),
     leaf_key},
    {WORD("leaf-expired", "The leaf's not-after was a day ago."), leaf_expired},
    {WORD("intermediate-expired",
          "The intermediate's not-after was a day ago, while the leaf is valid: a client that "
          "looks at the leaf's window only accepts it."),
     intermediate_expired},
    {WORD("leaf-not-yet", "The leaf's not-before is a day from now."), leaf_not_yet},
    {WORD("intermediate-not-yet",
          "The intermediate's not-before is a day from now, while the leaf is valid."),
     intermediate_not_yet},
    {WORD("swapped", "Leaf and intermediate stand in each other's field of the chain."), swapped},
    {WORD("leaf-signature", "One bit of the leaf's signature is flipped."), leaf_signature},
    {WORD("intermediate-signature", "One bit of the intermediate's signature is flipped."),
     intermediate_signature},
    {WORD("leaf-by-root",
          "The root itself signed the leaf, although its issuer is the intermediate: the "
          "signature must be checked under the intermediate's key."),
     leaf_by_root},
    {WORD("self-signed", "The leaf is signed with its own key instead of the "
                         "intermediate's, as anybody could do."),
     self_signed},
    {WORD("key-short", "The leaf's key has 31 bytes, the first of the server's static key: a "
                       "client that compares only so many accepts it."),
     key_short},
    {WORD("empty",
          "The payload of the server's handshake message has no bytes, and therefore no chain."),
     empty},
    {WORD("garbage", "The payload is not protobuf, so that there is no chain to read."), garbage},
    {WORD_TOLERATED_BY("unknown-fields", "Protocol Buffers, Encoding",
                       "Unknown protobuf fields stand in the chain, in the certificates and "
                       "in the signed details, and are to be ignored."),
     unknown_fields},
};

static const struct word_part all_rows = WORD_PART(rows);
const struct word_table certificate_words = {
    "certificate", '=', "docs/wire.md, Channel", {&all_rows}};

static enum status write_chain(const struct issue *i, const struct signer *signer,
                               struct buffer *out)
{
    struct buffer first, second;
    buffer_init(&first, CERTIFICATE_MAX);
    buffer_init(&second, CERTIFICATE_MAX);
    enum status st = write_certificate(&i->leaf, signer, &first);
    if (!st)
        st = write_certificate(&i->intermediate, signer, &second);
    if (!st && !i->omits_leaf)
        pb_put_bytes(out, i->is_swapped ? 2 : 1, buffer_bytes(&first));
    if (!st && !i->omits_intermediate)
        pb_put_bytes(out, i->is_swapped ? 1 : 2, buffer_bytes(&second));
    if (!st && i->has_unknown_fields)
        pb_put_varint(out, 97, 1);
    buffer_fini(&first);
    buffer_fini(&second);
    return st ? st : buffer_status(out);
}

enum status certificate_issue(const struct authority *a, const struct server_key *server,
                              uint64_t now, unsigned mutation, const struct signer *signer,
                              struct buffer *out)
{
    struct issue i = {.authority = a,
                      .server_private = server->private_key,
                      .now = now,
                      .leaf = {.c = {LEAF_SERIAL, INTERMEDIATE_SERIAL, {0}, now - DAY, now + DAY},
                               .key_len = 32,
                               .signed_by = a->intermediate_private,
                               .signature_len = CERTIFICATE_SIGNATURE_LEN},
                      .intermediate = {.c = {INTERMEDIATE_SERIAL, 0, {0}, now - DAY, now + DAY},
                                       .key_len = 32,
                                       .signed_by = a->root_private,
                                       .signature_len = CERTIFICATE_SIGNATURE_LEN}};
    memcpy(i.leaf.c.key, server->public_key, 32);
    memcpy(i.intermediate.c.key, a->intermediate_public, 32);
    if (mutation)
        ((const struct certificate_row *)word_at(&certificate_words, mutation))->apply(&i);
    return i.instead ? buffer_append_text(out, i.instead) : write_chain(&i, signer, out);
}

/* ---- checking */

struct read_certificate {
    struct certificate c;
    struct bytes details;
    const uint8_t *signature;
};

static bool read_one(struct bytes in, struct read_certificate *out)
{
    struct pb_message outer, details;
    struct bytes key, signature;
    uint64_t serial, issuer_serial;
    if (pb_parse(in, &outer) || !pb_find(&outer, 1) || !pb_body(&outer, 1, &out->details) ||
        pb_parse(out->details, &details) || !pb_body(&outer, 2, &signature) ||
        signature.len != CERTIFICATE_SIGNATURE_LEN || !pb_body(&details, 3, &key) ||
        key.len != 32 || !pb_number(&details, 1, &serial) ||
        !pb_number(&details, 2, &issuer_serial) || serial > UINT32_MAX ||
        issuer_serial > UINT32_MAX || !pb_number(&details, 4, &out->c.not_before) ||
        !pb_number(&details, 5, &out->c.not_after))
        return false;
    out->signature = signature.data;
    memcpy(out->c.key, key.data, 32);
    out->c.serial = (uint32_t)serial;
    out->c.issuer_serial = (uint32_t)issuer_serial;
    return true;
}

static bool is_now(const struct certificate *c, uint64_t now)
{
    return now >= c->not_before && now <= c->not_after;
}

enum certificate_problem certificate_check(struct bytes chain, const uint8_t root_public[32],
                                           const uint8_t server_static[32], uint64_t now,
                                           unsigned skipped, const struct signer *signer)
{
    struct pb_message m;
    struct bytes first, second;
    struct read_certificate leaf, intermediate;
    if (pb_parse(chain, &m) || !pb_find(&m, 1) || !pb_body(&m, 1, &first) || !pb_find(&m, 2) ||
        !pb_body(&m, 2, &second) || !read_one(first, &leaf) || !read_one(second, &intermediate))
        return skipped & 1u << CERTIFICATE_MALFORMED ? CERTIFICATE_SOUND : CERTIFICATE_MALFORMED;
    const bool fails[N_CERTIFICATE_PROBLEM] = {
        [CERTIFICATE_NOT_FROM_ROOT] = intermediate.c.issuer_serial != 0,
        [CERTIFICATE_BAD_INTERMEDIATE] = !signer->verify(
            signer->context, root_public, intermediate.details, intermediate.signature),
        [CERTIFICATE_BAD_LEAF] =
            !signer->verify(signer->context, intermediate.c.key, leaf.details, leaf.signature),
        [CERTIFICATE_OTHER_ISSUER] = leaf.c.issuer_serial != intermediate.c.serial,
        [CERTIFICATE_OTHER_KEY] = memcmp(leaf.c.key, server_static, 32) != 0,
        [CERTIFICATE_OUTSIDE_WINDOW] = !is_now(&leaf.c, now) || !is_now(&intermediate.c, now),
    };
    for (unsigned p = CERTIFICATE_NOT_FROM_ROOT; p < N_CERTIFICATE_PROBLEM; p++)
        if (fails[p] && !(skipped & 1u << p))
            return (enum certificate_problem)p;
    return CERTIFICATE_SOUND;
}
