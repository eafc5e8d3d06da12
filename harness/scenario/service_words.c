/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/service_words.h"

#include "wire/token.h"

#define AT(word) [SERVICE_RULE_##word - 1]
static const struct word rules[SERVICE_RULE_TOKEN - 1] = {
    AT(GENUINE) = WORD("genuine", "the blob has the length and digest that the message says, its "
                                  "MAC verifies, and it decrypts to what was sent"),
    AT(HEAD) = WORD_BY("head", "RFC 9110, 9.3.2",
                       "HEAD has the status, type and length of GET, and no body"),
    AT(RANGE) = WORD_BY(
        "range", "RFC 9110, 14.2",
        "a range of bytes is answered with 206 and those bytes, or with 200 and the whole blob"),
    AT(RANGE_BEYOND) =
        WORD_BY("range-beyond", "RFC 9110, 15.5.17",
                "a range past the end is answered with 416, or with 200 and the whole blob"),
    AT(RESUMED) = WORD_BY(
        "resumed", "RFC 9110, 13.1.5",
        "a download that was broken off goes on with Range and If-Range, and comes out whole"),
    AT(CONDITIONAL) = WORD_BY(
        "conditional", "RFC 9110, 13.1.2",
        "If-None-Match with the blob's own ETag may be answered with 304, with another one never"),
    AT(REPEATED) = WORD("repeated", "the same bytes come each time"),
    AT(CONCURRENT) = WORD("concurrent", "the same bytes come to several who ask at once"),
    AT(OPAQUE_TYPE) = WORD_BY("opaque-type", "RFC 9110, 8.3",
                              "Content-Type is application/octet-stream: nothing about the medium, "
                              "and nothing that a browser would show"),
    AT(NO_COOKIE) = WORD("no-cookie", "no Set-Cookie follows the reader"),
    AT(NO_KEY_IN_URL) =
        WORD("no-key-in-url", "no part of the media key, in no encoding, stands in the URL"),
    AT(NOTHING_READABLE) =
        WORD("nothing-readable",
             "neither the plaintext, nor the file's name, nor the key stands in headers or body"),
    AT(READ_ONLY) =
        WORD_BY("read-only", "RFC 9110, 9.3.5",
                "PUT and DELETE by a stranger are refused, and the blob is there afterwards"),
    AT(OTHER_KEY) = WORD("other-key", "no other medium of the case has this key or this URL"),
    AT(GONE) =
        WORD_BY("gone", "RFC 9110, 15.5.11",
                "after its time the blob is answered with 404 or 410, and nothing of it comes"),
    AT(UNKNOWN) = WORD_BY("unknown", "RFC 9110, 15.5.5",
                          "a name that was never given out is answered with 404 or 410"),
    AT(NOT_LISTED) =
        WORD("not-listed", "no path brings the name of a medium that is hosted (names of eight "
                           "characters and more are looked for)"),
    AT(NO_TRAVERSAL) =
        WORD("no-traversal", "what paths with dots and encoded slashes bring, a name that was "
                             "never given out brings, too"),
    AT(PLAIN_ERRORS) = WORD("plain-errors", "an error repeats nothing of what was asked"),
    AT(TRUSTED) = WORD_BY("trusted", "RFC 9110, 4.3.4",
                          "the media's host has a certificate for its name that verifies today"),
    AT(NO_OLD_TLS) = WORD_BY("no-old-tls", "RFC 8996, 5", "it does not speak TLS 1.1"),
    AT(KEYS_SERVED) = WORD_BY("keys-served", "RFC 7517, 5",
                              "the key set is answered with 200, at once, without a redirect, in "
                              "at most 64 KiB that are sound"),
    AT(KEYS_TYPE) = WORD_BY("keys-type", "RFC 7517, 8.5.2",
                            "its type is application/jwk-set+json or application/json"),
    AT(KEYS_CACHED) = WORD_BY("keys-cached", "RFC 9111, 5.2",
                              "Cache-Control says how long it may be kept: from a second to a day"),
    AT(KEYS_CONDITIONAL) =
        WORD_BY("keys-conditional", "RFC 9110, 13.1.2",
                "If-None-Match with the set's own ETag may be answered with 304, "
                "with another one never"),
    AT(KEYS_TRUSTED) = WORD_BY("keys-trusted", "RFC 9110, 4.3.4",
                               "the key set's host has a certificate for its name that verifies "
                               "today"),
    AT(KEYS_CHANGED) = WORD("keys-changed", "the token names another key than those before it"),
    AT(KEYS_KEPT) = WORD("keys-kept", "the key of a token of before is still there"),
    AT(KEYS_RETIRED) = WORD("keys-retired", "the key of a token of before is not there any more"),
    AT(NOWHERE_ELSE) =
        WORD("nowhere-else", "the target asked nothing of an address that it must not ask"),
    AT(FEW_TIMES) = WORD("few-times", "a refused download was asked for at most five times"),
    AT(TOOK_LITTLE) =
        WORD("took-little", "of a medium without an end the target took at most 16 MiB"),
    AT(PROOF) = WORD_BY("proof", "Meta engineering post, 6 March 2024",
                        "the enlistment came with a token that verifies under the published keys, "
                        "for this user and this gatekeeper"),
    AT(PROOF_NOT_IN_URL) =
        WORD_BY("proof-not-in-url", "RFC 6750, 5.3",
                "nothing stands behind the path of the enlistment: no token is left in logs"),
    AT(TOLD_TO_STOP) =
        WORD("told-to-stop",
             "the gatekeeper was told that the user does not want to be reachable any more"),
    AT(NAME_KEPT) =
        WORD("name-kept", "the name under which the last file would be kept leads into no folder"),
    AT(FRESH_TOKEN) = WORD("fresh-token", "no other token of the case is this one, or has its jti"),
    AT(CONNECTED_TOKEN) = WORD_BY("connected-token", "Meta engineering post, 6 March 2024",
                                  "the token of the target's newest connection names a key that "
                                  "is served over HTTPS, and its signature verifies under it"),
};
#undef AT

