/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Received stanzas, in the order of docs/wire.md's table "What a client answers". */
#include "app/app_internal.h"

#include "wire/content.h"
#include "wire/pb.h"

#include <stdlib.h>
#include <string.h>

#define DOCUMENT_MAX (16u * 1024u * 1024u)

static bool is_text(const char *a, const char *b) { return a && strcmp(a, b) == 0; }

/* ---- answers */

static enum status one_ack(struct app *a, const struct stanza *s, const char *class,
                           const char *error)
{
    struct stanza_writer w;
    const char *id = stanza_get(s, "id");
    if (!id || (a->rules->delivery.never_acks && is_text(class, "message")))
        return OK;
    stanza_begin_own(&w, DOCUMENT_MAX);
    stanza_open(&w, "ack");
    stanza_attribute(&w, "class", a->rules->delivery.acks_other_class ? "call" : class);
    stanza_attribute(&w, "id", a->rules->delivery.acks_other_id ? "another-id" : id);
    stanza_attribute(&w, "to", stanza_get(s, "from"));
    stanza_attribute(&w, "error", a->rules->delivery.swallows_errors ? NULL : error);
    return app_push(a, &w);
}

static enum status ack(struct app *a, const struct stanza *s, const char *class, const char *error)
{
    enum status st = one_ack(a, s, class, error);
    return st || !a->rules->delivery.acks_twice ? st : one_ack(a, s, class, error);
}

static enum status receipt(struct app *a, const struct stanza *s, const char *type)
{
    struct stanza_writer w;
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "receipt", {"id", stanza_get(s, "id")}, {"to", stanza_get(s, "from")},
                {"type", type});
    return app_push(a, &w);
}

static enum status refuse(struct app *a, const struct stanza *s, const char *error, unsigned reason,
                          const char *detail)
{
    app_tell(a, &(struct app_event){.kind = EVENT_REFUSED,
                                    .id = stanza_get(s, "id"),
                                    .reason = reason,
                                    .detail = detail});
    return ack(a, s, "message", error);
}

/* ---- content */

static bool unpad(const struct app *a, struct bytes in, struct bytes *out)
{
    const struct app_rules *r = a->rules;
    uint8_t n = in.len ? in.data[in.len - 1] : 0;
    if (n == a->profile.padding_max && app_lapses(a, APP_LAPSE_LONGEST_PADDING))
        return false;
    if (content_unpad(in, &a->profile, out) == OK)
        return true;
    bool is_zero = in.len && n == 0, is_over = n > a->profile.padding_max && n <= in.len;
    bool is_mixed = n && n <= a->profile.padding_max && n <= in.len;
    if ((is_zero && r->content.takes_padding_zero) || (is_over && r->content.takes_padding_over) ||
        (is_mixed && r->content.takes_padding_mixed)) {
        *out = bytes_slice(in, 0, in.len - (is_zero ? 1 : n));
        return true;
    }
    return false;
}

/* What stands before the groups at the end, which are all closed; else all of it. */
static struct bytes before_groups(struct bytes in)
{
    size_t groups_at = 0, depth = 0;
    for (size_t at = 0, begins = 0; at < in.len; begins = at) {
        struct pb_field f;
        if (pb_take(in, &at, &f) || (f.type == PB_GROUP_END && depth == 0))
            return in;
        if (f.type == PB_GROUP_START && depth++ == 0)
            groups_at = begins;
        if (f.type == PB_GROUP_END)
            depth--;
    }
    return depth || groups_at == 0 ? in : bytes_slice(in, 0, groups_at);
}

/* What content that is a text and nothing else says; empty for any other. */
static struct bytes text_in(struct bytes in)
{
    struct pb_field whole, text;
    size_t at = 0, within = 0;
    bool is_one = !pb_take(in, &at, &whole) && at == in.len && whole.type == PB_BYTES &&
                  whole.number == CONTENT_TEXT && !pb_take(whole.body, &within, &text) &&
                  within == whole.body.len && text.type == PB_BYTES && text.number == 1;
    return is_one ? text.body : bytes_of(NULL, 0);
}

