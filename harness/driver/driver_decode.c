/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/driver_internal.h"

#include "driver/driver_client.h"
#include "driver/driver_server.h"
#include "driver/driver_service.h"

#include <stddef.h>
#include <string.h>

/*
 * What a decoded Reply may occupy, in bytes. Decoded, a message can be many times its encoded size
 * (a megabyte of empty strings in a repeated field becomes a megabyte of pointers), so the frame's
 * maximum is not enough.
 */
#define DECODED_MAX (16u * 1024u * 1024u)

#define RESULT(name) ASSAY__TARGET__V1__REPLY__RESULT_##name
#define N_OPS (OP(OPEN_SERVER) + 1)
#define N_RESULTS (RESULT(SERVER_OPENED) + 1)

typedef Assay__Target__V1__Reply reply;

/* Which result answers which operation, proto/target.proto. Refused, Unsupported and Fault answer
 * any. */
static const struct operation {
    const char *name;
    Assay__Target__V1__Reply__ResultCase answered_by;
} operations[N_OPS] = {
    [OP(_NOT_SET)] = {"an unknown operation", RESULT(UNSUPPORTED)},
    [OP(HELLO)] = {"Hello", RESULT(PROFILE)},
    [OP(RESET)] = {"Reset", RESULT(DONE)},
    [OP(PING)] = {"Ping", RESULT(DONE)},
    [OP(CREATE_PARTY)] = {"CreateParty", RESULT(DONE)},
    [OP(GET_BUNDLE)] = {"GetBundle", RESULT(BUNDLE_MADE)},
    [OP(START_SESSION)] = {"StartSession", RESULT(DONE)},
    [OP(SEAL)] = {"Seal", RESULT(SEALED)},
    [OP(OPEN)] = {"Open", RESULT(OPENED)},
    [OP(SNAPSHOT)] = {"Snapshot", RESULT(STATE)},
    [OP(RESTORE)] = {"Restore", RESULT(DONE)},
    [OP(FINGERPRINT)] = {"Fingerprint", RESULT(FINGERPRINT_SHOWN)},
    [OP(FORGET_SESSION)] = {"ForgetSession", RESULT(DONE)},
    [OP(ACCEPT_IDENTITY)] = {"AcceptIdentity", RESULT(DONE)},
    [OP(DISTRIBUTE_SENDER_KEY)] = {"DistributeSenderKey", RESULT(SEALED)},
    [OP(EXPORT_IDENTITY)] = {"ExportIdentity", RESULT(STATE)},
    [OP(FORGE)] = {"Forge", RESULT(SEALED)},
    [OP(REFRESH)] = {"Refresh", RESULT(DONE)},
    [OP(CREATE_CLIENT)] = {"CreateClient", RESULT(DONE)},
    [OP(CONNECT)] = {"Connect", RESULT(DONE)},
    [OP(DISCONNECT)] = {"Disconnect", RESULT(DONE)},
    [OP(SEND_TEXT)] = {"SendText", RESULT(DONE)},
    [OP(SEND_CONTENT)] = {"SendContent", RESULT(DONE)},
    [OP(PREPARE)] = {"Prepare", RESULT(DONE)},
    [OP(EVENTS)] = {"Events", RESULT(EVENT_LIST)},
    [OP(KEY_SET)] = {"KeySet", RESULT(KEY_SET_SHOWN)},
    [OP(ROTATE_PREKEY)] = {"RotatePreKey", RESULT(DONE)},
    [OP(MARK_READ)] = {"MarkRead", RESULT(DONE)},
    [OP(SERVICE)] = {"Service", RESULT(SERVICE_SHOWN)},
    [OP(HOST_MEDIA)] = {"HostMedia", RESULT(MEDIA_HOSTED)},
    [OP(TAKE_MEDIA)] = {"TakeMedia", RESULT(MEDIA_TAKEN)},
    [OP(EXPIRE_MEDIA)] = {"ExpireMedia", RESULT(DONE)},
    [OP(MINT_TOKEN)] = {"MintToken", RESULT(TOKEN_MINTED)},
    [OP(ROTATE_KEYS)] = {"RotateKeys", RESULT(DONE)},
    [OP(ENLIST)] = {"Enlist", RESULT(DONE)},
    [OP(WITHDRAW)] = {"Withdraw", RESULT(DONE)},
    [OP(PUSHES)] = {"Pushes", RESULT(PUSH_LIST)},
    [OP(OPEN_SERVER)] = {"OpenServer", RESULT(SERVER_OPENED)},
};

