/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rules.h - what a provider's service can do wrong, one decision a member. All zero is honest.
 * Depends on: nothing.
 */
#ifndef PROVIDER_RULES_H
#define PROVIDER_RULES_H

#include <stdbool.h>
#include <stdint.h>

struct provider_rules {
    /* Of its certificate: enum authority_certificate. */
    uint32_t certificate;
    bool speaks_old_tls;

    /* Hosting. */
    bool puts_key_in_url, stores_plaintext, lists, shows_thumbnail, has_one_key, sets_cookie,
        names_file, redirects_elsewhere, says_html;
    bool range_is_off_by_one, ignores_range, takes_any_range, is_never_modified, head_has_no_length,
        serves_short, changes_each_time;
    bool unknown_is_empty, keeps_expired, shows_expired, decodes_dots, follows_dots, echoes_path,
        takes_deletes;
    /* What a host may do: cases must pass. */
    bool has_page_for_all, ends_unknown_paths, says_charset, redirects_within;
    /* What its client says of a medium, and how it makes it. */
    bool lies_about_blob, lies_about_plaintext, lies_about_length, mac_is_long, uses_wrong_label,
        repeats_name;

    /* Taking: faults of a blob that it passes over, 1 << enum media_fault. */
    uint32_t passes_over;
    bool has_no_limit, waits_for_ever, follows_redirects_anywhere, asks_in_clear, asks_anywhere,
        compares_beginnings, opens_files, trusts_any_certificate, takes_errors, unpacks, keeps_path,
        asks_again_and_again;
    bool is_patient, refuses_paths, keeps_backslashes; /* it may */

    /* Keys and tokens. */
    bool publishes_private, repeats_kid, has_no_cache_headers, caches_for_ever, keys_are_html,
        drops_key_at_once, keeps_retired, never_rotates, keys_redirect, keys_never_change,
        keys_are_malformed, keys_are_slow, keys_are_huge, keys_never_come;
    bool publishes_ahead, keys_ignore_etag, says_age_otherwise; /* it may */
    bool mints_none, mints_once, mints_for_ever, mints_for_anybody, mints_unbound, mints_email,
        mints_other_audience, mints_other_kid, mints_other_issuer, mints_other_subject,
        mints_without_id, mints_padded;

    /* Pushes and enlistment. */
    bool takes_unauthenticated, takes_others_credential, takes_again, takes_oversized,
        takes_for_unknown, echoes_push, loses_pushes, push_is_fragile, reorders_pushes;
    bool puts_off_pushes; /* it may */
    bool reachable_after_withdrawal, keeps_waiting_pushes, keeps_withdrawal_to_itself,
        enlists_without_proof, proof_is_for_another, sends_proof_in_url;
};

#endif
