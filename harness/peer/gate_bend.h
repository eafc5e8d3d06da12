/*
 * peer/gate_bend.h - what the gatekeeper does wrong once, by name: in the handshake, on the channel, in what
 * it answers to a fetch of keys. (Certificates: wire/certificate.h; stanzas: wire/stanza_bend.h.)
 * Depends on: base.
 *
 * Each table has names as suites write them, "name" or "name=NUMBER"; the _keeps functions tell whether an honest
 * client must go on as if nothing had happened.
 */
#ifndef ASSAY_PEER_GATE_BEND_H
#define ASSAY_PEER_GATE_BEND_H

#include <stdbool.h>
#include <stdint.h>

/* One bend of any of these tables; |what| 0 is honest. */
struct gate_bend {
    unsigned what;
    uint32_t n;
};

struct gate_bend_entry {
    const char *name;
    bool has_number;
    bool keeps;
    const char *explanation; /* what is done, and what a careless client makes of it */
};

/*
 * The server's handshake message: flip-ephemeral, low-order-ephemeral=0..6, zero-ephemeral, short-ephemeral,
 * long-ephemeral, no-ephemeral, flip-static, low-order-static, no-static, swapped-static-and-payload, flip-payload, no-payload,
 * empty-payload, wrong-prologue, other-transcript (the empty payload hashed where the profile skips it, and the reverse),
 * other-pattern, repeats-earlier (the bytes of an earlier connection's message), echoes-client-hello, garbage, truncated=N,
 * trailing-bytes, plaintext-stanza (a stanza instead), unknown-fields (keeps; form "fields" only), padded-fields (keeps),
 * silence (never answers), closes, success-early (a <success> in clear before the client's last message), byte-by-byte (keeps),
 * split=N (keeps: two writes, cut after N bytes), frame-too-long, frame-of-zero.
 */
enum gate_handshake_bend_what { GATE_HANDSHAKE_HONEST = 0 };

/*
 * One transport message: flip-bit=N, flip-tag, cut-tag, empty-message (a tag alone over nothing), repeat (sent twice), skip (its
 * predecessor's number is left out), swap (this and the next in reverse order), other-key (the other direction's), plaintext (not encrypted), handshake-again (a
 * handshake message instead), zero-frame, frame-over-maximum (announced and sent), announced-not-sent (a length and nothing more),
 * largest-announced (0xFF.. of length, no data), trailing-bytes (after the frame, then close), half-close, reset-within, close-within,
 * byte-by-byte (keeps), split=N (keeps), joined=N (keeps: with N pings in one write), slow (keeps: 1 byte each 10 ms).
 */
enum gate_channel_bend_what { GATE_CHANNEL_HONEST = 0 };

/*
 * The answer to a fetch of keys: error-404, error-406, no-user, other-user (another's bundle under the asked name), empty-list, no-identity,
 * no-skey, no-signature, short-signature, long-signature, flip-signature, short-identity, long-identity, wrong-type, short-value, long-value, short-key-id,
 * long-key-id, short-registration, long-registration, no-registration, key-without-value, low-order-skey, low-order-key, not-base64, without-one-time-prekey (keeps),
 * unknown-children (keeps), silence, wrong-iq-id (an answer nobody asked for), error-result.
 */
enum gate_fetch_bend_what { GATE_FETCH_HONEST = 0 };

enum gate_bend_table { GATE_BENDS_HANDSHAKE = 0, GATE_BENDS_CHANNEL, GATE_BENDS_FETCH, N_GATE_BENDS };

/* In the table's order from 1; NULL past the end. Static storage. */
const struct gate_bend_entry *gate_bend_entry(enum gate_bend_table table, unsigned what);
/* False for an unknown name, a number missing or too much. */
bool gate_bend_parse(enum gate_bend_table table, const char *text, struct gate_bend *out);

#endif
