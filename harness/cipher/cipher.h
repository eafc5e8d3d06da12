/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cipher/cipher.h - an end-to-end cipher as the rest of the harness sees it.
 * Depends on: base, cipher/refusal, wire/field (struct edit), wire/word (struct word_table).
 *
 * A cipher brings a party of our own that speaks it, the fields of its messages and bundles, and
 * the mutations it can make. Whoever runs cases or games holds a struct cipher and knows none by
 * name: the suite names the cipher of its cases, the target names its own in Profile.protocol.
 *
 * The functions of a struct cipher keep the contract written beside them here; the sections of the
 * specifications stand in the cipher's own headers. An operation of a party that does not return OK
 * has changed nothing. Where |why| is given, E_CRYPTO means that the party refused and *why says
 * for what; E_PARSE is REFUSAL_MALFORMED. E_NOMEM and E_LIMIT may come from all of them.
 */
#ifndef ASSAY_CIPHER_CIPHER_H
#define ASSAY_CIPHER_CIPHER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/random.h"
#include "cipher/refusal.h"

#define CIPHER_NAME_MAX 256u        /* bytes of an address's or a group's name */
#define CIPHER_FINGERPRINT_MAX 128u /* characters of a fingerprint, terminator included */
#define CIPHER_SECRETS_MAX 8u

struct edit;       /* wire/field.h */
struct word_table; /* wire/word.h */

/* Known only to the cipher that made them. */
struct cipher_party;
struct cipher_mutation;
struct cipher_sealed;

/* Of a party, to those that it talks to. */
struct address {
    const char *name; /* 1 to CIPHER_NAME_MAX bytes; borrowed for the call */
    uint32_t device;
};

/* What an object of a cipher is for. */
enum cipher_role {
    CIPHER_ROLE_NONE = 0,
    CIPHER_FIRST_MESSAGE, /* makes a session at its receiver */
    CIPHER_MESSAGE,
    CIPHER_GROUP_MESSAGE,
    CIPHER_DISTRIBUTION, /* of a group's sender key */
    CIPHER_BUNDLE
};

/* A kind of message. */
struct cipher_kind {
    uint32_t number;  /* of proto/target.proto, MessageKind */
    const char *name; /* as suites and reports write it */
    enum cipher_role role;
};

struct cipher_limits {
    size_t plaintext_max; /* bytes */
    size_t message_max;   /* bytes of a sealed message */
    size_t bundle_max;    /* bytes of an encoded bundle */
    size_t fingerprint_digits;
};

/* ---- fields */

struct cipher_field {
    const char *name;        /* layer.name, none of wire/field.h's of a client; static storage */
    const char *explanation; /* what it is, for a person; static storage */
    enum cipher_role role;   /* of the objects that have it */
    bool is_number;          /* otherwise bytes */
    bool is_transient;       /* a MAC, a signature, a ciphertext: a receiver keeps nothing of it */
    uint32_t number;         /* of its protobuf field; 0: it is none, and cannot be repeated */
    size_t fixed_len;        /* bytes, or 0 */
};

struct cipher_fields {
    /* The |i|-th field, from 0, in the order in which a person reads them; false past the end. */
    bool (*at)(size_t i, struct cipher_field *out);
    /* Bytes of |f| in an honest message of |plaintext_len| bytes, and the fewest it may have; 0
     * when that is not known before there are bytes. */
    size_t (*planned_len)(const struct cipher_field *f, size_t plaintext_len);
    size_t (*least_len)(const struct cipher_field *f, size_t plaintext_len);
    /* Where |f| stands in |in|, an object of |role|; its number; |in| with one change. As
     * field_locate, field_number and field_edit of wire/field.h. */
    enum status (*locate)(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                          size_t *out_at, size_t *out_len);
    enum status (*number)(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                          uint32_t *out);
    enum status (*edit)(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                        const struct edit *edit, struct buffer *out);
};

/* ---- what holds of everything that a party sends, over all its messages and restarts */

