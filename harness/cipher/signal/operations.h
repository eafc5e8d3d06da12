/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/signal/operations.h - what every version of Signal puts behind struct cipher: the
 * operations of cipher/signal/party.h under the types of cipher/cipher.h.
 * Depends on: cipher/cipher, cipher/signal/party.
 *
 * A version has rules, words and limits of its own, and makes its parties by its own rules; the
 * rest of its struct cipher is SIGNAL_OPERATIONS.
 */
#ifndef ASSAY_CIPHER_SIGNAL_OPERATIONS_H
#define ASSAY_CIPHER_SIGNAL_OPERATIONS_H

#include "cipher/signal/party.h"

#define SIGNAL_BUNDLE_MAX 4096u
#define SIGNAL_FINGERPRINT_DIGITS 60u
#define SIGNAL_KINDS 4u

/* As struct cipher's party_new and load, by |rules|. */
MUST_USE enum status operations_party_new(const struct cipher_party_options *options,
                                          const struct rules *rules, struct cipher_party **out);
MUST_USE enum status operations_load(struct bytes state, struct random *random,
                                     const struct rules *rules, struct cipher_party **out);

/* As the members of struct cipher and struct cipher_mutations of these names. */
void operations_sealed_free(struct cipher_sealed *s);
void operations_party_free(struct cipher_party *p);
struct bytes operations_identity_key(const struct cipher_party *p);
uint32_t operations_registration_id(const struct cipher_party *p);
MUST_USE enum status operations_save(const struct cipher_party *p, struct buffer *out);
void operations_forget(struct cipher_party *p, struct address peer);
MUST_USE enum status operations_accept_identity(struct cipher_party *p, struct address peer,
                                                struct bytes key);
MUST_USE enum status operations_fingerprint(const struct cipher_party *p, struct address peer,
                                            struct bytes own_id, struct bytes peer_id,
                                            char out[CIPHER_FINGERPRINT_MAX], enum refusal *why);
MUST_USE enum status operations_publish(struct cipher_party *p,
                                        const struct publish_options *options, struct buffer *out);
MUST_USE enum status operations_bundle_signed(struct cipher_party *p, struct bytes bundle,
                                              struct buffer *out);
MUST_USE enum status operations_bundle_read(struct bytes body, struct cipher_bundle *out);
bool operations_prekey_verifies(struct bytes identity, struct bytes prekey, struct bytes signature);
MUST_USE enum status operations_start(struct cipher_party *p, struct address peer,
                                      struct bytes bundle, const struct cipher_mutation *mutation,
                                      enum refusal *why);
MUST_USE enum status operations_seal(struct cipher_party *p, struct address peer,
                                     struct bytes plaintext, const struct cipher_mutation *mutation,
                                     struct cipher_sealed **out, enum refusal *why);
MUST_USE enum status operations_open(struct cipher_party *p, struct address from, uint32_t kind,
                                     struct bytes body, struct buffer *out, enum refusal *why);
uint32_t operations_sealed_kind(const struct cipher_sealed *s);
struct bytes operations_sealed_body(const struct cipher_sealed *s);
MUST_USE enum status operations_sealed_with(const struct cipher_sealed *s, struct bytes body,
                                            bool is_resealed, struct cipher_sealed **out);
MUST_USE enum status operations_sealed_around(const struct cipher_sealed *s, struct bytes plaintext,
                                              struct cipher_sealed **out);
extern const struct cipher_groups operations_groups;
extern const struct cipher_kind operations_kinds[SIGNAL_KINDS];

/* As the members of struct cipher_insider of these names. */
size_t operations_secrets(const struct cipher_sealed *s, struct bytes *out);
struct bytes operations_distributed_secret(struct bytes distribution);
bool operations_verifies(struct bytes public_key, struct bytes message, struct bytes signature);

/* The fields of the messages and the bundle, wire/field.h's; those of v4. */
extern const struct cipher_fields operations_fields, operations_fields_v4;
extern const struct cipher_watch operations_watches[];

/* struct cipher_mutations' parse, of the words of |table|, and acts. */
MUST_USE enum status operations_mutation_parse(const struct word_table *table, const char *text,
                                               struct arena *arena,
                                               const struct cipher_mutation **out);
unsigned operations_mutation_acts(const struct cipher_mutation *mutation);

/* The members of a struct cipher that are the same in every version. */
#define SIGNAL_OPERATIONS                                                                          \
    .kinds = operations_kinds, .n_kinds = SIGNAL_KINDS,                                            \
    .limits = {.plaintext_max = PARTY_PLAINTEXT_MAX,                                               \
               .message_max = PARTY_MESSAGE_MAX,                                                   \
               .bundle_max = SIGNAL_BUNDLE_MAX,                                                    \
               .fingerprint_digits = SIGNAL_FINGERPRINT_DIGITS},                                   \
    .groups = &operations_groups, .party_free = operations_party_free,                             \
    .identity_key = operations_identity_key, .registration_id = operations_registration_id,        \
    .save = operations_save, .publish = operations_publish,                                        \
    .bundle_signed = operations_bundle_signed, .bundle_read = operations_bundle_read,              \
    .prekey_verifies = operations_prekey_verifies, .start = operations_start,                      \
    .seal = operations_seal, .open = operations_open, .sealed_kind = operations_sealed_kind,       \
    .sealed_body = operations_sealed_body, .sealed_with = operations_sealed_with,                  \
    .sealed_around = operations_sealed_around, .sealed_free = operations_sealed_free,              \
    .forget = operations_forget, .accept_identity = operations_accept_identity,                    \
    .fingerprint = operations_fingerprint, .watches = operations_watches
/* The same of its struct cipher_mutations. */
#define SIGNAL_MUTATIONS                                                                           \
    .acts = operations_mutation_acts, .listed_in = "suites/README.md", .forged = "mac-zero",       \
    .forged_violates = "D-16", .skip = "counter"

#endif
