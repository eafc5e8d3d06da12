/* SPDX-License-Identifier: 0BSD */
/*
 * service.h - what the files of serving share: the parties of a control connection, and a reply
 * under construction.
 * Depends on: serve, events.
 */
#ifndef SERVING_SERVICE_H
#define SERVING_SERVICE_H

#include "events.h"
#include "serve.h"

#define FRAME_MAX (2u * 1024u * 1024u)
#define PARTIES_MAX 1024u
#define CAPABILITIES_MAX 32u
#define VERSIONS_MAX 8u
#define SURFACES_MAX 4u
#define LAYERS_MAX 4u

/* A party of the library surface, or a whole client with its log. */
struct named_party {
    char *handle;
    void *party;
    bool is_client;
    struct event_log *log; /* a client's; NULL otherwise */
};

/* All state of a control connection; Reset empties it. */
struct service {
    const struct implementation *what;
    void *state;
    struct named_party parties[PARTIES_MAX];
    size_t n_parties;
    void *provider; /* of the service surface; NULL where it is not offered */
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
        Assay__Target__V1__EventList event_list;
        Assay__Target__V1__KeySetShown key_set_shown;
        Assay__Target__V1__ServiceShown service_shown;
        Assay__Target__V1__MediaHosted media_hosted;
        Assay__Target__V1__MediaTaken media_taken;
        Assay__Target__V1__TokenMinted token_minted;
        Assay__Target__V1__PushList push_list;
        Assay__Target__V1__ServerOpened server_opened;
    } result;
    Assay__Target__V1__Bundle bundle;
    Assay__Target__V1__Message message;
    struct served_bytes bytes; /* what the result points at */
    char text[SERVE_DIGITS];
    Assay__Target__V1__Outgoing outgoing;
    Assay__Target__V1__Outgoing *outgoings[1];
    Assay__Target__V1__Address to;
    char *versions[VERSIONS_MAX];
    char *names[CAPABILITIES_MAX];
    char *surfaces[SURFACES_MAX];
    char *layers[LAYERS_MAX];
    Assay__Target__V1__Event *events[EVENTS_PER_REPLY];
};

/* The result named |member| becomes an empty message of |type|. */
#define SET_RESULT(answer, case_name, member, type)                                                \
    (assay__target__v1__##type##__init(&(answer)->result.member),                                  \
     (answer)->reply.member = &(answer)->result.member,                                            \
     (answer)->reply.result_case = ASSAY__TARGET__V1__REPLY__RESULT_##case_name)

/* For protobuf-c, whose structs have char pointers although nothing is written there. */
char *writable(const char *text);
struct served_address address_of(const Assay__Target__V1__Address *a);
ProtobufCBinaryData view_of(const struct served_bytes *bytes);

/* ---- filling in a reply (answer.c) */

void say_done(struct answer *a);
void say_unsupported(struct answer *a);
void say_fault(struct answer *a, const char *text);
/* A refusal or a fault, as the implementation's |reason_of| says of |code|. */
void say_code(const struct service *s, struct answer *a, int code);
/* Done for 0, or the code. */
void say_result(const struct service *s, struct answer *a, int code);
void say_sealed(struct answer *a, Assay__Target__V1__MessageKind kind);
void say_opened(struct answer *a, bool without_plaintext);
/* a->bytes are a state. */
void say_state(struct answer *a);
/* Done, with a->bytes as a message for |to| beside it, unless they are empty. */
void say_outgoing(struct answer *a, struct served_address to, Assay__Target__V1__MessageKind kind);
/* True when the implementation has the operation; else Unsupported is said. */
static inline bool offers(bool has_operation, struct answer *a)
{
    if (!has_operation)
        say_unsupported(a);
    return has_operation;
}

/* ---- parties (answer.c) */

/* NULL, with a fault in |a|, when there is no such party. */
struct named_party *named_or_fault(struct service *s, const char *handle, struct answer *a);
/* The same for one of the library surface only, and for a client only. */
void *party_or_fault(struct service *s, const char *handle, struct answer *a);
struct named_party *client_or_fault(struct service *s, const char *handle, struct answer *a);
bool is_handle_free(struct service *s, const char *handle, struct answer *a);
/* Takes over |named|'s party and log; the reply becomes Done or a fault. |handle| is copied. */
void keep_party(struct service *s, const char *handle, struct named_party named, struct answer *a);
/* End all parties. */
void forget_everything(struct service *s);

/* ---- operations, by the number of their request; NULL where there is none */

typedef void service_operation(struct service *, const Assay__Target__V1__Request *,
                               struct answer *);
service_operation *library_operation(Assay__Target__V1__Request__OpCase op); /* operations.c */
/* What claims about compromise are tested with (compromise.c). */
service_operation do_export_identity, do_forge, do_refresh;
service_operation *
client_operation(Assay__Target__V1__Request__OpCase op); /* client_operations.c */
service_operation *
provider_operation(Assay__Target__V1__Request__OpCase op); /* service_operations.c */
service_operation do_open_server;                          /* of the server surface, there */

#endif
