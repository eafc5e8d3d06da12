/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client_surface.h"

#include "flawed_state.h"
#include "app/app.h"
#include "wire/content.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_MAX 65536

struct client {
    struct flawed_state *state;
    struct app *app;
    struct event_log *log; /* kept */
    int fd;
    bool is_dialling;
    struct sockaddr_in where;
};

/* ---- events */

static void happened(void *context, const struct app_event *e)
{
    struct client *c = context;
    const struct logged_event told = {.kind = (Assay__Target__V1__EventKind)e->kind,
                                      .reason = (Assay__Target__V1__Reason)e->reason,
                                      .peer = e->peer.name,
                                      .device = e->peer.device,
                                      .id = e->id,
                                      .content = e->content.data,
                                      .content_len = e->content.len,
                                      .by_self = e->by_self,
                                      .detail = e->detail};
    event_log_add(c->log, &told);
}

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

/* ---- made and freed */

static struct app_options options_of(struct flawed_state *s, struct served_address self)
{
    return (struct app_options){.self = {self.name, self.device},
                                .random = &s->random,
                                .rules = &s->configuration->rules,
                                .wire = &s->configuration->wire,
                                .token_key = flawed_token_key(s),
                                .unix_now = unix_now};
}

static struct client *new_client(struct flawed_state *s, struct event_log *log)
{
    struct client *c = calloc(1, sizeof(*c));
    if (!c)
        return NULL;
    c->state = s;
    c->log = log;
    c->fd = -1;
    return c;
}

/* The provider publishes over HTTPS the keys that its clients' tokens are signed with. */
static enum status publish_keys(struct flawed_state *s)
{
    struct buffer text;
    if (s->configuration->wire.token.set_is_not_served)
        return OK;
    buffer_init(&text, KEY_SET_MAX);
    enum status st = flawed_key_set(s, &text);
    if (!st)
        st = buffer_append_byte(&text, 0);
    if (!st && !provider_service_publish(s->provider, (const char *)text.data))
        st = E_NOMEM;
    buffer_fini(&text);
    return st;
}

static int make(void *state, struct served_address self, struct event_log *log, void **out_client)
{
    struct flawed_state *s = state;
    struct client *c = new_client(s, log);
    const struct app_options options = options_of(s, self);
    enum status st = c ? publish_keys(s) : E_NOMEM;
    if (!st)
        st = app_new(&options, (struct app_observer){happened, c}, &c->app);
    *out_client = st ? NULL : c;
    if (st)
        free(c);
    return flawed_code(st, REFUSAL_NONE);
}

static bool is_saved(const uint8_t *saved, size_t len)
{
    return app_is_saved(bytes_of(saved, len));
}

static int restore(void *state, const uint8_t *saved, size_t len, struct event_log *log,
                   void **out_client)
{
    struct flawed_state *s = state;
    struct client *c = new_client(s, log);
    const struct app_options options = options_of(s, (struct served_address){"", 0});
    enum status st = c ? publish_keys(s) : E_NOMEM;
    if (!st)
        st = app_load(bytes_of(saved, len), &options, (struct app_observer){happened, c}, &c->app);
    *out_client = st ? NULL : c;
    if (st)
        free(c);
    return flawed_code(st, REFUSAL_MALFORMED);
}

static void close_socket(struct client *c)
{
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    c->is_dialling = false;
}

static void free_client(void *client)
{
    struct client *c = client;
    close_socket(c);
    app_free(c->app);
    free(c);
}

/* ---- orders */

/* Unknown names of constants are ignored. */
static void take_profile(const Assay__Target__V1__Connect *how, struct wire_profile *out)
{
    profile_defaults(out);
    for (size_t i = 0; i < how->n_constants; i++)
        if (profile_set(out, how->constants[i]->name, how->constants[i]->value))
            continue;
}

