#include "serve.h"

#include "party.h"
#include "provider.h"
#include "reasons.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAX (2u * 1024u * 1024u)
#define PARTIES_MAX 64u
#define DIGITS 61u

/* All state of a connection; Reset empties it. */
struct server {
    struct random_stream random;
    signal_context *context;
    struct party *parties[PARTIES_MAX];
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
    struct party_bytes bytes; /* what the result points at */
    char text[DIGITS];
};

/* ---- filling in a reply */

#define SET_RESULT(answer, case_name, member, init_value)                                          \
    ((answer)->result.member = (init_value), (answer)->reply.member = &(answer)->result.member,    \
     (answer)->reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_##case_name)

static void say_done(struct answer *a)
{
    const Assay__Target__V1__Done done = ASSAY__TARGET__V1__DONE__INIT;
    SET_RESULT(a, DONE, done, done);
}

static void say_unsupported(struct answer *a)
{
    const Assay__Target__V1__Unsupported unsupported = ASSAY__TARGET__V1__UNSUPPORTED__INIT;
    SET_RESULT(a, UNSUPPORTED, unsupported, unsupported);
}

static void say_fault(struct answer *a, const char *text)
{
    const Assay__Target__V1__Fault fault = ASSAY__TARGET__V1__FAULT__INIT;
    SET_RESULT(a, FAULT, fault, fault);
    a->result.fault.detail = (char *)(uintptr_t)text;
}

/* The library said no, or something broke. */
static void say_code(struct answer *a, int code)
{
    const Assay__Target__V1__Refused refused = ASSAY__TARGET__V1__REFUSED__INIT;
    Assay__Target__V1__Reason reason;
    const char *text;
    if (!reason_of(code, &reason, &text)) {
        say_fault(a, text);
        return;
    }
    SET_RESULT(a, REFUSED, refused, refused);
    a->result.refused.reason = reason;
    a->result.refused.detail = (char *)(uintptr_t)text;
}

static ProtobufCBinaryData view_of(const struct party_bytes *bytes)
{
    ProtobufCBinaryData view = {.len = bytes->len, .data = bytes->data};
    return view;
}

static void say_sealed(struct answer *a, Assay__Target__V1__MessageKind kind)
{
    const Assay__Target__V1__Sealed sealed = ASSAY__TARGET__V1__SEALED__INIT;
    const Assay__Target__V1__Message message = ASSAY__TARGET__V1__MESSAGE__INIT;
    SET_RESULT(a, SEALED, sealed, sealed);
    a->message = message;
    a->message.kind = kind;
    a->message.body = view_of(&a->bytes);
    a->result.sealed.message = &a->message;
}

static void say_opened(struct answer *a, bool without_plaintext)
{
    const Assay__Target__V1__Opened opened = ASSAY__TARGET__V1__OPENED__INIT;
    SET_RESULT(a, OPENED, opened, opened);
    a->result.opened.plaintext = view_of(&a->bytes);
    a->result.opened.without_plaintext = without_plaintext;
}

/* ---- parties */

static struct party *find_party(struct server *s, const char *handle)
{
    for (size_t i = 0; i < s->n_parties; i++)
        if (strcmp(s->parties[i]->handle, handle) == 0)
            return s->parties[i];
    return NULL;
}

/* NULL, and a fault said, when there is no such party. */
static struct party *party_or_fault(struct server *s, const char *handle, struct answer *a)
{
    struct party *p = find_party(s, handle);
    if (!p)
        say_fault(a, "no party has this handle");
    return p;
}

static struct party_address address_of(const Assay__Target__V1__Address *a)
{
    struct party_address out = {a ? a->name : "", a ? a->device : 0};
    return out;
}

static int add_party(struct server *s, const char *handle, struct party_address self,
                     struct party **out)
{
    if (s->n_parties == PARTIES_MAX)
        return SG_ERR_NOMEM;
    int result = party_new(s->context, handle, self, out);
    if (!result)
        s->parties[s->n_parties++] = *out;
    return result;
}

static void drop_last_party(struct server *s)
{
    party_free(s->parties[--s->n_parties]);
}

static void forget_everything(struct server *s)
{
    while (s->n_parties)
        drop_last_party(s);
}

/* ---- operations */

static void do_hello(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    static char *surfaces[] = {(char *)(uintptr_t)"library"};
    static char *layers[] = {(char *)(uintptr_t)"cipher"};
    static const char *const names[] = {"seed",
                                        "import-keys",
                                        "without-one-time-prekey",
                                        "rotate-signed-prekey",
                                        "snapshot",
                                        "fingerprint",
                                        "forget-session",
                                        "accept-identity",
                                        "sender-keys"};
    static char *capabilities[sizeof(names) / sizeof(names[0])];
    const Assay__Target__V1__Profile profile = ASSAY__TARGET__V1__PROFILE__INIT;
    (void)s;
    (void)request;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        capabilities[i] = (char *)(uintptr_t)names[i];
    SET_RESULT(a, PROFILE, profile, profile);
    Assay__Target__V1__Profile *p = &a->result.profile;
    p->protocol_version = 1;
    p->name = (char *)(uintptr_t)"libsignal-protocol-c";
    p->version = (char *)(uintptr_t)"2.3.3";
    p->adapter_version = (char *)(uintptr_t)ADAPTER_VERSION;
    p->protocol = (char *)(uintptr_t)"signal-v3";
    p->surfaces = surfaces;
    p->n_surfaces = 1;
    p->layers = layers;
    p->n_layers = 1;
    p->capabilities = capabilities;
    p->n_capabilities = sizeof(names) / sizeof(names[0]);
    p->connections = SERVE_CONNECTIONS_MAX;
}

static void do_reset(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const ProtobufCBinaryData *seed = &request->reset->seed;
    forget_everything(s);
    memset(&s->random, 0, sizeof(s->random));
    memcpy(s->random.seed, seed->data, seed->len < 32 ? seed->len : 32);
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
    struct party *p;
    if (find_party(s, op->party)) {
        say_fault(a, "a party has this handle already");
        return;
    }
    int result = add_party(s, op->party, address_of(op->self), &p);
    if (!result && (result = party_make_keys(p, op->keys)))
        drop_last_party(s);
    if (result)
        say_code(a, result);
    else
        say_done(a);
}

static void do_get_bundle(struct server *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    const Assay__Target__V1__GetBundle *op = request->get_bundle;
    const Assay__Target__V1__BundleMade made = ASSAY__TARGET__V1__BUNDLE_MADE__INIT;
    const Assay__Target__V1__Bundle bundle = ASSAY__TARGET__V1__BUNDLE__INIT;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result =
        party_publish(p, !op->without_one_time_prekey, op->rotate_signed_prekey, &a->bytes);
    if (result) {
        say_code(a, result);
        return;
    }
    SET_RESULT(a, BUNDLE_MADE, bundle_made, made);
    a->bundle = bundle;
    a->bundle.kind = ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_SIGNAL_V3;
    a->bundle.body = view_of(&a->bytes);
    a->result.bundle_made.bundle = &a->bundle;
}

static void do_start_session(struct server *s, const Assay__Target__V1__Request *request,
                             struct answer *a)
{
    const Assay__Target__V1__StartSession *op = request->start_session;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = PARTY_E_BUNDLE;
    if (op->bundle && op->bundle->kind == ASSAY__TARGET__V1__BUNDLE_KIND__BUNDLE_SIGNAL_V3)
        result =
            party_start(p, address_of(op->peer), op->bundle->body.data, op->bundle->body.len);
    if (result)
        say_code(a, result);
    else
        say_done(a);
}

static void do_seal(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Seal *op = request->seal;
    Assay__Target__V1__MessageKind kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = op->group[0] ? party_seal_group(p, op->group, op->plaintext.data,
                                                 op->plaintext.len, &a->bytes)
                              : party_seal(p, address_of(op->peer), op->plaintext.data,
                                           op->plaintext.len, &kind, &a->bytes);
    if (result)
        say_code(a, result);
    else
        say_sealed(a, kind);
}

static void do_open(struct server *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Open *op = request->open;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = PARTY_E_KIND;
    bool is_distribution = false;
    if (op->message) {
        struct party_address from = address_of(op->from);
        const ProtobufCBinaryData *body = &op->message->body;
        is_distribution =
            op->message->kind ==
            ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY_DISTRIBUTION;
        if (is_distribution)
            result = party_absorb(p, op->group, from, body->data, body->len);
        else if (op->message->kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY)
            result = party_open_group(p, op->group, from, body->data, body->len, &a->bytes);
        else
            result = party_open(p, from, op->message->kind, body->data, body->len, &a->bytes);
    }
    if (result)
        say_code(a, result);
    else
        say_opened(a, is_distribution);
}

static void do_snapshot(struct server *s, const Assay__Target__V1__Request *request,
                        struct answer *a)
{
    const Assay__Target__V1__State state = ASSAY__TARGET__V1__STATE__INIT;
    struct party *p = party_or_fault(s, request->snapshot->party, a);
    if (!p)
        return;
    if (store_save(&p->store, &a->bytes.data, &a->bytes.len)) {
        say_code(a, SG_ERR_NOMEM);
        return;
    }
    SET_RESULT(a, STATE, state, state);
    a->result.state.state = view_of(&a->bytes);
}

/* The address a snapshot was taken under; NULL when these are not a party's records. */
static const char *saved_address(const struct store *store, uint32_t *out_device)
{
    const struct record *name = store_get(store, STORE_META, "name", 4);
    const struct record *device = store_get(store, STORE_META, "device", 6);
    if (!name || !device || name->value_len == 0 || name->value[name->value_len - 1] != 0 ||
        device->value_len != sizeof(*out_device))
        return NULL;
    memcpy(out_device, device->value, sizeof(*out_device));
    return (const char *)name->value;
}

static void do_restore(struct server *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    const Assay__Target__V1__Restore *op = request->restore;
    struct store loaded;
    struct party *p;
    struct party_address self = {0};
    if (find_party(s, op->party)) {
        say_fault(a, "a party has this handle already");
        return;
    }
    store_init(&loaded);
    if (!store_load(&loaded, op->state.data, op->state.len))
        self.name = saved_address(&loaded, &self.device);
    int result = self.name ? add_party(s, op->party, self, &p) : PARTY_E_IMPORT;
    if (result) {
        store_fini(&loaded);
        say_code(a, result);
        return;
    }
    p->store = loaded;
    say_done(a);
}

static void do_fingerprint(struct server *s, const Assay__Target__V1__Request *request,
                           struct answer *a)
{
    const Assay__Target__V1__Fingerprint *op = request->fingerprint;
    const Assay__Target__V1__FingerprintShown shown = ASSAY__TARGET__V1__FINGERPRINT_SHOWN__INIT;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = party_fingerprint(p, address_of(op->peer), op->own_id, op->peer_id, a->text,
                                   &a->bytes);
    if (result) {
        say_code(a, result);
        return;
    }
    SET_RESULT(a, FINGERPRINT_SHOWN, fingerprint_shown, shown);
    a->result.fingerprint_shown.displayable = a->text;
    a->result.fingerprint_shown.scannable = view_of(&a->bytes);
}

static void do_forget_session(struct server *s, const Assay__Target__V1__Request *request,
                              struct answer *a)
{
    const Assay__Target__V1__ForgetSession *op = request->forget_session;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = party_forget(p, address_of(op->peer));
    if (result)
        say_code(a, result);
    else
        say_done(a);
}

static void do_accept_identity(struct server *s, const Assay__Target__V1__Request *request,
                               struct answer *a)
{
    const Assay__Target__V1__AcceptIdentity *op = request->accept_identity;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result =
        party_accept(p, address_of(op->peer), op->identity_key.data, op->identity_key.len);
    if (result)
        say_code(a, result);
    else
        say_done(a);
}

static void do_distribute(struct server *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    const Assay__Target__V1__DistributeSenderKey *op = request->distribute_sender_key;
    struct party *p = party_or_fault(s, op->party, a);
    if (!p)
        return;
    int result = party_distribute(p, op->group, op->fresh, &a->bytes);
    if (result)
        say_code(a, result);
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

static int send_reply(int fd, const Assay__Target__V1__Reply *reply)
{
    size_t len = assay__target__v1__reply__get_packed_size(reply);
    uint8_t *frame = malloc(4 + len);
    int result = -1;
    if (!frame)
        return -1;
    for (int i = 0; i < 4; i++)
        frame[i] = (uint8_t)(len >> (24 - 8 * i));
    assay__target__v1__reply__pack(reply, frame + 4);
    if (len <= FRAME_MAX)
        result = write_whole(fd, frame, 4 + len);
    else
        fprintf(stderr, "assay-reference: a reply of %zu bytes does not fit a frame\n", len);
    free(frame);
    return result;
}

static int answer_request(struct server *s, const uint8_t *frame, size_t len, int out)
{
    const Assay__Target__V1__Reply empty = ASSAY__TARGET__V1__REPLY__INIT;
    Assay__Target__V1__Request *request = assay__target__v1__request__unpack(NULL, len, frame);
    struct answer a = {.reply = empty};
    if (!request) {
        fprintf(stderr, "assay-reference: a request does not parse\n");
        return -1;
    }
    a.reply.seq = request->seq;
    size_t op = (size_t)request->op_case;
    if (op < sizeof(operations) / sizeof(operations[0]) && operations[op])
        operations[op](s, request, &a);
    else
        say_unsupported(&a);
    int result = send_reply(out, &a.reply);
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
            fprintf(stderr, "assay-reference: the stream broke\n");
        return got;
    }
    size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (len > FRAME_MAX) {
        fprintf(stderr, "assay-reference: a frame of %zu bytes is over the limit\n", len);
        return -1;
    }
    uint8_t *frame = malloc(len ? len : 1);
    int result = -1;
    if (frame && (len == 0 || read_whole(in, frame, len) == 1))
        result = answer_request(s, frame, len, out) ? -1 : 1;
    free(frame);
    return result;
}

int serve(int in, int out)
{
    struct server s = {0};
    int result = -1;
    s.context = provider_context(&s.random);
    if (s.context)
        do
            result = serve_frame(&s, in, out);
        while (result > 0);
    forget_everything(&s);
    if (s.context)
        signal_context_destroy(s.context);
    return result ? 1 : 0;
}
