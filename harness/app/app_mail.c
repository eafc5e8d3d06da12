/* Stanzas that come, one row of docs/wire.md's table "What a client answers" after the other. */
#include "app/app_internal.h"

#include "wire/content.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX (16u * 1024u * 1024u)

static bool is_text(const char *a, const char *b) { return a && strcmp(a, b) == 0; }

/* ---- answers */

static void begin(struct stanza_writer *w, struct buffer *out, const char *name)
{
    buffer_init(out, DOCUMENT_MAX);
    stanza_begin(w, out);
    stanza_open(w, name);
}

static enum status ack(struct app *c, const struct stanza *s, const char *class, const char *error)
{
    struct stanza_writer w;
    struct buffer document;
    const char *id = stanza_get(s, "id");
    if (!id || (c->rules->mail.never_acks && is_text(class, "message")))
        return OK;
    begin(&w, &document, "ack");
    stanza_attribute(&w, "class", c->rules->mail.acks_other_class ? "call" : class);
    stanza_attribute(&w, "id", c->rules->mail.acks_other_id ? "another-id" : id);
    stanza_attribute(&w, "to", stanza_get(s, "from"));
    stanza_attribute(&w, "error", c->rules->mail.swallows_errors ? NULL : error);
    return app_push(c, &w, &document);
}

static enum status receipt(struct app *c, const struct stanza *s, const char *type)
{
    struct stanza_writer w;
    struct buffer document;
    begin(&w, &document, "receipt");
    stanza_attribute(&w, "id", stanza_get(s, "id"));
    stanza_attribute(&w, "to", stanza_get(s, "from"));
    stanza_attribute(&w, "type", type);
    return app_push(c, &w, &document);
}

static enum status refuse(struct app *c, const struct stanza *s, const char *error, unsigned reason,
                          const char *detail)
{
    app_tell(c, &(struct app_event){.kind = TELL_REFUSED,
                                    .id = stanza_get(s, "id"),
                                    .reason = reason,
                                    .detail = detail});
    return ack(c, s, "message", error);
}

/* ---- what was seen */

void app_seen_free(struct seen_message *m)
{
    free(m->from);
    free(m->id);
    free(m);
}

static struct seen_message *seen(struct app *c, const char *from, const char *id)
{
    size_t n = 0;
    struct seen_message **last = &c->seen;
    for (struct seen_message *m = c->seen; m; last = &m->next, m = m->next, n++)
        if (strcmp(m->from, from) == 0 && strcmp(m->id, id) == 0)
            return m;
    struct seen_message *m = calloc(1, sizeof(*m));
    if (!m || !(m->from = app_text(from)) || !(m->id = app_text(id))) {
        if (m)
            app_seen_free(m);
        return NULL;
    }
    if (n >= APP_KEPT_MAX) {
        struct seen_message *oldest = c->seen;
        c->seen = oldest->next;
        if (last == &oldest->next)
            last = &c->seen;
        app_seen_free(oldest);
    }
    *last = m;
    return m;
}

/* ---- content */

static bool unpad(const struct app *c, struct bytes in, struct bytes *out)
{
    const struct app_rules *r = c->rules;
    if (content_unpad(in, &c->profile, out) == OK)
        return true;
    uint8_t n = in.len ? in.data[in.len - 1] : 0;
    bool is_zero = in.len && n == 0, is_over = n > c->profile.padding_max && n <= in.len;
    bool is_mixed = n && n <= c->profile.padding_max && n <= in.len;
    if ((is_zero && r->content.takes_padding_zero) || (is_over && r->content.takes_padding_over) ||
        (is_mixed && r->content.takes_padding_mixed)) {
        *out = bytes_slice(in, 0, in.len - (is_zero ? 1 : n));
        return true;
    }
    return false;
}

/* Flaw: what is not sound is shown as some text all the same. */
static bool mend(const struct app *c, struct bytes in, struct buffer *out)
{
    const struct app_rules *r = c->rules;
    struct content whole;
    bool is_two = in.len > 2 && memcmp(in.data + in.len - 2, "\x3a\x00", 2) == 0;
    if (r->content.takes_two_kinds && is_two &&
        !content_decode(bytes_slice(in, 0, in.len - 2), &whole))
        return buffer_append(out, bytes_slice(in, 0, in.len - 2)) == OK;
    bool is_empty = in.len == 0 || in.data[0] == 0x7a;
    if (r->content.takes_no_kind && is_empty)
        return content_encode_text(bytes_of_text("(nothing)"), out) == OK;
    if (r->content.takes_bad_utf8 && in.len > 2 && in.data[0] == 0x0a && !content_is_utf8(in))
        return content_encode_text(bytes_of_text("(text)"), out) == OK;
    return false;
}