static int order_connect(void *client, const Assay__Target__V1__Connect *how, uint64_t now_ms)
{
    struct client *c = client;
    struct wire_profile profile;
    struct app_connect order = {.profile = &profile,
                                .account_id = how->account_id,
                                .user = how->user,
                                .issuer = how->issuer,
                                .audience = how->audience};
    memset(&c->where, 0, sizeof(c->where));
    c->where.sin_family = AF_INET;
    c->where.sin_port = htons((uint16_t)how->port);
    if (how->root_key.len != 32 || inet_pton(AF_INET, how->host, &c->where.sin_addr) != 1)
        return flawed_code(E_PARSE, REFUSAL_MALFORMED);
    memcpy(order.root_key, how->root_key.data, 32);
    take_profile(how, &profile);
    close_socket(c);
    enum status st = app_connect(c->app, &order, now_ms);
    app_ended(c->app, now_ms);
    return flawed_code(st, REFUSAL_NONE);
}

static int order_disconnect(void *client)
{
    struct client *c = client;
    if (c->is_dialling) /* of which the app has not heard yet */
        close_socket(c);
    app_disconnect(c->app);
    return 0;
}

static struct address address_of(struct served_address a)
{
    return (struct address){a.name, a.device};
}

static int send_content(void *client, struct served_address peer, const uint8_t *content,
                        size_t len)
{
    struct client *c = client;
    return flawed_code(app_send(c->app, address_of(peer), bytes_of(content, len)),
                       REFUSAL_MALFORMED);
}

static int send_text(void *client, struct served_address peer, const char *text)
{
    struct buffer content;
    buffer_init(&content, (size_t)2 * 1024 * 1024);
    enum status st = content_encode_text(bytes_of_text(text), &content);
    int code =
        st ? flawed_code(st, REFUSAL_NONE) : send_content(client, peer, content.data, content.len);
    buffer_fini(&content);
    return code;
}

static int prepare(void *client, struct served_address peer)
{
    struct client *c = client;
    return flawed_code(app_prepare(c->app, address_of(peer)), REFUSAL_NONE);
}

static int rotate(void *client)
{
    struct client *c = client;
    return flawed_code(app_rotate(c->app), REFUSAL_NONE);
}

static int mark_read(void *client, struct served_address peer)
{
    struct client *c = client;
    return flawed_code(app_mark_read(c->app, address_of(peer)), REFUSAL_NONE);
}

static int key_set(void *state, struct served_bytes *out)
{
    struct flawed_state *s = state;
    struct buffer text;
    buffer_init(&text, KEY_SET_MAX);
    enum status st = flawed_key_set(s, &text);
    if (!st)
        st = buffer_append_byte(&text, 0);
    return flawed_code(flawed_give(st, &text, out), REFUSAL_NONE);
}

/* ---- its party */

static struct party *party_of(void *client) { return app_party(((struct client *)client)->app); }

static int save(void *client, struct served_bytes *out)
{
    struct buffer state;
    buffer_init(&state, (size_t)64 * 1024 * 1024);
    enum status st = app_save(((struct client *)client)->app, &state);
    return flawed_code(flawed_give(st, &state, out), REFUSAL_NONE);
}

static int fingerprint(void *client, struct served_address peer, const char *own_id,
                       const char *peer_id, char out_text[SERVE_DIGITS],
                       struct served_bytes *out_scannable)
{
    enum refusal why = REFUSAL_NONE;
    (void)out_scannable;
    enum status st = party_fingerprint(party_of(client), address_of(peer), bytes_of_text(own_id),
                                       bytes_of_text(peer_id), out_text, &why);
    return flawed_code(st, why);
}

static int forget(void *client, struct served_address peer)
{
    party_forget(party_of(client), address_of(peer));
    return 0;
}

static int accept_identity(void *client, struct served_address peer, const uint8_t *key, size_t len)
{
    return flawed_code(
        party_accept_identity(party_of(client), address_of(peer), bytes_of(key, len)),
        REFUSAL_INVALID_KEY);
}

/* ---- the socket */

