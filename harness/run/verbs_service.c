/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done on the service surface: media that the target hosts and takes, tokens, enlistment,
 * pushes. What its answers are held to is in run/verbs_request.c. */
#include "run/verbs.h"

#include "base/hex.h"
#include "base/json_text.h"
#include "run/client_context.h"
#include "run/service_context.h"

#include <stdlib.h>
#include <string.h>

#define CREDENTIAL_BYTES 32u
#define TAKE_MS 35000u /* 30 s of docs/wire.md, and some for the machine */
#define TAKE_BYTES_A_SECOND (16u * 1024u * 1024u) /* a second more for each, the same */

static enum content_kind kind_of(const struct op *op)
{
    static const enum content_kind kinds[] = {CONTENT_IMAGE, CONTENT_VOICE, CONTENT_VIDEO,
                                              CONTENT_FILE};
    return kinds[op_number(op, ATTR_KIND, 0)];
}

static struct service_context *service_of(struct context *s) { return s->service; }

/* ---- media */

/* Neither what is served over HTTP has it readable nor what a client of the target sends. */
static enum status plant(struct context *s, const char *what, struct bytes secret)
{
    enum status st = canaries_plant(&s->service->canaries, what, secret);
    return st || !s->client ? st : canaries_plant(&s->client->canaries, CLIENT_SECRET_TEXT, secret);
}

static const char *file_name(struct context *s)
{
    struct bytes word = context_plaintext(s, 24);
    const char *name =
        word.data ? arena_printf(s->arena, "%.*s.pdf", (int)word.len, (const char *)word.data)
                  : NULL;
    return name && plant(s, "a file's name", word) ? NULL : name;
}

/* What the target's client would send; else what is wrong with it. */
static enum status keep_hosted(struct context *s, struct service_medium *m, enum content_kind kind,
                               struct step_result *out)
{
    struct service_context *c = service_of(s);
    if (media_message_decode(m->content, &m->message) || m->message.kind != kind) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "its content is not one sound medium of the kind that was asked for";
        return OK;
    }
    m->url =
        arena_printf(s->arena, "%.*s", (int)m->message.url.len, (const char *)m->message.url.data);
    if (!m->url)
        return E_NOMEM;
    if (!fetch_scope_has(&c->media, m->url)) {
        out->seen = SEEN_UNREADABLE;
        step_says(s, out,
                  "its URL leads elsewhere than to where the target said that media stand, "
                  "and is not asked: %.200s",
                  m->url);
        return OK;
    }
    struct bytes key = m->message.media_key;
    enum status st = plant(s, "a media key", bytes_slice(key, 0, CANARY_BYTES));
    return st ? st : plant(s, "a media key's second half", bytes_slice(key, CANARY_BYTES, key.len));
}

enum status verb_host(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_context *c = service_of(s);
    struct answer answer;
    struct target_medium what = {.kind = 1 + op_number(op, ATTR_KIND, 0),
                                 .length = op_number(op, ATTR_SIZE, 5000),
                                 .user = "alice"};
    if (c->n_media == SERVICE_HOSTED_MAX)
        return E_LIMIT;
    struct service_medium *m = &c->media_made[c->n_media];
    enum status st = service_pattern(c, true, &what.pattern);
    if (!st)
        st = service_digest(what.pattern, what.length, m->digest);
    what.file_name = kind_of(op) == CONTENT_FILE ? file_name(s) : "";
    if (!st && !what.file_name)
        st = E_NOMEM;
    if (!st)
        st = driver_host_media(s->driver, &what, s->arena, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE)
        return OK;
    struct artifact *t = context_add_artifact(s, op_index(op, ATTR_AS), ARTIFACT_HOSTED,
                                              context_party(s, OP_TARGET));
    if (!t)
        return E_NOMEM;
    t->body = m->content = answer.body;
    m->name = t;
    m->length = what.length;
    c->n_media++;
    step_shows(out, t);
    return keep_hosted(s, m, kind_of(op), out);
}

/* Where our media stand. */
static const char *origin_of(const struct service_context *c, const struct operand *medium)
{
    bool is_untrusted = medium && medium->word->what == MEDIUM_UNTRUSTED;
    return http_host_url(is_untrusted ? c->untrusted : c->host);
}

