#include "wire/certificate.h"

#include "wire/pb.h"

#include <string.h>

#define CERTIFICATE_MAX 1024u
#define DAY 86400u
#define LEAF_SERIAL 7u
#define INTERMEDIATE_SERIAL 3u

static const char *const names[N_CERTIFICATE_MUTATION] = {
    [CERTIFICATE_HONEST] = "honest",
    [CERTIFICATE_MISSING_LEAF] = "missing-leaf",
    [CERTIFICATE_MISSING_INTERMEDIATE] = "missing-intermediate",
    [CERTIFICATE_SHORT_SIGNATURE] = "short-signature",
    [CERTIFICATE_LONG_SIGNATURE] = "long-signature",
    [CERTIFICATE_WRONG_ROOT] = "wrong-root",
    [CERTIFICATE_ISSUER_NOT_ZERO] = "issuer-not-zero",
    [CERTIFICATE_LEAF_ISSUER] = "leaf-issuer",
    [CERTIFICATE_LEAF_KEY] = "leaf-key",
    [CERTIFICATE_LEAF_EXPIRED] = "leaf-expired",
    [CERTIFICATE_INTERMEDIATE_EXPIRED] = "intermediate-expired",
    [CERTIFICATE_LEAF_NOT_YET] = "leaf-not-yet",
    [CERTIFICATE_INTERMEDIATE_NOT_YET] = "intermediate-not-yet",
    [CERTIFICATE_SWAPPED] = "swapped",
    [CERTIFICATE_LEAF_SIGNATURE] = "leaf-signature",
    [CERTIFICATE_INTERMEDIATE_SIGNATURE] = "intermediate-signature",
    [CERTIFICATE_LEAF_BY_ROOT] = "leaf-by-root",
    [CERTIFICATE_SELF_SIGNED] = "self-signed",
    [CERTIFICATE_KEY_SHORT] = "key-short",
    [CERTIFICATE_EMPTY] = "empty",
    [CERTIFICATE_GARBAGE] = "garbage",
    [CERTIFICATE_UNKNOWN_FIELDS] = "unknown-fields",
};

const char *certificate_mutation_name(enum certificate_mutation b)
{
    return (unsigned)b < N_CERTIFICATE_MUTATION ? names[b] : NULL;
}

bool certificate_mutation_parse(const char *name, enum certificate_mutation *out)
{
    for (unsigned i = 0; name && i < N_CERTIFICATE_MUTATION; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum certificate_mutation)i;
            return true;
        }
    return false;
}

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

static void mutation_leaf(const struct authority *a, enum certificate_mutation mutation,
                          const uint8_t *own_private, uint64_t now, struct draft *leaf)
{
    switch (mutation) {
    case CERTIFICATE_SHORT_SIGNATURE:
        leaf->signature_len = CERTIFICATE_SIGNATURE_LEN - 1;
        break;
    case CERTIFICATE_LONG_SIGNATURE:
        leaf->signature_len = CERTIFICATE_SIGNATURE_LEN + 1;
        break;
    case CERTIFICATE_LEAF_ISSUER:
        leaf->c.issuer_serial = INTERMEDIATE_SERIAL + 1;
        break;
    case CERTIFICATE_LEAF_KEY:
        memcpy(leaf->c.key, a->intermediate_public, 32);
        break;
    case CERTIFICATE_LEAF_EXPIRED:
        leaf->c.not_after = now - DAY;
        break;
    case CERTIFICATE_LEAF_NOT_YET:
        leaf->c.not_before = now + DAY;
        break;
    case CERTIFICATE_LEAF_SIGNATURE:
        leaf->flips_signature = true;
        break;
    case CERTIFICATE_LEAF_BY_ROOT:
        leaf->signed_by = a->root_private;
        break;
    case CERTIFICATE_SELF_SIGNED:
        leaf->signed_by = own_private;
        break;
    case CERTIFICATE_KEY_SHORT:
        leaf->key_len = 31;
        break;
    default:
        break;
    }
}

static void mutation_intermediate(const struct authority *a, enum certificate_mutation mutation,
                                  uint64_t now, struct draft *d)
{
    switch (mutation) {
    case CERTIFICATE_WRONG_ROOT:
        d->signed_by = a->other_private;
        break;
    case CERTIFICATE_ISSUER_NOT_ZERO:
        d->c.issuer_serial = 1;
        break;
    case CERTIFICATE_INTERMEDIATE_EXPIRED:
        d->c.not_after = now - DAY;
        break;
    case CERTIFICATE_INTERMEDIATE_NOT_YET:
        d->c.not_before = now + DAY;
        break;
    case CERTIFICATE_INTERMEDIATE_SIGNATURE:
        d->flips_signature = true;
        break;
    default:
        break;
    }
}

