/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session.h"

#include "reasons.h"

#include <stdlib.h>
#include <string.h>

#define PICKLE_KEY "assay" /* known to all */
#define RANDOM_MAX 256u    /* bytes libolm wants at once */

static int failed(const OlmSession *session)
{
    int code = (int)olm_session_last_error_code(session);
    return code ? code : OLM_E_LIBRARY;
}

static OlmSession *allocate(void)
{
    void *memory = malloc(olm_session_size());
    return memory ? olm_session(memory) : NULL;
}

void session_free(OlmSession *session)
{
    if (session)
        olm_clear_session(session);
    free(session);
}

/* The session, or its code and nothing. */
static int finish(int result, OlmSession *session, OlmSession **out)
{
    if (result)
        session_free(session);
    *out = result ? NULL : session;
    return result;
}

/* ---- messages */

int olm_message_read(const uint8_t *body, size_t len, struct olm_message *out)
{
    *out = (struct olm_message){0};
    if (len < 1 || body[0] > OLM_MESSAGE_TYPE_MESSAGE)
        return OLM_E_MESSAGE;
    out->type = body[0];
    out->text = text_of(body + 1, len - 1, &out->len);
    return out->text ? 0 : OLM_E_NOMEM;
}

void olm_message_fini(struct olm_message *m)
{
    free(m->text);
    *m = (struct olm_message){0};
}

/* libolm destroys the text it reads: it is given a copy each time. */
static char *copy_text(const struct olm_message *m)
{
    char *copy = malloc(m->len ? m->len : 1);
    if (copy && m->len)
        memcpy(copy, m->text, m->len);
    return copy;
}

/* ---- making sessions */

int session_new_outbound(OlmAccount *account, const char *identity_key, const char *one_time_key,
                         struct stream *random, OlmSession **out)
{
    uint8_t bytes[RANDOM_MAX];
    OlmSession *session = allocate();
    if (!session)
        return finish(OLM_E_NOMEM, NULL, out);
    int result = 0;
    size_t len = olm_create_outbound_session_random_length(session);
    if (len > sizeof(bytes) || !stream_fill(random, bytes, len))
        result = OLM_E_LIBRARY;
    if (!result &&
        olm_create_outbound_session(session, account, identity_key, strlen(identity_key),
                                    one_time_key, strlen(one_time_key), bytes, len) == olm_error())
        result = failed(session);
    explicit_bzero(bytes, sizeof(bytes));
    return finish(result, session, out);
}

int session_new_inbound(OlmAccount *account, const struct olm_message *m, OlmSession **out)
{
    OlmSession *session = allocate();
    char *text = copy_text(m);
    int result = session && text ? 0 : OLM_E_NOMEM;
    if (!result && olm_create_inbound_session(session, account, text, m->len) == olm_error())
        result = failed(session);
    free(text);
    return finish(result, session, out);
}

void session_is_used(OlmAccount *account, OlmSession *session)
{
    /* fails when there is none: a fallback key stays */
    (void)olm_remove_one_time_keys(account, session);
}

int session_save(OlmSession *session, struct served_bytes *out)
{
    size_t len = olm_pickle_session_length(session);
    *out = (struct served_bytes){.data = len <= SESSION_SAVED_MAX ? malloc(len) : NULL};
    if (!out->data)
        return OLM_E_NOMEM;
    out->len = len;
    if (olm_pickle_session(session, PICKLE_KEY, strlen(PICKLE_KEY), out->data, len) != olm_error())
        return 0;
    free(out->data);
    *out = (struct served_bytes){0};
    return failed(session);
}

int session_load(const uint8_t *pickle, size_t len, OlmSession **out)
{
    OlmSession *session = allocate();
    char *copy = malloc(len ? len : 1); /* libolm destroys what it reads */
    int result = session && copy ? 0 : OLM_E_NOMEM;
    if (!result && len)
        memcpy(copy, pickle, len);
    if (!result &&
        olm_unpickle_session(session, PICKLE_KEY, strlen(PICKLE_KEY), copy, len) == olm_error())
        result = OLM_E_STATE;
    if (copy)
        explicit_bzero(copy, len);
    free(copy);
    return finish(result, session, out);
}

/* ---- using them */

int session_matches(OlmSession *session, const char *identity_key, const struct olm_message *m,
                    bool *out_matches)
{
    char *text = copy_text(m);
    *out_matches = false;
    if (!text)
        return OLM_E_NOMEM;
    size_t answer = identity_key ? olm_matches_inbound_session_from(
                                       session, identity_key, strlen(identity_key), text, m->len)
                                 : olm_matches_inbound_session(session, text, m->len);
    free(text);
    if (answer == olm_error())
        return failed(session);
    *out_matches = answer == 1;
    return 0;
}

/* The type, and the message of libolm's text. */
static int give_message(size_t type, const char *text, size_t text_len, struct served_bytes *out)
{
    size_t len = 0;
    *out = (struct served_bytes){.data = malloc(text_len + 3)};
    if (!out->data)
        return OLM_E_NOMEM;
    out->data[0] = (uint8_t)type;
    if (text_read(text, text_len, out->data + 1, &len)) {
        out->len = len + 1;
        return 0;
    }
    free(out->data);
    *out = (struct served_bytes){0};
    return OLM_E_LIBRARY;
}

int session_encrypt(OlmSession *session, struct stream *random, const uint8_t *payload, size_t len,
                    struct served_bytes *out_message)
{
    uint8_t bytes[RANDOM_MAX];
    size_t type = olm_encrypt_message_type(session);
    size_t random_len = olm_encrypt_random_length(session);
    size_t text_len = olm_encrypt_message_length(session, len);
    char *text = malloc(text_len);
    int result = text ? 0 : OLM_E_NOMEM;
    *out_message = (struct served_bytes){0};
    if (!result && (random_len > sizeof(bytes) || !stream_fill(random, bytes, random_len)))
        result = OLM_E_LIBRARY;
    if (!result &&
        olm_encrypt(session, payload, len, bytes, random_len, text, text_len) == olm_error())
        result = failed(session);
    if (!result)
        result = give_message(type, text, text_len, out_message);
    explicit_bzero(bytes, sizeof(bytes));
    free(text);
    return result;
}

/* How long the plaintext can be at most. */
static int plaintext_room(OlmSession *session, const struct olm_message *m, size_t *out_len)
{
    char *text = copy_text(m);
    if (!text)
        return OLM_E_NOMEM;
    *out_len = olm_decrypt_max_plaintext_length(session, m->type, text, m->len);
    free(text);
    if (*out_len == olm_error())
        return failed(session);
    return *out_len > m->len ? OLM_E_LIBRARY : 0;
}

int session_decrypt(OlmSession *session, const struct olm_message *m,
                    struct served_bytes *out_payload)
{
    size_t room = 0, len = 0;
    char *text = copy_text(m);
    uint8_t *payload = NULL;
    int result = text ? plaintext_room(session, m, &room) : OLM_E_NOMEM;
    *out_payload = (struct served_bytes){0};
    if (!result && !(payload = malloc(room ? room : 1)))
        result = OLM_E_NOMEM;
    if (!result) {
        len = olm_decrypt(session, m->type, text, m->len, payload, room);
        result = len == olm_error() ? failed(session) : 0;
    }
    free(text);
    if (result) {
        free(payload);
        return result;
    }
    *out_payload = (struct served_bytes){payload, len};
    return 0;
}