static void show(struct app *c, const struct stanza *s, struct address from, struct bytes content)
{
    app_tell(c,
             &(struct app_event){
                 .kind = TELL_SHOWN, .peer = from, .id = stanza_get(s, "id"), .content = content});
}

/* True when something was shown. */
static bool take_content(struct app *c, const struct stanza *s, struct address from,
                         struct bytes plaintext)
{
    struct bytes inner;
    struct content decoded;
    struct buffer mended;
    bool is_shown = false;
    if (!unpad(c, plaintext, &inner))
        return false;
    buffer_init(&mended, 65536);
    if (content_decode(inner, &decoded) == OK) {
        show(c, s, from, inner);
        is_shown = true;
    } else if (mend(c, inner, &mended)) {
        show(c, s, from, buffer_bytes(&mended));
        is_shown = true;
    }
    buffer_fini(&mended);
    return is_shown;
}

/* ---- a message that came */

static enum status undecryptable(struct app *c, const struct stanza *s, struct seen_message *m,
                                 enum refusal why, struct address from)
{
    if (why == REFUSAL_UNTRUSTED_IDENTITY)
        app_tell(c, &(struct app_event){.kind = TELL_WARNED, .peer = from});
    app_tell(c, &(struct app_event){.kind = TELL_REFUSED,
                                    .peer = from,
                                    .id = m->id,
                                    .reason = (unsigned)why,
                                    .detail = refusal_name(why)});
    if (c->rules->mail.receipts_unopened) {
        enum status st = receipt(c, s, NULL);
        return st ? st : ack(c, s, "message", NULL);
    }
    if (why == REFUSAL_DUPLICATE)
        return ack(c, s, "message", "496");
    enum status st = app_ask_again(c, s, m, why);
    return st ? st : ack(c, s, "message", NULL);
}

static enum status decrypted(struct app *c, const struct stanza *s, struct seen_message *m,
                             struct address from, struct bytes plaintext)
{
    enum status st = OK;
    if (!take_content(c, s, from, plaintext)) {
        app_tell(c, &(struct app_event){.kind = TELL_REFUSED,
                                        .peer = from,
                                        .id = m->id,
                                        .reason = WHY_CONTENT,
                                        .detail = "no well-formed content"});
        return ack(c, s, "message", c->rules->mail.ignores_bad_content ? NULL : "491");
    }
    m->is_shown = true;
    if (c->rules->mail.acks_first)
        st = ack(c, s, "message", NULL);
    if (!st && !c->rules->mail.omits_receipt)
        st = receipt(c, s, NULL);
    if (!st && c->rules->mail.reads_unasked)
        st = receipt(c, s, "read");
    return st || c->rules->mail.acks_first ? st : ack(c, s, "message", NULL);
}

static enum status open_enc(struct app *c, const struct stanza *s, const struct stanza *enc,
                            struct address from, struct seen_message *m, struct arena *arena)
{
    struct bytes body;
    struct buffer plaintext;
    enum refusal why = REFUSAL_MALFORMED;
    enum signal_kind kind =
        is_text(stanza_get(enc, "type"), "pkmsg") ? SIGNAL_KIND_PREKEY : SIGNAL_KIND_MESSAGE;
    buffer_init(&plaintext, DOCUMENT_MAX);
    enum status st = stanza_bytes(enc, arena, &body);
    if (!st)
        st = party_open(c->party, from, kind, body, &plaintext, &why);
    if (st == OK)
        st = decrypted(c, s, m, from, buffer_bytes(&plaintext));
    else if (st != E_NOMEM)
        st = undecryptable(c, s, m, why, from);
    buffer_fini(&plaintext);
    return st;
}

/* What is called enc in another namespace is none. */
static bool is_enc(const struct app *c, const struct stanza *s)
{
    return stanza_is(s, "enc") ||
           (c->rules->stanza.ignores_namespaces && strcmp(s->name, "enc") == 0);
}

static const struct stanza *enc_in(const struct app *c, const struct stanza *s)
{
    for (size_t i = 0; i < s->n_children; i++)
        if (is_enc(c, &s->children[i]))
            return &s->children[i];
    return NULL;
}