static void dial(struct client *c, uint64_t now_ms)
{
    int yes = 1;
    close_socket(c);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) {
        app_dialled(c->app, false, now_ms);
        return;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    int result = connect(c->fd, (const struct sockaddr *)&c->where, sizeof(c->where));
    if (result == 0)
        app_dialled(c->app, true, now_ms);
    else if (errno == EINPROGRESS)
        c->is_dialling = true;
    else {
        close_socket(c);
        app_dialled(c->app, false, now_ms);
    }
}

static void finish_dialling(struct client *c, uint64_t now_ms)
{
    int error = 0;
    socklen_t len = sizeof(error);
    bool is_connected = getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error == 0;
    c->is_dialling = false;
    if (!is_connected)
        close_socket(c);
    app_dialled(c->app, is_connected, now_ms);
}

static void ended(struct client *c, uint64_t now_ms)
{
    close_socket(c);
    app_ended(c->app, now_ms);
}

static void read_socket(struct client *c, uint64_t now_ms)
{
    uint8_t bytes[READ_MAX];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || app_receive(c->app, bytes_of(bytes, (size_t)n), now_ms))
        ended(c, now_ms);
}

static void write_socket(struct client *c, uint64_t now_ms)
{
    struct buffer *out = app_output(c->app);
    while (c->fd >= 0 && !c->is_dialling && out->len) {
        ssize_t n = send(c->fd, out->data, out->len, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            ended(c, now_ms);
            return;
        }
        app_written(c->app, (size_t)n);
    }
    if (c->fd >= 0 && app_wants_end(c->app))
        ended(c, now_ms);
}

static int poll_fd(void *client, short *events, int64_t *out_timeout_ms, uint64_t now_ms)
{
    struct client *c = client;
    if (app_wants_end(c->app) && c->fd < 0)
        app_ended(c->app, now_ms);
    uint64_t due = app_due_ms(c->app);
    if (c->fd >= 0)
        write_socket(c, now_ms);
    *events = c->is_dialling ? POLLOUT : POLLIN;
    if (!c->is_dialling && app_output(c->app)->len)
        *events |= POLLOUT;
    *out_timeout_ms = due == UINT64_MAX ? -1 : due > now_ms ? (int64_t)(due - now_ms) : 0;
    return c->fd;
}

static void ready(void *client, short revents, uint64_t now_ms)
{
    struct client *c = client;
    if (c->is_dialling && revents)
        finish_dialling(c, now_ms);
    else if (c->fd >= 0 && revents & (POLLIN | POLLHUP | POLLERR))
        read_socket(c, now_ms);
    app_tick(c->app, now_ms);
    if (c->fd >= 0)
        write_socket(c, now_ms);
    if (c->fd < 0 && app_wants_dial(c->app, now_ms))
        dial(c, now_ms);
}

#define CAPABILITIES                                                                               \
    "client/seed", "client/snapshot", "client/forget-session", "client/accept-identity",           \
        "client/fingerprint", "client/rotate-signed-prekey", "client/read-receipts"
static const char *const capabilities[] = {CAPABILITIES, NULL};
static const char *const capabilities_v4[] = {CAPABILITIES, "client/spends-kem-prekeys", NULL};
static const char *const layers[] = {"content", "stanza", "channel", NULL};

/* The app's party is of the version whose rules the configuration has. */
#define OPERATIONS                                                                                 \
    .layers = layers, .client_new = make, .is_saved = is_saved, .restore = restore,                \
    .client_free = free_client, .connect = order_connect, .disconnect = order_disconnect,          \
    .send_text = send_text, .send_content = send_content, .prepare = prepare, .rotate = rotate,    \
    .mark_read = mark_read, .key_set = key_set, .save = save, .fingerprint = fingerprint,          \
    .forget = forget, .accept = accept_identity, .poll_fd = poll_fd, .ready = ready

const struct client_implementation flawed_client_surface = {.capabilities = capabilities,
                                                            OPERATIONS};
const struct client_implementation flawed_client_surface_v4 = {.capabilities = capabilities_v4,
                                                               OPERATIONS};
