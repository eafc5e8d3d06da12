/* SPDX-License-Identifier: 0BSD */
/*
 * An adapter for assay over libsignal-protocol-c, which speaks Signal v3. It passes assay doctor as
 * it is. Where your implementation comes in is marked ">>> YOURS".
 */
#include "party.h"
#include "program.h"

#include <stdlib.h>
#include <string.h>

#define REASON(name) ASSAY__TARGET__V1__REASON__REASON_##name

/* ---- a connection */

/* >>> YOURS: what all parties of a connection share; here it is the library's context with its
 * randomness. */
static void *open_state(const void *configuration)
{
    struct provider *p = calloc(1, sizeof(*p));
    (void)configuration;
    if (p && provider_init(p)) {
        free(p);
        p = NULL;
    }
    return p;
}

static void close_state(void *state)
{
    provider_fini(state);
    free(state);
}

static void reset(void *state, const uint8_t seed[32])
{
    struct provider *p = state;
    memcpy(p->random.seed, seed, sizeof(p->random.seed));
    p->random.counter = 0;
}

/* ---- a party: an operation of the contract, a function
 *
 * >>> YOURS: call your implementation in each. One that you do not have stays out of the table
 * below, and so does its name among the capabilities. */

static int make_party(void *state, struct served_address self,
                      const Assay__Target__V1__CreateParty *options, void **out_party)
{
    struct party *p = NULL;
    int result = party_new(state, self, &p);
    if (!result && (result = party_make_keys(p, options))) {
        party_free(p);
        p = NULL;
    }
    *out_party = p;
    return result;
}

static int restore(void *state, const uint8_t *saved, size_t len, void **out_party)
{
    struct party *p = NULL;
    int result = party_restore(state, saved, len, &p);
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

/* ---- codes
 *
 * >>> YOURS: the codes by which your implementation refuses, one by one. All others are faults: a
 * catch-all here would take a bug for a refusal, and the report would be worth nothing
 * (docs/adapter.md, "Three ways to say no"). */
static const struct {
    int code;
    Assay__Target__V1__Reason reason;
    const char *text;
} reasons[] = {
    {SG_ERR_INVAL, REASON(MALFORMED), "SG_ERR_INVAL"},
    {SG_ERR_INVALID_PROTO_BUF, REASON(MALFORMED), "SG_ERR_INVALID_PROTO_BUF"},
    {SG_ERR_DUPLICATE_MESSAGE, REASON(DUPLICATE), "SG_ERR_DUPLICATE_MESSAGE"},
    {SG_ERR_INVALID_KEY, REASON(INVALID_KEY), "SG_ERR_INVALID_KEY"},
    {SG_ERR_INVALID_KEY_ID, REASON(UNKNOWN_PREKEY), "SG_ERR_INVALID_KEY_ID"},
    {SG_ERR_INVALID_MAC, REASON(AUTHENTICATION), "SG_ERR_INVALID_MAC"},
    {SG_ERR_INVALID_MESSAGE, REASON(UNSPECIFIED), "SG_ERR_INVALID_MESSAGE"},
    {SG_ERR_INVALID_VERSION, REASON(VERSION), "SG_ERR_INVALID_VERSION"},
    {SG_ERR_LEGACY_MESSAGE, REASON(VERSION), "SG_ERR_LEGACY_MESSAGE"},
    {SG_ERR_NO_SESSION, REASON(NO_SESSION), "SG_ERR_NO_SESSION"},
    {SG_ERR_UNTRUSTED_IDENTITY, REASON(UNTRUSTED_IDENTITY), "SG_ERR_UNTRUSTED_IDENTITY"},
    {PROVIDER_BAD_PADDING, REASON(PADDING), "the padding is wrong"},
    {PARTY_E_BUNDLE, REASON(MALFORMED), "not a prekey bundle"},
    {PARTY_E_KIND, REASON(MALFORMED), "not a kind of message this target opens"},
    {PARTY_E_SIGNATURE, REASON(PREKEY_SIGNATURE), "the library refused the bundle's signature"},
    {PARTY_E_STATE, REASON(MALFORMED), "not a state this adapter saved"},
    {PARTY_E_UNSIGNED, REASON(PREKEY_SIGNATURE), "a bundle without signature"},
    {PARTY_E_IMPORT, REASON(INVALID_KEY), "imported keys are not keys"},
    {LOG_E_INCOMPLETE, REASON(MALFORMED), "SG_ERR_INVALID_MESSAGE: incomplete"},
    {LOG_E_VERSION, REASON(VERSION), "SG_ERR_INVALID_MESSAGE: version"},
    {LOG_E_MAC, REASON(AUTHENTICATION), "SG_ERR_INVALID_MESSAGE: bad MAC or signature"},
    {LOG_E_NO_KEY, REASON(NO_SESSION), "SG_ERR_INVALID_MESSAGE: no such sender key"},
    {LOG_E_TOO_FAR, REASON(TOO_FAR), "SG_ERR_INVALID_MESSAGE: over 2000 ahead"},
};

static bool reason_of(int code, Assay__Target__V1__Reason *out_reason, const char **out_text)
{
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].code != code)
            continue;
        *out_reason = reasons[i].reason;
        *out_text = reasons[i].text;
        return true;
    }
    *out_text = code == SG_ERR_NOMEM ? "out of memory" : "unexpected error of the library";
    return false;
}

/* ---- what the target is
 *
 * >>> YOURS: the name and version of your implementation, and what of the contract it has;
 * docs/adapter.md of assay says what each name promises. */
static const char *const capabilities[] = {"seed",
                                           "import-keys",
                                           "without-one-time-prekey",
                                           "rotate-signed-prekey",
                                           "snapshot",
                                           "fingerprint",
                                           "forget-session",
                                           "accept-identity",
                                           "sender-keys",
                                           "export-identity",
                                           NULL};

static const struct implementation implementation = {
    .program = "adapter",
    .name = "libsignal-protocol-c",
    .version = "2.3.3",
    .adapter_version = "1",
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
    .reason_of = reason_of,
};

static const char help[] =
    "usage: adapter [--listen unix:PATH|tcp:HOST:PORT]\n"
    "\n"
    "libsignal-protocol-c as a target of assay. Without an option it serves one connection on\n"
    "standard input and output, as `assay run --target exec:build/adapter` wants it.\n";

int main(int argc, char **argv) { return program_run(&implementation, help, argc, argv); }