static enum status write_chain(const struct draft *leaf, const struct draft *intermediate,
                               enum certificate_mutation mutation, const struct signer *signer,
                               struct buffer *out)
{
    struct buffer first, second;
    bool is_swapped = mutation == CERTIFICATE_SWAPPED;
    buffer_init(&first, CERTIFICATE_MAX);
    buffer_init(&second, CERTIFICATE_MAX);
    enum status st = write_certificate(leaf, signer, &first);
    if (!st)
        st = write_certificate(intermediate, signer, &second);
    if (!st && mutation != CERTIFICATE_MISSING_LEAF)
        pb_put_bytes(out, is_swapped ? 2 : 1, buffer_bytes(&first));
    if (!st && mutation != CERTIFICATE_MISSING_INTERMEDIATE)
        pb_put_bytes(out, is_swapped ? 1 : 2, buffer_bytes(&second));
    if (!st && mutation == CERTIFICATE_UNKNOWN_FIELDS)
        pb_put_varint(out, 97, 1);
    buffer_fini(&first);
    buffer_fini(&second);
    return st ? st : buffer_status(out);
}

enum status certificate_issue(const struct authority *a, const struct server_key *server,
                              uint64_t now, enum certificate_mutation mutation,
                              const struct signer *signer, struct buffer *out)
{
    struct draft leaf = {.c = {LEAF_SERIAL, INTERMEDIATE_SERIAL, {0}, now - DAY, now + DAY},
                         .key_len = 32,
                         .signed_by = a->intermediate_private,
                         .signature_len = CERTIFICATE_SIGNATURE_LEN};
    struct draft intermediate = {.c = {INTERMEDIATE_SERIAL, 0, {0}, now - DAY, now + DAY},
                                 .key_len = 32,
                                 .signed_by = a->root_private,
                                 .signature_len = CERTIFICATE_SIGNATURE_LEN};
    if (mutation == CERTIFICATE_EMPTY)
        return OK;
    if (mutation == CERTIFICATE_GARBAGE)
        return buffer_append_text(out, "\xff\xff\xff\xff not a certificate");
    memcpy(leaf.c.key, server->public_key, 32);
    memcpy(intermediate.c.key, a->intermediate_public, 32);
    mutation_leaf(a, mutation, server->private_key, now, &leaf);
    mutation_intermediate(a, mutation, now, &intermediate);
    leaf.has_unknown_fields = intermediate.has_unknown_fields =
        mutation == CERTIFICATE_UNKNOWN_FIELDS;
    return write_chain(&leaf, &intermediate, mutation, signer, out);
}

/* ---- checking */

struct read_certificate {
    struct certificate c;
    struct bytes details;
    const uint8_t *signature;
};

static bool take(const struct pb_message *m, uint32_t number, enum pb_type type,
                 const struct pb_field **out)
{
    *out = pb_find(m, number);
    return *out && (*out)->type == type;
}

static bool read_one(const struct pb_field *f, struct read_certificate *out)
{
    struct pb_message outer, details;
    const struct pb_field *part, *key;
    if (pb_parse(f->body, &outer) || !take(&outer, 1, PB_BYTES, &part) ||
        pb_parse(part->body, &details))
        return false;
    out->details = part->body;
    if (!take(&outer, 2, PB_BYTES, &part) || part->body.len != CERTIFICATE_SIGNATURE_LEN)
        return false;
    out->signature = part->body.data;
    if (!take(&details, 3, PB_BYTES, &key) || key->body.len != 32)
        return false;
    memcpy(out->c.key, key->body.data, 32);
    uint64_t numbers[6] = {0};
    for (uint32_t n = 1; n <= 5; n++) {
        if (n == 3)
            continue;
        part = pb_find(&details, n);
        if (part && part->type != PB_VARINT)
            return false;
        numbers[n] = part ? part->value : 0;
    }
    if (numbers[1] > UINT32_MAX || numbers[2] > UINT32_MAX)
        return false;
    out->c.serial = (uint32_t)numbers[1];
    out->c.issuer_serial = (uint32_t)numbers[2];
    out->c.not_before = numbers[4];
    out->c.not_after = numbers[5];
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
    const struct pb_field *leaf_field, *intermediate_field;
    struct read_certificate leaf, intermediate;
    if (pb_parse(chain, &m) || !take(&m, 1, PB_BYTES, &leaf_field) ||
        !take(&m, 2, PB_BYTES, &intermediate_field) || !read_one(leaf_field, &leaf) ||
        !read_one(intermediate_field, &intermediate))
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
