/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/model_internal.h"

#include <string.h>

/* clang-format off */
/* Fields under an authenticator, and changes after which the bytes cannot be what they were.
 * The base key is not under the MAC, but all of a new session hangs on it: neither the type
 * byte nor the bit that X25519 masks. No honest counter in these conversations comes near
 * 100,000. */
static const struct forgery forgeries[] = {
    {"signal.ciphertext", ATTR_FLIP, 0, 128, false},
    {"signal.ciphertext", ATTR_CUT, 1, 15, false},
    {"signal.ciphertext", ATTR_TAKE_FROM, 0, 0, false},
    {"signal.mac", ATTR_FLIP, 0, 64, false},
    {"signal.mac", ATTR_TAKE_FROM, 0, 0, false},
    {"signal.counter", ATTR_FLIP, 0, 7, false},
    {"signal.counter", ATTR_SET_NUMBER, 100001, 4000000000u, false},
    {"signal.previous-counter", ATTR_FLIP, 0, 7, false},
    {"signal.ratchet-key", ATTR_FLIP, 0, 264, false},
    {"signal.version", ATTR_FLIP, 0, 8, false},
    {"signal.protobuf", ATTR_UNKNOWN, 15, 100, false},
    {"signal", ATTR_APPEND, 0, 0, false},
    {"signal", ATTR_CUT, 1, 8, false},
    {"prekey.base-key", ATTR_FLIP, 8, 248, false},
    {"bundle.signature", ATTR_FLIP, 0, 500, false},
    {"bundle.signed-prekey", ATTR_FLIP, 8, 240, false},
    {"sender-key.ciphertext", ATTR_FLIP, 0, 128, false},
    {"sender-key.signature", ATTR_FLIP, 0, 500, false},
    {"sender-key.iteration", ATTR_SET_NUMBER, 100001, 4000000000u, false},
    {"signal.pq-ratchet", ATTR_FLIP, 0, 24, true},
    {"signal.pq-ratchet", ATTR_CUT, 1, 2, true},
};
/* clang-format on */

const struct forgery *model_forgery(size_t i)
{
    return i < COUNT_OF(forgeries) ? &forgeries[i] : NULL;
}

static const struct forgery *forgery_in(const struct model *m, const struct op *op)
{
    const char *field = op_text(op, ATTR_FIELD);
    const struct forgery *f;
    for (size_t i = 0; (f = model_forgery(i)); i++) {
        uint32_t value = op_number(op, f->change, 0);
        if (strcmp(f->field, field) == 0 && op_has(op, f->change) && *op_text(op, f->change) &&
            (!f->limit || (value >= f->least && value - f->least < f->limit)))
            return !f->is_of_epochs || m->cipher->epoch_field ? f : NULL;
    }
    return NULL;
}

static bool is_field_of(const struct forgery *f, const char *layer)
{
    return strncmp(f->field, layer, strlen(layer)) == 0;
}

static struct model_answer tamper_bundle(struct model *m, const struct op *op)
{
    const struct model_bundle *from = model_bundle_in(m, op);
    if (!from || from->origin != NOTHING || from->author == MODEL_TARGET ||
        m->n_bundles == MODEL_BUNDLES_MAX)
        return model_open_question;
    struct model_bundle *made = &m->bundles[m->n_bundles++];
    *made = *from;
    made->artifact = op_index(op, ATTR_AS);
    made->origin = (int)(from - m->bundles);
    return model_does(THEME_BAD_BUNDLE);
}

struct model_answer model_tamper(struct model *m, const struct op *op)
{
    const struct forgery *f = forgery_in(m, op);
    struct model_message *from = model_message_in(m, op, ATTR_MESSAGE);
    const struct model_message *donor = model_message_in(m, op, ATTR_TAKE_FROM);
    if (!f || op_is_yes(op, ATTR_RESEAL))
        return model_open_question;
    if (op_has(op, ATTR_BUNDLE))
        return is_field_of(f, "bundle.") ? tamper_bundle(m, op) : model_open_question;
    if (!from || from->origin != NOTHING || from->author == MODEL_TARGET || from->is_distribution ||
        m->n_messages == MODEL_MESSAGES_MAX ||
        is_field_of(f, "sender-key.") != (from->chain != NOTHING) || is_field_of(f, "bundle.") ||
        (is_field_of(f, "prekey.") && !from->is_first))
        return model_open_question;
    if (f->change == ATTR_TAKE_FROM &&
        (!donor || donor == from || donor->origin != NOTHING || donor->chain != NOTHING))
        return model_open_question;
    struct model_message *made = model_add_message(m, op, from->author);
    made->peer = from->peer;
    made->chain = from->chain;
    made->origin = (int)(from - m->messages);
    made->epoch = from->epoch;
    made->is_first = is_field_of(f, "prekey.");
    return model_does(from->chain == NOTHING ? THEME_FORGED : THEME_GROUP_FORGED);
}