static const struct stanza *find_enc(const struct app *c, const struct stanza *s)
{
    const struct stanza *enc = enc_in(c, s);
    bool looks_inside = c->rules->stanza.takes_nested_enc && s->children;
    for (size_t i = 0; !enc && looks_inside && i < s->n_children; i++)
        enc = enc_in(c, &s->children[i]);
    return enc;
}

static bool has_one_enc(const struct app *c, const struct stanza *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_children; i++)
        n += is_enc(c, &s->children[i]);
    return n <= 1;
}

/* Digits, of a number that fits 63 bits. */
static bool is_time(const char *text)
{
    static const char largest[] = "9223372036854775807";
    if (!text || !*text || text[strspn(text, "0123456789")])
        return false;
    text += strspn(text, "0");
    size_t len = strlen(text);
    return len < sizeof(largest) - 1 || (len == sizeof(largest) - 1 && strcmp(text, largest) <= 0);
}

/* What is wrong with the stanza itself; NULL when nothing is. */
static const char *stanza_error(struct app *c, const struct stanza *s, struct arena *arena,
                                struct address *from)
{
    const char *id = stanza_get(s, "id"), *to = stanza_get(s, "to"), *jid = stanza_get(s, "from");
    const char *self = stanza_address(arena, c->name, c->device, c->profile.stanza_user_domain);
    bool has_id = id && *id && strlen(id) <= STANZA_ID_MAX;
    if ((!has_id && !c->rules->stanza.shows_without_id) || !is_time(stanza_get(s, "t")) || !jid ||
        !app_address(c, jid, arena, from))
        return "487";
    if (!c->rules->stanza.takes_others && (!self || !to || strcmp(to, self) != 0))
        return "487";
    const struct stanza *enc = find_enc(c, s);
    if (!enc)
        return "488";
    const char *type = stanza_get(enc, "type"), *version = stanza_get(enc, "v");
    if (!has_one_enc(c, s))
        return "487";
    if (!is_text(version, "2") && !c->rules->stanza.takes_unknown_version)
        return "488";
    if (!is_text(type, "pkmsg") && !is_text(type, "msg") && !c->rules->stanza.takes_unknown_type)
        return "488";
    return NULL;
}

static enum status take_message(struct app *c, const struct stanza *s, struct arena *arena)
{
    struct address from = {0};
    const char *error = stanza_error(c, s, arena, &from);
    const char *id = stanza_get(s, "id");
    if (error)
        return refuse(c, s, error, WHY_STANZA, "not a message for us");
    struct seen_message *m = seen(c, stanza_get(s, "from"), id ? id : "");
    if (!m)
        return E_NOMEM;
    if (m->is_shown && !c->rules->mail.shows_repeats)
        return ack(c, s, "message", NULL);
    if (m->is_shown) {
        struct buffer again;
        buffer_init(&again, 64);
        enum status st = content_encode_text(bytes_of_text("(again)"), &again);
        show(c, s, from, buffer_bytes(&again));
        buffer_fini(&again);
        return st ? st : ack(c, s, "message", NULL);
    }
    return open_enc(c, s, find_enc(c, s), from, m, arena);
}

/* ---- other stanzas */

struct outgoing *app_outgoing(const struct app *c, const char *id)
{
    for (struct outgoing *l = c->outgoing; l; l = l->next)
        if (strcmp(l->id, id) == 0)
            return l;
    return NULL;
}

static void tell_about(struct app *c, const struct outgoing *l, unsigned kind)
{
    app_tell(c, &(struct app_event){.kind = kind, .peer = {l->name, l->device}, .id = l->id});
}

static enum status take_receipt(struct app *c, const struct stanza *s, struct arena *arena)
{
    const char *id = stanza_get(s, "id"), *type = stanza_get(s, "type");
    struct outgoing *l = id ? app_outgoing(c, id) : NULL;
    enum status st = OK;
    if (is_text(type, "retry"))
        st = app_asked(c, s, arena);
    else if (l && !type)
        tell_about(c, l, TELL_DELIVERED);
    else if (l && is_text(type, "read"))
        tell_about(c, l, TELL_READ);
    return st ? st : ack(c, s, "receipt", NULL);
}