/* Flaw: shows some text for content that is not well-formed. */
static bool repair(const struct app *a, struct bytes in, struct buffer *out)
{
    const struct app_rules *r = a->rules;
    struct content whole;
    bool is_two = in.len > 2 && memcmp(in.data + in.len - 2, "\x3a\x00", 2) == 0;
    if (r->content.takes_two_kinds && is_two &&
        !content_decode(bytes_slice(in, 0, in.len - 2), &whole))
        return buffer_append(out, bytes_slice(in, 0, in.len - 2)) == OK;
    bool is_empty = in.len == 0 || in.data[0] == 0x7a;
    if (r->content.takes_no_kind && is_empty)
        return content_encode_text(bytes_of_text("(nothing)"), out) == OK;
    struct bytes before = before_groups(in);
    if (r->content.takes_nesting && before.len < in.len && !content_decode(before, &whole))
        return buffer_append(out, before) == OK;
    struct bytes text = text_in(in);
    if (r->content.takes_bad_utf8 && text.len && !content_is_utf8(text))
        return content_encode_text(bytes_of_text("(text)"), out) == OK;
    return false;
}

static void show(struct app *a, const struct stanza *s, struct address from, struct bytes content)
{
    app_tell(a,
             &(struct app_event){
                 .kind = EVENT_SHOWN, .peer = from, .id = stanza_get(s, "id"), .content = content});
}

/* Flaw: a text ends at its first zero byte. */
static bool cut_at_zero(const struct content *content, struct buffer *out)
{
    const uint8_t *zero =
        content->text.len ? memchr(content->text.data, 0, content->text.len) : NULL;
    return zero && !content_encode_text(
                       bytes_slice(content->text, 0, (size_t)(zero - content->text.data)), out);
}

/* Flaw: the line ends of a text are those of other systems. */
static bool rewrite_line_ends(const struct content *content, struct buffer *out)
{
    struct buffer text;
    buffer_init(&text, content->text.len + 1);
    for (size_t i = 0; i < content->text.len; i++) {
        struct bytes rest = bytes_slice(content->text, i, SIZE_MAX);
        if (rest.len < 2 || memcmp(rest.data, "\r\n", 2) != 0)
            buffer_append_byte(&text, rest.data[0]);
    }
    bool is_other = text.len < content->text.len && !content_encode_text(buffer_bytes(&text), out);
    buffer_fini(&text);
    return is_other;
}

/* True when something was shown. */
static bool take_content(struct app *a, const struct stanza *s, struct address from,
                         struct bytes plaintext)
{
    struct bytes inner;
    struct content decoded;
    struct buffer repaired;
    bool is_shown = false;
    if (!unpad(a, plaintext, &inner))
        return false;
    buffer_init(&repaired, 65536);
    bool is_whole = content_decode(inner, &decoded) == OK;
    if (is_whole && decoded.kind == CONTENT_TEXT && decoded.text.len == 0 &&
        app_lapses(a, APP_LAPSE_EMPTY_TEXT))
        return false;
    if (is_whole && app_lapses(a, APP_LAPSE_LINE_ENDS) && rewrite_line_ends(&decoded, &repaired))
        inner = buffer_bytes(&repaired);
    if (is_whole && a->rules->content.cuts_at_zero && cut_at_zero(&decoded, &repaired))
        inner = buffer_bytes(&repaired);
    if (is_whole) {
        show(a, s, from, inner);
        is_shown = true;
    } else if (repair(a, inner, &repaired)) {
        show(a, s, from, buffer_bytes(&repaired));
        is_shown = true;
    }
    buffer_fini(&repaired);
    return is_shown;
}

/* ---- a received message */

static enum status undecryptable(struct app *a, const struct stanza *s, struct seen_message *m,
                                 enum refusal why, struct address from, enum signal_kind kind)
{
    if (why == REFUSAL_UNTRUSTED_IDENTITY)
        app_tell(a, &(struct app_event){.kind = EVENT_WARNED, .peer = from});
    app_tell(a, &(struct app_event){.kind = EVENT_REFUSED,
                                    .peer = from,
                                    .id = m->id,
                                    .reason = (unsigned)why,
                                    .detail = refusal_name(why)});
    if (a->rules->delivery.receipts_unopened) {
        enum status st = receipt(a, s, NULL);
        return st ? st : ack(a, s, "message", NULL);
    }
    if (why == REFUSAL_DUPLICATE &&
        !(kind == SIGNAL_KIND_PREKEY && app_lapses(a, APP_LAPSE_REPEATED_FIRST_ASKED)))
        return ack(a, s, "message", "496");
    if (m->retries + 1 >= a->profile.retry_give_up && app_lapses(a, APP_LAPSE_GIVES_UP_UNACKED))
        return OK;
    enum status st = app_ask_retry(a, s, m, why);
    return st ? st : ack(a, s, "message", NULL);
}

