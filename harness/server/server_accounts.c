/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts, and the messages that wait for them. */
#include "server/server_internal.h"

#include <stdlib.h>
#include <string.h>

static char *copy_text(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    if (copy)
        memcpy(copy, text, len);
    return copy;
}

static char *address_of(const struct server *s, const char *name, uint32_t device)
{
    struct arena arena;
    arena_init(&arena, 4096);
    const char *text = stanza_address(&arena, name, device, s->options.profile->stanza_user_domain);
    char *copy = text ? copy_text(text) : NULL;
    arena_fini(&arena);
    return copy;
}

struct account *server_account_of(const struct server *s, uint64_t id)
{
    for (size_t i = 0; i < s->n_accounts; i++)
        if (s->accounts[i]->id == id)
            return s->accounts[i];
    return NULL;
}

struct account *server_account_at(const struct server *s, const char *address)
{
    for (size_t i = 0; address && i < s->n_accounts; i++)
        if (strcmp(s->accounts[i]->address, address) == 0)
            return s->accounts[i];
    return NULL;
}

static void outgoing_free(struct server_outgoing *message)
{
    free(message->id);
    buffer_fini(&message->document);
    free(message);
}

void server_account_free(struct account *a)
{
    if (!a)
        return;
    while (a->outgoing) {
        struct server_outgoing *next = a->outgoing->next;
        outgoing_free(a->outgoing);
        a->outgoing = next;
    }
    buffer_fini(&a->bundle);
    free(a->one_time);
    free(a->kem);
    free(a->name);
    free(a->address);
    free(a);
}

static enum status append_account(struct server *s, struct account *a)
{
    struct account **more = realloc(s->accounts, (s->n_accounts + 1) * sizeof(struct account *));
    if (!more)
        return E_NOMEM;
    s->accounts = more;
    s->accounts[s->n_accounts++] = a;
    return OK;
}

enum status server_account_add(struct server *s, const struct server_account *account)
{
    struct account *a = calloc(1, sizeof(*a));
    enum status st = E_NOMEM;
    if (!a)
        return st;
    a->id = account->id;
    a->device = account->device;
    a->name = copy_text(account->name);
    a->address = address_of(s, account->name, account->device);
    buffer_init(&a->bundle, 65536);
    if (a->name && a->address)
        st = s->n_accounts == SERVER_ACCOUNTS_MAX || account->id == 0 ||
                     server_account_of(s, account->id) || server_account_at(s, a->address)
                 ? E_LIMIT
                 : append_account(s, a);
    if (st)
        server_account_free(a);
    return st;
}

struct server_connection *server_account_connection(struct server *s, uint64_t account)
{
    const struct account *a = server_account_of(s, account);
    return a ? a->connection : NULL;
}

/* ---- messages that wait */

enum status server_deliver(struct server *s, uint64_t to, const char *id, struct bytes document)
{
    struct account *a = server_account_of(s, to);
    if (!a)
        return E_MISSING;
    if (s->options.rules.loses_waiting && !a->connection)
        return OK;
    if (server_waiting(s, to) >= SERVER_QUEUE_MAX ||
        document.len + NOISE_TAG_LEN > s->options.profile->noise_max_message)
        return E_LIMIT; /* it could never be sent, and would block those behind it */
    struct server_outgoing *message = calloc(1, sizeof(*message));
    if (!message || !(message->id = copy_text(id))) {
        free(message);
        return E_NOMEM;
    }
    buffer_init(&message->document, document.len);
    enum status st = buffer_append(&message->document, document);
    if (st) {
        outgoing_free(message);
        return st;
    }
    struct server_outgoing **end = &a->outgoing;
    while (*end && !s->options.rules.drains_backwards)
        end = &(*end)->next;
    message->next = *end;
    *end = message;
    return a->connection ? server_send_waiting(a) : OK;
}

enum status server_send_waiting(struct account *a)
{
    for (struct server_outgoing *message = a->outgoing; message && a->connection;
         message = message->next) {
        if (message->is_sent)
            continue;
        if (a->connection->out.len >= SERVER_BACKLOG_MAX)
            return OK;
        enum status st =
            server_connection_push(a->connection, buffer_bytes(&message->document), NULL);
        if (!st && a->connection->server->options.rules.sends_twice)
            st = server_connection_push(a->connection, buffer_bytes(&message->document), NULL);
        if (st)
            return st == E_CLOSED ? OK : st; /* about to end: it waits for the next connection */
        message->is_sent = true;
    }
    return OK;
}

/* The class of an ack is the name of the root element of what it acknowledges. */
static bool is_of_class(const struct server_outgoing *message, const char *class)
{
    static const char *const others[] = {"receipt", "notification"};
    struct bytes document = buffer_bytes(&message->document);
    const char *its = "message";
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        size_t len = strlen(others[i]);
        if (document.len > len && memcmp(document.data + 1, others[i], len) == 0)
            its = others[i];
    }
    return class && strcmp(class, its) == 0;
}

void server_take_ack(struct account *a, const char *id, const char *class)
{
    for (struct server_outgoing **at = &a->outgoing; *at; at = &(*at)->next)
        if ((*at)->is_sent && strcmp((*at)->id, id) == 0 && is_of_class(*at, class)) {
            struct server_outgoing *gone = *at;
            if (a->connection && a->connection->server->options.rules.repeats_late) {
                gone->is_acked = true;
                return;
            }
            *at = gone->next;
            outgoing_free(gone);
            return;
        }
}

static bool is_due(struct server_outgoing *message, uint64_t now_ms)
{
    if (message->is_acked && !message->repeat_at_ms)
        message->repeat_at_ms = now_ms + SERVER_LATE_MS;
    return message->is_acked && now_ms >= message->repeat_at_ms;
}

void server_repeat_late(struct server *s, uint64_t now_ms)
{
    for (size_t i = 0; i < s->n_accounts; i++) {
        struct account *a = s->accounts[i];
        struct server_outgoing **at = &a->outgoing;
        while (*at) {
            struct server_outgoing *message = *at;
            if (!is_due(message, now_ms)) {
                at = &message->next;
                continue;
            }
            if (a->connection &&
                server_connection_push(a->connection, buffer_bytes(&message->document), NULL))
                server_connection_hang_up(a->connection, SERVER_CLOSES);
            *at = message->next;
            outgoing_free(message);
        }
    }
}

size_t server_waiting(const struct server *s, uint64_t account)
{
    const struct account *a = server_account_of(s, account);
    size_t n = 0;
    for (const struct server_outgoing *message = a ? a->outgoing : NULL; message;
         message = message->next)
        n++;
    return n;
}

/* ---- writing a message */

enum status server_message_write(struct server *s, const struct server_message *m,
                                 struct buffer *out)
{
    const struct account *from = server_account_of(s, m->from), *to = server_account_of(s, m->to);
    struct stanza_writer w;
    if (!from || !to)
        return E_MISSING;
    stanza_begin(&w, out);
    STANZA_OPEN(&w, "message", {"id", m->id}, {"from", from->address}, {"to", to->address});
    stanza_attribute_number(&w, "t", server_now(s));
    stanza_attribute(&w, "type", m->type);
    stanza_attribute(&w, "offline", m->was_queued ? "1" : NULL);
    STANZA_OPEN(&w, "enc", {"v", "2"}, {"type", m->enc_type}, {"mediatype", m->mediatype});
    if (m->count)
        stanza_attribute_number(&w, "count", m->count);
    stanza_base64(&w, m->body);
    return stanza_end(&w);
}
