/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * session.h - OlmSession, and messages as it wants them.
 * Depends on: text, stream, reasons; serving/stash, libolm.
 *
 * Functions return 0 or a code of enum olm_code. A session that could not decrypt is as it was.
 */
#ifndef ADAPTER_OLM_SESSION_H
#define ADAPTER_OLM_SESSION_H

#include "stash.h"
#include "stream.h"
#include "text.h"

#include <olm/olm.h>

#define SESSION_SAVED_MAX 65536u /* a pickle */

/* A message as it came: a byte that is its type, 0 for one that can begin a session and 1 for the
 * others, and the message of the Olm specification. */
struct olm_message {
    size_t type;
    char *text; /* in base64, as libolm reads it */
    size_t len;
};

/* OLM_E_MESSAGE when it has no type, OLM_E_NOMEM. */
int olm_message_read(const uint8_t *body, size_t len, struct olm_message *out);
void olm_message_fini(struct olm_message *m);

int session_new_outbound(OlmAccount *account, const char *identity_key, const char *one_time_key,
                         struct stream *random, OlmSession **out);
/* |m| is of type 0. The account keeps its one-time key until session_is_used. */
int session_new_inbound(OlmAccount *account, const struct olm_message *m, OlmSession **out);
void session_free(OlmSession *session); /* accepts NULL */
/* Remove from the account the one-time key that |session| was made with. */
void session_is_used(OlmAccount *account, OlmSession *session);

/* As account_save; *out is given to the caller. */
int session_save(OlmSession *session, struct served_bytes *out);
int session_load(const uint8_t *pickle, size_t len, OlmSession **out);

/* Is |m|, of type 0, of this session? |identity_key| (NULL:
 * whoever it is of) must be its maker's. */
int session_matches(OlmSession *session, const char *identity_key, const struct olm_message *m,
                    bool *out_matches);
int session_encrypt(OlmSession *session, struct stream *random, const uint8_t *payload, size_t len,
                    struct served_bytes *out_message);
int session_decrypt(OlmSession *session, const struct olm_message *m,
                    struct served_bytes *out_payload);

#endif