enum status verb_take(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_context *c = service_of(s);
    const struct operand *o = op_operand(op, ATTR_MEDIUM);
    const struct word_use none = {0, 0};
    struct media_message what = {.kind = kind_of(op),
                                 .file_length = op_number(op, ATTR_SIZE, 5000)};
    uint64_t length = what.file_length;
    uint8_t digest[MEDIA_DIGEST_LEN];
    struct bytes pattern, content;
    struct answer answer;
    enum status st = service_pattern(c, false, &pattern);
    if (!st)
        st = service_digest(pattern, length, digest);
    if (!st)
        st = service_offer(c, &what, pattern, o ? *o->word : none, &content);
    c->kept_name = NULL;
    s->stretch_ms += driver_stretch(s->driver, TAKE_MS + 1000u * (length / TAKE_BYTES_A_SECOND));
    if (!st)
        st = driver_take_media(s->driver, content, origin_of(c, o), authority_root(c->authority),
                               s->arena, &answer);
    if (st)
        return st;
    out->field = op_text(op, ATTR_MEDIUM) ? "medium" : NULL;
    step_takes(out, &answer);
    s->refused += out->seen == SEEN_REFUSAL;
    if (out->seen != SEEN_DONE)
        return OK;
    c->kept_name = answer.text;
    bool is_same = answer.number == length && bytes_equal(answer.body, bytes_of(digest, 32));
    out->seen = is_same ? SEEN_PLAINTEXT : SEEN_OTHER_PLAINTEXT;
    s->accepted++;
    return OK;
}

enum status verb_expire(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_medium *m = service_medium_of(service_of(s), verb_artifact(s, op, ATTR_OF));
    struct answer answer;
    struct fetch_answer a;
    if (!m)
        return E_MISSING;
    enum status st = service_ask(service_of(s), &service_of(s)->media, m->url,
                                 (struct fetch_request){.body_max = SERVICE_IN_MEMORY_MAX}, &a);
    if (st)
        return st;
    m->blob = a.status == 200 ? a.body : bytes_of(NULL, 0);
    st = driver_expire_media(s->driver, m->content, s->arena, &answer);
    if (!st)
        step_takes(out, &answer);
    return st;
}

/* ---- tokens and keys */