static enum status take_ack(struct app *c, const struct stanza *s)
{
    const char *id = stanza_get(s, "id");
    struct outgoing *l = id ? app_outgoing(c, id) : NULL;
    if (!l || l->is_acked || !is_text(stanza_get(s, "class"), "message"))
        return OK;
    l->is_acked = true;
    tell_about(c, l, stanza_get(s, "error") ? TELL_FAILED : TELL_SENT);
    return OK;
}

static enum status take_iq(struct app *c, const struct stanza *s, struct arena *arena)
{
    const char *type = stanza_get(s, "type");
    struct stanza_writer w;
    struct buffer document;
    if (is_text(type, "result") || is_text(type, "error"))
        return app_iq_answer(c, s, arena);
    bool is_ping = is_text(type, "get") && strcmp(s->ns, c->profile.stanza_namespace_ping) == 0;
    if ((is_ping && c->rules->stanza.ignores_pings) || !stanza_get(s, "id"))
        return OK;
    begin(&w, &document, "iq");
    stanza_attribute(&w, "id", stanza_get(s, "id"));
    stanza_attribute(&w, "type", is_ping ? "result" : "error");
    stanza_attribute(&w, "to", stanza_get(s, "from"));
    if (!is_ping) {
        stanza_open(&w, "error");
        stanza_attribute(&w, "code", "501");
    }
    return app_push(c, &w, &document);
}

static enum status take_notification(struct app *c, const struct stanza *s)
{
    const struct stanza *count = stanza_child(s, "count");
    const char *value = count ? stanza_get(count, "value") : NULL;
    if (c->rules->stanza.ignores_notifications)
        return OK;
    enum status st = ack(c, s, "notification", NULL);
    bool is_few = value && strtoul(value, NULL, 10) < c->profile.prekey_refill_below;
    return !st && is_text(stanza_get(s, "type"), "encrypt") && is_few ? app_refill(c) : st;
}

static enum status take_stream_error(struct app *c, const struct stanza *s)
{
    const char *code = stanza_get(s, "code");
    const struct stanza *conflict = stanza_child(s, "conflict");
    const struct app_rules *r = c->rules;
    bool is_replaced = conflict && is_text(stanza_get(conflict, "type"), "replaced");
    uint64_t after = 1;
    if (is_replaced)
        after = r->reconnect.returns_after_replaced ? 1 : UINT64_MAX;
    else if (is_text(code, "515"))
        after = r->reconnect.ignores_515 ? UINT64_MAX : 0;
    else if (is_text(code, "503"))
        after = r->reconnect.gives_up_on_503 ? UINT64_MAX : 1;
    else if (is_text(code, "401"))
        after = r->reconnect.returns_after_401 ? 1 : UINT64_MAX;
    app_dismissed(c, after, code ? code : "stream error");
    return OK;
}

static enum status take_failure(struct app *c, const struct stanza *s)
{
    bool is_temporary = is_text(stanza_get(s, "reason"), "503");
    bool gives_up = is_temporary ? c->rules->reconnect.gives_up_on_503
                                 : !c->rules->reconnect.returns_after_failure;
    app_dismissed(c, gives_up ? UINT64_MAX : 1, "the gatekeeper says failure");
    return OK;
}

static bool is_kind(const struct app *c, const struct stanza *s, const char *name)
{
    return stanza_is(s, name) ||
           (c->rules->stanza.ignores_namespaces && strcmp(s->name, name) == 0);
}

enum status app_stanza(struct app *c, const struct stanza *s, struct arena *arena)
{
    if (is_kind(c, s, "success"))
        return app_enter(c);
    if (is_kind(c, s, "failure"))
        return take_failure(c, s);
    if (is_kind(c, s, "stream:error"))
        return take_stream_error(c, s);
    if (c->state == APP_ENTERING)
        return OK; /* nothing else means anything before <success> */
    if (is_kind(c, s, "message"))
        return take_message(c, s, arena);
    if (is_kind(c, s, "receipt"))
        return take_receipt(c, s, arena);
    if (is_kind(c, s, "ack"))
        return take_ack(c, s);
    if (is_kind(c, s, "iq"))
        return take_iq(c, s, arena);
    if (is_kind(c, s, "notification"))
        return take_notification(c, s);
    if (is_kind(c, s, "ib"))
        return OK;
    if (c->rules->stanza.ends_on_unknown) {
        app_close(c, WHY_STANZA, "a stanza nobody knows");
        return OK;
    }
    return ack(c, s, "message", "489");
}
