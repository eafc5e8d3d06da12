/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "policy.h"

#include "base/crypto.h"
#include "base/hex.h"
#include "wire/signal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRAILER "and beside it:"
#define FAILURES 10u
#define PEERS_MAX 8u

static const struct policy *policy_of(const struct flawed_party *f)
{
    return &f->state->configuration->policy;
}

struct flawed_party *policy_party(struct flawed_state *state, struct party *party)
{
    struct flawed_party *f = calloc(1, sizeof(*f));
    if (f) {
        f->party = party;
        f->state = state;
    }
    return f;
}

void policy_free(struct flawed_party *f)
{
    if (!f)
        return;
    party_free(f->party);
    crypto_wipe(f, sizeof(*f));
    free(f);
}

/* ---- memory */

static struct remembered remembered_of(struct bytes message, struct bytes text)
{
    struct remembered r = {.text_len = text.len < REMEMBERED_TEXT ? text.len : REMEMBERED_TEXT};
    if (crypto_sha256(message, r.digest))
        memset(r.digest, 0, sizeof(r.digest));
    if (text.data)
        memcpy(r.text, text.data, r.text_len);
    return r;
}

static void remember(struct memory *m, struct remembered what)
{
    m->items[m->n++ % REMEMBERED_MAX] = what;
}

static const struct remembered *recall(const struct memory *m, struct bytes message)
{
    const struct remembered wanted = remembered_of(message, bytes_of(NULL, 0));
    for (size_t i = 0; i < m->n && i < REMEMBERED_MAX; i++)
        if (memcmp(m->items[i].digest, wanted.digest, sizeof(wanted.digest)) == 0)
            return &m->items[i];
    return NULL;
}

static void note_peer(struct flawed_party *f, struct served_address who)
{
    for (size_t i = 0; i < f->n_peers; i++)
        if (strcmp(f->peers[i], who.name) == 0 && f->devices[i] == who.device)
            return;
    if (f->n_peers == PEERS_MAX)
        return;
    (void)snprintf(f->peers[f->n_peers], sizeof(f->peers[0]), "%s", who.name);
    f->devices[f->n_peers++] = who.device;
}

/* ---- sealing */

static int give_plaintext(struct bytes plaintext, Assay__Target__V1__MessageKind *out_kind,
                          struct served_bytes *out)
{
    struct buffer readable;
    buffer_init(&readable, PARTY_MESSAGE_MAX);
    *out_kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL;
    enum status st = buffer_append_text(&readable, "could not encrypt: ");
    if (!st)
        st = buffer_append(&readable, plaintext);
    return flawed_code(flawed_give(st, &readable, out), REFUSAL_NONE);
}

int policy_seal(struct flawed_party *f, struct served_address peer, struct bytes plaintext,
                Assay__Target__V1__MessageKind *out_kind, struct served_bytes *out)
{
    const struct policy *policy = policy_of(f);
    enum refusal why = REFUSAL_NONE;
    struct sealed sealed;
    sealed_init(&sealed);
    if (policy->seals_readably_after_failures && f->n_refused >= FAILURES)
        return give_plaintext(plaintext, out_kind, out);
    enum status st = party_seal(f->party, (struct address){peer.name, peer.device}, plaintext, NULL,
                                &sealed, &why);
    *out_kind = (Assay__Target__V1__MessageKind)sealed.kind;
    if (!st) {
        struct remembered made = remembered_of(buffer_bytes(&sealed.body), plaintext);
        remember(&f->sealed, made);
        note_peer(f, peer);
        if (!f->has_opened && !f->has_first_sealed) {
            f->first_sealed = made;
            f->has_first_sealed = true;
        }
    }
    st = flawed_give(st, &sealed.body, out);
    sealed_fini(&sealed);
    if (st == E_CRYPTO && why == REFUSAL_NO_SESSION && policy->seals_readably_to_strangers)
        return give_plaintext(plaintext, out_kind, out);
    return flawed_code(st, why);
}

/* ---- opening */

/* Is |body| a first message under the party's own long-term key? */
static bool is_under_own_key(const struct flawed_party *f, Assay__Target__V1__MessageKind kind,
                             struct bytes body)
{
    struct prekey_message m;
    return kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY &&
           prekey_message_decode(body, &m) == OK &&
           bytes_equal(m.identity_key, party_identity_public(f->party));
}

