/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol_flaws.h"

#include <stddef.h>
#include <string.h>

#define CHANGES_MAX 3u

enum change_type { CHANGE_NOTHING = 0, CHANGE_FLAG, CHANGE_NUMBER };

struct change {
    enum change_type type;
    size_t at; /* in struct flawed_configuration */
    uint32_t value;
};

struct entry {
    struct protocol_flaw flaw;
    struct change changes[CHANGES_MAX];
};

#define FLAG(member, value)                                                                        \
    {                                                                                              \
        CHANGE_FLAG, offsetof(struct flawed_configuration, member), value                          \
    }
#define NUMBER(member, value)                                                                      \
    {                                                                                              \
        CHANGE_NUMBER, offsetof(struct flawed_configuration, member), value                        \
    }

static const struct entry entries[] = {
    /* What stands in a message. */
    {{"shows-digest-of-text", "SP-01", "a digest of the text stands beside the ciphertext"},
     {NUMBER(rules.ratchet.beside, BESIDE_DIGEST)}},
    {{"shows-end-of-text", "SP-01", "the last 16 bytes of the text stand beside the ciphertext"},
     {NUMBER(rules.ratchet.beside, BESIDE_TEXT_END)}},
    {{"shows-length", "SP-24", "the length of a message follows its text byte by byte"},
     {NUMBER(rules.ratchet.beside, BESIDE_LENGTH)}},
    /* What is checked. */
    {{"compares-seven-bytes-of-mac", "SP-02", "the last byte of the MAC is not compared"},
     {NUMBER(rules.mac.compared_len, 7)}},
    {{"compares-mac-from-second-byte", "SP-02", "the first byte of the MAC is not compared"},
     {NUMBER(rules.mac.compared_from, 1), NUMBER(rules.mac.compared_len, 7)}},
    {{"forgery-burns-its-key", "SP-02", "a changed copy makes the message itself unreadable"},
     {NUMBER(rules.storage.damage.burns_counter, 1u << REFUSAL_AUTHENTICATION)}},
    {{"opens-for-any-sender", "SP-03", "whoever the envelope names is believed to have written"},
     {FLAG(policy.opens_for_any_sender, true)}},
    {{"trusts-own-key", "SP-04", "a message under its own long-term key is taken as anybody's"},
     {FLAG(policy.trusts_own_key, true)}},
    /* What is kept. */
    {{"keeps-last-text", "SP-05", "the last text that was read stands in the state"},
     {NUMBER(policy.keeps_texts, KEPT_AS_THEY_ARE)}},
    {{"keeps-last-text-in-hex", "SP-05", "the last text that was read stands in the state in hex"},
     {NUMBER(policy.keeps_texts, KEPT_AS_HEX)}},
    {{"keeps-last-text-backwards", "SP-05", "the last text that was read stands there backwards"},
     {NUMBER(policy.keeps_texts, KEPT_BACKWARDS)}},
    {{"never-drops-skipped-keys", "SP-05", "keys of skipped messages outlive their chains"},
     {FLAG(rules.storage.keeps_skipped_keys, true)}},
    {{"keeps-one-time-prekeys", "SP-06", "one-time prekeys are kept after their use"},
     {NUMBER(rules.handshake.deletes_one_time_prekey, DELETE_NEVER)}},
    {{"keeps-first-text-sent", "SP-06", "the first text sent stands in the state until answered"},
     {FLAG(policy.keeps_first_text, true)}},
    /* Healing. */
    {{"no-ratchet-on-reply", "SP-07", "the first ratchet key is kept for ever"},
     {NUMBER(rules.ratchet.new_key, RATCHET_KEY_NEVER)}},
    {{"ratchet-key-reused-once", "SP-07", "the first answer still has the old ratchet key"},
     {NUMBER(rules.ratchet.new_key, RATCHET_KEY_ONE_LATE)}},
    {{"heals-after-three-turns", "SP-07", "a new ratchet key is made at every third turn"},
     {NUMBER(rules.ratchet.new_key, RATCHET_KEY_EVERY_THIRD)}},
    {{"ratchet-key-derived", "SP-07", "each ratchet key is worked out of the one before"},
     {NUMBER(rules.ratchet.new_key, RATCHET_KEY_DERIVED)}},
    /* Delivery. */
    {{"shows-message-again", "SP-08", "the very same message is shown as often as it comes"},
     {FLAG(policy.shows_again, true)}},
    {{"shows-first-message-again", "SP-08", "a first message is shown as often as it comes"},
     {FLAG(policy.shows_first_again, true)}},
    {{"keeps-two-skipped-keys", "SP-09", "of skipped messages only two can still be read"},
     {NUMBER(rules.storage.skipped_max, 2)}},
    {{"drops-overtaken-chain", "SP-09", "what an answer has overtaken cannot be read"},
     {NUMBER(rules.ratchet.receiver_chains_max, 1)}},
    {{"skips-without-bound", "SP-10", "a message may be a hundred thousand ahead"},
     {NUMBER(rules.ratchet.max_skip, 100000)}},
    {{"shows-own-message-turned-round", "SP-17", "its own message, sent back, is shown"},
     {FLAG(policy.shows_own, true)}},
    /* Who it is. */
    {{"accepts-any-new-key", "SP-11", "another long-term key is taken without a word"},
     {FLAG(rules.identity.accepts_new, true)}},
    {{"never-pins-keys", "SP-11", "no long-term key is remembered"},
     {FLAG(rules.identity.is_pinned, false)}},
    {{"bundle-changes-key", "SP-11", "a bundle with another long-term key replaces the known one"},
     {FLAG(rules.identity.checks_on_start, false), FLAG(rules.identity.checks_on_seal, false)}},
    {{"fingerprints-differ", "SP-12", "both sides are shown different numbers"},
     {FLAG(rules.identity.fingerprint_is_symmetric, false)}},
    {{"one-fingerprint-for-all", "SP-12", "everybody is shown the same number"},
     {FLAG(policy.has_one_fingerprint, true)}},
    {{"takes-unsigned-prekeys", "SP-14", "a bundle without signature is used"},
     {FLAG(rules.signature.is_checked, false), FLAG(rules.signature.is_required, false)}},
    {{"signs-what-it-says", "SP-19",
      "a signature over the text by the long-term key stands beside"},
     {NUMBER(rules.ratchet.beside, BESIDE_SIGNATURE)}},
    /* Groups. */
    {{"keeps-group-message-keys", "SP-22", "keys of a group's messages are kept after their use"},
     {FLAG(rules.groups.deletes_keys, false), FLAG(rules.groups.deletes_skipped_keys, false)}},
    {{"group-chain-stands-still", "SP-22", "all messages of a group have the same key"},
     {FLAG(rules.groups.advances_chain, false)}},
    {{"sender-key-never-fresh", "SP-22", "a fresh sender key of a group is the old one"},
     {FLAG(rules.groups.renews_chain, false), FLAG(rules.groups.renews_id, false),
      FLAG(rules.groups.renews_signing_key, false)}},
    /* Randomness and versions. */
    {{"repeats-randomness-after-restore", "SP-27", "every copy goes on with the same randomness"},
     {FLAG(rules.storage.repeats_randomness, true)}},
    {{"takes-any-version", "SP-29", "the version of a message is not looked at"},
     {FLAG(rules.parsing.checks_version, false)}},
    {{"takes-version-two", "SP-29", "messages of an older version are taken"},
     {NUMBER(rules.parsing.min_version, 2)}},
    /* Failing. */
    {{"readable-to-strangers", "SP-31", "without a session the text goes out readable"},
     {FLAG(policy.seals_readably_to_strangers, true)}},
    {{"readable-after-failures", "SP-31", "after ten failures the text goes out readable"},
     {FLAG(policy.seals_readably_after_failures, true)}},
    /* What a snapshot leaves out. */
    {{"snapshot-without-keys", "V1", "a snapshot has zeros where the secrets should be"},
     {NUMBER(rules.storage.lost_on_save, LOST_SECRETS)}},
    {{"state-in-a-file", "V5", "a part of the state is in a file beside it"},
     {FLAG(policy.writes_a_file, true)}},
};