enum cipher_watch_kind {
    CIPHER_WATCH_NONE = 0, /* after the last */
    CIPHER_ONCE,           /* |field|, together with |with|, comes once */
    CIPHER_NAMES_ONE,      /* what |field| names is one |with| for ever */
    CIPHER_ONE_PEER,       /* |field| is for one peer only */
    CIPHER_ROLE,           /* |field| is a key that is used as |what| and as nothing else */
    CIPHER_SIGNED,         /* |field| is a signature over |with| that verifies */
    CIPHER_NONCE           /* the nonce of |field|, a signature over |with|, is that of no other
                              message, whoever signed it */
};

#define CIPHER_NONCE_LEN 32u /* bytes at the beginning of a signature that show its nonce */

struct cipher_watch {
    enum cipher_watch_kind kind;
    /* Names of fields of one object; |with| NULL for none; of a signature then all before it. */
    const char *field, *with;
    const char *what; /* of a CIPHER_ROLE: "ratchet key" */
    /* Of a CIPHER_SIGNED: whose key it is. Where |key_id| is not NULL, |key| is not of the same
     * object: a CIPHER_NAMES_ONE with |key| says what |key_id| names. */
    const char *key, *key_id;
    bool (*verifies)(struct bytes key, struct bytes message, struct bytes signature);
    const char *violates;           /* a requirement */
    const char *violates_restored;  /* where the other was before a restart; NULL: the same */
    const char *violates_of_client; /* on the client surface; NULL: the same */
};

/* ---- mutations: one-off deviations of our own party, in one start or one message */

/* Which acts look at a mutation; bits. */
enum cipher_act {
    CIPHER_ACT_START = 1,
    CIPHER_ACT_SEAL = 2, /* for one receiver */
    CIPHER_ACT_GROUP = 4
};

struct cipher_mutations {
    /* All names, each with its sentence and the range of its number. */
    const struct word_table *words;
    /* Read a list as suites write it into |arena|. E_MISSING: it names none, or wrongly. */
    enum status (*parse)(const char *text, struct arena *arena, const struct cipher_mutation **out);
    /* enum cipher_act bits. */
    unsigned (*acts)(const struct cipher_mutation *m);
    const char *listed_in;       /* the file that lists them */
    const char *forged;          /* one that makes a message nobody can open */
    const char *forged_violates; /* the requirement of who opens it all the same */
    const char *skip; /* one that takes a number: message N of the chain, under its true key */
};

/* ---- what is published */

struct cipher_prekey {
    uint32_t id;
    struct bytes key;
    struct bytes signature; /* empty where there is none */
};

/* Views into the encoded bundle; keys as they are encoded, with a type byte where they have one. */
struct cipher_bundle {
    uint32_t registration_id;
    struct bytes identity_key;
    struct cipher_prekey signed_prekey;
    bool has_one_time_prekey;
    struct cipher_prekey one_time_prekey;
    bool has_kem_prekey;
    struct cipher_prekey kem_prekey;
};

/* Whose private key signs the signed prekey. Only the identity's signature over whole keys is
 * honest. */
enum publish_signer {
    SIGNER_IDENTITY = 0,
    SIGNER_SIGNED_PREKEY,
    SIGNER_ONE_TIME_PREKEY,
    SIGNER_IDENTITY_BARE /* the identity, over every signed key without its type byte */
};

struct publish_options {
    bool without_one_time_prekey;
    bool with_last_resort;      /* the KEM prekey, also beside a one-time prekey */
    bool rotate_signed_prekey;  /* make a new signed prekey first; the old one still opens */
    bool takes_newest;          /* of a client's one-time prekeys; a party makes new ones anyway */
    enum publish_signer signer; /* of this bundle only */
};

/* ---- groups by sender keys */

struct cipher_groups {
    /* The distribution message of the party's sender key in |group|; |is_fresh|: of a new key. */
    enum status (*distribute)(struct cipher_party *p, const char *group, bool is_fresh,
                              struct cipher_sealed **out);
    enum status (*absorb)(struct cipher_party *p, const char *group, struct address from,
                          struct bytes body, enum refusal *why);
    enum status (*seal)(struct cipher_party *p, const char *group, struct bytes plaintext,
                        const struct cipher_mutation *mutation, struct cipher_sealed **out,
                        enum refusal *why);
    enum status (*open)(struct cipher_party *p, const char *group, struct address from,
                        struct bytes body, struct buffer *out, enum refusal *why);
};

