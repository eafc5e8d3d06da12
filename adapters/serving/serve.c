#include "serve.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAX (2u * 1024u * 1024u)
#define PARTIES_MAX 64u
#define CAPABILITIES_MAX 32u

/* All state of a connection; Reset empties it. */
struct named_party {
    char *handle;
    void *party;
};

struct server {
    const struct implementation *what;
    void *state;
    struct named_party parties[PARTIES_MAX];
    size_t n_parties;
};

/* A reply under construction, with room for every result it may carry. */
struct answer {
    Assay__Target__V1__Reply reply;
    union {
        Assay__Target__V1__Profile profile;
        Assay__Target__V1__Done done;
        Assay__Target__V1__BundleMade bundle_made;
        Assay__Target__V1__Sealed sealed;
        Assay__Target__V1__Opened opened;
        Assay__Target__V1__State state;
        Assay__Target__V1__FingerprintShown fingerprint_shown;
        Assay__Target__V1__Refused refused;
        Assay__Target__V1__Unsupported unsupported;
        Assay__Target__V1__Fault fault;
    } result;
    Assay__Target__V1__Bundle bundle;
    Assay__Target__V1__Message message;
    struct served_bytes bytes; /* what the result points at */
    char text[SERVE_DIGITS];
    char *names[CAPABILITIES_MAX];
    char *surface;
    char *layer;
};

/* protobuf-c's structs point at char; nothing writes there. */
static char *writable(const char *text) { return (char *)(uintptr_t)text; }

/* ---- filling in a reply */

