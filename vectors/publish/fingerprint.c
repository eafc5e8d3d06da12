/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fingerprints as persons compare them: 60 digits of two identities and two stable ids.
 */
#include "cipher/signal/fingerprint.h"
#include "publish/people.h"

#include <stdio.h>
#include <string.h>

static const struct flag flags[] = {
    {"Ordinary", "BASIC", "Keys as a key generator makes them, ids as telephone numbers or UUIDs."},
    {"Symmetric", "FUNCTIONALITY", "What the other side shows: the same digits."},
    {"OtherIteration", "EDGE_CASE", "Another number of iterations than the 5,200 of today."},
    {"StrangeId", "EDGE_CASE", "A stable id that is empty, long, or not ASCII; or both are one."},
    {"SameKey", "EDGE_CASE", "Both sides have one key."},
    {"OtherKey", "AUTH_BYPASS", "The digits are of another key or another id: they differ."},
};

static const struct judge judges[] = {
    {"libsignal-protocol-c 2.3.3", "fingerprint_generator_create_for gives the same digits"},
    {"libsignal-client 0.103.0", "Fingerprint.displayableFingerprint gives the same digits"},
    {"OpenSSL 3", "SHA-512 by Python's hashlib gives the same digits"},
};

struct pair {
    struct key_pair own, peer;
    const char *own_id, *peer_id;
};

static void digits_of(const struct pair *p, uint32_t iterations, char out[61])
{
    struct rules_identity rules = rules_honest()->identity;
    rules.fingerprint_iterations = iterations;
    const struct fingerprint_side own = {bytes_of(p->own.public_key, SIGNAL_KEY_LEN),
                                         bytes_of_text(p->own_id)};
    const struct fingerprint_side peer = {bytes_of(p->peer.public_key, SIGNAL_KEY_LEN),
                                          bytes_of_text(p->peer_id)};
    must(fingerprint_by_rules(&rules, &own, &peer, out) == OK, "a fingerprint");
}

static void add(struct writer *w, enum result result, const char *names, const char *comment,
                const struct pair *p, const char *digits)
{
    json_t *test = writer_test(w, result, names, comment);
    writer_hex(test, "ownKey", bytes_of(p->own.public_key, SIGNAL_KEY_LEN));
    writer_text(test, "ownId", p->own_id);
    writer_hex(test, "peerKey", bytes_of(p->peer.public_key, SIGNAL_KEY_LEN));
    writer_text(test, "peerId", p->peer_id);
    writer_text(test, "displayable", digits);
}

static void add_valid(struct writer *w, uint32_t iterations, const char *names, const char *comment,
                      const struct pair *p)
{
    char digits[61];
    digits_of(p, iterations, digits);
    add(w, RESULT_VALID, names, comment, p, digits);
}

static struct pair make(struct writer *w, const char *own_id, const char *peer_id)
{
    struct pair p = {.own_id = own_id, .peer_id = peer_id};
    make_pair(writer_random(w), &p.own);
    make_pair(writer_random(w), &p.peer);
    return p;
}

static struct pair swapped(const struct pair *p)
{
    return (struct pair){p->peer, p->own, p->peer_id, p->own_id};
}

static void ordinary(struct writer *w)
{
    for (unsigned i = 0; i < 6; i++) {
        char own_id[64], peer_id[64];
        snprintf(own_id, sizeof(own_id),
                 i % 2 ? "+1415222%04u" : "9d0652a3-dcc3-4d11-975f-74d61598%04u", i);
        snprintf(peer_id, sizeof(peer_id),
                 i % 2 ? "+1415333%04u" : "796abedb-ca4e-4f18-8803-1fde5b92%04u", i);
        struct pair p = make(w, own_id, peer_id), other = swapped(&p);
        add_valid(w, 5200, "Ordinary", "two persons", &p);
        add_valid(w, 5200, "Symmetric", "the same, as the other side shows it", &other);
    }
}

static void strange(struct writer *w)
{
    static const char *const ids[][2] = {
        {"", "+14152222222"},
        {"", ""},
        {"+14152222222", "+14152222222"},
        {"J\xc3\xbcrgen", "\xf0\x9f\x91\x8d"},
        {"a very long name, as nobody should have one, but who knows what a provider calls its "
         "users, and whether it is cut somewhere",
         "b"},
    };
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct pair p = make(w, ids[i][0], ids[i][1]);
        add_valid(w, 5200, "StrangeId", "strange ids", &p);
    }
    struct pair p = make(w, "+14152222222", "+14153333333");
    p.peer = p.own;
    add_valid(w, 5200, "SameKey", "one key, two ids", &p);
}

/* The digits of another pair: a program that shows them leaves something out. */
static void wrong(struct writer *w)
{
    char digits[61];
    const char *const own_id = "+14152222222", *const peer_id = "+14153333333";
    struct pair p = make(w, own_id, peer_id), other = p;
    make_pair(writer_random(w), &other.peer);
    digits_of(&other, 5200, digits);
    add(w, RESULT_INVALID, "OtherKey", "the digits are of another key of the peer", &p, digits);
    other = p;
    make_pair(writer_random(w), &other.own);
    digits_of(&other, 5200, digits);
    add(w, RESULT_INVALID, "OtherKey", "the digits are of another own key", &p, digits);
    other = p;
    other.peer_id = "+14153333334";
    digits_of(&other, 5200, digits);
    add(w, RESULT_INVALID, "OtherKey", "the digits are of another id of the peer", &p, digits);
    digits_of(&p, 5199, digits);
    add(w, RESULT_INVALID, "OtherKey", "the digits are of an iteration less", &p, digits);
    other = p;
    other.own_id = peer_id;
    other.peer_id = own_id;
    digits_of(&other, 5200, digits);
    add(w, RESULT_INVALID, "OtherKey", "the digits are of the ids swapped", &p, digits);
}

static void begin(struct writer *w, uint32_t iterations)
{
    writer_number(writer_group(w, "Fingerprint"), "iterations", iterations);
}

static void write(struct writer *w)
{
    static const uint32_t counts[] = {2, 3, 1024};
    begin(w, 5200);
    ordinary(w);
    strange(w);
    wrong(w);
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        begin(w, counts[i]);
        for (unsigned n = 0; n < 4; n++) {
            struct pair p = make(w, "+14152222222", "+14153333333");
            add_valid(w, counts[i], "OtherIteration", "two persons", &p);
        }
    }
}

const struct family family_fingerprint = {
    .name = "fingerprint",
    .algorithm = "Fingerprints (safety numbers)",
    .header =
        "h = 0000 || key || id, then iterations times h = SHA-512(h || key), for each side: key "
        "are the 33 bytes of an identity, id is UTF-8. A half is the first 30 bytes of h as six "
        "numbers of 40 bits, big-endian, modulo 100000, five digits each; displayable are both "
        "halves, the lower one first.",
    .flags = flags,
    .n_flags = COUNT_OF(flags),
    .judges = judges,
    .n_judges = COUNT_OF(judges),
    .write = write,
};
