/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "blind_world.h"

#include <stdio.h>
#include <stdlib.h>

void world_must(enum status st)
{
    if (st) {
        fprintf(stderr, "the test itself fails: %s\n", status_text(st));
        abort();
    }
}

static void note(struct world *w, const char *what, enum status st, enum refusal why,
                 struct bytes shown)
{
    buffer_printf(&w->log, "%s %d %d %zu ", what, (int)st, (int)why, shown.len);
    world_must(buffer_append(&w->log, shown));
    world_must(buffer_append_text(&w->log, "\n"));
}

struct party *world_new_party(struct random *random, const struct rules *rules, const char *name,
                              uint32_t device)
{
    const struct party_options options = {.self = {name, device}, .random = random, .rules = rules};
    struct party *p;
    world_must(party_new(&options, &p));
    return p;
}

struct party *world_peer(struct world *w, const char *name, uint32_t device)
{
    return world_peer_by(w, w->honest, name, device);
}

struct party *world_peer_by(struct world *w, const struct rules *rules, const char *name,
                            uint32_t device)
{
    struct party *p = world_new_party(&w->peers_random, rules, name, device);
    w->peers[w->n_peers++] = p;
    return p;
}

struct party *world_copy(struct world *w, const struct party *p)
{
    struct party *copy;
    struct buffer state;
    buffer_init(&state, WORLD_LOG_MAX);
    world_must(party_save(p, &state));
    world_must(party_load(buffer_bytes(&state), &w->peers_random, w->honest, &copy));
    buffer_fini(&state);
    w->peers[w->n_peers++] = copy;
    return copy;
}

const struct address world_target_address = {"target", 1};

struct buffer world_bundle_of(struct world *w, struct party *p, bool rotates, bool with_one_time)
{
    const struct publish_options options = {.without_one_time_prekey = !with_one_time,
                                            .rotate_signed_prekey = rotates};
    struct buffer out;
    buffer_init(&out, 4096);
    enum status st = party_publish(p, &options, &out);
    if (p == w->target)
        note(w, "publish", st, REFUSAL_NONE, buffer_bytes(&out));
    else
        world_must(st);
    return out;
}

void world_publish(struct world *w, bool rotates)
{
    struct buffer bundle = world_bundle_of(w, w->target, rotates, true);
    buffer_fini(&bundle);
}

void world_start_with(struct world *w, struct party *p, struct address with,
                      const struct buffer *bundle, const struct mutation *mutation)
{
    enum refusal why = REFUSAL_NONE;
    enum status st = party_start(p, with, buffer_bytes(bundle), mutation, &why);
    if (p == w->target)
        note(w, "start", st, why, bytes_of(NULL, 0));
}

void world_start(struct world *w, struct party *p, struct party *of,
                 const struct mutation *mutation)
{
    struct buffer bundle = world_bundle_of(w, of, false, true);
    world_start_with(w, p, party_address(of), &bundle, mutation);
    buffer_fini(&bundle);
}

const struct sealed *world_seal_mutated(struct world *w, struct party *p, struct address to,
                                        struct bytes text, const struct mutation *mutation)
{
    struct sealed *s = &w->messages[w->n_messages++ % WORLD_MESSAGES];
    enum refusal why = REFUSAL_NONE;
    sealed_fini(s);
    sealed_init(s);
    enum status st = party_seal(p, to, text, mutation, s, &why);
    if (p == w->target) {
        note(w, s->kind == SIGNAL_KIND_PREKEY ? "seal first" : "seal", st, why,
             buffer_bytes(&s->body));
    }
    return s;
}

const struct sealed *world_seal(struct world *w, struct party *p, struct address to,
                                const char *text)
{
    return world_seal_mutated(w, p, to, bytes_of_text(text), NULL);
}

void world_open_as(struct world *w, struct party *p, struct address from, enum signal_kind kind,
                   struct bytes body)
{
    enum refusal why = REFUSAL_NONE;
    struct buffer text;
    buffer_init(&text, PARTY_MESSAGE_MAX);
    enum status st = party_open(p, from, kind, body, &text, &why);
    note(w, p == w->target ? "open" : "peer opens", st, why, buffer_bytes(&text));
    buffer_fini(&text);
}

void world_hear(struct world *w, struct party *p, struct address from, const struct sealed *s)
{
    world_open_as(w, p, from, s->kind, buffer_bytes(&s->body));
}

