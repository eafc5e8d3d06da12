/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_internal.h"

#include <string.h>

/* A field number that protobuf reserves, so that no version of the contract will ever give
 * it to an operation. */
#define NO_OPERATION 19999u
#define VALUE_MAX (2u * PROFILE_TEXT_MAX) /* of a profile's constant as text */

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

Assay__Target__V1__Address address_of(struct address peer)
{
    return (Assay__Target__V1__Address){MESSAGE(address), .name = lend_text(peer.name),
                                        .device = peer.device};
}

Assay__Target__V1__Constant **lend_constants(const struct wire_profile *p, struct arena *arena,
                                             size_t *out_count)
{
    size_t n;
    const struct profile_constant *all = profile_constants(&n);
    Assay__Target__V1__Constant *items = arena_array(arena, n, sizeof(*items));
    Assay__Target__V1__Constant **list =
        arena_array(arena, n, sizeof(Assay__Target__V1__Constant *));
    *out_count = 0;
    for (size_t i = 0; items && list && i < n; i++) {
        char value[VALUE_MAX];
        profile_get(p, &all[i], value, sizeof(value));
        items[i] = (Assay__Target__V1__Constant){MESSAGE(constant), .name = lend_text(all[i].name),
                                                 .value = arena_text(arena, value)};
        if (!items[i].value)
            return NULL;
        list[i] = &items[i];
        *out_count = i + 1;
    }
    return items ? list : NULL;
}

enum status driver_ask(struct driver *d, Assay__Target__V1__Request__OpCase op, void *message,
                       struct arena *arena, struct target_profile *out_profile, struct answer *out)
{
    Assay__Target__V1__Request request = {MESSAGE(request), .op_case = op};
    request.hello = message; /* the union has a pointer for each operation */
    return driver_exchange(d, &request, arena, out_profile, out);
}

enum status driver_hello(struct driver *d, const char *harness_version, struct arena *arena,
                         struct target_profile *out_profile, struct answer *out)
{
    Assay__Target__V1__Hello m = {MESSAGE(hello), .protocol_version = 1,
                                  .harness_version = lend_text(harness_version)};
    memset(out_profile, 0, sizeof(*out_profile));
    out_profile->name = out_profile->version = out_profile->adapter_version = "";
    out_profile->protocol = "";
    out_profile->connections = 1;
    return driver_ask(d, OP(HELLO), &m, arena, out_profile, out);
}

enum status driver_reset(struct driver *d, struct bytes seed, struct arena *arena,
                         struct answer *out)
{
    Assay__Target__V1__Reset m = {MESSAGE(reset), .seed = lend(seed)};
    /* the same numbers follow whatever came before on this connection */
    driver_restart_numbering(d);
    return driver_ask(d, OP(RESET), &m, arena, NULL, out);
}

