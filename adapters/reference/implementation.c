/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "implementation.h"

#include "client/surface.h"
#include "party.h"
#include "reasons.h"
#include "state.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

static void *open_state(const void *configuration)
{
    struct state *s = calloc(1, sizeof(*s));
    (void)configuration;
    if (!s || provider_init(&s->provider)) {
        free(s);
        return NULL;
    }
    if (!(s->service = provider_service_new(NULL, NULL))) {
        provider_fini(&s->provider);
        free(s);
        return NULL;
    }
    return s;
}

static void *service_of(void *state) { return ((struct state *)state)->service; }

static void close_state(void *state)
{
    struct state *s = state;
    provider_service_free(s->service);
    provider_fini(&s->provider);
    OPENSSL_cleanse(&s->issuer, sizeof(s->issuer));
    free(s);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct state *s = state;
    memcpy(s->provider.random.seed, seed, sizeof(s->provider.random.seed));
    s->provider.random.counter = 0;
    provider_service_reset(s->service, seed);
    OPENSSL_cleanse(&s->issuer, sizeof(s->issuer));
}

static int make_party(void *state, struct served_address self,
                      const Assay__Target__V1__CreateParty *options, void **out_party)
{
    struct state *s = state;
    struct party *p = NULL;
    int result = party_new(&s->provider, self, &p);
    if (!result && (result = party_make_keys(p, options)))
        party_free(p);
    *out_party = result ? NULL : p;
    return result;
}

static int restore(void *state, const uint8_t *saved, size_t len, void **out_party)
{
    struct state *s = state;
    struct party *p = NULL;
    int result = party_restore(&s->provider, saved, len, &p);
    *out_party = p;
    return result;
}

static void free_party(void *party) { party_free(party); }

static int publish(void *party, bool with_one_time_prekey, bool rotates, struct served_bytes *out)
{
    return party_publish(party, with_one_time_prekey, rotates, out);
}

static int start(void *party, struct served_address peer, const uint8_t *bundle, size_t len)
{
    return party_start(party, peer, bundle, len);
}

static int seal(void *party, struct served_address peer, const uint8_t *plaintext, size_t len,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    return party_seal(party, peer, plaintext, len, out_kind, out);
}

static int open_message(void *party, struct served_address from,
                        Assay__Target__V1__MessageKind kind, const uint8_t *body, size_t len,
                        struct served_bytes *out)
{
    return party_open(party, from, kind, body, len, out);
}

static int save(void *party, struct served_bytes *out)
{
    struct party *p = party;
    return store_save(&p->store, &out->data, &out->len) ? SG_ERR_NOMEM : 0;
}

static int show_fingerprint(void *party, struct served_address peer, const char *own_id,
                            const char *peer_id, char out_text[SERVE_DIGITS],
                            struct served_bytes *out_scannable)
{
    return party_fingerprint(party, peer, own_id, peer_id, out_text, out_scannable);
}

static int forget(void *party, struct served_address peer) { return party_forget(party, peer); }

static int accept_identity(void *party, struct served_address peer, const uint8_t *key, size_t len)
{
    return party_accept(party, peer, key, len);
}

static int distribute(void *party, const char *group, bool is_fresh, struct served_bytes *out)
{
    return party_distribute(party, group, is_fresh, out);
}

static int absorb(void *party, const char *group, struct served_address from, const uint8_t *body,
                  size_t len)
{
    return party_absorb(party, group, from, body, len);
}

static int seal_group(void *party, const char *group, const uint8_t *plaintext, size_t len,
                      struct served_bytes *out)
{
    return party_seal_group(party, group, plaintext, len, out);
}

static int open_group(void *party, const char *group, struct served_address from,
                      const uint8_t *body, size_t len, struct served_bytes *out)
{
    return party_open_group(party, group, from, body, len, out);
}

static int export_identity(void *party, struct served_bytes *out)
{
    return party_export_identity(party, out);
}

static const char *const capabilities[] = {
    "seed",        "import-keys",     "without-one-time-prekey", "rotate-signed-prekey",
    "snapshot",    "fingerprint",     "forget-session",          "accept-identity",
    "sender-keys", "wide-device-ids", "export-identity",         NULL};

static const struct implementation implementation = {
    .program = "assay-reference",
    .name = "libsignal-protocol-c",
    .version = LIBRARY_VERSION,
    .adapter_version = ADAPTER_VERSION,
    .protocol = "signal-v3",
    .capabilities = capabilities,
    .bundle_kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_SIGNAL_V3,
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
    .distribute = distribute,
    .absorb = absorb,
    .seal_group = seal_group,
    .open_group = open_group,
    .export_identity = export_identity,
    .clients = &reference_client_surface,
    .service = &provider_service_operations,
    .provider = service_of,
    .reason_of = reason_of,
};

const struct implementation *reference_implementation(void) { return &implementation; }
