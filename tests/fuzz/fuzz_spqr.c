/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as field 5 of a message and as chunks, to two parties that agree on epochs beside it.
 * Each step is a byte that says what happens, and where it is a message of nobody, a length and so
 * many bytes.
 */
#include "cipher/spqr/spqr.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pair {
    struct spqr party[2]; /* the initiator first */
    struct random random;
};

/* Field 5 to |to|, on a copy, which is kept when |keeps|, as if it had been authentic. */
static void receive(struct pair *pair, int to, struct bytes bytes, bool keeps)
{
    struct spqr_field field;
    struct spqr next;
    uint8_t key[SPQR_KEY_LEN];
    bool has_key;
    if (spqr_read_field(SPQR_HONEST, bytes, &field) || spqr_copy(&pair->party[to], &next))
        return;
    if (spqr_receive(&next, &field, &has_key, key) || !keeps) {
        spqr_fini(&next);
        return;
    }
    spqr_fini(&pair->party[to]);
    pair->party[to] = next;
}

/* A message of |from|, which arrives. */
static void say(struct pair *pair, int from)
{
    struct spqr_field field;
    struct buffer bytes;
    uint8_t key[SPQR_KEY_LEN];
    if (spqr_send(&pair->party[from], &pair->random, &field, key))
        return;
    buffer_init(&bytes, SPQR_FIELD_MAX);
    spqr_write_field(&field, &bytes);
    receive(pair, !from, buffer_bytes(&bytes), true);
    buffer_fini(&bytes);
}

static void play(struct pair *pair, struct bytes script)
{
    while (script.len) {
        uint8_t step = script.data[0];
        script = bytes_slice(script, 1, script.len);
        if (step & 1) {
            for (unsigned n = step >> 2; n; n--)
                say(pair, step >> 1 & 1);
            continue;
        }
        size_t len = step >> 3;
        receive(pair, step >> 1 & 1, bytes_slice(script, 0, len + 32), step >> 2 & 1);
        script = bytes_slice(script, len + 32, script.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t pq_key[SPQR_KEY_LEN] = {7};
    struct pair pair;
    if (size > 400 || random_init(&pair.random, bytes_of_text("fuzz"), "spqr"))
        return 0;
    if (spqr_start(&pair.party[0], pq_key, true, true))
        return 0;
    if (!spqr_start(&pair.party[1], pq_key, false, true)) {
        play(&pair, bytes_of(data, size));
        spqr_fini(&pair.party[1]);
    }
    spqr_fini(&pair.party[0]);
    return 0;
}