/* ---- an insider: what only one who speaks the cipher and holds the keys can do in a game */

/* Private keys made to be imported (capability "import-keys"). Views into an arena. */
struct cipher_key_pair {
    uint32_t id;
    struct bytes private_key;
    struct bytes public_key;
    struct bytes signature; /* of a signed prekey */
};

struct cipher_keys {
    uint32_t registration_id;
    struct cipher_key_pair identity;
    struct cipher_key_pair signed_prekey;
    struct cipher_key_pair one_time_prekey;
};

/* A key whose every agreement anybody can compute. */
struct cipher_weak_key {
    const char *what;         /* "ratchet key" */
    const char *start, *seal; /* the mutation that sends it; NULL for none there */
};

struct cipher_older_version {
    unsigned byte;    /* as the message says it */
    const char *seal; /* the mutation that says it */
};

/* A message that leaves out what the cipher's strength comes from, and is right apart from that. */
struct cipher_downgrade {
    const char *what;         /* "without what it says to SPQR" */
    const char *start, *seal; /* mutations that make it; NULL for none there. With |start| it is a
                                 first message */
    bool is_tolerated; /* deployed implementations take it, and no text says that they must not */
};

struct cipher_insider {
    const struct cipher_weak_key *weak_keys;
    size_t n_weak_keys;
    const struct cipher_older_version *older_versions;
    size_t n_older_versions;
    const struct cipher_downgrade *downgrades; /* NULL: none */
    size_t n_downgrades;
    /* NULL, and |impersonate|, too: there are no keys to import. */
    enum status (*make_keys)(struct random *random, struct arena *arena, struct cipher_keys *out);
    /* A first message that |victim| takes as |identity_key|'s, from |victim|'s private keys alone;
     * appended to |out|. E_CRYPTO also for a key of another form. */
    enum status (*impersonate)(const struct cipher_keys *victim, struct bytes identity_key,
                               struct bytes plaintext, struct random *random, struct buffer *out);
    /* The secrets that open |s|; views valid as long as it. Returns how many, at most
     * CIPHER_SECRETS_MAX. */
    size_t (*secrets)(const struct cipher_sealed *s, struct bytes *out);
    /* The secret that a distribution message gives away; empty when it has none. */
    struct bytes (*distributed_secret)(struct bytes distribution);
    size_t signature_len;
    bool (*verifies)(struct bytes public_key, struct bytes message, struct bytes signature);
};

/* ---- the cipher */

struct cipher_party_options {
    struct address self;
    struct random *random;                  /* kept; must outlive the party */
    const struct cipher_party *identity_of; /* borrowed: a party whose identity and registration id
                                               are shared; NULL for fresh ones */
};

struct cipher {
    const char *name;        /* as in Profile.protocol */
    bool has_post_quantum;   /* secrets that a quantum computer does not give */
    uint32_t kem_prekey_len; /* bytes of a KEM prekey, with its type byte; 0: it has none */
    uint32_t bundle_kind;    /* of proto/target.proto, BundleKind */
    const char *bundle_form; /* what a bundle's body has to be, in words */
    const struct cipher_kind *kinds;
    size_t n_kinds;
    struct cipher_limits limits;
    const struct cipher_fields *fields;
    const char
        *epoch_field; /* the number in a message that says which epoch its sender is in; NULL:
                                the cipher has no epochs */
    const struct cipher_mutations *mutations;
    const struct cipher_watch *watches;   /* NULL: nothing is watched */
    const struct cipher_groups *groups;   /* NULL: it has none */
    const struct cipher_insider *insider; /* NULL: games that need one are unable */

    /* The caller frees with party_free, which accepts NULL and wipes. */
    enum status (*party_new)(const struct cipher_party_options *options, struct cipher_party **out);
    void (*party_free)(struct cipher_party *p);
    /* Views valid as long as the party. */
    struct bytes (*identity_key)(const struct cipher_party *p);
    uint32_t (*registration_id)(const struct cipher_party *p);
    /* Everything a party keeps, as private bytes appended to |out|; and back. E_PARSE on others. */
    enum status (*save)(const struct cipher_party *p, struct buffer *out);
    enum status (*load)(struct bytes state, struct random *random, struct cipher_party **out);