static const struct entry entries_v4[] = {
    /* What a quantum computer is kept from. */
    {{"no-spqr-key-in-messages", "SP-35", "SPQR's key is in no message's keys"},
     {FLAG(rules.spqr.salts, false)}},
    {{"no-kem-secret-in-sessions", "SP-35", "the KEM's secret is in no session's keys"},
     {FLAG(rules.kem.mixes_secret, false)}},
    {{"agreement-never-ends", "SP-35", "the first epoch is agreed on for ever"},
     {NUMBER(rules.spqr.deviates, SPQR_STAYS_IN_EPOCH)}},
    {{"agreement-takes-twice-as-long", "SP-35", "each chunk is sent twice"},
     {NUMBER(rules.spqr.deviates, SPQR_SENDS_TWICE)}},
    /* What is kept. */
    {{"keeps-prekeys-of-both-kinds", "SP-06", "one-time prekeys are kept after their use"},
     {NUMBER(rules.handshake.deletes_one_time_prekey, DELETE_NEVER),
      NUMBER(rules.kem.deletes_one_time_prekey, DELETE_NEVER)}},
    {{"last-resort-serves-again", "SP-06", "a last-resort KEM prekey serves a base key again"},
     {FLAG(rules.kem.refuses_reuse, false)}},
    /* Weaker forms. */
    {{"takes-messages-without-spqr", "SP-29", "a message may say nothing to SPQR"},
     {FLAG(rules.spqr.is_required, false)}},
    {{"takes-first-messages-of-x3dh", "SP-29", "first messages of version 3 are taken"},
     {FLAG(rules.kem.takes_x3dh, true), NUMBER(rules.parsing.min_version, 3)}},
    {{"uses-bundles-without-kem", "SP-14", "a bundle may lack its KEM prekey"},
     {FLAG(rules.kem.is_required, false)}},
};

static const struct entry *entry_at(bool is_v4, size_t index)
{
    if (is_v4)
        return index < sizeof(entries_v4) / sizeof(entries_v4[0]) ? &entries_v4[index] : NULL;
    return index < sizeof(entries) / sizeof(entries[0]) ? &entries[index] : NULL;
}

const struct protocol_flaw *protocol_flaws_at(bool is_v4, size_t index)
{
    const struct entry *e = entry_at(is_v4, index);
    return e ? &e->flaw : NULL;
}

static void change(struct flawed_configuration *c, const struct change *what)
{
    bool flag = what->value != 0;
    char *at = (char *)c + what->at;
    if (what->type == CHANGE_FLAG)
        memcpy(at, &flag, sizeof(flag));
    else if (what->type == CHANGE_NUMBER)
        memcpy(at, &what->value, sizeof(what->value));
}

bool protocol_flaws_apply(bool is_v4, const char *name, struct flawed_configuration *out)
{
    const struct entry *e;
    for (size_t i = 0; (e = entry_at(is_v4, i)); i++) {
        if (strcmp(e->flaw.name, name) != 0)
            continue;
        for (size_t k = 0; k < CHANGES_MAX; k++)
            change(out, &e->changes[k]);
        return true;
    }
    return false;
}