#define AT(word) [MEDIUM_##word - 1]
static const struct word media[N_MEDIUM_MUTATION - 1] = {
    AT(BLOB_DIGEST) = WORD("blob-digest", "the message has another digest of the blob"),
    AT(MAC) = WORD("mac", "the blob's MAC is wrong, and the message's digests are right"),
    AT(PADDING) =
        WORD("padding", "the padding's last byte is right and another one is not, under a MAC "
                        "and for digests that are right"),
    AT(BLOCKS) = WORD("blocks", "half a block follows the ciphertext, under a MAC that is right"),
    AT(PLAINTEXT_DIGEST) =
        WORD("plaintext-digest", "the message has another digest of the plaintext"),
    AT(LENGTH) = WORD("length", "the message has another length of the plaintext"),
    AT(SHORT) = WORD("short", "the blob is ten bytes long: the MAC of no ciphertext"),
    AT(LONGER) = WORD("longer", "bytes follow the blob"),
    AT(CUT) = WORD("cut", "the blob's last block is not served"),
    AT(LABEL) = WORD("label", "the keys are those of another kind of medium"),
    AT(ANOTHERS) = WORD("anothers", "another medium's blob is served"),
    AT(ENDLESS) = WORD("endless", "the blob never ends"),
    AT(HUGE) = WORD("huge", "Content-Length is 1 TiB"),
    AT(SLOW) = WORD("slow", "one byte comes every tenth of a second, without an end"),
    AT(ENDS_EARLY) = WORD("ends-early", "the connection ends before Content-Length bytes came"),
    AT(COMPRESSED) =
        WORD("compressed", "Content-Encoding is gzip, which nobody asked for: the blob, packed"),
    AT(BOMB) =
        WORD("bomb", "Content-Encoding is gzip, of bytes that unpack to 158 times as many, and "
                     "the message has their digest"),
    AT(STATUS) = WORD_NUMBER("status", 400, 599, "it is answered with status N, with Retry-After"),
    AT(REDIRECT_AWAY) = WORD("redirect-away", "it redirects to another port of loopback"),
    AT(REDIRECT_MAPPED) =
        WORD("redirect-mapped", "it redirects to another port of [::ffff:127.0.0.1]"),
    AT(REDIRECT_LOCALHOST) =
        WORD("redirect-localhost", "it redirects to another port of localhost"),
    AT(REDIRECT_FILE) = WORD("redirect-file", "it redirects to a file: URL, where the blob stands"),
    AT(AT_LOOPBACK) = WORD("at-loopback", "the message's URL is another port of loopback"),
    AT(AT_MAPPED) = WORD("at-mapped", "the message's URL is another port of [::ffff:127.0.0.1]"),
    AT(AT_SHORT) = WORD("at-short", "the message's URL is another port of 127.1"),
    AT(AT_LOCALHOST) = WORD("at-localhost", "the message's URL is another port of localhost"),
    AT(AT_USER) = WORD("at-user", "the message's URL begins with the right origin, which is a "
                                  "user's name before another port of loopback"),
    AT(AT_FILE) = WORD("at-file", "the message's URL is a file: URL, where the blob stands"),
    AT(IN_CLEAR) = WORD("in-clear", "the message's URL is http: at the right host"),
    AT(UNTRUSTED) = WORD("untrusted", "its host's certificate is signed by itself"),
    AT(NAME_UP) = WORD_EITHER("name-up", "the file's name begins with ../"),
    AT(NAME_ABSOLUTE) = WORD_EITHER("name-absolute", "the file's name is an absolute path"),
    AT(NAME_BACKSLASH) = WORD_EITHER("name-backslash", "the file's name has backslashes"),
};
#undef AT

static const struct word_part rule_part = WORD_PART(rules), medium_part = WORD_PART(media);
const struct word_table service_rule_words = {
    "service rule", '=', "docs/wire.md, Media", {&rule_part, &token_rules}};
const struct word_table medium_words = {"medium", '=', "docs/wire.md, Media", {&medium_part}};

unsigned service_rule_of_word(unsigned i) { return i < SERVICE_RULE_TOKEN ? i : i + 1; }
