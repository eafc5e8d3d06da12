/* Accounts, and the stanzas that wait for them. */
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

static char *address_of(const struct server *g, const char *name, uint32_t device)
{
    struct arena arena;
    arena_init(&arena, 4096);
    const char *text = stanza_address(&arena, name, device, g->options.profile->stanza_user_domain);
    char *copy = text ? copy_text(text) : NULL;
    arena_fini(&arena);
    return copy;
}

struct account *server_account_of(const struct server *g, uint64_t id)
{
    for (size_t i = 0; i < g->n_accounts; i++)
        if (g->accounts[i]->id == id)
            return g->accounts[i];
    return NULL;
}

struct account *server_account_at(const struct server *g, const char *address)
{
    for (size_t i = 0; address && i < g->n_accounts; i++)
        if (strcmp(g->accounts[i]->address, address) == 0)
            return g->accounts[i];
    return NULL;
}

static void letter_free(struct server_outgoing *l)
{
    free(l->id);
    buffer_fini(&l->document);
    free(l);
}

void server_account_free(struct account *a)
{
    if (!a)
        return;
    while (a->outgoing) {
        struct server_outgoing *next = a->outgoing->next;
        letter_free(a->outgoing);
        a->outgoing = next;
    }
    buffer_fini(&a->bundle);
    free(a->one_time);
    free(a->name);
    free(a->address);
    free(a);
}

static enum status append_account(struct server *g, struct account *a)
{
    struct account **more = realloc(g->accounts, (g->n_accounts + 1) * sizeof(struct account *));
    if (!more)
        return E_NOMEM;
    g->accounts = more;
    g->accounts[g->n_accounts++] = a;
    return OK;
}

enum status server_account_add(struct server *g, const struct server_account *account)
{
    struct account *a = calloc(1, sizeof(*a));
    enum status st = E_NOMEM;
    if (!a)
        return st;
    a->id = account->id;
    a->device = account->device;
    a->name = copy_text(account->name);
    a->address = address_of(g, account->name, account->device);
    buffer_init(&a->bundle, 65536);
    if (a->name && a->address)
        st = g->n_accounts == SERVER_ACCOUNTS_MAX || account->id == 0 ||
                     server_account_of(g, account->id) || server_account_at(g, a->address)
                 ? E_LIMIT
                 : append_account(g, a);
    if (st)
        server_account_free(a);
    return st;
}

struct server_connection *server_account_connection(struct server *g, uint64_t account)
{
    const struct account *a = server_account_of(g, account);
    return a ? a->connection : NULL;
}

/* ---- letters */

enum status server_deliver(struct server *g, uint64_t to, const char *id, struct bytes document)
{
    struct account *a = server_account_of(g, to);
    if (!a)
        return E_MISSING;
    if (server_waiting(g, to) >= SERVER_QUEUE_MAX ||
        document.len + NOISE_TAG_LEN > g->options.profile->noise_max_message)
        return E_LIMIT; /* before it is kept: it would stand in everybody's way */
    struct server_outgoing *l = calloc(1, sizeof(*l));
    if (!l || !(l->id = copy_text(id))) {
        free(l);
        return E_NOMEM;
    }
    buffer_init(&l->document, document.len);
    enum status st = buffer_append(&l->document, document);
    if (st) {
        letter_free(l);
        return st;
    }
    struct server_outgoing **end = &a->outgoing;
    while (*end)
        end = &(*end)->next;
    *end = l;
    return a->connection ? server_outgoing_send_all(a) : OK;
}

/* As many as a line's output may hold; the rest follows as that is written. */
enum status server_outgoing_send_all(struct account *a)
{
    for (struct server_outgoing *l = a->outgoing; l && a->connection; l = l->next) {
        if (l->is_sent)
            continue;
        if (a->connection->out.len >= SERVER_BACKLOG_MAX)
            return OK;
        enum status st = server_connection_push(a->connection, buffer_bytes(&l->document), NULL);
        if (st)
            return st == E_CLOSED ? OK : st; /* the line is about to end: it waits for the next */
        l->is_sent = true;
    }
    return OK;
}

/* The root of a letter is the class its ack names. */
static bool is_of_class(const struct server_outgoing *l, const char *class)
{
    static const char *const others[] = {"receipt", "notification"};
    struct bytes document = buffer_bytes(&l->document);
    const char *its = "message";
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        size_t len = strlen(others[i]);
        if (document.len > len && memcmp(document.data + 1, others[i], len) == 0)
            its = others[i];
    }
    return class && strcmp(class, its) == 0;
}

void server_outgoing_acked(struct account *a, const char *id, const char *class)
{
    for (struct server_outgoing **at = &a->outgoing; *at; at = &(*at)->next)
        if ((*at)->is_sent && strcmp((*at)->id, id) == 0 && is_of_class(*at, class)) {
            struct server_outgoing *gone = *at;
            *at = gone->next;
            letter_free(gone);
            return;
        }
}

size_t server_waiting(const struct server *g, uint64_t account)
{
    const struct account *a = server_account_of(g, account);
    size_t n = 0;
    for (const struct server_outgoing *l = a ? a->outgoing : NULL; l; l = l->next)
        n++;
    return n;
}

/* ---- writing a message */

enum status server_message_write(struct server *g, const struct server_message *m,
                                 struct buffer *out)
{
    const struct account *from = server_account_of(g, m->from), *to = server_account_of(g, m->to);
    struct stanza_writer w;
    if (!from || !to)
        return E_MISSING;
    stanza_begin(&w, out);
    stanza_open(&w, "message");
    stanza_attribute(&w, "id", m->id);
    stanza_attribute(&w, "from", from->address);
    stanza_attribute(&w, "to", to->address);
    stanza_attribute_number(&w, "t", server_now(g));
    stanza_attribute(&w, "type", m->type);
    stanza_attribute(&w, "offline", m->was_queued ? "1" : NULL);
    stanza_open(&w, "enc");
    stanza_attribute(&w, "v", "2");
    stanza_attribute(&w, "type", m->enc_type);
    stanza_attribute(&w, "mediatype", m->mediatype);
    if (m->count)
        stanza_attribute_number(&w, "count", m->count);
    stanza_base64(&w, m->body);
    return stanza_end(&w);
}
