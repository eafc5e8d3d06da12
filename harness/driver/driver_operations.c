#include "driver/driver_internal.h"

#include <string.h>

/* A field number that protobuf reserves, so that no version of the contract will ever give
 * it to an operation. */
#define NO_OPERATION 19999u

char *lend_text(const char *text)
{
    union {
        const char *given;
        char *lent;
    } u = {.given = text ? text : ""};
    return u.lent;
}

ProtobufCBinaryData lend(struct bytes in)
{
    union {
        const uint8_t *given;
        uint8_t *lent;
    } u = {.given = in.data};
    return (ProtobufCBinaryData){in.len, u.lent};
}

Assay__Target__V1__Address address_of(struct target_peer peer)
{
    Assay__Target__V1__Address a;
    assay__target__v1__address__init(&a);
    a.name = lend_text(peer.name);
    a.device = peer.device;
    return a;
}

Assay__Target__V1__Request request_for(Assay__Target__V1__Request__OpCase op)
{
    Assay__Target__V1__Request request;
    assay__target__v1__request__init(&request);
    request.op_case = op;
    return request;
}

enum status driver_hello(struct driver *d, const char *harness_version, struct arena *arena,
                         struct target_profile *out_profile, struct answer *out)
{
    Assay__Target__V1__Hello m;
    assay__target__v1__hello__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_HELLO);
    request.hello = &m;
    memset(out_profile, 0, sizeof(*out_profile));
    out_profile->name = out_profile->version = out_profile->adapter_version = "";
    out_profile->protocol = "";
    out_profile->connections = 1;
    m.protocol_version = 1;
    m.harness_version = lend_text(harness_version);
    return driver_exchange(d, &request, arena, out_profile, out);
}

enum status driver_reset(struct driver *d, struct bytes seed, struct arena *arena,
                         struct answer *out)
{
    Assay__Target__V1__Reset m;
    assay__target__v1__reset__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_RESET);
    request.reset = &m;
    m.seed = lend(seed);
    /* the same numbers follow whatever came before on this connection */
    driver_restart_numbering(d);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_ping(struct driver *d, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Ping m;
    assay__target__v1__ping__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_PING);
    request.ping = &m;
    return driver_exchange(d, &request, arena, NULL, out);
}

/* The protobuf form of |count| prekeys, in the arena. E_NOMEM. */
static enum status lend_prekeys(const struct target_import_prekey *prekeys, size_t count,
                                struct arena *arena, Assay__Target__V1__ImportedPreKey ***out)
{
    *out = NULL;
    Assay__Target__V1__ImportedPreKey *items = arena_array(arena, count, sizeof(*items));
    Assay__Target__V1__ImportedPreKey **list = arena_array(arena, count, sizeof(*list));
    if (!items || !list)
        return E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        assay__target__v1__imported_pre_key__init(&items[i]);
        items[i].id = prekeys[i].id;
        items[i].private_key = lend(prekeys[i].private_key);
        items[i].public_key = lend(prekeys[i].public_key);
        items[i].signature = lend(prekeys[i].signature);
        list[i] = &items[i];
    }
    *out = list;
    return OK;
}

static enum status lend_keys(const struct target_import *keys, struct arena *arena,
                             Assay__Target__V1__ImportedKeys *out)
{
    out->identity_private = lend(keys->identity_private);
    out->identity_public = lend(keys->identity_public);
    out->registration_id = keys->registration_id;
    out->n_signed_prekeys = keys->n_signed_prekeys;
    out->n_one_time_prekeys = keys->n_one_time_prekeys;
    enum status st =
        lend_prekeys(keys->signed_prekeys, keys->n_signed_prekeys, arena, &out->signed_prekeys);
    return st ? st
              : lend_prekeys(keys->one_time_prekeys, keys->n_one_time_prekeys, arena,
                             &out->one_time_prekeys);
}

enum status driver_create_party(struct driver *d, const char *party, struct target_peer self,
                                const struct target_import *keys, struct arena *arena,
                                struct answer *out)
{
    Assay__Target__V1__ImportedKeys imported;
    assay__target__v1__imported_keys__init(&imported);
    Assay__Target__V1__Address address = address_of(self);
    Assay__Target__V1__CreateParty m;
    assay__target__v1__create_party__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_CREATE_PARTY);
    request.create_party = &m;
    m.party = lend_text(party);
    m.self = &address;
    if (keys) {
        enum status st = lend_keys(keys, arena, &imported);
        if (st) {
            answer_clear(out);
            out->seen = SEEN_HARNESS_TROUBLE;
            return st;
        }
        m.keys = &imported;
    }
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_get_bundle(struct driver *d, const char *party, bool without_one_time_prekey,
                              bool rotate_signed_prekey, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__GetBundle m;
    assay__target__v1__get_bundle__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_GET_BUNDLE);
    request.get_bundle = &m;
    m.party = lend_text(party);
    m.without_one_time_prekey = without_one_time_prekey;
    m.rotate_signed_prekey = rotate_signed_prekey;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_start_session(struct driver *d, const char *party, struct target_peer peer,
                                 uint32_t kind, struct bytes bundle, struct arena *arena,
                                 struct answer *out)
{
    Assay__Target__V1__Bundle body;
    assay__target__v1__bundle__init(&body);
    Assay__Target__V1__Address address = address_of(peer);
    Assay__Target__V1__StartSession m;
    assay__target__v1__start_session__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_START_SESSION);
    request.start_session = &m;
    body.kind = (Assay__Target__V1__BundleKind)kind;
    body.body = lend(bundle);
    m.party = lend_text(party);
    m.peer = &address;
    m.bundle = &body;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_seal(struct driver *d, const struct target_conversation *where,
                        struct bytes plaintext, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Seal m;
    assay__target__v1__seal__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_SEAL);
    request.seal = &m;
    m.party = lend_text(where->party);
    m.group = lend_text(where->group);
    m.peer = where->group ? NULL : &address;
    m.plaintext = lend(plaintext);
    return driver_exchange(d, &request, arena, NULL, out);
}

