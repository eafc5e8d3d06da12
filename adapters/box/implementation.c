/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "implementation.h"

#include "party.h"

#include <stdlib.h>

#define ADAPTER_VERSION "1"
#define OPAQUE ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_OPAQUE
#define REASON(name) ASSAY__TARGET__V1__REASON__REASON_##name

/* ---- a connection */

static void *open_state(const void *configuration)
{
    (void)configuration;
    struct box_state *s = sodium_init() < 0 ? NULL : calloc(1, sizeof(*s));
    if (s)
        stream_init(&s->random);
    return s;
}

static void close_state(void *state)
{
    sodium_memzero(state, sizeof(struct box_state));
    free(state);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct box_state *s = state;
    stream_seed(&s->random, seed);
    s->has_warned = false;
}

static bool has_warned(void *state)
{
    struct box_state *s = state;
    bool told = s->has_warned;
    s->has_warned = false;
    return told;
}

/* ---- a party */

static int make_party(void *state, struct served_address self,
                      const Assay__Target__V1__CreateParty *options, void **out_party)
{
    struct party *p;
    (void)self; /* no message or bundle names anybody */
    int result = party_new(state, options->identity.len ? options->identity.data : NULL,
                           options->identity.len, &p);
    *out_party = p;
    return result;
}

static int restore(void *state, const uint8_t *saved, size_t len, void **out_party)
{
    struct party *p;
    int result = party_restore(state, saved, len, &p);
    *out_party = p;
    return result;
}

static void free_party(void *party) { party_free(party); }

static int save(void *party, struct served_bytes *out) { return party_save(party, out); }

static int export_identity(void *party, struct served_bytes *out)
{
    return party_export(party, out);
}

static int publish(void *party, bool with_one_time_prekey, bool rotates, struct served_bytes *out)
{
    (void)with_one_time_prekey; /* there are none */
    (void)rotates;
    return party_publish(party, out);
}

static int start(void *party, struct served_address peer, const uint8_t *bundle, size_t len)
{
    return party_start(party, peer, bundle, len);
}

static int forget(void *party, struct served_address peer) { return party_forget(party, peer); }

static int accept_identity(void *party, struct served_address peer, const uint8_t *key, size_t len)
{
    return party_accept(party, peer, key, len);
}

static int show_fingerprint(void *party, struct served_address peer, const char *own_id,
                            const char *peer_id, char out_text[SERVE_DIGITS],
                            struct served_bytes *out_scannable)
{
    (void)out_scannable;
    return party_fingerprint(party, peer, own_id, peer_id, out_text);
}

/* ---- messages */

static int seal(void *party, struct served_address peer, const uint8_t *plaintext, size_t len,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    *out_kind = OPAQUE;
    return party_seal(party, peer, plaintext, len, out);
}

static int open_message(void *party, struct served_address from,
                        Assay__Target__V1__MessageKind kind, const uint8_t *body, size_t len,
                        struct served_bytes *out)
{
    return kind == OPAQUE ? party_open(party, from, body, len, out) : BOX_E_MESSAGE;
}

static int open_own(void *party, struct served_address to, Assay__Target__V1__MessageKind kind,
                    const uint8_t *body, size_t len, struct served_bytes *out)
{
    return kind == OPAQUE ? party_open_own(party, to, body, len, out) : BOX_E_MESSAGE;
}

static int forge(void *party, struct served_address from, const uint8_t *plaintext, size_t len,
                 Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    *out_kind = OPAQUE;
    return party_forge(party, from, plaintext, len, out);
}

/* ---- why not */

static const struct {
    Assay__Target__V1__Reason reason;
    const char *text;
} refusals[] = {
    [BOX_E_BUNDLE] = {REASON(MALFORMED), "a bundle is a public key of 32 bytes"},
    [BOX_E_MESSAGE] = {REASON(MALFORMED), "too short for a message, or of another kind"},
    [BOX_E_KEY] = {REASON(INVALID_KEY), "libsodium declines this public key"},
    [BOX_E_AUTHENTICATION] = {REASON(AUTHENTICATION), "crypto_box_open_easy says no"},
    [BOX_E_NO_CONTACT] = {REASON(NO_SESSION), "no conversation with this peer"},
    [BOX_E_UNTRUSTED] = {REASON(UNTRUSTED_IDENTITY), "another key is known for this peer"},
    [BOX_E_ACCEPTED] = {REASON(INVALID_KEY), "not a key, and none was warned of"},
    [BOX_E_STATE] = {REASON(MALFORMED), "not a state this adapter saved"},
    [BOX_E_IDENTITY] = {REASON(INVALID_KEY), "not an identity this adapter exported"},
};

static bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    size_t i = (size_t)code;
    *out_text = "no memory, or no room for another contact";
    if (i >= sizeof(refusals) / sizeof(refusals[0]) || !refusals[i].text)
        return false;
    *out_reason = refusals[i].reason;
    *out_text = refusals[i].text;
    return true;
}

static const char
    *const capabilities[] = {"seed",        "snapshot",    "export-identity", "forge",
                             "open-own",    "fingerprint", "forget-session",  "accept-identity",
                             "split-state", /* all of its secrets are elliptic */
                             NULL};

static const struct implementation implementation = {
    .program = "assay-box",
    .name = "libsodium",
    .version = SODIUM_VERSION_STRING,
    .adapter_version = ADAPTER_VERSION,
    .protocol = "crypto_box-static",
    .capabilities = capabilities,
    .bundle_kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_OPAQUE,
    .open = open_state,
    .close = close_state,
    .reset = reset,
    .party_new = make_party,
    .party_restore = restore,
    .party_free = free_party,
    .publish = publish,
    .start = start,
    .seal = seal,
    .open_message = open_message,
    .save = save,
    .fingerprint = show_fingerprint,
    .forget = forget,
    .accept = accept_identity,
    .export_identity = export_identity,
    .forge = forge,
    .open_own = open_own,
    .has_warned = has_warned,
    .reason_of = reason_of,
};

const struct implementation *box_implementation(void) { return &implementation; }