enum status verb_mint(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_context *c = service_of(s);
    struct answer answer;
    if (c->n_tokens == SERVICE_TOKENS_MAX)
        return E_LIMIT;
    struct service_token *t = &c->tokens[c->n_tokens];
    enum status st = random_fill(&s->random, t->static_key, sizeof(t->static_key));
    struct target_mint what = {.user = op_text(op, ATTR_USER),
                               .issuer = SERVICE_ISSUER,
                               .audience = c->profile.stanza_server,
                               .static_key = bytes_of(t->static_key, sizeof(t->static_key)),
                               .only_enlisted = op_is_yes(op, ATTR_ONLY_ENLISTED)};
    if (!st)
        st = driver_mint_token(s->driver, &what, s->arena, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    s->refused += out->seen == SEEN_REFUSAL;
    if (out->seen != SEEN_DONE)
        return OK;
    struct artifact *made = context_add_artifact(s, op_index(op, ATTR_AS), ARTIFACT_HOSTED,
                                                 context_party(s, OP_TARGET));
    if (!made)
        return E_NOMEM;
    made->body = bytes_of_text(answer.text);
    t->name = made;
    t->text = answer.text;
    t->user = what.user;
    c->n_tokens++;
    s->accepted++;
    step_shows(out, made);
    return OK;
}

enum status verb_rotate_keys(struct context *s, const struct op *op, struct step_result *out)
{
    struct answer answer;
    enum status st = driver_rotate_keys(s->driver, op_is_yes(op, ATTR_RETIRE), s->arena, &answer);
    if (!st)
        step_takes(out, &answer);
    return st;
}

/* ---- people */

static enum status make_credential(struct service_context *c, struct service_user *u)
{
    uint8_t bytes[CREDENTIAL_BYTES];
    enum status st = random_fill(&c->context->random, bytes, sizeof(bytes));
    const char *text = st ? NULL : hex_text(c->context->arena, bytes_of(bytes, sizeof(bytes)));
    if (!text)
        return st ? st : E_NOMEM;
    http_host_lock(c->host);
    memcpy(u->credential, text, strlen(text) + 1);
    const char *answer = arena_printf(c->context->arena, "{\"credential\":\"%s\"}", text);
    u->is_enlisted = u->is_withdrawn = false;
    if (answer)
        memcpy(u->answer, answer, strlen(answer) + 1);
    http_host_unlock(c->host);
    return answer ? canaries_plant(&c->canaries, "a push credential", bytes_of_text(text))
                  : E_NOMEM;
}

enum status verb_enlist(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_context *c = service_of(s);
    struct answer answer;
    enum status st = service_host_start(c);
    struct service_user *u = st ? NULL : service_user_of(c, op_text(op, ATTR_USER));
    if (!u)
        return st ? st : E_LIMIT;
    st = make_credential(c, u);
    struct target_enlist what = {.user = u->name,
                                 .url = arena_printf(s->arena, "%s/enlist", http_host_url(c->host)),
                                 .issuer = SERVICE_ISSUER,
                                 .audience = c->profile.stanza_server,
                                 .roots = authority_root(c->authority)};
    if (!st && !what.url)
        st = E_NOMEM;
    if (!st)
        st = driver_enlist(s->driver, &what, s->arena, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    http_host_lock(c->host);
    bool is_enlisted = u->is_enlisted;
    http_host_unlock(c->host);
    if (out->seen == SEEN_DONE && !is_enlisted) {
        out->seen = SEEN_UNREADABLE;
        out->detail = "it said done, and the gatekeeper was not asked";
    }
    return OK;
}

enum status verb_withdraw(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_user *u = service_user_of(service_of(s), op_text(op, ATTR_USER));
    struct answer answer;
    enum status st = driver_withdraw(s->driver, op_text(op, ATTR_USER), s->arena, &answer);
    if (!st)
        step_takes(out, &answer);
    if (u)
        u->n_taken = 0; /* what waited is dropped */
    return st;
}

/* ---- pushes */

struct pushing {
    struct context *s;
    struct service_context *c;
    struct service_user *user;
    enum notified_how how;
    const char *authorization;
    size_t n_taken;      /* by this step */
    struct bytes secret; /* stands in the pushes of one step, not to come back */
};

/* The body of a push; NULL when the arena is full. */
static struct bytes push_body(struct pushing *p, const char *id)
{
    if (p->how == NOTIFIED_MALFORMED)
        return bytes_of_text("{\"user\":\"");
    const char *user = json_text(p->s->arena, p->user->name);
    return user ? bytes_of_text(arena_printf(p->s->arena,
                                             "{\"user\":%s,\"id\":\"%s\",\"hint\":\"%.*s\"}", user,
                                             id, (int)p->secret.len, (const char *)p->secret.data))
                : bytes_of(NULL, 0);
}

/* As a gatekeeper would: on one connection, for as long as it stays open. */
static enum status push_one(struct pushing *p, const char *id, struct fetch_answer *out)
{
    const char *headers[] = {"Content-Type: application/json", p->authorization, NULL};
    struct fetch_request r = {
        .method = "POST", .headers = headers, .body = push_body(p, id), .session = p->c->pushing};
    return r.body.data ? service_ask(p->c, &p->c->push, p->c->where.push, r, out) : E_NOMEM;
}

/* The header with the credential: this user's, none, or another's. */
static const char *authorization_of(struct pushing *p)
{
    const char *credential = p->user->credential;
    if (p->how == NOTIFIED_UNAUTHENTICATED)
        return NULL;
    for (size_t i = 0; p->how == NOTIFIED_WITH_ANOTHER && i < p->c->n_users; i++)
        if (&p->c->users[i] != p->user)
            credential = p->c->users[i].credential;
    return arena_printf(p->s->arena, "Authorization: Bearer %s", credential);
}

static bool is_taken(const struct fetch_answer *a)
{
    return a->outcome == FETCH_ANSWERED && a->status >= 200 && a->status < 300;
}

/* Is a push answered as the step says? Else the detail says how. Of several the receiver may put
 * off some. */
static bool is_as_wanted(struct pushing *p, const struct fetch_answer *a, bool takes,
                         struct step_result *out)
{
    bool is_refused = a->outcome == FETCH_ANSWERED && a->status >= 400 && a->status < 500;
    bool is_put_off = a->outcome == FETCH_ANSWERED && (a->status == 429 || a->status == 503);
    if (a->outcome != FETCH_ANSWERED)
        out->detail = fetch_outcome_text(a->outcome);
    else
        step_says(p->s, out, "a push was answered with %u", a->status);
    return takes ? is_taken(a) || (is_put_off && p->n_taken) : is_refused;
}

static enum status push_all(struct pushing *p, uint32_t count, bool takes, bool *holds,
                            struct step_result *out)
{
    enum status st = OK;
    size_t first = p->c->next_push;
    p->c->next_push += p->how == NOTIFIED_AGAIN ? 0 : count;
    for (uint32_t i = 0; !st && *holds && i < count; i++) {
        size_t number = p->how == NOTIFIED_BACKWARDS ? first + count - 1 - i : first + i;
        if (p->how == NOTIFIED_AGAIN)
            number = first ? first - 1 : 0;
        const char *id = arena_printf(p->s->arena, "push-%06zu", number);
        struct fetch_answer *a = arena_alloc(p->s->arena, sizeof(*a));
        st = id && a ? push_one(p, id, a) : E_NOMEM;
        if (st)
            break;
        *holds = is_as_wanted(p, a, takes, out);
        p->n_taken += is_taken(a);
        if (takes && is_taken(a) && p->how != NOTIFIED_AGAIN &&
            p->user->n_taken < SERVICE_PUSHES_MAX)
            p->user->taken[p->user->n_taken++] = id;
    }
    return st;
}

enum status verb_notify(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_context *c = service_of(s);
    bool takes = op_number(op, ATTR_THEN, AFTER_NOTIFY_TAKES) == AFTER_NOTIFY_TAKES, holds = true;
    struct pushing p = {.s = s,
                        .c = c,
                        .user = service_user_of(c, op_text(op, ATTR_USER)),
                        .how = (enum notified_how)op_number(op, ATTR_HOW, NOTIFIED_HONEST)};
    if (!p.user || !c->has_push)
        return E_MISSING;
    if (!c->pushing && !(c->pushing = fetch_session_new()))
        return E_NOMEM;
    p.authorization = authorization_of(&p);
    p.secret = context_plaintext(s, p.how == NOTIFIED_OVERSIZED ? 20000 : 32);
    if (!p.secret.data)
        return E_NOMEM;
    out->field = op_text(op, ATTR_HOW);
    enum status st = canaries_plant(&c->canaries, "what was pushed", p.secret);
    if (!st)
        st = push_all(&p, op_number(op, ATTR_COUNT, 1), takes, &holds, out);
    if (holds)
        out->detail = "";
    if (!st)
        verb_take_relation(holds, out);
    s->accepted += holds && takes;
    s->refused += holds && !takes;
    return st;
}

enum status verb_drained(struct context *s, const struct op *op, struct step_result *out)
{
    struct service_user *u = service_user_of(service_of(s), op_text(op, ATTR_USER));
    struct answer answer;
    if (!u)
        return E_MISSING;
    enum status st = driver_pushes(s->driver, u->name, s->arena, &answer);
    if (st)
        return st;
    step_takes(out, &answer);
    if (out->seen != SEEN_DONE)
        return OK;
    bool holds = answer.n_texts == u->n_taken;
    if (!holds)
        step_says(s, out, "%zu pushes waited, and %zu were taken", answer.n_texts, u->n_taken);
    for (size_t i = 0; holds && i < u->n_taken; i++)
        if (strcmp(answer.texts[i], u->taken[i]) != 0) {
            step_says(s, out, "%.60s waited where %s was expected", answer.texts[i], u->taken[i]);
            holds = false;
        }
    u->n_taken = 0;
    verb_take_relation(holds, out);
    s->accepted += holds;
    return OK;
}