enum status driver_ping(struct driver *d, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Ping m = {MESSAGE(ping)};
    return driver_ask(d, OP(PING), &m, arena, NULL, out);
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
        items[i] = (Assay__Target__V1__ImportedPreKey){
            MESSAGE(imported_pre_key), .id = prekeys[i].id,
            .private_key = lend(prekeys[i].private_key), .public_key = lend(prekeys[i].public_key),
            .signature = lend(prekeys[i].signature)};
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

enum status driver_create_party(struct driver *d, const char *party, struct address self,
                                const struct target_party_options *options, struct arena *arena,
                                struct answer *out)
{
    static const struct target_party_options none;
    const struct target_party_options *o = options ? options : &none;
    Assay__Target__V1__ImportedKeys imported = {MESSAGE(imported_keys)};
    Assay__Target__V1__Address address = address_of(self);
    Assay__Target__V1__CreateParty m = {MESSAGE(create_party),
                                        .party = lend_text(party),
                                        .self = &address,
                                        .keys = o->keys ? &imported : NULL,
                                        .identity = lend(o->identity),
                                        .version = lend_text(o->version)};
    enum status st = o->keys ? lend_keys(o->keys, arena, &imported) : OK;
    return st ? answer_trouble(out, st) : driver_ask(d, OP(CREATE_PARTY), &m, arena, NULL, out);
}

enum status driver_get_bundle(struct driver *d, const char *party, bool without_one_time_prekey,
                              bool rotate_signed_prekey, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__GetBundle m = {MESSAGE(get_bundle), .party = lend_text(party),
                                      .without_one_time_prekey = without_one_time_prekey,
                                      .rotate_signed_prekey = rotate_signed_prekey};
    return driver_ask(d, OP(GET_BUNDLE), &m, arena, NULL, out);
}

enum status driver_start_session(struct driver *d, const char *party, struct address peer,
                                 uint32_t kind, struct bytes bundle, struct arena *arena,
                                 struct answer *out)
{
    Assay__Target__V1__Bundle body = {MESSAGE(bundle), .kind = (Assay__Target__V1__BundleKind)kind,
                                      .body = lend(bundle)};
    Assay__Target__V1__Address address = address_of(peer);
    Assay__Target__V1__StartSession m = {MESSAGE(start_session), .party = lend_text(party),
                                         .peer = &address, .bundle = &body};
    return driver_ask(d, OP(START_SESSION), &m, arena, NULL, out);
}

enum status driver_seal(struct driver *d, const struct target_conversation *where,
                        struct bytes plaintext, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Seal m = {
        MESSAGE(seal), .party = lend_text(where->party), .group = lend_text(where->group),
        .peer = where->group ? NULL : &address, .plaintext = lend(plaintext)};
    return driver_ask(d, OP(SEAL), &m, arena, NULL, out);
}

static enum status open_as(struct driver *d, const struct target_conversation *where, uint32_t kind,
                           struct bytes body, bool is_own, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Message message = {
        MESSAGE(message), .kind = (Assay__Target__V1__MessageKind)kind, .body = lend(body)};
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Open m = {MESSAGE(open),       .party = lend_text(where->party),
                                 .from = &address,    .group = lend_text(where->group),
                                 .message = &message, .own = is_own};
    return driver_ask(d, OP(OPEN), &m, arena, NULL, out);
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
    Assay__Target__V1__Snapshot m = {MESSAGE(snapshot), .party = lend_text(party)};
    return driver_ask(d, OP(SNAPSHOT), &m, arena, NULL, out);
}

enum status driver_restore(struct driver *d, const char *party, struct bytes state,
                           struct arena *arena, struct answer *out)
{
    return driver_restore_split(d, party, state, bytes_of(NULL, 0), arena, out);
}

enum status driver_restore_split(struct driver *d, const char *party, struct bytes state,
                                 struct bytes post_quantum_of, struct arena *arena,
                                 struct answer *out)
{
    Assay__Target__V1__Restore m = {MESSAGE(restore), .party = lend_text(party),
                                    .state = lend(state), .post_quantum_of = lend(post_quantum_of)};
    return driver_ask(d, OP(RESTORE), &m, arena, NULL, out);
}

enum status driver_fingerprint(struct driver *d, const struct target_conversation *where,
                               const char *own_id, const char *peer_id, struct arena *arena,
                               struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Fingerprint m = {MESSAGE(fingerprint), .party = lend_text(where->party),
                                        .peer = &address, .own_id = lend_text(own_id),
                                        .peer_id = lend_text(peer_id)};
    return driver_ask(d, OP(FINGERPRINT), &m, arena, NULL, out);
}

enum status driver_forget_session(struct driver *d, const struct target_conversation *where,
                                  struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__ForgetSession m = {MESSAGE(forget_session), .party = lend_text(where->party),
                                          .peer = &address};
    return driver_ask(d, OP(FORGET_SESSION), &m, arena, NULL, out);
}

enum status driver_accept_identity(struct driver *d, const struct target_conversation *where,
                                   struct bytes identity_key, struct arena *arena,
                                   struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__AcceptIdentity m = {MESSAGE(accept_identity),
                                           .party = lend_text(where->party), .peer = &address,
                                           .identity_key = lend(identity_key)};
    return driver_ask(d, OP(ACCEPT_IDENTITY), &m, arena, NULL, out);
}

enum status driver_distribute(struct driver *d, const char *party, const char *group, bool fresh,
                              struct arena *arena, struct answer *out)
{
    Assay__Target__V1__DistributeSenderKey m = {MESSAGE(distribute_sender_key),
                                                .party = lend_text(party),
                                                .group = lend_text(group), .fresh = fresh};
    return driver_ask(d, OP(DISTRIBUTE_SENDER_KEY), &m, arena, NULL, out);
}

enum status driver_export_identity(struct driver *d, const char *party, struct arena *arena,
                                   struct answer *out)
{
    Assay__Target__V1__ExportIdentity m = {MESSAGE(export_identity), .party = lend_text(party)};
    return driver_ask(d, OP(EXPORT_IDENTITY), &m, arena, NULL, out);
}

enum status driver_forge(struct driver *d, const struct target_conversation *where,
                         struct bytes plaintext, struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Forge m = {MESSAGE(forge), .party = lend_text(where->party),
                                  .from = &address, .plaintext = lend(plaintext)};
    return driver_ask(d, OP(FORGE), &m, arena, NULL, out);
}

enum status driver_refresh(struct driver *d, const struct target_conversation *where,
                           struct arena *arena, struct answer *out)
{
    Assay__Target__V1__Address address = address_of(where->peer);
    Assay__Target__V1__Refresh m = {MESSAGE(refresh), .party = lend_text(where->party),
                                    .peer = &address};
    return driver_ask(d, OP(REFRESH), &m, arena, NULL, out);
}

enum status driver_unknown_operation(struct driver *d, struct arena *arena, struct answer *out)
{
    uint8_t no_bytes[] = {0}; /* the length of an empty message */
    ProtobufCMessageUnknownField field = {NO_OPERATION, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
                                          sizeof(no_bytes), no_bytes};
    Assay__Target__V1__Request request = {MESSAGE(request)};
    request.base.n_unknown_fields = 1;
    request.base.unknown_fields = &field;
    return driver_exchange(d, &request, arena, NULL, out);
}