/* A message that the party refused, as the policy would have it. */
static enum status try_again(struct flawed_party *f, struct served_address from,
                             Assay__Target__V1__MessageKind kind, struct bytes body,
                             struct buffer *text, enum refusal *why)
{
    const struct policy *policy = policy_of(f);
    enum status st = E_CRYPTO;
    for (size_t i = 0; policy->opens_for_any_sender && i < f->n_peers && st == E_CRYPTO; i++)
        if (strcmp(f->peers[i], from.name) != 0)
            st = party_open(f->party, (struct address){f->peers[i], f->devices[i]},
                            (enum signal_kind)kind, body, text, why);
    if (st == E_CRYPTO && policy->trusts_own_key && is_under_own_key(f, kind, body)) {
        const struct address as = {from.name, from.device};
        st = party_accept_identity(f->party, as, party_identity_public(f->party));
        if (!st)
            st = party_open(f->party, as, (enum signal_kind)kind, body, text, why);
    }
    return st;
}

/* A message remembered, to be shown once more; NULL when the policy does not. */
static const struct remembered *shown_before(const struct flawed_party *f,
                                             Assay__Target__V1__MessageKind kind, struct bytes body)
{
    const struct policy *policy = policy_of(f);
    bool is_first = kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SIGNAL_PREKEY;
    const struct remembered *r = NULL;
    if (policy->shows_again || (policy->shows_first_again && is_first))
        r = recall(&f->opened, body);
    if (!r && policy->shows_own)
        r = recall(&f->sealed, body);
    return r;
}

int policy_open(struct flawed_party *f, struct served_address from,
                Assay__Target__V1__MessageKind kind, struct bytes body, struct served_bytes *out)
{
    enum refusal why = REFUSAL_NONE;
    struct buffer text;
    const struct remembered *before = shown_before(f, kind, body);
    buffer_init(&text, PARTY_MESSAGE_MAX);
    enum status st = before ? buffer_append(&text, bytes_of(before->text, before->text_len))
                            : party_open(f->party, (struct address){from.name, from.device},
                                         (enum signal_kind)kind, body, &text, &why);
    if (st == E_CRYPTO)
        st = try_again(f, from, kind, body, &text, &why);
    if (!st && !before) {
        remember(&f->opened, remembered_of(body, buffer_bytes(&text)));
        note_peer(f, from);
        f->has_opened = true;
        f->has_first_sealed = false;
    }
    f->n_refused = st                                            ? f->n_refused + 1
                   : policy_of(f)->seals_readably_after_failures ? f->n_refused
                                                                 : 0;
    return flawed_code(flawed_give(st, &text, out), why);
}

/* ---- what is kept */

static enum status keep_text(enum kept_texts how, struct bytes text, struct buffer *state)
{
    uint8_t backwards[REMEMBERED_TEXT];
    if (how == KEPT_AS_HEX)
        return hex_append(state, text);
    for (size_t i = 0; i < text.len && i < sizeof(backwards); i++)
        backwards[i] = text.data[text.len - 1 - i];
    return buffer_append(state, how == KEPT_BACKWARDS ? bytes_of(backwards, text.len) : text);
}

enum status policy_save(const struct flawed_party *f, struct buffer *state)
{
    const struct policy *policy = policy_of(f);
    const struct remembered *last =
        f->opened.n ? &f->opened.items[(f->opened.n - 1) % REMEMBERED_MAX] : NULL;
    enum status st = OK;
    if (policy->writes_a_file) {
        /* a log nobody asked for, where the application keeps its files */
        const char *folder = getenv("TMPDIR");
        char path[512];
        FILE *log = folder && snprintf(path, sizeof(path), "%s/assay-flawed.log", folder) <
                                  (int)sizeof(path)
                        ? fopen(path, "ae")
                        : NULL;
        if (log) {
            fputs("saved\n", log);
            fclose(log);
        }
    }
    bool keeps_last = policy->keeps_texts != KEPT_NOT && last;
    bool keeps_first = policy->keeps_first_text && f->has_first_sealed;
    if (!keeps_last && !keeps_first)
        return OK;
    if (!(st = buffer_append_text(state, TRAILER)) && keeps_last)
        st = keep_text(policy->keeps_texts, bytes_of(last->text, last->text_len), state);
    if (!st && keeps_first)
        st = buffer_append(state, bytes_of(f->first_sealed.text, f->first_sealed.text_len));
    return st;
}

struct bytes policy_state(struct bytes saved)
{
    const size_t len = sizeof(TRAILER) - 1;
    for (size_t i = saved.len; i-- > 0;)
        if (saved.len - i >= len && memcmp(saved.data + i, TRAILER, len) == 0)
            return bytes_slice(saved, 0, i);
    return saved;
}

bool policy_fingerprint(const struct flawed_party *f, char out_text[SERVE_DIGITS])
{
    if (!policy_of(f)->has_one_fingerprint)
        return false;
    memset(out_text, '7', SERVE_DIGITS - 1);
    out_text[SERVE_DIGITS - 1] = '\0';
    return true;
}
