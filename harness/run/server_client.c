/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients of the server surface: what they see, their connections, and the bytes of all. */
#include "run/server_context.h"

#include "driver/dial.h"
#include "driver/driver_client.h"
#include "run/proxy_context.h"
#include "wire/content.h"
#include "wire/frame.h"
#include "wire/handshake.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_MAX 65536u
#define KEY_LEN 32u
#define STATIC_ON_WIRE_LEN 48u
#define ROUND_MS 50u /* an app's own times are looked at so often */

/* ---- what a client tells and sees */

static const char *copy(const struct server_client *l, const char *text)
{
    const char *made = arena_text(l->context->context->arena, text);
    return made ? made : "";
}

static const char *copy_or_none(const struct server_client *l, const char *text)
{
    return text ? copy(l, text) : NULL;
}

static void keep_shown(struct server_client *l, struct bytes content)
{
    struct content decoded;
    if (l->n_shown == SERVER_CONTEXT_TEXTS_MAX || content_decode(content, &decoded))
        return;
    l->shown[l->n_shown++] = arena_copy(l->context->context->arena, content);
}

/* The server said no: an error in the ack, which has no reason of the app's, or no keys. That it
 * said nothing, or keys that are none, is another matter. */
static bool is_refusal(const struct app_event *e)
{
    return e->reason == 0 || e->reason == TARGET_REASON_SERVER;
}

static void happened(void *context, const struct app_event *e)
{
    struct server_client *l = context;
    switch (e->kind) {
    case TARGET_EVENT_CONNECTED:
        l->is_ready = true;
        break;
    case TARGET_EVENT_CLOSED: /* what the server says of the end is not yet its end */
        l->ended_by_itself = e->by_self;
        l->is_over |= e->by_self;
        l->said = copy(l, e->detail);
        break;
    case TARGET_EVENT_SENT:
        l->n_acked++;
        break;
    case TARGET_EVENT_FAILED:
        l->n_refused += is_refusal(e);
        l->n_given_up += !is_refusal(e);
        break;
    case TARGET_EVENT_SHOWN:
        keep_shown(l, e->content);
        break;
    default:
        break;
    }
}

static const char *type_of(struct server_client *l, const struct stanza *message)
{
    const struct stanza *enc = stanza_child(message, "enc");
    const char *type = stanza_get(message, "type"),
               *medium = enc ? stanza_get(enc, "mediatype") : NULL;
    const char *both = arena_printf(l->context->context->arena, "%.32s%s%.32s", type ? type : "",
                                    medium ? " " : "", medium ? medium : "");
    return both ? both : "";
}

static void keep_message(struct server_client *l, const struct stanza *message)
{
    const char *from = stanza_get(message, "from"), *id = stanza_get(message, "id");
    const char *name =
        arena_printf(l->context->context->arena, "%s %s", from ? from : "", id ? id : "");
    l->last_sender = copy(l, from ? from : "");
    if (!name || l->n_messages == SERVER_CONTEXT_TEXTS_MAX)
        return;
    for (size_t i = 0; i < l->n_messages; i++)
        if (strcmp(l->messages[i], name) == 0) {
            l->n_again++;
            return;
        }
    l->types[l->n_messages] = type_of(l, message);
    l->messages[l->n_messages++] = name;
}

static void keep_user(struct server_client *l, const struct stanza *user)
{
    const struct stanza *error = stanza_child(user, "error"), *key = stanza_child(user, "key");
    const struct stanza *id = key ? stanza_child(key, "id") : NULL;
    l->answer.is_not_found = error && stanza_has(error, "code", "404");
    l->answer.user = copy_or_none(l, stanza_get(user, "jid"));
    l->answer.has_keys =
        !error && stanza_child(user, "identity") && stanza_child(user, "skey") && (!key || id);
    l->answer.key = copy_or_none(l, id ? id->text : NULL);
}

static void keep_answer(struct server_client *l, const struct stanza *s)
{
    const struct stanza *list = stanza_child(s, "list");
    const struct stanza *user = list ? stanza_child(list, "user") : NULL;
    l->answer = (struct server_answer){
        .came = true,
        .is_error = stanza_get(s, "error") || stanza_has(s, "type", "error"),
    };
    if (user)
        keep_user(l, user);
}

static void saw(void *context, const struct stanza *s)
{
    struct server_client *l = context;
    const char *id = stanza_get(s, "id");
    if (l->context->proxy)
        proxy_context_saw(l->context->proxy, l->account, s);
    if (stanza_is(s, "success"))
        l->is_let_in = true;
    if (stanza_is(s, "message"))
        keep_message(l, s);
    else if (id && l->awaited && strcmp(id, l->awaited) == 0)
        keep_answer(l, s);
}