/* Where the parts of a result are stored. */
struct sink {
    struct arena *arena;
    struct target_profile *profile;
    struct answer *out;
};

void answer_clear(struct answer *out)
{
    memset(out, 0, sizeof(*out));
    out->detail = "";
    out->text = "";
}

const char *answer_text(struct arena *arena, struct bytes in, size_t max_len)
{
    in = bytes_slice(in, 0, max_len);
    char *text = (char *)arena_alloc(arena, in.len + 1);
    if (!text)
        return NULL;
    for (size_t i = 0; i < in.len; i++)
        text[i] = in.data[i] ? (char)in.data[i] : '?';
    return text;
}

static enum status keep_text(struct sink *to, const char *text, const char **out)
{
    const char *copy = answer_text(to->arena, bytes_of_text(text), DRIVER_DETAIL_MAX);
    *out = copy ? copy : "";
    return copy ? OK : E_NOMEM;
}

static enum status keep_long_text(struct sink *to, const char *text, const char **out)
{
    const char *copy = answer_text(to->arena, bytes_of_text(text), TRANSPORT_FRAME_MAX);
    *out = copy ? copy : "";
    return copy ? OK : E_NOMEM;
}

static enum status keep_body(struct sink *to, ProtobufCBinaryData body)
{
    to->out->body = arena_copy(to->arena, bytes_of(body.data, body.len));
    return to->out->body.data ? OK : E_NOMEM;
}

static enum status garbage(struct sink *to, const char *detail)
{
    to->out->seen = SEEN_GARBAGE;
    to->out->detail = detail;
    return OK;
}

/* ---- one function a result */

static enum status keep_names(struct sink *to, char *const *names, size_t count, size_t max,
                              const char **out, size_t *out_count)
{
    enum status st = OK;
    for (size_t i = 0; i < count && i < max && !st; i++)
        if (!(st = keep_text(to, names[i], &out[i])))
            *out_count = i + 1;
    return st;
}

static enum status take_profile(struct sink *to, const reply *r)
{
    const Assay__Target__V1__Profile *from = r->profile;
    struct target_profile *p = to->profile;
    enum status st;

    to->out->seen = SEEN_DONE;
    if (!p)
        return OK;
    p->protocol_version = from->protocol_version;
    p->connections = from->connections ? from->connections : 1;
    if ((st = keep_text(to, from->name, &p->name)) ||
        (st = keep_text(to, from->version, &p->version)) ||
        (st = keep_text(to, from->adapter_version, &p->adapter_version)) ||
        (st = keep_text(to, from->protocol, &p->protocol)) ||
        (st = keep_names(to, from->surfaces, from->n_surfaces, DRIVER_CAPABILITIES_MAX, p->surfaces,
                         &p->n_surfaces)) ||
        (st = keep_names(to, from->layers, from->n_layers, DRIVER_CAPABILITIES_MAX, p->layers,
                         &p->n_layers)) ||
        (st = keep_names(to, from->versions, from->n_versions, DRIVER_VERSIONS_MAX, p->versions,
                         &p->n_versions)))
        return st;
    return keep_names(to, from->capabilities, from->n_capabilities, DRIVER_CAPABILITIES_MAX,
                      p->capabilities, &p->n_capabilities);
}

static enum status take_done(struct sink *to, const reply *r)
{
    (void)r;
    to->out->seen = SEEN_DONE;
    return OK;
}

