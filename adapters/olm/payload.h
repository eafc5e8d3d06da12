/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * payload.h - what is encrypted: the plaintext, and before it who sends it to whom.
 * Depends on: device, reasons; serving/stash.
 *
 * The head is the object that Matrix encrypts (m.olm.v1.curve25519-aes-sha2), with the sender's
 * signed device keys as of version 1.15 of the specification, and without its "content": a
 * plaintext is any bytes, which JSON cannot carry, so they follow the head as they are.
 */
#ifndef ADAPTER_OLM_PAYLOAD_H
#define ADAPTER_OLM_PAYLOAD_H

#include "device.h"

struct payload_ends {
    struct served_address from, to;
    const char *from_ed25519, *to_ed25519;
    json_t *from_keys; /* signed device keys; borrowed */
};

int payload_write(const struct payload_ends *ends, const uint8_t *plaintext, size_t len,
                  struct served_bytes *out);

struct payload {
    struct identity from; /* as its device signed it */
    json_t *from_keys;    /* given to the caller */
    const uint8_t *plaintext;
    size_t plaintext_len; /* a view into what was read */
};

/*
 * What |from| sent to |self|, whose key is |own_ed25519|, by the checks that Matrix asks of
 * clients.
 *
 * OLM_E_PAYLOAD, OLM_E_RECIPIENT, OLM_E_SENDER; OLM_E_SIGNATURE for device keys that are not
 * signed.
 */
int payload_read(struct served_bytes payload, struct served_address from,
                 struct served_address self, const char *own_ed25519, struct payload *out);

#endif