static void said(void *context, struct bytes document)
{
    const struct server_client *l = context;
    if (l->context->proxy)
        proxy_context_said(l->context->proxy, l->account, document);
}

/* ---- a connection */

static uint64_t unix_now(void *context)
{
    (void)context;
    return (uint64_t)time(NULL);
}

static void ended(struct server_client *l, uint64_t now_ms)
{
    if (l->fd >= 0)
        close(l->fd);
    l->fd = -1;
    l->is_over = true;
    app_ended(l->app, now_ms);
}

static enum status make_app(struct server_client *l)
{
    const struct app_options options = {.self = {l->name, 1},
                                        .random = &l->random,
                                        .wire = &l->rules,
                                        .token_key = l->context->key,
                                        .unix_now = unix_now,
                                        .saw = saw,
                                        .said = said,
                                        .saw_context = l};
    return l->app ? OK : app_new(&options, (struct app_observer){happened, l}, &l->app);
}

static enum status order_connect(struct server_client *l, uint64_t account, uint64_t now_ms)
{
    struct app_connect order = {.profile = &l->context->profile,
                                .account_id = account,
                                .user = l->user,
                                .issuer = SERVER_CONTEXT_ISSUER,
                                .audience = l->context->profile.stanza_server};
    memcpy(order.root_key, l->context->root, sizeof(order.root_key));
    return app_connect(l->app, &order, now_ms);
}

static enum status dial(const struct server_context *c, int *out_fd, struct buffer *detail)
{
    return dial_tcp(c->host, c->port, c->clock, clock_now_ms(c->clock) + c->timeout_ms, out_fd,
                    detail);
}

static enum status reach(struct server_client *l)
{
    struct buffer detail;
    buffer_init(&detail, 1024);
    enum status st = dial(l->context, &l->fd, &detail);
    if (st == E_IO || st == E_TIMEOUT) {
        l->fd = -1;
        l->is_over = l->ended_by_itself = true;
        l->said = copy(l, buffer_text(&detail));
        st = OK;
    }
    buffer_fini(&detail);
    return st;
}

/* The server's ephemeral key in what was heard first. False: there is none. */
static bool read_server_key(const struct server_client *l, uint8_t out[KEY_LEN])
{
    const struct wire_profile *p = &l->context->profile;
    struct buffer message;
    struct bytes frame;
    size_t used = 0;
    bool is_there = false;
    buffer_init(&message, SERVER_CONTEXT_HEARD_MAX);
    if (frame_decode(buffer_bytes(&l->heard), p->frame_length_size, SERVER_CONTEXT_HEARD_MAX,
                     &frame, &used) == OK &&
        used &&
        handshake_unwrap(p->handshake_form, SERVER_HELLO, KEY_LEN, STATIC_ON_WIRE_LEN, frame,
                         &message) == OK)
        is_there = message.len >= KEY_LEN;
    if (is_there)
        memcpy(out, message.data, KEY_LEN);
    buffer_fini(&message);
    return is_there;
}

bool server_client_met_the_same_key(const struct server_client *l)
{
    uint8_t key[KEY_LEN];
    return read_server_key(l, key) && memcmp(key, l->server_key, KEY_LEN) == 0;
}

enum status server_client_dial(struct server_client *l, const struct server_dial *how)
{
    server_client_leave(l);
    l->rules = how->rules;
    enum status st = make_app(l);
    l->is_let_in = l->is_ready = l->is_over = l->ended_by_itself = false;
    l->said = "";
    if (!st)
        st = order_connect(l, how->account, clock_now_ms(l->context->clock));
    if (!st)
        st = reach(l);
    if (how->is_replay && !read_server_key(l, l->server_key))
        memset(l->server_key, 0, sizeof(l->server_key));
    buffer_clear(&l->heard);
    if (!st && l->fd >= 0 && how->is_replay)
        return buffer_append(app_output(l->app), buffer_bytes(&l->made_by));
    buffer_clear(&l->made_by);
    if (!st && l->fd >= 0)
        app_dialled(l->app, true, clock_now_ms(l->context->clock));
    return st;
}

enum status server_context_crowd(struct server_context *c)
{
    static const uint8_t byte = 0;
    struct buffer detail;
    enum status st = OK;
    buffer_init(&detail, 1024);
    while (!st && c->n_crowd < SERVER_CONTEXT_CROWD) {
        st = dial(c, &c->crowd[c->n_crowd], &detail);
        if (!st && send(c->crowd[c->n_crowd++], &byte, 1, MSG_NOSIGNAL) != 1)
            st = E_IO;
    }
    buffer_fini(&detail);
    return st == E_TIMEOUT ? E_IO : st;
}

