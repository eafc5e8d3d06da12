#include "run/surface.h"

#include "run/exchange.h"

static enum status create(struct stage *s, struct actor *a, struct answer *out)
{
    return client_create_party(s->client, a->name, actor_target_peer(a), NULL, s->arena, out);
}

static enum status publish(struct stage *s, struct actor *by, const struct publish_options *options,
                           struct answer *out)
{
    return client_get_bundle(s->client, by->name, options->without_one_time_prekey,
                             options->rotate_signed_prekey, s->arena, out);
}

static enum status start(struct stage *s, struct actor *by, struct actor *with,
                         const struct thing *bundle, const char *fetch_bend, struct answer *out)
{
    (void)fetch_bend; /* nobody fetches anything here; the loader keeps such cases away */
    return client_start_session(s->client, by->name, actor_target_peer(with), CLIENT_KIND_SIGNAL_V3,
                                bundle->body, s->arena, out);
}

static enum status seal(struct stage *s, struct actor *by, struct thing *made, struct answer *out)
{
    struct target_conversation where = {.party = by->name, .group = made->group};
    if (made->addressee)
        where.peer = actor_target_peer(made->addressee);
    enum status st = client_seal(s->client, &where, made->plaintext, s->arena, out);
    if (st)
        return st;
    made->kind = (enum signal_kind)out->kind;
    made->body = out->body;
    return OK;
}

static enum status open(struct stage *s, struct thing *message, struct actor *to,
                        struct actor *from, struct answer *out)
{
    struct target_conversation where = {
        .party = to->name, .peer = actor_target_peer(from), .group = message->group};
    enum status st = client_open_message(s->client, &where, (uint32_t)message->kind, message->body,
                                         s->arena, out);
    if (st || out->seen != SEEN_NOTHING_YET)
        return st;
    out->seen = bytes_equal(out->body, message->plaintext) ? SEEN_PLAINTEXT : SEEN_OTHER_PLAINTEXT;
    if (out->seen == SEEN_OTHER_PLAINTEXT) {
        const char *text = arena_printf(s->arena, "%zu bytes came out, %zu bytes were sealed",
                                        out->body.len, message->plaintext.len);
        out->detail = text ? text : "";
    }
    return OK;
}

static enum status restore(struct stage *s, struct actor *copy, const struct thing *snapshot,
                           struct answer *out)
{
    return client_restore(s->client, copy->name, snapshot->body, s->arena, out);
}

const struct surface surface_library = {
    .name = "library",
    .create = create,
    .publish = publish,
    .start = start,
    .seal = seal,
    .open = open,
    .restore = restore,
};
