/* SPDX-License-Identifier: 0BSD */
/* The library surface: one function for each operation. */
#include "service.h"

#include <string.h>
#include <sys/random.h>

/* Append a NULL-terminated list of names. */
static size_t add_names(char **to, size_t n, size_t max, const char *const *from)
{
    for (size_t i = 0; from[i] && n < max; i++)
        to[n++] = writable(from[i]);
    return n;
}

static void do_hello(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    static const char *const library[] = {"library", NULL}, *const client[] = {"client", NULL};
    static const char *const service[] = {"service", NULL}, *const server[] = {"server", NULL};
    static const char *const proxy[] = {"proxy", NULL};
    static const char *const cipher[] = {"cipher", NULL};
    const struct implementation *what = s->what;
    const struct client_implementation *clients = what->clients;
    (void)request;
    SET_RESULT(a, PROFILE, profile, profile);
    Assay__Target__V1__Profile *p = &a->result.profile;
    p->n_capabilities = add_names(a->names, 0, CAPABILITIES_MAX, what->capabilities);
    if (what->party_new) {
        p->n_surfaces = add_names(a->surfaces, 0, SURFACES_MAX, library);
        p->n_layers = add_names(a->layers, 0, LAYERS_MAX, cipher);
    }
    if (clients) {
        p->n_capabilities =
            add_names(a->names, p->n_capabilities, CAPABILITIES_MAX, clients->capabilities);
        p->n_surfaces = add_names(a->surfaces, p->n_surfaces, SURFACES_MAX, client);
        p->n_layers = add_names(a->layers, p->n_layers, LAYERS_MAX, clients->layers);
    }
    if (s->provider) {
        p->n_capabilities =
            add_names(a->names, p->n_capabilities, CAPABILITIES_MAX, what->service->capabilities);
        p->n_surfaces = add_names(a->surfaces, p->n_surfaces, SURFACES_MAX, service);
    }
    if (what->server)
        p->n_surfaces = add_names(a->surfaces, p->n_surfaces, SURFACES_MAX,
                                  what->server->is_proxy ? proxy : server);
    p->n_versions = what->versions ? add_names(a->versions, 0, VERSIONS_MAX, what->versions) : 0;
    p->versions = a->versions;
    p->protocol_version = 1;
    p->name = writable(what->name);
    p->version = writable(what->version);
    p->adapter_version = writable(what->adapter_version);
    p->protocol = writable(what->protocol);
    p->surfaces = a->surfaces;
    p->layers = a->layers;
    p->capabilities = a->names;
    p->connections = SERVE_CONNECTIONS_MAX;
}

static void do_reset(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const ProtobufCBinaryData *given = &request->reset->seed;
    uint8_t seed[32] = {0};
    if (!given->len && getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed)) {
        say_fault(a, "the system gives no randomness");
        return;
    }
    if (given->len)
        memcpy(seed, given->data, given->len < sizeof(seed) ? given->len : sizeof(seed));
    forget_everything(s);
    s->what->reset(s->state, seed);
    say_done(a);
}

static void do_ping(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    (void)s;
    (void)request;
    say_done(a);
}

static void do_create_party(struct service *s, const Assay__Target__V1__Request *request,
                            struct answer *a)
{
    const Assay__Target__V1__CreateParty *op = request->create_party;
    void *party;
    if (!offers(s->what->party_new != NULL, a) || !is_handle_free(s, op->party, a))
        return;
    int result = s->what->party_new(s->state, address_of(op->self), op, &party);
    if (result)
        say_code(s, a, result);
    else
        keep_party(s, op->party, (struct named_party){.party = party}, a);
}

static void do_get_bundle(struct service *s, const Assay__Target__V1__Request *request,
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
    a->bundle.kind = s->what->bundle_kind;
    a->bundle.body = view_of(&a->bytes);
    a->result.bundle_made.bundle = &a->bundle;
}

static void do_start_session(struct service *s, const Assay__Target__V1__Request *request,
                             struct answer *a)
{
    const Assay__Target__V1__StartSession *op = request->start_session;
    void *p = party_or_fault(s, op->party, a);
    const ProtobufCBinaryData none = {0};
    const ProtobufCBinaryData *body = op->bundle ? &op->bundle->body : &none;
    if (p)
        say_result(s, a, s->what->start(p, address_of(op->peer), body->data, body->len));
}