void world_hear_forged(struct world *w, struct party *p, struct address from,
                       const struct sealed *s, size_t at)
{
    struct buffer forged;
    buffer_init(&forged, PARTY_MESSAGE_MAX);
    world_must(buffer_append(&forged, buffer_bytes(&s->body)));
    forged.data[forged.len - 1 - at] ^= 1;
    world_open_as(w, p, from, s->kind, buffer_bytes(&forged));
    buffer_fini(&forged);
}

void world_hear_bad_mac(struct world *w, struct party *p, const struct sealed *s,
                        struct address from)
{
    struct prekey_message outer;
    size_t behind = 0;
    if (s->kind == SIGNAL_KIND_PREKEY) {
        world_must(prekey_message_decode(buffer_bytes(&s->body), &outer));
        behind = (size_t)(s->body.data + s->body.len - (outer.message.data + outer.message.len));
    }
    world_hear_forged(w, p, from, s, behind);
}

void world_tell(struct world *w, struct party *p, const char *text)
{
    world_hear(w, w->target, party_address(p), world_seal(w, p, world_target_address, text));
}

void world_say(struct world *w, struct party *p, const char *text)
{
    world_hear(w, p, world_target_address, world_seal(w, w->target, party_address(p), text));
}

void world_converse(struct world *w, struct party *p)
{
    world_start(w, p, w->target, NULL);
    world_tell(w, p, "first");
    world_say(w, p, "answer");
    world_tell(w, p, "second");
}

void world_restart(struct world *w)
{
    struct buffer state;
    buffer_init(&state, WORLD_LOG_MAX);
    world_must(party_save(w->target, &state));
    party_free(w->target);
    world_must(party_load(buffer_bytes(&state), &w->random, w->rules, &w->target));
    buffer_fini(&state);
}

void world_accept_key(struct world *w, struct address of, struct bytes key)
{
    note(w, "accept", party_accept_identity(w->target, of, key), REFUSAL_NONE, bytes_of(NULL, 0));
}

void world_accept_of(struct world *w, struct address of, const struct party *p)
{
    world_accept_key(w, of, party_identity_public(p));
}

void world_show_fingerprint(struct world *w, struct address of, const char *peer_id)
{
    enum refusal why = REFUSAL_NONE;
    char digits[61];
    enum status st = party_fingerprint(w->target, of, bytes_of_text("target"),
                                       bytes_of_text(peer_id), digits, &why);
    note(w, "fingerprint", st, why, bytes_of((const uint8_t *)digits, 60));
}
void world_group_message(struct world *w, const char *group, struct address from,
                         const struct sealed *s, bool is_forged)
{
    enum refusal why = REFUSAL_NONE;
    struct buffer text, body;
    buffer_init(&text, PARTY_MESSAGE_MAX);
    buffer_init(&body, PARTY_MESSAGE_MAX);
    world_must(buffer_append(&body, buffer_bytes(&s->body)));
    if (is_forged)
        body.data[body.len - 10] ^= 1;
    enum status st = party_open_group(w->target, group, from, buffer_bytes(&body), &text, &why);
    note(w, "open in the group", st, why, buffer_bytes(&text));
    buffer_fini(&text);
    buffer_fini(&body);
}

const struct sealed *world_group_seal(struct world *w, struct party *p, const char *text)
{
    struct sealed *s = &w->messages[w->n_messages++ % WORLD_MESSAGES];
    enum refusal why = REFUSAL_NONE;
    sealed_fini(s);
    sealed_init(s);
    enum status st = party_seal_group(p, "group", bytes_of_text(text), NULL, s, &why);
    if (p == w->target)
        note(w, "seal to the group", st, why, buffer_bytes(&s->body));
    return s;
}

const struct sealed *world_distribute(struct world *w, struct party *p, bool is_fresh)
{
    struct sealed *s = &w->messages[w->n_messages++ % WORLD_MESSAGES];
    sealed_fini(s);
    sealed_init(s);
    enum status st = party_distribute(p, "group", is_fresh, NULL, s);
    if (p == w->target)
        note(w, "distribute", st, REFUSAL_NONE, buffer_bytes(&s->body));
    return s;
}

void world_absorb(struct world *w, struct address from, const struct sealed *s)
{
    enum refusal why = REFUSAL_NONE;
    enum status st = party_absorb(w->target, "group", from, buffer_bytes(&s->body), &why);
    note(w, "absorb", st, why, bytes_of(NULL, 0));
}