static enum status take_bundle(struct sink *to, const reply *r)
{
    if (!r->bundle_made->bundle)
        return garbage(to, "BundleMade without a bundle in it");
    to->out->seen = SEEN_DONE;
    to->out->kind = (uint32_t)r->bundle_made->bundle->kind;
    return keep_body(to, r->bundle_made->bundle->body);
}

static enum status take_sealed(struct sink *to, const reply *r)
{
    if (!r->sealed->message)
        return garbage(to, "Sealed without a message in it");
    to->out->seen = SEEN_DONE;
    to->out->kind = (uint32_t)r->sealed->message->kind;
    return keep_body(to, r->sealed->message->body);
}

static enum status take_opened(struct sink *to, const reply *r)
{
    to->out->seen = r->opened->without_plaintext ? SEEN_ABSORBED : SEEN_NOTHING_YET;
    return keep_body(to, r->opened->plaintext);
}

static enum status take_state(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_DONE;
    return keep_body(to, r->state->state);
}

static enum status take_fingerprint(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_DONE;
    enum status st = keep_text(to, r->fingerprint_shown->displayable, &to->out->text);
    return st ? st : keep_body(to, r->fingerprint_shown->scannable);
}

static enum status take_refused(struct sink *to, const reply *r)
{
    uint32_t reason = (uint32_t)r->refused->reason;
    bool is_known = reason <= ASSAY__TARGET__V1__REASON__REASON_LOST;
    to->out->seen = SEEN_REFUSAL;
    to->out->reason = is_known ? reason : ASSAY__TARGET__V1__REASON__REASON_UNSPECIFIED;
    return keep_text(to, r->refused->detail, &to->out->detail);
}

static enum status take_unsupported(struct sink *to, const reply *r)
{
    (void)r;
    to->out->seen = SEEN_UNSUPPORTED;
    return OK;
}

static enum status take_fault(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_FAULT;
    return keep_text(to, r->fault->detail, &to->out->detail);
}

static enum status take_event(struct sink *to, const Assay__Target__V1__Event *e,
                              struct target_event *out)
{
    bool is_known = (unsigned)e->kind < N_TARGET_EVENT_KIND;
    out->number = e->number;
    out->kind = is_known ? (enum target_event_kind)e->kind : TARGET_EVENT_NONE;
    out->reason = (uint32_t)e->reason;
    out->by_self = e->by_self;
    out->device = e->peer ? e->peer->device : 0;
    out->content = arena_copy(to->arena, bytes_of(e->content.data, e->content.len));
    if (!out->content.data || keep_text(to, e->peer ? e->peer->name : "", &out->peer) ||
        keep_text(to, e->id, &out->id))
        return E_NOMEM;
    return keep_text(to, e->detail, &out->detail);
}

static enum status take_events(struct sink *to, const reply *r)
{
    size_t n = r->event_list->n_events;
    if (n > TARGET_EVENTS_MAX)
        return garbage(to, "more than 256 events in one answer");
    struct target_event *events = arena_array(to->arena, n + 1, sizeof(*events));
    if (!events)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        enum status st = take_event(to, r->event_list->events[i], &events[i]);
        if (st)
            return st;
        if (i && events[i].number != events[i - 1].number + 1)
            return garbage(to, "an event whose number does not count up by one");
    }
    to->out->seen = SEEN_DONE;
    to->out->events = events;
    to->out->n_events = n;
    return OK;
}

static enum status take_key_set(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_DONE;
    return keep_long_text(to, r->key_set_shown->jwks, &to->out->text);
}

/* ---- results of the service surface */

static enum status take_service(struct sink *to, const reply *r)
{
    const Assay__Target__V1__ServiceShown *from = r->service_shown;
    struct target_service *s = arena_alloc(to->arena, sizeof(*s));
    to->out->seen = SEEN_DONE;
    to->out->service = s;
    if (!s || keep_long_text(to, from->media, &s->media) ||
        keep_long_text(to, from->keys, &s->keys) || keep_long_text(to, from->push, &s->push))
        return E_NOMEM;
    return keep_long_text(to, from->roots, &s->roots);
}