static enum status decrypted(struct app *a, const struct stanza *s, struct seen_message *m,
                             struct address from, struct bytes plaintext)
{
    enum status st = OK;
    if (!take_content(a, s, from, plaintext)) {
        app_tell(a, &(struct app_event){.kind = EVENT_REFUSED,
                                        .peer = from,
                                        .id = m->id,
                                        .reason = REASON_CONTENT,
                                        .detail = "no well-formed content"});
        return ack(a, s, "message", a->rules->delivery.ignores_bad_content ? NULL : "491");
    }
    m->is_shown = true;
    if (a->rules->delivery.acks_first)
        st = ack(a, s, "message", NULL);
    bool is_omitted =
        a->rules->delivery.omits_receipt ||
        (stanza_has(s, "offline", "1") && app_lapses(a, APP_LAPSE_OFFLINE_UNRECEIPTED));
    if (!st && !is_omitted)
        st = receipt(a, s, NULL);
    if (!st && a->rules->delivery.reads_unasked)
        st = receipt(a, s, "read");
    return st || a->rules->delivery.acks_first ? st : ack(a, s, "message", NULL);
}

static enum status open_enc(struct app *a, const struct stanza *s, const struct stanza *enc,
                            struct address from, struct seen_message *m, struct arena *arena)
{
    struct bytes body;
    struct buffer plaintext;
    enum refusal why = REFUSAL_MALFORMED;
    enum signal_kind kind =
        stanza_has(enc, "type", "pkmsg") ? SIGNAL_KIND_PREKEY : SIGNAL_KIND_MESSAGE;
    buffer_init(&plaintext, DOCUMENT_MAX);
    enum status st = stanza_bytes(enc, arena, &body);
    if (!st)
        st = party_open(a->party, from, kind, body, &plaintext, &why);
    if (st == OK)
        st = decrypted(a, s, m, from, buffer_bytes(&plaintext));
    else if (st != E_NOMEM)
        st = undecryptable(a, s, m, why, from, kind);
    buffer_fini(&plaintext);
    return st ? st : app_outgoing_continue(a, from); /* it may have begun a session */
}

/* An element called enc in another namespace does not count. */
static bool is_enc(const struct app *a, const struct stanza *s)
{
    return stanza_is(s, "enc") ||
           (a->rules->stanza.ignores_namespaces && strcmp(s->name, "enc") == 0);
}

static const struct stanza *enc_in(const struct app *a, const struct stanza *s)
{
    for (size_t i = 0; i < s->n_children; i++)
        if (is_enc(a, &s->children[i]))
            return &s->children[i];
    return NULL;
}

static const struct stanza *find_enc(const struct app *a, const struct stanza *s)
{
    if (s->n_children && !is_enc(a, &s->children[0]) && app_lapses(a, APP_LAPSE_FIRST_CHILD))
        return NULL;
    const struct stanza *enc = enc_in(a, s);
    bool looks_inside = a->rules->stanza.takes_nested_enc && s->children;
    for (size_t i = 0; !enc && looks_inside && i < s->n_children; i++)
        enc = enc_in(a, &s->children[i]);
    return enc;
}

static bool has_one_enc(const struct app *a, const struct stanza *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_children; i++)
        n += is_enc(a, &s->children[i]);
    return n <= 1;
}

/* Decimal digits of a number that fits 63 bits. */
static bool is_time(const struct app *a, const char *text)
{
    const char *largest =
        app_lapses(a, APP_LAPSE_SHORT_TIME) ? "2147483647" : "9223372036854775807";
    size_t most = strlen(largest);
    if (!text || !*text || text[strspn(text, "0123456789")])
        return false;
    text += strspn(text, "0");
    size_t len = strlen(text);
    return len < most || (len == most && strcmp(text, largest) <= 0);
}

static bool is_self(const struct app *a, const char *self, const char *to)
{
    return strcmp(to, self) == 0 ||
           (app_lapses(a, APP_LAPSE_TO_OTHER_DEVICE) && app_is_of_user(self, to));
}

