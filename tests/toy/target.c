/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * toy-target - the toy cipher as a target of assay, on standard input and output.
 *
 *   toy-target [--careless]    --careless: it opens a message as often as it comes
 */
#include "base/version.h"
#include "serve.h"
#include "toy.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A refusal is 1 + its reason, a fault the negative status. */
static int code(enum status st, enum refusal why)
{
    return st == OK ? 0 : st == E_CRYPTO || st == E_PARSE ? 1 + (int)why : -(int)st;
}

static bool reason_of(int said, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    *out_text =
        said < 0 ? status_text((enum status) - said) : refusal_name((enum refusal)(said - 1));
    if (said > 0)
        *out_reason = (Assay__Target__V1__Reason)(said - 1);
    return said > 0;
}

static struct address address_of(struct served_address a)
{
    return (struct address){a.name, a.device};
}

static int give(enum status st, enum refusal why, struct bytes in, struct served_bytes *out)
{
    if (st)
        return code(st, why);
    out->len = in.len;
    out->data = malloc(in.len ? in.len : 1);
    if (out->data && in.len)
        memcpy(out->data, in.data, in.len);
    return code(out->data ? OK : E_NOMEM, why);
}

static void *open_state(const void *configuration)
{
    (void)configuration;
    return calloc(1, sizeof(struct random));
}

static void close_state(void *state) { free(state); }

static void reset(void *state, const uint8_t seed[32])
{
    if (random_init(state, bytes_of(seed, 32), "toy"))
        abort();
}

static int party_new(void *state, struct served_address self,
                     const Assay__Target__V1__CreateParty *wish, void **out_party)
{
    const struct cipher_party_options options = {.self = address_of(self), .random = state};
    struct cipher_party *p;
    (void)wish;
    enum status st = cipher_toy.party_new(&options, &p);
    *out_party = p;
    return code(st, REFUSAL_NONE);
}

static int party_restore(void *state, const uint8_t *saved, size_t len, void **out_party)
{
    struct cipher_party *p;
    enum status st = cipher_toy.load(bytes_of(saved, len), state, &p);
    *out_party = p;
    return code(st, REFUSAL_MALFORMED);
}

static void party_free(void *party) { cipher_toy.party_free(party); }

static int publish(void *party, bool with_one_time_prekey, bool rotates, struct served_bytes *out)
{
    const struct publish_options options = {.without_one_time_prekey = !with_one_time_prekey,
                                            .rotate_signed_prekey = rotates};
    struct buffer body;
    buffer_init(&body, cipher_toy.limits.bundle_max);
    enum status st = cipher_toy.publish(party, &options, &body);
    int said = give(st, REFUSAL_NONE, buffer_bytes(&body), out);
    buffer_fini(&body);
    return said;
}

static int start(void *party, struct served_address peer, const uint8_t *bundle, size_t len)
{
    enum refusal why = REFUSAL_NONE;
    return code(cipher_toy.start(party, address_of(peer), bytes_of(bundle, len), NULL, &why), why);
}

static int seal(void *party, struct served_address peer, const uint8_t *plaintext, size_t len,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    struct cipher_sealed *sealed;
    enum refusal why = REFUSAL_NONE;
    enum status st =
        cipher_toy.seal(party, address_of(peer), bytes_of(plaintext, len), NULL, &sealed, &why);
    *out_kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_OPAQUE;
    int said = give(st, why, st ? bytes_of(NULL, 0) : cipher_toy.sealed_body(sealed), out);
    cipher_toy.sealed_free(sealed);
    return said;
}

static int open_message(void *party, struct served_address from,
                        Assay__Target__V1__MessageKind kind, const uint8_t *body, size_t len,
                        struct served_bytes *out)
{
    struct buffer text;
    enum refusal why = REFUSAL_NONE;
    buffer_init(&text, cipher_toy.limits.plaintext_max);
    enum status st =
        cipher_toy.open(party, address_of(from), (uint32_t)kind, bytes_of(body, len), &text, &why);
    int said = give(st, why, buffer_bytes(&text), out);
    buffer_fini(&text);
    return said;
}

static int save(void *party, struct served_bytes *out)
{
    struct buffer state;
    buffer_init(&state, (size_t)1024 * 1024);
    enum status st = cipher_toy.save(party, &state);
    int said = give(st, REFUSAL_NONE, buffer_bytes(&state), out);
    buffer_fini(&state);
    return said;
}

static int forget(void *party, struct served_address peer)
{
    cipher_toy.forget(party, address_of(peer));
    return 0;
}

static int accept_key(void *party, struct served_address peer, const uint8_t *key, size_t len)
{
    return code(cipher_toy.accept_identity(party, address_of(peer), bytes_of(key, len)),
                REFUSAL_INVALID_KEY);
}

static int fingerprint(void *party, struct served_address peer, const char *own_id,
                       const char *peer_id, char out_text[SERVE_DIGITS],
                       struct served_bytes *out_scannable)
{
    char text[CIPHER_FINGERPRINT_MAX];
    enum refusal why = REFUSAL_NONE;
    (void)out_scannable;
    enum status st = cipher_toy.fingerprint(party, address_of(peer), bytes_of_text(own_id),
                                            bytes_of_text(peer_id), text, &why);
    if (!st)
        memcpy(out_text, text, cipher_toy.limits.fingerprint_digits + 1);
    return code(st, why);
}

int main(int argc, char **argv)
{
    static const char *const capabilities[] = {"seed",        "snapshot",        "forget-session",
                                               "fingerprint", "accept-identity", NULL};
    static const struct implementation toy = {
        .program = "toy-target",
        .name = "toy",
        .version = ASSAY_VERSION,
        .adapter_version = "1",
        .protocol = "toy",
        .capabilities = capabilities,
        .bundle_kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_OPAQUE,
        .open = open_state,
        .close = close_state,
        .reset = reset,
        .party_new = party_new,
        .party_restore = party_restore,
        .party_free = party_free,
        .publish = publish,
        .start = start,
        .seal = seal,
        .open_message = open_message,
        .save = save,
        .forget = forget,
        .accept = accept_key,
        .fingerprint = fingerprint,
        .reason_of = reason_of,
    };
    if (argc > 1 && strcmp(argv[1], "--careless") == 0)
        toy_be_careless();
    return serve(&toy, NULL, STDIN_FILENO, STDOUT_FILENO);
}