static enum status take_hosted(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_DONE;
    return keep_body(to, r->media_hosted->content);
}

static enum status take_taken(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_DONE;
    to->out->number = r->media_taken->length;
    enum status st = keep_text(to, r->media_taken->file_name, &to->out->text);
    return st ? st : keep_body(to, r->media_taken->sha256);
}

static enum status take_token(struct sink *to, const reply *r)
{
    to->out->seen = SEEN_DONE;
    return keep_long_text(to, r->token_minted->token, &to->out->text);
}

static enum status take_pushes(struct sink *to, const reply *r)
{
    size_t n = r->push_list->n_ids;
    const char **ids = arena_array(to->arena, n + 1, sizeof(*ids));
    to->out->seen = SEEN_DONE;
    to->out->texts = ids;
    for (size_t i = 0; ids && i < n; i++) {
        if (keep_text(to, r->push_list->ids[i], &ids[i]))
            return E_NOMEM;
        to->out->n_texts = i + 1;
    }
    return ids ? OK : E_NOMEM;
}

/* ---- results of the server and the proxy surface */

static enum status take_server(struct sink *to, const reply *r)
{
    const char **texts = arena_array(to->arena, N_TARGET_SERVER_TEXT, sizeof(*texts));
    if (!texts)
        return E_NOMEM;
    to->out->seen = SEEN_DONE;
    to->out->number = r->server_opened->port;
    to->out->texts = texts;
    to->out->n_texts = N_TARGET_SERVER_TEXT;
    enum status st = keep_long_text(to, r->server_opened->key_set, &texts[TARGET_SERVER_KEY_SET]);
    if (!st)
        st = keep_text(to, r->server_opened->enlist_url, &texts[TARGET_SERVER_ENLIST_URL]);
    if (!st)
        st = keep_long_text(to, r->server_opened->roots, &texts[TARGET_SERVER_ROOTS]);
    if (!st)
        st = keep_text(to, r->server_opened->host, &to->out->text);
    return st ? st : keep_body(to, r->server_opened->root_key);
}

static const struct result {
    const char *name;
    bool answers_all;
    enum status (*take)(struct sink *to, const reply *r);
} results[N_RESULTS] = {
    [RESULT(PROFILE)] = {"Profile", false, take_profile},
    [RESULT(DONE)] = {"Done", false, take_done},
    [RESULT(BUNDLE_MADE)] = {"BundleMade", false, take_bundle},
    [RESULT(SEALED)] = {"Sealed", false, take_sealed},
    [RESULT(OPENED)] = {"Opened", false, take_opened},
    [RESULT(STATE)] = {"State", false, take_state},
    [RESULT(FINGERPRINT_SHOWN)] = {"FingerprintShown", false, take_fingerprint},
    [RESULT(REFUSED)] = {"Refused", true, take_refused},
    [RESULT(UNSUPPORTED)] = {"Unsupported", true, take_unsupported},
    [RESULT(FAULT)] = {"Fault", true, take_fault},
    [RESULT(EVENT_LIST)] = {"EventList", false, take_events},
    [RESULT(KEY_SET_SHOWN)] = {"KeySetShown", false, take_key_set},
    [RESULT(SERVICE_SHOWN)] = {"ServiceShown", false, take_service},
    [RESULT(MEDIA_HOSTED)] = {"MediaHosted", false, take_hosted},
    [RESULT(MEDIA_TAKEN)] = {"MediaTaken", false, take_taken},
    [RESULT(TOKEN_MINTED)] = {"TokenMinted", false, take_token},
    [RESULT(PUSH_LIST)] = {"PushList", false, take_pushes},
    [RESULT(SERVER_OPENED)] = {"ServerOpened", false, take_server},
};

