#include "wire_flaws.h"

#include "wire/certificate.h"

#include <string.h>

enum type { A_FLAG = 0, A_NUMBER };

struct entry {
    struct flaw flaw;
    size_t at;
    enum type type;
    uint32_t value;
};

#define FLAW(name, requirement, member, text)                                                      \
    {                                                                                              \
        {name, requirement, text, NULL}, offsetof(struct app_rules, member), A_FLAG, 1             \
    }
#define UNSEEN(name, requirement, member, text, why)                                               \
    {                                                                                              \
        {name, requirement, text, why}, offsetof(struct app_rules, member), A_FLAG, 1              \
    }
#define NUMBER(name, requirement, member, value, text)                                             \
    {                                                                                              \
        {name, requirement, text, NULL}, offsetof(struct app_rules, member), A_NUMBER, value       \
    }
#define SKIPS(name, requirement, problem, text)                                                    \
    NUMBER(name, requirement, certificate.skipped, 1u << (problem), text)

static const struct entry entries[] = {
    /* Frames. */
    UNSEEN("header-twice", "FR-01", frame.sends_header_twice, "sends the profile's header twice",
           "only under a profile with a header (observed); the public one has none"),
    UNSEEN("no-header", "FR-01", frame.omits_header, "leaves the profile's header out",
           "only under a profile with a header (observed); the public one has none"),
    FLAW("takes-zero-frames", "FR-05", frame.takes_zero, "passes over frames of length zero"),
    FLAW("takes-long-frames", "FR-11", frame.takes_over_maximum, "has no maximum for frames"),
    FLAW("misassembles-split-frames", "FR-03", frame.misassembles_split,
         "puts what continues a frame in the wrong place"),
    /* The channel. */
    FLAW("takes-low-order-server-keys", "HS-05", channel.takes_low_order,
         "goes on with a shared secret of zeros"),
    FLAW("reuses-its-ephemeral", "HS-04", channel.reuses_ephemeral,
         "has one ephemeral key for all connections"),
    FLAW("other-transcript", "HS-01", channel.uses_other_transcript,
         "hashes the empty payload the other way"),
    FLAW("ignores-the-order", "HS-19", channel.ignores_order,
         "takes repeated and skipped transport messages"),
    FLAW("takes-plaintext-frames", "HS-19", channel.takes_plaintext,
         "takes a frame that is not encrypted"),
    FLAW("drops-bad-messages", "HS-19", channel.keeps_connection_after_bad,
         "drops a transport message that does not verify, and goes on"),
    UNSEEN("refuses-unknown-handshake-fields", "HS-18", channel.refuses_unknown,
           "refuses handshake messages with unknown fields",
           "only under a profile whose handshake has fields (observed)"),
    FLAW("sends-before-the-handshake-ends", "HS-23", channel.sends_early,
         "sends a stanza in clear during the handshake"),
    /* Certificates. */
    FLAW("ignores-certificates", "HS-28", certificate.ignores_all,
         "does not look at the certificate chain"),
    SKIPS("ignores-the-root", "HS-11", CERTIFICATE_BAD_INTERMEDIATE,
          "does not check the intermediate's signature"),
    SKIPS("ignores-the-leafs-signature", "HS-25", CERTIFICATE_BAD_LEAF,
          "does not check the leaf's signature"),
    SKIPS("ignores-the-issuer-of-the-intermediate", "HS-12", CERTIFICATE_NOT_FROM_ROOT,
          "does not check that the root issued the intermediate"),
    SKIPS("ignores-the-issuer-of-the-leaf", "HS-13", CERTIFICATE_OTHER_ISSUER,
          "does not check that the intermediate issued the leaf"),
    SKIPS("ignores-the-leafs-key", "HS-14", CERTIFICATE_OTHER_KEY,
          "does not compare the leaf's key with the handshake's"),
    SKIPS("ignores-validity", "HS-15", CERTIFICATE_OUTSIDE_WINDOW, "does not look at the clock"),
    SKIPS("takes-half-a-chain", "HS-26", CERTIFICATE_MALFORMED,
          "takes a chain with parts missing for a sound one"),
    /* The token. */
    NUMBER("token-alg-none", "ID-02", token.forgery, TOKEN_ALG_NONE,
           "sends a token without signature"),
    NUMBER("token-alg-hmac", "ID-02", token.forgery, TOKEN_ALG_HMAC,
           "signs its token with a shared secret"),
    FLAW("token-expired", "ID-08", token.is_expired, "sends a token that has expired"),
    FLAW("token-from-the-future", "ID-08", token.is_from_the_future,
         "sends a token that is not valid yet"),
    FLAW("token-lives-too-long", "ID-08", token.lives_too_long,
         "sends a token with too long a life"),
    FLAW("token-other-audience", "ID-06", token.has_other_audience,
         "sends a token made for somebody else"),
    FLAW("token-other-issuer", "ID-05", token.has_other_issuer, "sends a token of another issuer"),
    FLAW("token-other-subject", "ID-07", token.has_other_subject, "sends another user's token"),
    FLAW("token-without-id", "ID-09", token.has_no_jti, "sends a token without jti"),
    FLAW("token-reused", "ID-09", token.is_reused, "sends one token on every connection"),
    FLAW("token-unbound", "ID-10", token.is_unbound, "does not name its static key in the token"),
    FLAW("token-says-email", "ID-12", token.says_email, "has an e-mail address in its token"),
    FLAW("token-unknown-key", "ID-03", token.names_unknown_key,
         "names a key that its key set does not have"),
    FLAW("token-bad-signature", "ID-04", token.has_bad_signature,
         "sends a token whose signature does not verify"),
    FLAW("key-set-leaks-private-key", "ID-11", token.set_leaks_private,
         "publishes its private key in the key set"),
    FLAW("key-is-not-served", "ID-03", token.set_is_not_served,
         "does not serve over HTTPS the key that its tokens are signed with"),
    FLAW("key-set-repeats-a-key-id", "ID-11", token.set_repeats_kid, "has one kid for two keys"),
    FLAW("payload-other-product", "HS-21", payload.has_other_product,
         "does not say that it is an interop client"),
    FLAW("payload-without-token", "HS-21", payload.has_no_token, "sends no token"),
    /* XML. */
    FLAW("takes-a-second-root", "XM-06", stanza.takes_second_root,
         "takes the first of two stanzas in one document"),
    FLAW("takes-doctype", "XM-01", stanza.takes_doctype, "passes over a DOCTYPE and its entities"),
    FLAW("takes-comments", "XM-04", stanza.takes_comments,
         "passes over comments and processing instructions"),
    FLAW("takes-bad-utf8", "XM-11", stanza.takes_bad_utf8, "replaces bytes that are no UTF-8"),
    FLAW("takes-a-byte-order-mark", "XM-11", stanza.takes_mark, "passes over a byte order mark"),
    FLAW("ignores-namespaces", "XM-12", stanza.ignores_namespaces,
         "takes stanzas of foreign namespaces"),
    FLAW("drops-prefixes", "XM-12", stanza.takes_prefixes,
         "takes an undeclared prefix for decoration"),
    /* Stanzas. */
    FLAW("takes-others-stanzas", "ST-16", stanza.takes_others,
         "decrypts what is addressed to somebody else"),
    FLAW("shows-without-id", "ST-09", stanza.shows_without_id, "shows messages without an id"),
    FLAW("takes-unknown-versions", "ST-07", stanza.takes_unknown_version,
         "does not look at the version of enc"),
    FLAW("takes-unknown-types", "ST-07", stanza.takes_unknown_type,
         "takes an unknown type of enc for a message"),
    FLAW("takes-nested-enc", "ST-06", stanza.takes_nested_enc,
         "finds an enc inside other elements"),
    FLAW("omits-type", "ST-01", stanza.omits_type, "sends messages without type"),
    FLAW("omits-version", "ST-01", stanza.omits_version, "sends an enc without version"),
    FLAW("repeats-ids", "ST-02", stanza.repeats_ids, "sends every message under one id"),
    FLAW("mistypes-media", "ST-15", stanza.mistypes_media, "sends pictures as if they were text"),
    FLAW("text-in-an-attribute", "LK-01", stanza.says_text,
         "puts the text beside its encryption, for a preview"),
    FLAW("media-key-in-an-attribute", "LK-01", stanza.says_media_key,
         "puts a medium's key beside the message's encryption"),
    FLAW("user-in-an-attribute", "LK-03", stanza.says_user,
         "puts the user's identifier in each message"),
    FLAW("ignores-pings", "ST-10", stanza.ignores_pings, "does not answer pings"),
    FLAW("ignores-notifications", "ST-03", stanza.ignores_notifications,
         "does not answer notifications"),
    FLAW("ends-on-unknown-stanzas", "ST-20", stanza.ends_on_unknown,
         "ends the connection at a stanza it does not know"),
    /* Acks and receipts. */
    FLAW("never-acks", "ST-03", delivery.never_acks, "does not acknowledge messages"),
    FLAW("acks-another-id", "ST-03", delivery.acks_other_id, "acknowledges under another id"),
    FLAW("acks-another-class", "ST-03", delivery.acks_other_class,
         "acknowledges messages as calls"),
    FLAW("acks-before-the-receipt", "ST-04", delivery.acks_first,
         "acknowledges before it sends the receipt"),
    FLAW("receipts-what-it-could-not-open", "ST-04", delivery.receipts_unopened,
         "sends delivery receipts for what did not decrypt"),
    FLAW("omits-receipts", "ST-04", delivery.omits_receipt, "sends no delivery receipts"),
    FLAW("reads-unasked", "ST-05", delivery.reads_unasked,
         "sends read receipts for what nobody read"),
    FLAW("shows-repeats", "ST-14", delivery.shows_repeats,
         "shows a stanza again that comes a second time"),
    FLAW("forgets-what-was-shown", "RC-04", delivery.loses_shown_on_restart,
         "forgets after a restart what it has shown"),
    FLAW("swallows-errors", "ST-03", delivery.swallows_errors, "acknowledges without the error"),
    FLAW("ignores-bad-content", "ST-08", delivery.ignores_bad_content,
         "acknowledges content it cannot read as if it could"),
    /* Reconnecting. */
    FLAW("tight-loop", "RC-02", reconnect.loops, "dials again at once, for ever"),
    FLAW("stays-away", "RC-01", reconnect.stays_away, "does not come back after a loss"),
    FLAW("ignores-515", "RC-06", reconnect.ignores_515, "gives up when it is asked to reconnect"),
    FLAW("returns-after-401", "RC-07", reconnect.returns_after_401,
         "comes back although it is not authorised"),
    FLAW("returns-after-being-replaced", "RC-07", reconnect.returns_after_replaced,
         "comes back although another connection took over"),
    FLAW("gives-up-on-503", "ST-12", reconnect.gives_up_on_503,
         "gives up when the server is unavailable"),
    FLAW("returns-after-failure", "ST-12", reconnect.returns_after_failure,
         "dials again after a final failure"),
    /* Prekeys. */
    FLAW("prekey-ids-repeat", "PK-01", prekeys.repeats_ids,
         "publishes two one-time prekeys under one id"),
    FLAW("prekey-id-zero", "PK-01", prekeys.has_zero_id,
         "publishes a one-time prekey with the id 0"),
    FLAW("prekeys-are-one-key", "PK-01", prekeys.repeats_keys, "publishes one key under many ids"),
    FLAW("publishes-few-prekeys", "PK-01", prekeys.uploads_few, "publishes one one-time prekey"),
    FLAW("signs-something-else", "PK-02", prekeys.signs_bare,
         "publishes a signature that does not verify"),
    FLAW("never-refills", "PK-03", prekeys.never_refills, "never publishes new one-time prekeys"),
    FLAW("refills-with-the-same", "PK-03", prekeys.refills_same,
         "publishes the same one-time prekeys again"),
    FLAW("takes-unsigned-keys", "PK-04", prekeys.takes_unsigned,
         "starts from fetched keys without checking the signature"),
    FLAW("pads-fetched-keys", "PK-06", prekeys.takes_wrong_sizes,
         "makes fetched keys of wrong sizes fit"),
    FLAW("takes-another-users-keys", "PK-07", prekeys.takes_other_user,
         "takes the first user of the answer"),
    FLAW("insists-on-fetched-one-time-prekeys", "PK-05", prekeys.insists_on_one_time,
         "makes no session without a one-time prekey"),
    FLAW("sends-in-clear-without-keys", "LK-05", prekeys.sends_clear_without_keys,
         "sends the text in clear when there are no keys"),
    /* Content. */
    FLAW("takes-padding-zero", "SG-16", content.takes_padding_zero, "takes a padding of length 0"),
    FLAW("takes-long-padding", "SG-16", content.takes_padding_over,
         "takes a padding over the profile's maximum"),
    FLAW("takes-mixed-padding", "SG-16", content.takes_padding_mixed,
         "looks at the last byte of a padding only"),
    FLAW("takes-two-kinds", "CT-07", content.takes_two_kinds, "shows the first of two kinds"),
    FLAW("takes-no-kind", "CT-06", content.takes_no_kind, "shows something for nothing"),
    FLAW("takes-bad-text", "CT-04", content.takes_bad_utf8, "shows text that is no UTF-8"),
    FLAW("takes-deep-nesting", "CT-03", content.takes_nesting,
         "passes over unknown groups however deep, and also where they cross"),
    FLAW("sends-no-padding", "CT-02", content.sends_no_padding, "sends content without padding"),
    FLAW("pads-too-much", "CT-02", content.pads_too_much, "sends a padding of 40 bytes"),
    /* Retries. */
    FLAW("never-asks-again", "RT-01", retry.never_asks,
         "does not ask again for what did not decrypt"),
    FLAW("retry-without-registration", "RT-01", retry.omits_registration,
         "asks again without its registration id"),
    FLAW("retry-without-keys", "RT-02", retry.never_sends_keys,
         "never sends its keys with a retry"),
    FLAW("asks-for-ever", "RT-04", retry.asks_for_ever, "never stops asking"),
    FLAW("never-answers-retries", "RT-03", retry.never_answers, "does not send a message again"),
    FLAW("answers-under-another-id", "RT-03", retry.answers_other_id,
         "sends a message again under another id"),
    FLAW("answers-with-the-same-bytes", "RT-03", retry.repeats_bytes,
         "sends the same ciphertext again"),
    FLAW("answers-for-ever", "RT-04", retry.answers_for_ever, "answers every retry"),
    FLAW("answers-unknown-retries", "RT-05", retry.answers_unknown,
         "sends some message for an id it never used"),
    FLAW("answers-to-anybodys-keys", "RT-06", retry.resends_to_anybody,
         "encrypts a message again to whatever keys came with the request"),
    FLAW("answers-in-clear", "RT-07", retry.resends_in_clear,
         "sends a message again without encrypting it"),
};

#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

size_t wire_flaws_count(void) { return N_ENTRIES; }

const struct flaw *wire_flaws_at(size_t index)
{
    return index < N_ENTRIES ? &entries[index].flaw : NULL;
}

bool wire_flaws_rules(const char *name, struct app_rules *out)
{
    *out = *app_rules_honest();
    for (size_t i = 0; i < N_ENTRIES; i++) {
        const struct entry *e = &entries[i];
        bool flag = e->value != 0;
        if (strcmp(e->flaw.name, name) != 0)
            continue;
        if (e->type == A_FLAG)
            memcpy((char *)out + e->at, &flag, sizeof(flag));
        else
            memcpy((char *)out + e->at, &e->value, sizeof(e->value));
        return true;
    }
    return false;
}
