/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service_flaws.h"

#include "flaw_table.h"

#include "http/authority.h"
#include "wire/media.h"

#include <string.h>

#define RULES struct provider_rules
#define PASSES(name, requirement, fault, text)                                                     \
    NUMBER(name, requirement, passes_over, 1u << (fault), text)

static const struct flaw_row rows[] = {
    /* The host's certificate. */
    NUMBER("self-signed-host", "MD-20", certificate, AUTHORITY_SELF_SIGNED,
           "serves under a certificate signed by itself"),
    NUMBER("expired-host", "MD-20", certificate, AUTHORITY_EXPIRED,
           "serves under a certificate that is expired"),
    NUMBER("host-under-another-name", "MD-20", certificate, AUTHORITY_OTHER_NAME,
           "serves under a certificate for another name"),
    FLAW("speaks-tls-1-1", "MD-20", speaks_old_tls, "speaks TLS 1.1, too"),
    /* Hosting. */
    FLAW("key-in-the-url", "MD-19", puts_key_in_url, "puts the media key into the URL"),
    FLAW("one-key-for-all-media", "MD-19", has_one_key, "encrypts all media under one key"),
    FLAW("one-url-for-all-media", "MD-19", repeats_name, "gives all media the same URL"),
    FLAW("hosts-plaintext", "MD-01", stores_plaintext, "stores the plaintext instead of the blob"),
    FLAW("preview-beside-the-blob", "PO-04", shows_thumbnail,
         "sends the beginning of the plaintext in a header beside the blob"),
    FLAW("names-the-file", "PO-04", names_file, "sends the file's name in a header"),
    FLAW("says-html", "MD-15", says_html, "serves blobs as text/html"),
    FLAW("repeats-the-path", "MD-15", echoes_path, "repeats the path in an error page"),
    FLAW("serves-another-blob-later", "MD-15", changes_each_time,
         "serves half of the blob from the second time on"),
    FLAW("serves-it-short", "MD-12", serves_short, "leaves out the blob's last byte"),
    FLAW("follows-readers", "MD-21", sets_cookie, "sets a cookie with each blob"),
    FLAW("lists-media", "MD-18", lists, "lists what is hosted"),
    FLAW("unknown-is-there", "MD-18", unknown_is_empty, "answers 200 for a name never given out"),
    FLAW("keeps-expired-media", "MD-18", keeps_expired, "serves media after their time"),
    FLAW("gone-and-still-there", "MD-18", shows_expired,
         "answers 410 after a medium's time, with the medium"),
    FLAW("follows-dots", "MD-18", follows_dots, "follows dots in a path to its own files"),
    FLAW("follows-coded-slashes", "MD-18", decodes_dots,
         "follows encoded dots and slashes to its own files"),
    FLAW("redirects-elsewhere", "MD-15", redirects_elsewhere,
         "redirects to a host that nobody named"),
    FLAW("anybody-deletes", "MD-23", takes_deletes, "deletes media for whoever asks"),
    FLAW("range-off-by-one", "MD-17", range_is_off_by_one, "answers a range with other bytes"),
    FLAW("any-range-is-one", "MD-17", takes_any_range,
         "answers a range past the end with 206 and nothing"),
    UNSEEN("ignores-ranges", "MD-17", ignores_range, "answers every range with the whole blob",
           "HTTP allows it: a host need not know ranges"),
    FLAW("never-modified", "MD-17", is_never_modified, "answers every condition with 304"),
    FLAW("head-without-length", "MD-17", head_has_no_length, "answers HEAD with a length of 0"),
    UNSEEN("page-for-all-paths", "MD-18", has_page_for_all,
           "answers 200 with a page where there is nothing", "the page says nothing of media"),
    UNSEEN("ends-connections", "MD-18", ends_unknown_paths,
           "ends the connection when a path makes no sense",
           "nothing is listed, and nothing shown"),
    UNSEEN("type-with-a-charset", "MD-15", says_charset,
           "serves blobs as Application/Octet-Stream; charset=binary", "it is the same type"),
    UNSEEN("redirects-on-its-host", "MD-15", redirects_within,
           "redirects each reader to another path of the same host", "HTTP allows it"),
    /* What its client makes, and says of it. */
    FLAW("wrong-label", "MD-01", uses_wrong_label, "derives a medium's keys for another kind"),
    FLAW("long-media-mac", "MD-12", mac_is_long, "does not cut the MAC to ten bytes"),
    FLAW("says-another-blob-digest", "MD-01", lies_about_blob,
         "says another digest of the blob than it has"),
    FLAW("says-another-digest", "MD-01", lies_about_plaintext,
         "says another digest of the plaintext than it has"),
    FLAW("says-another-length", "MD-12", lies_about_length,
         "says another length of the plaintext than it has"),
    /* Taking. */
    PASSES("passes-over-the-blob-digest", "MD-05", MEDIA_BLOB_DIGEST,
           "does not check the blob's digest"),
    PASSES("passes-over-the-media-mac", "MD-06", MEDIA_MAC, "does not check the MAC"),
    PASSES("passes-over-media-padding", "MD-07", MEDIA_PADDING, "does not check the padding"),
    PASSES("passes-over-blocks", "MD-07", MEDIA_BLOCKS, "takes what is no whole number of blocks"),
    PASSES("passes-over-the-digest", "MD-08", MEDIA_PLAINTEXT_DIGEST,
           "does not check the plaintext's digest"),
    PASSES("passes-over-the-length", "MD-09", MEDIA_PLAINTEXT_LENGTH,
           "does not check the plaintext's length"),
    PASSES("passes-over-short-blobs", "MD-10", MEDIA_TOO_SHORT, "takes a blob without ciphertext"),
    FLAW("downloads-without-end", "MD-22", has_no_limit,
         "downloads as many bytes as come, until its time is over"),
    FLAW("waits-for-ever", "MD-22", waits_for_ever,
         "waits ten minutes for a blob that never comes"),
    FLAW("follows-redirects-anywhere", "MD-13", follows_redirects_anywhere,
         "follows redirects to wherever they lead"),
    FLAW("asks-anywhere", "MD-13", asks_anywhere, "asks whatever host a message names"),
    FLAW("compares-beginnings", "MD-13", compares_beginnings,
         "asks whatever URL begins as the host's do"),
    FLAW("opens-files", "MD-13", opens_files, "opens the files that a message or a redirect names"),
    FLAW("trusts-any-host", "MD-20", trusts_any_certificate,
         "downloads from a host that does not prove its name"),
    FLAW("downloads-in-clear", "MD-13", asks_in_clear, "downloads over http"),
    FLAW("takes-error-pages", "MD-14", takes_errors, "takes the body of an error for a blob"),
    FLAW("unpacks", "MD-22", unpacks, "unpacks what comes compressed"),
    FLAW("asks-again-and-again", "MD-14", asks_again_and_again,
         "asks nine times at once for what was refused"),
    FLAW("keeps-paths", "MD-16", keeps_path, "keeps a file under the path that the message names"),
    UNSEEN("is-patient", "MD-22", is_patient, "waits 28 seconds for a blob that never comes",
           "it is within the 30 seconds that there are"),
    UNSEEN("refuses-paths", "MD-16", refuses_paths, "refuses a file whose name has slashes",
           "what is refused is kept nowhere"),
    UNSEEN("keeps-backslashes", "MD-16", keeps_backslashes, "keeps a file's name with backslashes",
           "to many systems a backslash is a letter"),
    /* Keys and tokens. */
    FLAW("publishes-its-private-key", "ID-11", publishes_private,
         "publishes the private member of its key"),
    FLAW("one-kid-for-all-keys", "ID-11", repeats_kid, "gives each new key the same kid"),
    FLAW("malformed-key-set", "ID-14", keys_are_malformed, "serves a key set that is no JSON"),
    FLAW("key-set-elsewhere", "ID-14", keys_redirect, "redirects to a host that nobody named"),
    FLAW("key-set-is-html", "ID-17", keys_are_html, "serves its keys as text/html"),
    FLAW("key-set-never-comes", "ID-14", keys_never_come,
         "ends the connection when it is asked for its keys"),
    FLAW("key-set-trickles", "ID-14", keys_are_slow, "sends a byte of its keys now and then"),
    FLAW("key-set-of-ten-mebibytes", "ID-17", keys_are_huge, "sends ten MiB for a key set"),
    FLAW("key-set-without-age", "ID-15", has_no_cache_headers,
         "does not say how long its keys may be kept"),
    FLAW("key-set-for-ever", "ID-15", caches_for_ever, "lets its keys be kept for a year"),
    FLAW("key-set-never-changes", "ID-15", keys_never_change,
         "answers every condition with 304, also after its keys have changed"),
    UNSEEN("key-set-ignores-conditions", "ID-15", keys_ignore_etag,
           "sends its keys again to who has them", "HTTP allows it"),
    UNSEEN("says-age-otherwise", "ID-15", says_age_otherwise, "says Max-Age with capitals",
           "the case of letters means nothing there"),
    UNSEEN("publishes-keys-ahead", "ID-13", publishes_ahead,
           "publishes its next key before it signs with it", "no text forbids it"),
    FLAW("never-rotates", "ID-16", never_rotates, "says that it has a new key, and has not"),
    FLAW("drops-keys-at-once", "ID-13", drops_key_at_once,
         "does not publish the old key any more when it makes a new one"),
    FLAW("keeps-retired-keys", "ID-16", keeps_retired, "goes on publishing a key that was retired"),
    FLAW("mints-alg-none", "ID-02", mints_none, "makes tokens without a signature"),
    FLAW("mints-once", "ID-09", mints_once, "gives every connection the same token"),
    FLAW("mints-for-a-year", "ID-08", mints_for_ever, "makes tokens that are good for a year"),
    FLAW("mints-for-anybody", "PO-01", mints_for_anybody,
         "makes tokens for users who are not enlisted"),
    FLAW("mints-unbound", "ID-10", mints_unbound, "binds tokens to no connection"),
    FLAW("mints-mail-addresses", "ID-12", mints_email, "says the user's mail address in a token"),
    FLAW("mints-for-another-audience", "ID-06", mints_other_audience,
         "makes tokens for another gatekeeper"),
    FLAW("mints-for-another-issuer", "ID-05", mints_other_issuer,
         "makes another provider's tokens"),
    FLAW("mints-for-another-subject", "ID-07", mints_other_subject,
         "makes tokens for another user than was asked for"),
    FLAW("mints-without-an-id", "ID-09", mints_without_id, "makes tokens without jti"),
    FLAW("mints-padded", "ID-01", mints_padded, "pads the base64url of a token"),
    FLAW("mints-under-an-unknown-kid", "ID-03", mints_other_kid,
         "names a key in tokens that is not in its set"),
    /* Pushes. */
    FLAW("push-without-authentication", "PU-01", takes_unauthenticated,
         "takes pushes without a credential"),
    FLAW("push-with-any-credential", "PU-01", takes_others_credential,
         "takes pushes with the credential of any user"),
    FLAW("push-again", "PU-02", takes_again, "keeps a push as often as it comes"),
    FLAW("push-of-any-length", "PU-03", takes_oversized, "takes pushes of any length"),
    FLAW("push-breaks-it", "PU-03", push_is_fragile, "answers 500 to what is no push"),
    FLAW("loses-pushes", "PU-04", loses_pushes, "loses every fourth push that it accepted"),
    FLAW("reorders-pushes", "PU-04", reorders_pushes, "gives the newest push out first"),
    FLAW("push-comes-back", "PU-05", echoes_push, "repeats a push in its answer"),
    FLAW("push-for-nobody", "PO-01", takes_for_unknown,
         "accepts pushes for users that it does not know"),
    UNSEEN("puts-off-pushes", "PU-04", puts_off_pushes, "answers 429 to all pushes past 50",
           "it did not take them"),
    /* Enlistment. */
    FLAW("reachable-after-withdrawal", "PO-02", reachable_after_withdrawal,
         "goes on taking pushes for a user who withdrew"),
    FLAW("keeps-waiting-pushes", "PO-02", keeps_waiting_pushes,
         "gives the pushes that waited to a user who withdrew"),
    FLAW("withdrawal-kept-to-itself", "PO-02", keeps_withdrawal_to_itself,
         "does not tell the gatekeeper that a user withdrew"),
    FLAW("enlists-without-proof", "PO-05", enlists_without_proof, "enlists users without a proof"),
    FLAW("enlists-with-anothers-proof", "PO-05", proof_is_for_another,
         "enlists users with a proof for another gatekeeper"),
    FLAW("proof-in-the-url", "PO-06", sends_proof_in_url, "puts the proof into the URL, too"),
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

size_t service_flaws_count(void) { return N_ROWS; }

const struct flaw *service_flaws_at(size_t index)
{
    return index < N_ROWS ? &rows[index].flaw : NULL;
}

bool service_flaws_rules(const char *name, struct provider_rules *out)
{
    memset(out, 0, sizeof(*out));
    return flaw_table_set(rows, N_ROWS, name, out);
}
