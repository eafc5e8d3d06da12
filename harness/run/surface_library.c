/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/surface.h"

#include "run/exchange.h"

static enum status create(struct context *s, struct case_party *a, struct answer *out)
{
    return driver_create_party(s->driver, a->name, case_party_address(a), NULL, s->arena, out);
}

static enum status publish(struct context *s, struct case_party *by,
                           const struct publish_options *options, struct answer *out)
{
    return driver_get_bundle(s->driver, by->name, options->without_one_time_prekey,
                             options->rotate_signed_prekey, s->arena, out);
}

static enum status start(struct context *s, struct case_party *by, struct case_party *with,
                         const struct artifact *bundle, const struct word_use *fetch_mutation,
                         struct answer *out)
{
    (void)fetch_mutation; /* nobody fetches anything here; the loader keeps such cases away */
    return driver_start_session(s->driver, by->name, case_party_address(with),
                                s->cipher->bundle_kind, bundle->body, s->arena, out);
}

static enum status seal(struct context *s, struct case_party *by, struct artifact *made,
                        struct answer *out)
{
    struct target_conversation where = {.party = by->name, .group = made->group};
    if (made->addressee)
        where.peer = case_party_address(made->addressee);
    enum status st = driver_seal(s->driver, &where, made->plaintext, s->arena, out);
    if (st)
        return st;
    made->kind = cipher_kind(s->cipher, out->kind);
    made->body = out->body;
    return OK;
}

static enum status open(struct context *s, struct artifact *message, struct case_party *to,
                        struct case_party *from, struct answer *out)
{
    struct target_conversation where = {
        .party = to->name, .peer = case_party_address(from), .group = message->group};
    enum status st =
        driver_open_message(s->driver, &where, message->kind->number, message->body, s->arena, out);
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

static enum status restore(struct context *s, struct case_party *copy,
                           const struct artifact *snapshot, struct answer *out)
{
    return driver_restore(s->driver, copy->name, snapshot->body, s->arena, out);
}

/* ---- the cipher carries the plaintext itself */

static enum status make_content(struct context *s, const struct seal_what *what,
                                struct artifact *made)
{
    (void)s;
    (void)what;
    (void)made;
    return OK;
}

static enum status pack(struct context *s, const struct seal_what *what,
                        const struct artifact *made, struct bytes *out)
{
    (void)s;
    (void)made;
    *out = what->plaintext;
    return OK;
}

static bool is_what_was_sealed(const struct context *s, const struct artifact *message,
                               struct bytes opened, const char **out_violates)
{
    (void)s;
    (void)out_violates;
    return bytes_equal(opened, message->plaintext);
}

const struct surface_acts surface_library = {
    .surface = SURFACE_LIBRARY,
    .claimed_under = "",
    .not_offered = "the target does not offer the surface library",
    .not_asked_for = "it needs a library, and another surface was asked for",
    .preparation = "Reset, CreateParty target",
    .keeps_tape = true,
    .create = create,
    .publish = publish,
    .start = start,
    .seal = seal,
    .open = open,
    .restore = restore,
    .make_content = make_content,
    .pack = pack,
    .is_what_was_sealed = is_what_was_sealed,
};
