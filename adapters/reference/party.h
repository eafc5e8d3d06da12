/* SPDX-License-Identifier: 0BSD */
/*
 * party.h - one Signal party over libsignal-protocol-c: the operations of proto/target.proto, one
 * function each.
 * Depends on: store, provider; libsignal-protocol-c.
 *
 * Every operation returns 0, or a code that reasons.h turns into Refused or Fault: the library's
 * own (SG_ERR_*), one of those below, or of library_log.h. An operation that fails changes nothing
 * (store.h).
 */
#ifndef REFERENCE_PARTY_H
#define REFERENCE_PARTY_H

#include "provider.h"
#include "serve.h"
#include "store.h"

#include <signal/signal_protocol.h>

#include "signal.pb-c.h"
#include "target.pb-c.h"

#define PARTY_E_BUNDLE (-3001) /* fields are missing without which the library cannot be called */
#define PARTY_E_KIND (-3002)   /* not a kind of message this party can open */
#define PARTY_E_SIGNATURE (-3003) /* the library refused a bundle although all its keys decode */
#define PARTY_E_IMPORT (-3004)    /* imported keys are malformed */
#define PARTY_E_STATE (-3005)     /* not a state this adapter saved */
#define PARTY_E_UNSIGNED (-3007)  /* the bundle has no signature */
#define PARTY_E_NAME (-3006)      /* a name or a group is too long for a record's key */

struct party {
    char *name;
    uint32_t device;
    struct store store;
    struct provider *provider; /* borrowed */
    signal_context *context;   /* the provider's */
    signal_protocol_store_context *stores;
};

/* An empty party bound to |provider| (kept); *out is the caller's, to end with party_free. */
int party_new(struct provider *provider, struct served_address self, struct party **out);
/* The same from store_save's bytes. PARTY_E_STATE when they are not a party's. */
int party_restore(struct provider *provider, const uint8_t *saved, size_t len, struct party **out);
/* Accepts NULL. */
void party_free(struct party *p);

/* Fill an empty party with fresh keys (|options| NULL), or with those in |options| (keys.c). */
int party_make_keys(struct party *p, const Assay__Target__V1__CreateParty *options);
/* The long-term key pair: 33 bytes public, 32 private. */
int party_export_identity(struct party *p, struct served_bytes *out);

/* proto/signal.proto's PreKeyBundle, encoded. */
int party_publish(struct party *p, bool with_one_time_prekey, bool rotates,
                  struct served_bytes *out);
int party_start(struct party *p, struct served_address peer, const uint8_t *bundle,
                size_t bundle_len);
int party_seal(struct party *p, struct served_address peer, const uint8_t *plaintext, size_t len,
               Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out);
int party_open(struct party *p, struct served_address from, Assay__Target__V1__MessageKind kind,
               const uint8_t *body, size_t len, struct served_bytes *out);
/* |out_text| 61 bytes. SG_ERR_NO_SESSION when the peer's identity is not known. */
int party_fingerprint(struct party *p, struct served_address peer, const char *own_id,
                      const char *peer_id, char *out_text, struct served_bytes *out_scannable);
int party_forget(struct party *p, struct served_address peer);
int party_accept(struct party *p, struct served_address peer, const uint8_t *key, size_t len);

/* Sender keys (group.c). */
int party_distribute(struct party *p, const char *group, bool is_fresh, struct served_bytes *out);
int party_absorb(struct party *p, const char *group, struct served_address from,
                 const uint8_t *body, size_t len);
int party_seal_group(struct party *p, const char *group, const uint8_t *plaintext, size_t len,
                     struct served_bytes *out);
int party_open_group(struct party *p, const char *group, struct served_address from,
                     const uint8_t *body, size_t len, struct served_bytes *out);

/* For the files of this adapter. */
/* Frees |buffer|; NULL, as when the library had no memory for it, is SG_ERR_NOMEM. */
int party_take_buffer(signal_buffer *buffer, struct served_bytes *out);
void party_begin(struct party *p); /* begin a transaction, and clear the log */
int party_finish(struct party *p,
                 int result); /* commit on 0, roll back otherwise; returns the final result */

/* Within a transaction (keys.c). A new signed prekey, current from now on. */
int party_rotate(struct party *p);
/* The one-time prekey for the next bundle: a new one, or the next imported one. False in
 * *out_is_there: all imported ones have been given. */
int party_next_prekey(struct party *p, bool *out_is_there, uint32_t *out_id);
/* "registration", "signed-prekey" (the current one's id); 0 when it was never put. */
uint32_t party_number(struct party *p, const char *name);

/* libsignal's store callbacks over p->store (callbacks.c). */
int party_bind_stores(struct party *p);
/* "name" NUL device, as a record key; the length, at most STORE_KEY_MAX. 0 when the name is too
 * long. */
size_t party_address_key(const char *name, size_t name_len, int32_t device, uint8_t *out);

#endif