void server_client_leave(struct server_client *l)
{
    if (!l->app)
        return;
    app_disconnect(l->app);
    ended(l, clock_now_ms(l->context->clock));
}

/* ---- moving bytes */

static void write_some(struct server_client *l, uint64_t now_ms)
{
    struct buffer *out = app_output(l->app);
    while (l->fd >= 0 && out->len) {
        ssize_t n = send(l->fd, out->data, out->len, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0) {
            ended(l, now_ms);
            return;
        }
        if (!l->is_let_in)
            buffer_append(&l->made_by, bytes_slice(buffer_bytes(out), 0, (size_t)n));
        buffer_consume(out, (size_t)n);
    }
    if (l->fd >= 0 && l->ended_by_itself)
        ended(l, now_ms);
}

static enum status read_some(struct server_client *l, uint64_t now_ms)
{
    uint8_t bytes[READ_MAX];
    ssize_t n = recv(l->fd, bytes, sizeof(bytes), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return OK;
    if (n > 0 && l->context->proxy)
        proxy_context_bytes(l->context->proxy, bytes_of(bytes, (size_t)n));
    if (n > 0 && l->heard.len + (size_t)n <= SERVER_CONTEXT_HEARD_MAX)
        buffer_append(&l->heard, bytes_of(bytes, (size_t)n));
    if (n > 0)
        return app_receive(l->app, bytes_of(bytes, (size_t)n), now_ms);
    ended(l, now_ms);
    return OK;
}

/* Everything that can be done without waiting, and what is to be waited for. */
static void prepare_round(struct server_context *c, struct pollfd fds[N_SERVER_SIDE + 1])
{
    uint64_t now_ms = clock_now_ms(c->clock);
    for (size_t i = 0; i < N_SERVER_SIDE; i++) {
        struct server_client *l = &c->clients[i];
        if (l->fd >= 0) {
            app_tick(l->app, now_ms);
            write_some(l, now_ms);
        }
        fds[i] = (struct pollfd){.fd = l->fd, .events = POLLIN};
        if (l->fd >= 0 && app_output(l->app)->len)
            fds[i].events |= POLLOUT;
    }
    fds[N_SERVER_SIDE] =
        (struct pollfd){.fd = c->proxy ? proxy_context_fd(c->proxy) : -1, .events = POLLIN};
}

static enum status do_round(struct server_context *c, uint64_t wait_ms)
{
    struct pollfd fds[N_SERVER_SIDE + 1];
    enum status st = c->proxy ? proxy_context_run(c->proxy) : OK;
    if (st)
        return st;
    prepare_round(c, fds);
    int n = clock_poll(c->clock, fds, N_SERVER_SIDE + 1,
                       (int)(wait_ms < ROUND_MS ? wait_ms : ROUND_MS));
    if (n < 0 && errno != EINTR)
        return E_IO;
    for (size_t i = 0; n > 0 && !st && i < N_SERVER_SIDE; i++)
        if (fds[i].fd >= 0 && fds[i].revents & (POLLIN | POLLHUP | POLLERR))
            st = read_some(&c->clients[i], clock_now_ms(c->clock));
    return st;
}

enum status server_context_until(struct server_context *c, bool (*is_enough)(const void *about),
                                 const void *about, uint64_t for_ms, bool *out_enough)
{
    uint64_t now_ms = clock_now_ms(c->clock), deadline_ms = now_ms + for_ms;
    enum status st = OK;
    *out_enough = is_enough && is_enough(about);
    while (!st && !*out_enough && now_ms < deadline_ms) {
        st = do_round(c, deadline_ms - now_ms);
        *out_enough = is_enough && is_enough(about);
        now_ms = clock_now_ms(c->clock);
    }
    return st;
}

/* ---- names */

const char *server_context_address(const struct server_context *c, const char *name)
{
    return stanza_address(c->context->arena, name, 1, c->profile.stanza_user_domain);
}

const char *server_client_new_id(struct server_client *l)
{
    const char *id = arena_printf(l->context->context->arena, "asked-%u", ++l->context->next_id);
    l->awaited = id;
    l->answer = (struct server_answer){.came = false};
    return id;
}

static bool has_answer_or_is_over(const void *about)
{
    const struct server_client *l = about;
    return l->answer.came || l->is_over;
}

enum status server_client_await_answer(struct server_client *l)
{
    bool is_told;
    return server_context_until(l->context, has_answer_or_is_over, l, l->context->timeout_ms,
                                &is_told);
}