/* The result named |member| becomes an empty message of |type|. */
#define SET_RESULT(answer, case_name, member, type)                                                \
    (assay__target__v1__##type##__init(&(answer)->result.member),                                  \
     (answer)->reply.member = &(answer)->result.member,                                            \
     (answer)->reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_##case_name)

static void say_done(struct answer *a) { SET_RESULT(a, DONE, done, done); }

static void say_unsupported(struct answer *a)
{
    SET_RESULT(a, UNSUPPORTED, unsupported, unsupported);
}

static void say_fault(struct answer *a, const char *text)
{
    SET_RESULT(a, FAULT, fault, fault);
    a->result.fault.detail = writable(text);
}

/* The implementation said no, or something broke. */
static void say_code(const struct server *s, struct answer *a, int code)
{
    Assay__Target__V1__Reason reason;
    const char *text;
    if (!s->what->reason_of(code, &reason, &text)) {
        say_fault(a, text);
        return;
    }
    SET_RESULT(a, REFUSED, refused, refused);
    a->result.refused.reason = reason;
    a->result.refused.detail = writable(text);
}

static ProtobufCBinaryData view_of(const struct served_bytes *bytes)
{
    ProtobufCBinaryData view = {.len = bytes->len, .data = bytes->data};
    return view;
}

static void say_sealed(struct answer *a, Assay__Target__V1__MessageKind kind)
{
    SET_RESULT(a, SEALED, sealed, sealed);
    assay__target__v1__message__init(&a->message);
    a->message.kind = kind;
    a->message.body = view_of(&a->bytes);
    a->result.sealed.message = &a->message;
}

static void say_opened(struct answer *a, bool without_plaintext)
{
    SET_RESULT(a, OPENED, opened, opened);
    a->result.opened.plaintext = view_of(&a->bytes);
    a->result.opened.without_plaintext = without_plaintext;
}

/* ---- parties */

static void *find_party(struct server *s, const char *handle)
{
    for (size_t i = 0; i < s->n_parties; i++)
        if (strcmp(s->parties[i].handle, handle) == 0)
            return s->parties[i].party;
    return NULL;
}

/* NULL, and a fault said, when there is no such party. */
static void *party_or_fault(struct server *s, const char *handle, struct answer *a)
{
    void *p = find_party(s, handle);
    if (!p)
        say_fault(a, "no party has this handle");
    return p;
}

static bool is_handle_free(struct server *s, const char *handle, struct answer *a)
{
    if (s->n_parties < PARTIES_MAX && !find_party(s, handle))
        return true;
    say_fault(a, s->n_parties < PARTIES_MAX ? "a party has this handle already"
                                            : "no room for another party");
    return false;
}

static void keep_party(struct server *s, const char *handle, void *party, struct answer *a)
{
    char *copy = strdup(handle);
    if (!copy) {
        s->what->party_free(party);
        say_fault(a, "out of memory");
        return;
    }
    s->parties[s->n_parties++] = (struct named_party){copy, party};
    say_done(a);
}

static struct served_address address_of(const Assay__Target__V1__Address *a)
{
    struct served_address out = {a ? a->name : "", a ? a->device : 0};
    return out;
}

static void forget_everything(struct server *s)
{
    while (s->n_parties) {
        struct named_party *last = &s->parties[--s->n_parties];
        s->what->party_free(last->party);
        free(last->handle);
    }
}

static void say_result(const struct server *s, struct answer *a, int code)
{
    if (code)
        say_code(s, a, code);
    else
        say_done(a);
}

/* ---- operations */

static void do_hello(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const struct implementation *what = s->what;
    (void)request;
    SET_RESULT(a, PROFILE, profile, profile);
    Assay__Target__V1__Profile *p = &a->result.profile;
    for (size_t i = 0; what->capabilities[i] && i < CAPABILITIES_MAX; i++)
        a->names[p->n_capabilities++] = writable(what->capabilities[i]);
    a->surface = writable("library");
    a->layer = writable("cipher");
    p->protocol_version = 1;
    p->name = writable(what->name);
    p->version = writable(what->version);
    p->adapter_version = writable(what->adapter_version);
    p->protocol = writable(what->protocol);
    p->surfaces = &a->surface;
    p->n_surfaces = 1;
    p->layers = &a->layer;
    p->n_layers = 1;
    p->capabilities = a->names;
    p->connections = SERVE_CONNECTIONS_MAX;
}

static void do_reset(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const ProtobufCBinaryData *given = &request->reset->seed;
    uint8_t seed[32] = {0};
    if (given->len)
        memcpy(seed, given->data, given->len < sizeof(seed) ? given->len : sizeof(seed));
    forget_everything(s);
    s->what->reset(s->state, seed);
    say_done(a);
}

static void do_ping(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    (void)s;
    (void)request;
    say_done(a);
}

static void do_create_party(struct server *s, const Assay__Target__V1__Request *request,
                            struct answer *a)
{
    const Assay__Target__V1__CreateParty *op = request->create_party;
    void *party;
    if (!is_handle_free(s, op->party, a))
        return;
    int result = s->what->party_new(s->state, address_of(op->self), op->keys, &party);
    if (result)
        say_code(s, a, result);
    else
        keep_party(s, op->party, party, a);
}

static void do_get_bundle(struct server *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    const Assay__Target__V1__GetBundle *op = request->get_bundle;
    void *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result =
        s->what->publish(p, !op->without_one_time_prekey, op->rotate_signed_prekey, &a->bytes);
    if (result) {
        say_code(s, a, result);
        return;
    }
    SET_RESULT(a, BUNDLE_MADE, bundle_made, bundle_made);
    assay__target__v1__bundle__init(&a->bundle);
    a->bundle.kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_SIGNAL_V3;
    a->bundle.body = view_of(&a->bytes);
    a->result.bundle_made.bundle = &a->bundle;
}

static void do_start_session(struct server *s, const Assay__Target__V1__Request *request,
                             struct answer *a)
{
    const Assay__Target__V1__StartSession *op = request->start_session;
    void *p = party_or_fault(s, op->party, a);
    const ProtobufCBinaryData none = {0};
    const ProtobufCBinaryData *body = op->bundle ? &op->bundle->body : &none;
    if (p)
        say_result(s, a, s->what->start(p, address_of(op->peer), body->data, body->len));
}

static void do_seal(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Seal *op = request->seal;
    const ProtobufCBinaryData *plaintext = &op->plaintext;
    Assay__Target__V1__MessageKind kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY;
    void *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = op->group[0]
                     ? s->what->seal_group(p, op->group, plaintext->data, plaintext->len, &a->bytes)
                     : s->what->seal(p, address_of(op->peer), plaintext->data, plaintext->len,
                                     &kind, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_sealed(a, kind);
}

static void do_open(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Open *op = request->open;
    Assay__Target__V1__Message empty;
    assay__target__v1__message__init(&empty);
    const Assay__Target__V1__Message *message = op->message ? op->message : &empty;
    const ProtobufCBinaryData *body = &message->body;
    struct served_address from = address_of(op->from);
    void *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result;
    bool is_distribution =
        message->kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY_DISTRIBUTION;
    if (is_distribution)
        result = s->what->absorb(p, op->group, from, body->data, body->len);
    else if (message->kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY)
        result = s->what->open_group(p, op->group, from, body->data, body->len, &a->bytes);
    else
        result = s->what->open_message(p, from, message->kind, body->data, body->len, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_opened(a, is_distribution);
}

static void do_snapshot(struct server *s, const Assay__Target__V1__Request *request,
                        struct answer *a)
{
    void *p = party_or_fault(s, request->snapshot->party, a);
    if (!p)
        return;
    int result = s->what->save(p, &a->bytes);
    if (result) {
        say_code(s, a, result);
        return;
    }
    SET_RESULT(a, STATE, state, state);
    a->result.state.state = view_of(&a->bytes);
}

static void do_restore(struct server *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    const Assay__Target__V1__Restore *op = request->restore;
    void *party;
    if (!is_handle_free(s, op->party, a))
        return;
    int result = s->what->party_restore(s->state, op->state.data, op->state.len, &party);
    if (result)
        say_code(s, a, result);
    else
        keep_party(s, op->party, party, a);
}

static void do_fingerprint(struct server *s, const Assay__Target__V1__Request *request,
                           struct answer *a)
{
    const Assay__Target__V1__Fingerprint *op = request->fingerprint;
    void *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result =
        s->what->fingerprint(p, address_of(op->peer), op->own_id, op->peer_id, a->text, &a->bytes);
    if (result) {
        say_code(s, a, result);
        return;
    }
    SET_RESULT(a, FINGERPRINT_SHOWN, fingerprint_shown, fingerprint_shown);
    a->result.fingerprint_shown.displayable = a->text;
    a->result.fingerprint_shown.scannable = view_of(&a->bytes);
}

static void do_forget_session(struct server *s, const Assay__Target__V1__Request *request,
                              struct answer *a)
{
    const Assay__Target__V1__ForgetSession *op = request->forget_session;
    void *p = party_or_fault(s, op->party, a);
    if (p)
        say_result(s, a, s->what->forget(p, address_of(op->peer)));
}

static void do_accept_identity(struct server *s, const Assay__Target__V1__Request *request,
                               struct answer *a)
{
    const Assay__Target__V1__AcceptIdentity *op = request->accept_identity;
    const ProtobufCBinaryData *key = &op->identity_key;
    void *p = party_or_fault(s, op->party, a);
    if (p)
        say_result(s, a, s->what->accept(p, address_of(op->peer), key->data, key->len));
}

static void do_distribute(struct server *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    const Assay__Target__V1__DistributeSenderKey *op = request->distribute_sender_key;
    void *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = s->what->distribute(p, op->group, op->fresh, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_sealed(a, ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY_DISTRIBUTION);
}

static void (*const operations[])(struct server *, const Assay__Target__V1__Request *,
                                  struct answer *) = {
    [ASSAY__TARGET__V1__REQUEST__OP_HELLO] = do_hello,
    [ASSAY__TARGET__V1__REQUEST__OP_RESET] = do_reset,
    [ASSAY__TARGET__V1__REQUEST__OP_PING] = do_ping,
    [ASSAY__TARGET__V1__REQUEST__OP_CREATE_PARTY] = do_create_party,
    [ASSAY__TARGET__V1__REQUEST__OP_GET_BUNDLE] = do_get_bundle,
    [ASSAY__TARGET__V1__REQUEST__OP_START_SESSION] = do_start_session,
    [ASSAY__TARGET__V1__REQUEST__OP_SEAL] = do_seal,
    [ASSAY__TARGET__V1__REQUEST__OP_OPEN] = do_open,
    [ASSAY__TARGET__V1__REQUEST__OP_SNAPSHOT] = do_snapshot,
    [ASSAY__TARGET__V1__REQUEST__OP_RESTORE] = do_restore,
    [ASSAY__TARGET__V1__REQUEST__OP_FINGERPRINT] = do_fingerprint,
    [ASSAY__TARGET__V1__REQUEST__OP_FORGET_SESSION] = do_forget_session,
    [ASSAY__TARGET__V1__REQUEST__OP_ACCEPT_IDENTITY] = do_accept_identity,
    [ASSAY__TARGET__V1__REQUEST__OP_DISTRIBUTE_SENDER_KEY] = do_distribute,
};

/* ---- frames */

/* 1 read whole, 0 the stream ended before the first byte, -1 it broke. */
static int read_whole(int fd, uint8_t *out, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t n = read(fd, out + done, len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 && done == 0 ? 0 : -1;
        done += (size_t)n;
    }
    return 1;
}

static int write_whole(int fd, const uint8_t *in, size_t len)
{
    while (len) {
        ssize_t n = write(fd, in, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        in += n;
        len -= (size_t)n;
    }
    return 0;
}

static int send_reply(const struct server *s, int fd, const Assay__Target__V1__Reply *reply)
{
    size_t len = assay__target__v1__reply__get_packed_size(reply);
    uint8_t *frame = malloc(4 + len);
    if (!frame) {
        fprintf(stderr, "%s: out of memory\n", s->what->program);
        return -1;
    }
    for (int i = 0; i < 4; i++)
        frame[i] = (uint8_t)(len >> (24 - 8 * i));
    assay__target__v1__reply__pack(reply, frame + 4);
    int result = write_whole(fd, frame, 4 + len);
    free(frame);
    return result;
}

static int answer_request(struct server *s, const uint8_t *frame, size_t len, int out)
{
    Assay__Target__V1__Request *request = assay__target__v1__request__unpack(NULL, len, frame);
    struct answer a = {0};
    assay__target__v1__reply__init(&a.reply);
    if (!request) {
        fprintf(stderr, "%s: a request does not parse\n", s->what->program);
        return -1;
    }
    a.reply.seq = request->seq;
    size_t op = (size_t)request->op_case;
    if (op < sizeof(operations) / sizeof(operations[0]) && operations[op])
        operations[op](s, request, &a);
    else
        say_unsupported(&a);
    if (assay__target__v1__reply__get_packed_size(&a.reply) > FRAME_MAX)
        say_fault(&a, "the reply does not fit a frame");
    int result = send_reply(s, out, &a.reply);
    free(a.bytes.data);
    assay__target__v1__request__free_unpacked(request, NULL);
    return result;
}

static int serve_frame(struct server *s, int in, int out)
{
    uint8_t head[4];
    int got = read_whole(in, head, sizeof(head));
    if (got <= 0) {
        if (got < 0)
            fprintf(stderr, "%s: the stream broke\n", s->what->program);
        return got;
    }
    size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (len > FRAME_MAX) {
        fprintf(stderr, "%s: a frame of %zu bytes is over the limit\n", s->what->program, len);
        return -1;
    }
    uint8_t *frame = malloc(len ? len : 1);
    int result = -1;
    if (!frame)
        fprintf(stderr, "%s: out of memory\n", s->what->program);
    else if (len && read_whole(in, frame, len) != 1)
        fprintf(stderr, "%s: the stream broke inside a frame\n", s->what->program);
    else
        result = answer_request(s, frame, len, out) ? -1 : 1;
    free(frame);
    return result;
}

int serve(const struct implementation *what, const void *configuration, int in, int out)
{
    struct server s = {.what = what};
    int result = -1;
    s.state = what->open(configuration);
    if (!s.state)
        return 1;
    do
        result = serve_frame(&s, in, out);
    while (result > 0);
    forget_everything(&s);
    what->close(s.state);
    return result ? 1 : 0;
}
