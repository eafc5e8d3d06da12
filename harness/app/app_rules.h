/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * app/app_rules.h - every decision of the app as data: false everywhere is honest.
 * Depends on: app/app_lapse.
 *
 * A flaw of adapters/flawed on the client surface is app_rules_honest() with one member changed.
 */
#ifndef ASSAY_APP_APP_RULES_H
#define ASSAY_APP_APP_RULES_H

#include "app/app_lapse.h"

#include <stdbool.h>
#include <stdint.h>

enum token_forgery { TOKEN_HONEST = 0, TOKEN_ALG_NONE, TOKEN_ALG_HMAC };

struct app_rules {
    struct {
        bool sends_header_twice, omits_header; /* where the profile has one */
        bool takes_zero, takes_over_maximum;
        bool misassembles_split; /* a frame received in pieces is put together wrongly */
    } frame;
    struct {
        bool takes_low_order, reuses_ephemeral, uses_other_transcript;
        bool ignores_order;   /* accepts a message under another counter than the next */
        bool takes_plaintext; /* a message that does not verify is read as a stanza in clear */
        bool sends_early;     /* a stanza in clear before the handshake is done */
        bool spoils_static, spoils_payload; /* one bit of its last handshake message */
        bool refuses_unknown;               /* unknown fields in handshake messages */
        bool keeps_connection_after_bad;    /* drops a message that does not verify and goes on */
    } channel;
    struct {
        uint32_t skipped; /* set of 1 << enum certificate_problem not looked for */
        bool ignores_all;
    } certificate;
    struct {
        enum token_forgery forgery;
        bool is_expired, is_from_the_future, lives_too_long, has_other_audience, has_other_issuer,
            has_other_subject, has_no_jti, is_reused, is_unbound, says_email, names_unknown_key,
            has_bad_signature;
        bool set_leaks_private, set_repeats_kid, set_is_not_served;
    } token;
    struct {
        bool has_other_product, has_no_token;
    } payload;
    struct {
        bool takes_second_root, takes_doctype, takes_comments, takes_bad_utf8, takes_mark,
            ignores_namespaces, takes_prefixes;
        bool takes_others; /* accepts a stanza to somebody else */
        bool shows_without_id, takes_unknown_version, takes_unknown_type, takes_nested_enc;
        bool folds_case; /* of the names of senders */
        bool omits_type, repeats_ids, repeats_iq_ids, says_twice, omits_version, mistypes_media;
        bool says_text;      /* writes the text of a message into an attribute */
        bool says_user;      /* writes the visible identifier into each message */
        bool says_media_key; /* writes a medium's key into an attribute */
        bool ignores_pings, ignores_notifications, ends_on_unknown;
    } stanza;
    struct {
        bool never_acks, acks_other_id, acks_other_class,
            acks_first, /* before receipt and storing */
            ignores_bad_content;
        bool receipts_unopened, omits_receipt, reads_unasked, shows_repeats, /* of a stanza id */
            loses_shown_on_restart, swallows_errors, acks_twice, answers_receipts,
            shown_by_id_alone, tells_anybodys_receipts,
            drops_when_slow; /* what does not fit into 64 KiB that wait to be sent */
    } delivery;
    struct {
        bool loops, stays_away, ignores_515, returns_after_401, returns_after_replaced,
            gives_up_on_503, returns_after_failure;
    } reconnect;
    struct {
        bool repeats_ids, repeats_keys, signs_bare, uploads_few, never_refills, refills_same,
            has_zero_id, uploads_without_end, refills_under_other_ids;
        /* of a client of v4 */
        bool omits_kem, omits_last_resort, repeats_kem_ids, spoils_kem_signature, has_zero_kem_id,
            refills_under_other_kem_ids;
        bool takes_unsigned, takes_wrong_sizes, sends_clear_without_keys, insists_on_one_time,
            takes_other_user;
    } prekeys;
    struct {
        bool takes_padding_zero, takes_padding_over, takes_padding_mixed, takes_two_kinds,
            takes_no_kind, takes_bad_utf8, cuts_at_zero, takes_nesting, sends_no_padding,
            pads_too_much;
    } content;
    struct {
        bool never_asks, omits_registration, never_sends_keys, asks_for_ever, answers_other_id,
            answers_unknown, answers_for_ever, repeats_bytes, resends_in_clear, resends_to_anybody,
            answers_anybody, never_answers;
        bool sends_other_identity, spoils_signature, sends_other_id; /* in its keys */
        bool omits_kem, spoils_kem_signature;                        /* of a client of v4 */
    } retry;
    enum app_lapse lapse; /* in one situation only */
};

/* All false. */
const struct app_rules *app_rules_honest(void);

#endif