    /* Append an encoded bundle to |out|. */
    enum status (*publish)(struct cipher_party *p, const struct publish_options *options,
                           struct buffer *out);
    /* |bundle| of the party's with one thing changed, its signatures made anew over what stands
     * there now; appended to |out|. NULL: the cipher cannot. */
    enum status (*bundle_signed)(struct cipher_party *p, struct bytes bundle, struct buffer *out);
    /* E_PARSE: not of |bundle_form|. */
    enum status (*bundle_read)(struct bytes body, struct cipher_bundle *out);
    /* Is |signature| the one of |identity_key| for |prekey|? Keys as stanzas carry them: bare, a
     * KEM's with its type byte. */
    bool (*prekey_verifies)(struct bytes identity_key, struct bytes prekey, struct bytes signature);

    /* Process |peer|'s bundle, so that seal to it works. |mutation| may be NULL. */
    enum status (*start)(struct cipher_party *p, struct address peer, struct bytes bundle,
                         const struct cipher_mutation *mutation, enum refusal *why);
    /* *out is the caller's to free with sealed_free; NULL unless OK. |mutation| may be NULL. */
    enum status (*seal)(struct cipher_party *p, struct address peer, struct bytes plaintext,
                        const struct cipher_mutation *mutation, struct cipher_sealed **out,
                        enum refusal *why);
    /* Appends the plaintext to |out|. */
    enum status (*open)(struct cipher_party *p, struct address from, uint32_t kind,
                        struct bytes body, struct buffer *out, enum refusal *why);

    /* A sealed message: its kind and bytes, views valid as long as it and not resealed. */
    uint32_t (*sealed_kind)(const struct cipher_sealed *s);
    struct bytes (*sealed_body)(const struct cipher_sealed *s);
    /* Another message under the keys of |s|: |body| with its authenticator made anew when
     * |is_resealed|. E_PARSE: |body| has no place for one. */
    enum status (*sealed_with)(const struct cipher_sealed *s, struct bytes body, bool is_resealed,
                               struct cipher_sealed **out);
    /* Another message under the keys of |s|, of |plaintext|. NULL: the cipher cannot. E_PARSE: |s|
     * has no plaintext. */
    enum status (*sealed_around)(const struct cipher_sealed *s, struct bytes plaintext,
                                 struct cipher_sealed **out);
    void (*sealed_free)(struct cipher_sealed *s); /* accepts NULL; wipes */

    /* Delete all sessions with |peer|; identity, prekeys and trust stay. */
    void (*forget)(struct cipher_party *p, struct address peer);
    /* The person accepts |identity_key| for |peer|. E_CRYPTO: it is no key. */
    enum status (*accept_identity)(struct cipher_party *p, struct address peer,
                                   struct bytes identity_key);
    /* What both persons compare. E_CRYPTO: no identity is known of |peer|. */
    enum status (*fingerprint)(const struct cipher_party *p, struct address peer,
                               struct bytes own_id, struct bytes peer_id,
                               char out[CIPHER_FINGERPRINT_MAX], enum refusal *why);
};

/* The ciphers this program speaks, NULL after the last; the first is that of suites which name
 * none. cipher/list.c has those of assay; a test program may define its own instead. */
extern const struct cipher *const ciphers[];

/* The first of |ciphers|. */
const struct cipher *cipher_default(void);
/* NULL for a name this program does not speak, and for NULL. */
const struct cipher *cipher_from_name(const char *name);
/* All names with ", " between, in |arena|; "" when it is full. */
const char *cipher_names(struct arena *arena);

/* A kind by its number, name (or NULL) or role. Never NULL: what the cipher has not is number 0,
 * "?". */
const struct cipher_kind *cipher_kind(const struct cipher *c, uint32_t number);
const struct cipher_kind *cipher_kind_from_name(const struct cipher *c, const char *name);
const struct cipher_kind *cipher_kind_of(const struct cipher *c, enum cipher_role role);

#endif