static void do_seal(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Seal *op = request->seal;
    const ProtobufCBinaryData *plaintext = &op->plaintext;
    Assay__Target__V1__MessageKind kind = ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY;
    void *p = party_or_fault(s, op->party, a);
    if (!p || (op->group[0] && !offers(s->what->seal_group != NULL, a)))
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

static void do_open(struct service *s, const Assay__Target__V1__Request *request, struct answer *a)
{
    const Assay__Target__V1__Open *op = request->open;
    Assay__Target__V1__Message empty;
    assay__target__v1__message__init(&empty);
    const Assay__Target__V1__Message *message = op->message ? op->message : &empty;
    const ProtobufCBinaryData *body = &message->body;
    struct served_address from = address_of(op->from);
    bool is_distribution =
        message->kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY_DISTRIBUTION;
    bool is_group = message->kind == ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY;
    void *p = party_or_fault(s, op->party, a);
    if (!p || (op->own && !offers(s->what->open_own != NULL, a)) ||
        ((is_distribution || is_group) && !offers(s->what->open_group != NULL, a)))
        return;
    int result;
    if (op->own)
        result = s->what->open_own(p, from, message->kind, body->data, body->len, &a->bytes);
    else if (is_distribution)
        result = s->what->absorb(p, op->group, from, body->data, body->len);
    else if (is_group)
        result = s->what->open_group(p, op->group, from, body->data, body->len, &a->bytes);
    else
        result = s->what->open_message(p, from, message->kind, body->data, body->len, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_opened(a, is_distribution);
}

/* ---- operations of parties and clients */

static void do_snapshot(struct service *s, const Assay__Target__V1__Request *request,
                        struct answer *a)
{
    struct named_party *n = named_or_fault(s, request->snapshot->party, a);
    if (!n || !offers(n->is_client || s->what->save, a))
        return;
    int result = n->is_client ? s->what->clients->save(n->party, &a->bytes)
                              : s->what->save(n->party, &a->bytes);
    if (result) {
        say_code(s, a, result);
        return;
    }
    say_state(a);
}

/* A party of the library, from what |op| has. */
static int restore_party(struct service *s, const Assay__Target__V1__Restore *op, void **out)
{
    if (op->post_quantum_of.len && s->what->party_restore_split)
        return s->what->party_restore_split(s->state, op->state.data, op->state.len,
                                            op->post_quantum_of.data, op->post_quantum_of.len, out);
    return s->what->party_restore(s->state, op->state.data, op->state.len, out);
}

static void do_restore(struct service *s, const Assay__Target__V1__Request *request,
                       struct answer *a)
{
    const Assay__Target__V1__Restore *op = request->restore;
    const struct client_implementation *clients = s->what->clients;
    struct named_party named = {.is_client =
                                    clients && clients->is_saved(op->state.data, op->state.len)};
    if (!is_handle_free(s, op->party, a) || !offers(named.is_client || s->what->party_restore, a))
        return;
    if (named.is_client && !(named.log = event_log_new())) {
        say_fault(a, "out of memory");
        return;
    }
    int result = named.is_client ? clients->restore(s->state, op->state.data, op->state.len,
                                                    named.log, &named.party)
                                 : restore_party(s, op, &named.party);
    if (!result) {
        keep_party(s, op->party, named, a);
        return;
    }
    event_log_free(named.log);
    say_code(s, a, result);
}

static void do_fingerprint(struct service *s, const Assay__Target__V1__Request *request,
                           struct answer *a)
{
    const Assay__Target__V1__Fingerprint *op = request->fingerprint;
    struct named_party *n = named_or_fault(s, op->party, a);
    if (!n || !offers(n->is_client || s->what->fingerprint, a))
        return;
    int result = (n->is_client ? s->what->clients->fingerprint : s->what->fingerprint)(
        n->party, address_of(op->peer), op->own_id, op->peer_id, a->text, &a->bytes);
    if (result) {
        say_code(s, a, result);
        return;
    }
    SET_RESULT(a, FINGERPRINT_SHOWN, fingerprint_shown, fingerprint_shown);
    a->result.fingerprint_shown.displayable = a->text;
    a->result.fingerprint_shown.scannable = view_of(&a->bytes);
}

static void do_forget_session(struct service *s, const Assay__Target__V1__Request *request,
                              struct answer *a)
{
    const Assay__Target__V1__ForgetSession *op = request->forget_session;
    struct named_party *n = named_or_fault(s, op->party, a);
    if (n && offers(n->is_client || s->what->forget, a))
        say_result(s, a,
                   (n->is_client ? s->what->clients->forget
                                 : s->what->forget)(n->party, address_of(op->peer)));
}

static void do_accept_identity(struct service *s, const Assay__Target__V1__Request *request,
                               struct answer *a)
{
    const Assay__Target__V1__AcceptIdentity *op = request->accept_identity;
    const ProtobufCBinaryData *key = &op->identity_key;
    struct named_party *n = named_or_fault(s, op->party, a);
    if (n && offers(n->is_client || s->what->accept, a))
        say_result(s, a,
                   (n->is_client ? s->what->clients->accept : s->what->accept)(
                       n->party, address_of(op->peer), key->data, key->len));
}

/* ---- groups */

static void do_distribute(struct service *s, const Assay__Target__V1__Request *request,
                          struct answer *a)
{
    const Assay__Target__V1__DistributeSenderKey *op = request->distribute_sender_key;
    void *p = party_or_fault(s, op->party, a);
    if (!p || !offers(s->what->distribute != NULL, a))
        return;
    int result = s->what->distribute(p, op->group, op->fresh, &a->bytes);
    if (result)
        say_code(s, a, result);
    else
        say_sealed(a, ASSAY__TARGET__V1__MESSAGE_KIND__MESSAGE_SENDER_KEY_DISTRIBUTION);
}

static service_operation *const operations[] = {
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
    [ASSAY__TARGET__V1__REQUEST__OP_EXPORT_IDENTITY] = do_export_identity,
    [ASSAY__TARGET__V1__REQUEST__OP_FORGE] = do_forge,
    [ASSAY__TARGET__V1__REQUEST__OP_REFRESH] = do_refresh,
};

service_operation *library_operation(Assay__Target__V1__Request__OpCase op)
{
    size_t i = (size_t)op;
    return i < sizeof(operations) / sizeof(operations[0]) ? operations[i] : NULL;
}