static enum status open_as(struct driver *d, const struct target_conversation *where, uint32_t kind,
                           struct bytes body, bool is_own, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Message message;
    assay__target__v1__message__init(&message);
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Open m;
    assay__target__v1__open__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_OPEN);
    request.open = &m;
    message.kind = (Assay__Target__V1__MessageKind)kind;
    message.body = lend(body);
    m.party = lend_text(where->party);
    m.from = &address;
    m.group = lend_text(where->group);
    m.message = &message;
    m.own = is_own;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_open_message(struct driver *d, const struct target_conversation *where,
                                uint32_t kind, struct bytes body, struct arena *arena,
                                struct answer *out)
{
    return open_as(d, where, kind, body, false, arena, out);
}

enum status driver_open_own(struct driver *d, const struct target_conversation *where,
                            uint32_t kind, struct bytes body, struct arena *arena,
                            struct answer *out)
{
    return open_as(d, where, kind, body, true, arena, out);
}

enum status driver_snapshot(struct driver *d, const char *party, struct arena *arena,
                            struct answer *out)
{
    Assay__Target__V1__Snapshot m;
    assay__target__v1__snapshot__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_SNAPSHOT);
    request.snapshot = &m;
    m.party = lend_text(party);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_restore(struct driver *d, const char *party, struct bytes state,
                           struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Restore m;
    assay__target__v1__restore__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_RESTORE);
    request.restore = &m;
    m.party = lend_text(party);
    m.state = lend(state);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_fingerprint(struct driver *d, const struct target_conversation *where,
                               const char *own_id, const char *peer_id, struct arena *arena,
                               struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Fingerprint m;
    assay__target__v1__fingerprint__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_FINGERPRINT);
    request.fingerprint = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    m.own_id = lend_text(own_id);
    m.peer_id = lend_text(peer_id);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_forget_session(struct driver *d, const struct target_conversation *where,
                                  struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__ForgetSession m;
    assay__target__v1__forget_session__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_FORGET_SESSION);
    request.forget_session = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_accept_identity(struct driver *d, const struct target_conversation *where,
                                   struct bytes identity_key, struct arena *arena,
                                   struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__AcceptIdentity m;
    assay__target__v1__accept_identity__init(&m);
    Assay__Target__V1__Request request =
        request_for(ASSAY__TARGET__V1__REQUEST__OP_ACCEPT_IDENTITY);
    request.accept_identity = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    m.identity_key = lend(identity_key);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_distribute(struct driver *d, const char *party, const char *group, bool fresh,
                              struct arena *arena, struct answer *out)
{
    Assay__Target__V1__DistributeSenderKey m;
    assay__target__v1__distribute_sender_key__init(&m);
    Assay__Target__V1__Request request =
        request_for(ASSAY__TARGET__V1__REQUEST__OP_DISTRIBUTE_SENDER_KEY);
    request.distribute_sender_key = &m;
    m.party = lend_text(party);
    m.group = lend_text(group);
    m.fresh = fresh;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_create_party_as(struct driver *d, const char *party, struct target_peer self,
                                   const struct target_party_options *options, struct arena *arena,
                                   struct answer *out)
{
    Assay__Target__V1__Address address = address_of(self);
    Assay__Target__V1__CreateParty m;
    assay__target__v1__create_party__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_CREATE_PARTY);
    request.create_party = &m;
    m.party = lend_text(party);
    m.self = &address;
    m.identity = lend(options->identity);
    m.version = lend_text(options->version);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_export_identity(struct driver *d, const char *party, struct arena *arena,
                                   struct answer *out)
{
    Assay__Target__V1__ExportIdentity m;
    assay__target__v1__export_identity__init(&m);
    Assay__Target__V1__Request request =
        request_for(ASSAY__TARGET__V1__REQUEST__OP_EXPORT_IDENTITY);
    request.export_identity = &m;
    m.party = lend_text(party);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_forge(struct driver *d, const struct target_conversation *where,
                         struct bytes plaintext, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Forge m;
    assay__target__v1__forge__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_FORGE);
    request.forge = &m;
    m.party = lend_text(where->party);
    m.from = &address;
    m.plaintext = lend(plaintext);
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_refresh(struct driver *d, const struct target_conversation *where,
                           struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Refresh m;
    assay__target__v1__refresh__init(&m);
    Assay__Target__V1__Request request = request_for(ASSAY__TARGET__V1__REQUEST__OP_REFRESH);
    request.refresh = &m;
    m.party = lend_text(where->party);
    m.peer = &address;
    return driver_exchange(d, &request, arena, NULL, out);
}

enum status driver_unknown_operation(struct driver *d, struct arena *arena, struct answer *out)
{
    uint8_t no_bytes[] = {0}; /* the length of an empty message */
    ProtobufCMessageUnknownField field = {NO_OPERATION, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                                          sizeof(no_bytes), no_bytes};
    Assay__Target__V1__Request request;
    assay__target__v1__request__init(&request);
    request.base.n_unknown_fields = 1;
    request.base.unknown_fields = &field;
    return driver_exchange(d, &request, arena, NULL, out);
}