/* The error code for what is wrong with the stanza itself; NULL when nothing is. */
static const char *stanza_error(struct app *a, const struct stanza *s, struct arena *arena,
                                struct address *from)
{
    const char *id = stanza_get(s, "id"), *to = stanza_get(s, "to"), *jid = stanza_get(s, "from");
    const char *self = stanza_address(arena, a->name, a->device, a->profile.stanza_user_domain);
    bool has_id = id && *id && strlen(id) <= STANZA_ID_MAX;
    if ((!has_id && !a->rules->stanza.shows_without_id) || !is_time(a, stanza_get(s, "t")) ||
        !jid || !app_address(a, jid, arena, from))
        return "487";
    if (!a->rules->stanza.takes_others && !(self && to && is_self(a, self, to)))
        return "487";
    const struct stanza *enc = find_enc(a, s);
    if (!enc)
        return "488";
    const char *type = stanza_get(enc, "type"), *version = stanza_get(enc, "v");
    if (!has_one_enc(a, s))
        return "487";
    if (!is_text(version, "2") && !a->rules->stanza.takes_unknown_version)
        return "488";
    if (!is_text(type, "pkmsg") && !is_text(type, "msg") && !a->rules->stanza.takes_unknown_type)
        return "488";
    return NULL;
}

static enum status take_message(struct app *a, const struct stanza *s, struct arena *arena)
{
    struct address from = {0};
    const char *error = stanza_error(a, s, arena, &from);
    const char *id = stanza_get(s, "id");
    if (error)
        return refuse(a, s, error, REASON_STANZA, "not a message for us");
    if (id && app_outgoing(a, id) && app_lapses(a, APP_LAPSE_OWN_ID_IS_ECHO))
        return ack(a, s, "message", NULL);
    struct seen_message *m = app_seen(a, stanza_get(s, "from"), id ? id : "");
    if (!m)
        return E_NOMEM;
    if (m->is_shown && !a->rules->delivery.shows_repeats)
        return ack(a, s, "message", NULL);
    if (m->is_shown) {
        struct buffer repeated;
        buffer_init(&repeated, 64);
        enum status st = content_encode_text(bytes_of_text("(again)"), &repeated);
        show(a, s, from, buffer_bytes(&repeated));
        buffer_fini(&repeated);
        return st ? st : ack(a, s, "message", NULL);
    }
    return open_enc(a, s, find_enc(a, s), from, m, arena);
}

/* ---- other stanzas */

static void tell_about(struct app *a, const struct outgoing *message, unsigned kind)
{
    app_tell(a, &(struct app_event){
                    .kind = kind, .peer = {message->name, message->device}, .id = message->id});
}

/* Whoever a message is for may say what became of it, and nobody else. */
static bool is_from_addressee(const struct app *a, const struct stanza *s,
                              const struct outgoing *message, struct arena *arena)
{
    const char *from = stanza_get(s, "from");
    struct address sender;
    return from && app_address(a, from, arena, &sender) &&
           strcmp(sender.name, message->name) == 0 && sender.device == message->device;
}

static enum status take_receipt(struct app *a, const struct stanza *s, struct arena *arena)
{
    const char *id = stanza_get(s, "id"), *type = stanza_get(s, "type");
    struct outgoing *message = id ? app_outgoing(a, id) : NULL;
    enum status st = OK;
    bool is_of_stranger = message && !is_from_addressee(a, s, message, arena);
    if (is_of_stranger && app_lapses(a, APP_LAPSE_STRANGER_UNACKED))
        return OK;
    if (is_of_stranger && !is_text(type, "retry") && !a->rules->delivery.tells_anybodys_receipts)
        message = NULL;
    if (is_text(type, "retry"))
        st = app_answer_retry(a, s, arena);
    else if (message && !type)
        tell_about(a, message, EVENT_DELIVERED);
    else if (message && is_text(type, "read"))
        tell_about(a, message, EVENT_READ);
    if (!st && a->rules->delivery.answers_receipts)
        st = receipt(a, s, NULL);
    return st ? st : ack(a, s, "receipt", NULL);
}

/* Flaw: what was said before |message| was taken with it. */
static void take_earlier(struct app *a, const struct outgoing *message)
{
    for (struct outgoing *m = a->outgoing; m != message; m = m->next)
        if (!m->is_acked) {
            m->is_acked = true;
            tell_about(a, m, EVENT_SENT);
        }
}

static enum status take_ack(struct app *a, const struct stanza *s)
{
    const char *id = stanza_get(s, "id");
    struct outgoing *message = id ? app_outgoing(a, id) : NULL;
    if (!message || message->is_acked ||
        !(stanza_has(s, "class", "message") || app_lapses(a, APP_LAPSE_ACK_OF_ANY_CLASS)))
        return OK;
    message->is_acked = true;
    message->is_failed = stanza_get(s, "error") != NULL;
    if (!stanza_get(s, "error") && app_lapses(a, APP_LAPSE_ACK_COVERS_EARLIER))
        take_earlier(a, message);
    tell_about(a, message, stanza_get(s, "error") ? EVENT_FAILED : EVENT_SENT);
    return OK;
}