/* ---- the reply as a whole */

static enum status judge_sequence(struct sink *to, uint64_t seq, uint64_t wanted)
{
    const char *text = arena_printf(to->arena, "a reply to request %llu; this was request %llu",
                                    (unsigned long long)seq, (unsigned long long)wanted);
    to->out->seen = SEEN_OUT_OF_SEQUENCE;
    to->out->detail = text ? text : "";
    return text ? OK : E_NOMEM;
}

/* Further messages of an answer; more than DRIVER_OUTGOING_MAX are garbage. */
static enum status take_outgoing(struct sink *to, const reply *r)
{
    size_t n = r->n_outgoing;
    struct target_outgoing *all = arena_array(to->arena, n + 1, sizeof(*all));
    if (!all)
        return E_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const Assay__Target__V1__Outgoing *o = r->outgoing[i];
        if (!o->message || !o->to)
            return garbage(to, "an outgoing message without an addressee or a message in it");
        all[i].kind = (uint32_t)o->message->kind;
        all[i].to.device = o->to->device;
        all[i].body = arena_copy(to->arena, bytes_of(o->message->body.data, o->message->body.len));
        if (!all[i].body.data || keep_text(to, o->to->name, &all[i].to.name))
            return E_NOMEM;
    }
    to->out->outgoing = all;
    to->out->n_outgoing = n;
    return OK;
}

/* |seq| and |op| are the request's. */
static enum status take_reply(struct sink *to, const reply *r, uint64_t seq,
                              Assay__Target__V1__Request__OpCase op)
{
    to->out->warned = r->warned;
    if (r->n_outgoing > DRIVER_OUTGOING_MAX)
        return garbage(to, "more than 64 outgoing messages in one answer");
    if (r->result_case == RESULT(_NOT_SET))
        return garbage(to, "a Reply without a result, or with one that no version knows");
    if (r->seq != seq)
        return judge_sequence(to, r->seq, seq);
    const struct result *result = &results[r->result_case];
    if (result->answers_all || operations[op].answered_by == r->result_case) {
        enum status st = result->take(to, r);
        return st || to->out->seen == SEEN_GARBAGE ? st : take_outgoing(to, r);
    }
    const char *text =
        arena_printf(to->arena, "%s is no answer to %s", result->name, operations[op].name);
    return text ? garbage(to, text) : E_NOMEM;
}

/* Memory for one decoding: an arena with a limit, and whether malloc failed. */
struct scratch {
    struct arena arena;
    bool is_out_of_memory;
};

static void *scratch_alloc(void *context, size_t size)
{
    struct scratch *s = (struct scratch *)context;
    size_t left = s->arena.max - s->arena.used;
    void *at = arena_alloc(&s->arena, size);
    if (!at && size + sizeof(max_align_t) <= left)
        s->is_out_of_memory = true;
    return at;
}

static void scratch_free(void *context, void *pointer)
{
    (void)context; /* the arena is released as a whole */
    (void)pointer;
}

enum status answer_decode(struct bytes frame, uint64_t seq, Assay__Target__V1__Request__OpCase op,
                          struct arena *arena, struct target_profile *out_profile,
                          struct answer *out)
{
    struct scratch scratch = {.is_out_of_memory = false};
    ProtobufCAllocator allocator = {scratch_alloc, scratch_free, &scratch};
    struct sink to = {arena, out_profile, out};
    enum status st;

    answer_clear(out);
    arena_init(&scratch.arena, DECODED_MAX);
    reply *r = assay__target__v1__reply__unpack(&allocator, frame.len, frame.data);
    if (r)
        st = take_reply(&to, r, seq, op);
    else if (scratch.is_out_of_memory)
        st = E_NOMEM;
    else
        st = garbage(&to, "bytes that are no Reply, or one too large to hold");
    if (st)
        out->seen = SEEN_HARNESS_TROUBLE;
    arena_fini(&scratch.arena);
    return st;
}
