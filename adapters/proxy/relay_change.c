/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay_change.h"

#include <stdio.h>
#include <string.h>

#define NOWHERE SIZE_MAX

void relay_memory_init(struct relay_memory *m)
{
    m->n_messages = 0;
    buffer_init(&m->held, RELAY_DOCUMENT_MAX);
}

void relay_memory_fini(struct relay_memory *m) { buffer_fini(&m->held); }

static void changed_init(struct relay_changed *c)
{
    c->n = 0;
    for (size_t i = 0; i < RELAY_CHANGED_MAX; i++)
        buffer_init(&c->documents[i], RELAY_DOCUMENT_MAX);
    buffer_init(&c->answer, RELAY_DOCUMENT_MAX);
}

void relay_changed_fini(struct relay_changed *c)
{
    for (size_t i = 0; i < RELAY_CHANGED_MAX; i++)
        buffer_fini(&c->documents[i]);
    buffer_fini(&c->answer);
}

static enum status put(struct relay_changed *c, struct bytes document)
{
    return buffer_append(&c->documents[c->n++], document);
}

/* ---- finding */

/* Where |text| is in |in| from |from| on. */
static size_t find(struct bytes in, size_t from, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = from; at + len <= in.len; at++)
        if (memcmp(in.data + at, text, len) == 0)
            return at;
    return NOWHERE;
}

static bool is_a(struct bytes document, const char *name)
{
    size_t len = strlen(name);
    return document.len > len + 1 && document.data[0] == '<' &&
           memcmp(document.data + 1, name, len) == 0 && document.data[len + 1] == ' ';
}

/* The value of an attribute of the root, as it is written: |begin| is like ` id="`. */
static struct bytes value_of(struct bytes document, const char *begin)
{
    size_t end_of_tag = find(document, 0, ">"), at = find(document, 0, begin);
    if (at == NOWHERE || at > end_of_tag)
        return bytes_of(NULL, 0);
    at += strlen(begin);
    size_t end = find(document, at, "\"");
    return end == NOWHERE ? bytes_of(NULL, 0) : bytes_slice(document, at, end - at);
}

/* ---- changing */

/* |len| bytes from |at| on become |by|. */
static enum status replace(struct bytes document, size_t at, size_t len, const char *by,
                           struct buffer *out)
{
    buffer_append(out, bytes_slice(document, 0, at));
    buffer_append_text(out, by);
    return buffer_append(out, bytes_slice(document, at + len, document.len));
}

static enum status replace_value(struct bytes document, const char *begin, const char *by,
                                 struct buffer *out)
{
    struct bytes value = value_of(document, begin);
    return value.data ? replace(document, (size_t)(value.data - document.data), value.len, by, out)
                      : buffer_append(out, document);
}

/* The root gets one attribute more. */
static enum status mark(struct bytes document, const char *by, struct buffer *out)
{
    size_t at = find(document, 0, " ");
    buffer_append(out, bytes_slice(document, 0, at));
    buffer_append_text(out, " via=\"");
    buffer_append_text(out, by);
    buffer_append_text(out, "\"");
    return buffer_append(out, bytes_slice(document, at, document.len));
}

/* The last three bytes of a body, or fewer, are its last four characters. */
static enum status cut_body(struct bytes document, struct buffer *out)
{
    size_t end = find(document, 0, "</enc>");
    return end == NOWHERE || end < 4 ? buffer_append(out, document)
                                     : replace(document, end - 4, 4, "", out);
}

/* The first character of the one-time prekey's value, which is base64, is another one. */
static enum status exchange_key(struct bytes document, struct buffer *out)
{
    static const char value[] = "<value>";
    size_t key = find(document, 0, "<key>"), at = NOWHERE;
    if (key != NOWHERE && find(document, 0, "<user") != NOWHERE)
        at = find(document, key, value);
    if (at == NOWHERE)
        return buffer_append(out, document);
    at += sizeof(value) - 1;
    return replace(document, at, 1, document.data[at] == 'A' ? "B" : "A", out);
}

static enum status acknowledge(struct bytes message, struct buffer *out)
{
    buffer_append_text(out, "<ack class=\"message\" id=\"");
    buffer_append(out, value_of(message, " id=\""));
    buffer_append_text(out, "\" from=\"");
    buffer_append(out, value_of(message, " to=\""));
    return buffer_append_text(out, "\" t=\"1\"/>");
}

/* ---- towards the gatekeeper */

static enum status change_message(const struct relay_rules *rules, struct relay_memory *m,
                                  const char *user, struct bytes message, struct relay_changed *out)
{
    char id[32];
    m->n_messages++;
    if (rules->loses_messages && m->n_messages % 2 == 0)
        return OK;
    if (rules->answers_itself && acknowledge(message, &out->answer))
        return E_NOMEM;
    if (rules->swaps_messages && m->held.len == 0)
        return buffer_append(&m->held, message);
    if (rules->repeats_messages && put(out, message))
        return E_NOMEM;
    struct buffer *to = &out->documents[out->n++];
    if (rules->cuts_bodies)
        return cut_body(message, to);
    if (rules->marks_messages)
        return mark(message, user, to);
    snprintf(id, sizeof(id), "proxied-%u", m->n_messages);
    return rules->rewrites_ids ? replace_value(message, " id=\"", id, to)
                               : buffer_append(to, message);
}

enum status relay_change_up(const struct relay_rules *rules, struct relay_memory *m,
                            const char *user, struct bytes document, struct relay_changed *out)
{
    changed_init(out);
    if ((rules->loses_acks && is_a(document, "ack")) ||
        (rules->loses_receipts && is_a(document, "receipt")))
        return OK;
    bool has_held = m->held.len > 0;
    enum status st = is_a(document, "message") ? change_message(rules, m, user, document, out)
                                               : put(out, document);
    if (!st && has_held) {
        st = put(out, buffer_bytes(&m->held));
        buffer_clear(&m->held);
    }
    return st;
}

/* ---- towards the clients */

enum status relay_change_down(const struct relay_rules *rules, const char *user,
                              struct bytes document, struct relay_changed *out)
{
    changed_init(out);
    bool is_message = is_a(document, "message");
    if (rules->loses_answers && is_a(document, "receipt"))
        return OK;
    struct buffer *to = &out->documents[out->n++];
    if (rules->rewrites_from && is_message)
        return replace_value(document, " from=\"", "mallory:1@elsewhere.example", to);
    if (rules->exchanges_keys && is_a(document, "iq"))
        return exchange_key(document, to);
    if (rules->marks_answers && is_message)
        return mark(document, user, to);
    return buffer_append(to, document);
}
