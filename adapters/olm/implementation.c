/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "implementation.h"

#include "conversation.h"
#include "forge.h"
#include "reasons.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADAPTER_VERSION "1"
#define OPAQUE ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_OPAQUE

/* ---- a connection */

static void *open_state(const void *configuration)
{
    struct olm_state *s = calloc(1, sizeof(*s));
    (void)configuration;
    if (s && !stream_init(&s->random)) {
        free(s);
        return NULL;
    }
    return s;
}

static void close_state(void *state)
{
    explicit_bzero(state, sizeof(struct olm_state));
    free(state);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct olm_state *s = state;
    stream_seed(&s->random, seed);
    s->has_warned = false;
}

static bool has_warned(void *state)
{
    struct olm_state *s = state;
    bool told = s->has_warned;
    s->has_warned = false;
    return told;
}

/* ---- a party */

static int make_party(void *state, struct served_address self,
                      const Assay__Target__V1__CreateParty *options, void **out_party)
{
    struct party *p;
    int result = party_new(state, self, options->identity.len ? options->identity.data : NULL,
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
    return party_publish(party, with_one_time_prekey, rotates, out);
}

static int start(void *party, struct served_address peer, const uint8_t *bundle, size_t len)
{
    return conversation_start(party, peer, bundle, len);
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
    return conversation_seal(party, peer, plaintext, len, out);
}

static int open_message(void *party, struct served_address from,
                        Assay__Target__V1__MessageKind kind, const uint8_t *body, size_t len,
                        struct served_bytes *out)
{
    return kind == OPAQUE ? conversation_open(party, from, body, len, out) : OLM_E_MESSAGE;
}

static int open_own(void *party, struct served_address to, Assay__Target__V1__MessageKind kind,
                    const uint8_t *body, size_t len, struct served_bytes *out)
{
    return kind == OPAQUE ? conversation_open_own(party, to, body, len, out) : OLM_E_MESSAGE;
}

static int forge(void *party, struct served_address from, const uint8_t *plaintext, size_t len,
                 Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    *out_kind = OPAQUE;
    return forge_message(party, from, plaintext, len, out);
}

static const char *const capabilities[] = {"seed",
                                           "without-one-time-prekey",
                                           "rotate-signed-prekey",
                                           "snapshot",
                                           "export-identity",
                                           "open-own",
                                           "forge",
                                           "fingerprint",
                                           "forget-session",
                                           "accept-identity",
                                           "split-state", /* all of its secrets are elliptic */
                                           NULL};

static const struct implementation implementation = {
    .program = "assay-olm",
    .name = "libolm",
    .version = LIBRARY_VERSION,
    .adapter_version = ADAPTER_VERSION,
    .protocol = "m.olm.v1.curve25519-aes-sha2",
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

const struct implementation *olm_implementation(void) { return &implementation; }