static enum status take_iq(struct app *a, const struct stanza *s, struct arena *arena)
{
    const char *type = stanza_get(s, "type");
    struct stanza_writer w;
    if (is_text(type, "result") || is_text(type, "error"))
        return app_iq_answer(a, s, arena);
    bool is_ping = is_text(type, "get") && strcmp(s->ns, a->profile.stanza_namespace_ping) == 0;
    if ((is_ping && a->rules->stanza.ignores_pings) || !stanza_get(s, "id") ||
        (is_text(type, "set") && app_lapses(a, APP_LAPSE_SET_UNANSWERED)))
        return OK;
    stanza_begin_own(&w, DOCUMENT_MAX);
    STANZA_OPEN(&w, "iq", {"id", stanza_get(s, "id")}, {"type", is_ping ? "result" : "error"},
                {"to", stanza_get(s, "from")});
    if (!is_ping)
        STANZA_OPEN(&w, "error", {"code", "501"});
    return app_push(a, &w);
}

static enum status take_notification(struct app *a, const struct stanza *s)
{
    const struct stanza *count = stanza_child(s, "count");
    const char *value = count ? stanza_get(count, "value") : NULL;
    if (a->rules->stanza.ignores_notifications)
        return OK;
    enum status st = ack(a, s, "notification", NULL);
    return !st && stanza_has(s, "type", "encrypt") && app_is_few(a, value) ? app_refill(a) : st;
}

static enum status take_stream_error(struct app *a, const struct stanza *s)
{
    const char *code = stanza_get(s, "code");
    const struct stanza *conflict = stanza_child(s, "conflict");
    const struct app_rules *r = a->rules;
    bool is_replaced = stanza_has(conflict, "type", "replaced");
    uint64_t after = 1;
    if (is_replaced)
        after = r->reconnect.returns_after_replaced ? 1 : UINT64_MAX;
    else if (is_text(code, "515"))
        after = r->reconnect.ignores_515 ? UINT64_MAX : 0;
    else if (is_text(code, "503"))
        after = r->reconnect.gives_up_on_503 ? UINT64_MAX : 1;
    else if (is_text(code, "401"))
        after = r->reconnect.returns_after_401 ? 1 : UINT64_MAX;
    a->past.is_after_515 = is_text(code, "515");
    app_closed_by_server(a, after, code ? code : "stream error");
    return OK;
}

static enum status take_failure(struct app *a, const struct stanza *s)
{
    bool is_temporary = stanza_has(s, "reason", "503");
    bool gives_up = is_temporary ? a->rules->reconnect.gives_up_on_503
                                 : !a->rules->reconnect.returns_after_failure;
    app_closed_by_server(a, gives_up ? UINT64_MAX : 1, "the gatekeeper says failure");
    return OK;
}

static bool is_kind(const struct app *a, const struct stanza *s, const char *name)
{
    return stanza_is(s, name) ||
           (a->rules->stanza.ignores_namespaces && strcmp(s->name, name) == 0);
}

enum status app_stanza(struct app *a, const struct stanza *s, struct arena *arena)
{
    if (is_kind(a, s, "success"))
        return app_take_success(a);
    if (is_kind(a, s, "failure"))
        return take_failure(a, s);
    if (is_kind(a, s, "stream:error"))
        return take_stream_error(a, s);
    if (a->state == APP_AUTHENTICATING)
        return OK; /* other stanzas before <success> are ignored */
    if (is_kind(a, s, "message"))
        return take_message(a, s, arena);
    if (is_kind(a, s, "receipt"))
        return take_receipt(a, s, arena);
    if (is_kind(a, s, "ack"))
        return take_ack(a, s);
    if (is_kind(a, s, "iq"))
        return take_iq(a, s, arena);
    if (is_kind(a, s, "notification"))
        return take_notification(a, s);
    if (is_kind(a, s, "ib"))
        return OK;
    if (a->rules->stanza.ends_on_unknown) {
        app_close(a, REASON_STANZA, "a stanza nobody knows");
        return OK;
    }
    return ack(a, s, "message", "489");
}
