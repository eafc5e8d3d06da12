/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/op.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const char *const names[N_ATTR] = {
    [ATTR_NONE] = "", [ATTR_ACKED] = "acked", [ATTR_ADD_NUMBER] = "add-number",
    [ATTR_ADDRESS] = "address",
    [ATTR_APPEND] = "append", [ATTR_AS] = "as",
    [ATTR_AT] = "at", [ATTR_AWAITED] = "awaited", [ATTR_BEFORE] = "before", [ATTR_BEND] = "bend",
    [ATTR_BUNDLE] = "bundle",
    [ATTR_BUT_EACH] = "but-each",
    [ATTR_BY] = "by", [ATTR_CERTIFICATE] = "certificate", [ATTR_CHANGED] = "changed",
    [ATTR_CHANNEL] = "channel", [ATTR_CHARACTERS] = "characters", [ATTR_CLIENT] = "client",
    [ATTR_CODE] = "code", [ATTR_CONNECTION] = "connection", [ATTR_CONTENT] = "content",
    [ATTR_COSTS] = "costs", [ATTR_COUNT] = "count", [ATTR_CUT] = "cut", [ATTR_DEVICE] = "device",
    [ATTR_DIFFERS_FROM] = "differs-from", [ATTR_DIFFERS_FROM_ALL] = "differs-from-all",
    [ATTR_DUPLICATE] = "duplicate", [ATTR_EPOCHS] = "epochs",
    [ATTR_EXPECT] = "expect", [ATTR_FAILURE] = "failure",
    [ATTR_FETCH] = "fetch", [ATTR_FIELD] = "field", [ATTR_FLIP] = "flip", [ATTR_FOR_MS] = "for-ms",
    [ATTR_FRESH] = "fresh", [ATTR_FROM] = "from", [ATTR_GROUP] = "group",
    [ATTR_HANDSHAKE] = "handshake", [ATTR_HOW] = "how", [ATTR_ID] = "id", [ATTR_ID_OF] = "id-of",
    [ATTR_IDENTITY_OF] = "identity-of", [ATTR_IS] = "is", [ATTR_KEEP] = "keep",
    [ATTR_KEYS_OF] = "keys-of", [ATTR_KIND] = "kind", [ATTR_LIKE] = "like",
    [ATTR_LINGER] = "linger",
    [ATTR_LONG_VARINT] = "long-varint", [ATTR_LOST] = "lost",
    [ATTR_MAX_BURST] = "max-burst", [ATTR_MAY_FAIL] = "may-fail", [ATTR_MEASURE] = "measure",
    [ATTR_MEDIUM] = "medium",
    [ATTR_MESSAGE] = "message", [ATTR_MESSAGES] = "messages", [ATTR_MIN_BURST] = "min-burst",
    [ATTR_MOST_DIALS] = "most-dials",
    [ATTR_NAME] = "name", [ATTR_NEWEST] = "newest", [ATTR_OF] = "of",
    [ATTR_ONE_TIME_PREKEY] = "one-time-prekey",
    [ATTR_ONLY_ENLISTED] = "only-enlisted",
    [ATTR_OR_MORE] = "or-more", [ATTR_ORDER] = "order", [ATTR_OTHER] = "other",
    [ATTR_OVERTAKING] = "overtaking",
    [ATTR_PARTY] = "party", [ATTR_PEER] = "peer",
    [ATTR_PREKEYS] = "prekeys",
    [ATTR_PRESENT] = "present", [ATTR_PROMPTED] = "prompted",
    [ATTR_REASON] = "reason", [ATTR_RELATION] = "relation",
    [ATTR_REMOVE] = "remove", [ATTR_RESEAL] = "reseal", [ATTR_RETIRE] = "retire",
    [ATTR_REVERSE] = "reverse",
    [ATTR_ROTATE] = "rotate", [ATTR_RULE] = "rule", [ATTR_SAME_AS] = "same-as",
    [ATTR_SAME_ID] = "same-id", [ATTR_SAME_PLAINTEXT_AS] = "same-plaintext-as", [ATTR_SET] = "set",
    [ATTR_SET_NUMBER] = "set-number", [ATTR_SIGNED_BY] = "signed-by", [ATTR_SIZE] = "size",
    [ATTR_SNAPSHOT] = "snapshot", [ATTR_STANZA] = "stanza", [ATTR_TAKE_FROM] = "take-from",
    [ATTR_TEXT] = "text", [ATTR_THEN] = "then", [ATTR_TIMES] = "times", [ATTR_TO] = "to",
    [ATTR_TURNS] = "turns", [ATTR_TWICE] = "twice", [ATTR_UNKNOWN] = "unknown",
    [ATTR_UNLESS] = "unless",
    [ATTR_USER] = "user",
    [ATTR_VECTOR] = "vector", [ATTR_WHAT] = "what", [ATTR_WHEN] = "when", [ATTR_WITH] = "with",
};
/* clang-format on */

const char *attr_name(enum attr a) { return names[(unsigned)a < N_ATTR ? a : ATTR_NONE]; }

static int compare_names(const void *key, const void *row)
{
    return strcmp(key, *(const char *const *)row);
}

enum attr attr_from_name(const char *name)
{
    const char *const *row = bsearch(name, names, N_ATTR, sizeof(names[0]), compare_names);
    return row ? (enum attr)(row - names) : ATTR_NONE;
}

const struct operand *op_operand(const struct op *op, enum attr a)
{
    for (size_t i = 0; i < op->n_operands; i++)
        if (op->operands[i].name == a)
            return &op->operands[i];
    return NULL;
}

bool op_has(const struct op *op, enum attr a) { return op_operand(op, a) != NULL; }

uint32_t op_number(const struct op *op, enum attr a, uint32_t otherwise)
{
    const struct operand *o = op_operand(op, a);
    return o ? o->number : otherwise;
}

bool op_is_yes(const struct op *op, enum attr a) { return op_number(op, a, 0) == 1; }

const char *op_text(const struct op *op, enum attr a)
{
    const struct operand *o = op_operand(op, a);
    return o ? o->text : NULL;
}

uint32_t op_index(const struct op *op, enum attr a) { return op_number(op, a, OP_NOBODY); }

const uint32_t *op_delivered(const struct op *op, size_t *out_count)
{
    const struct operand *one = op_operand(op, ATTR_MESSAGE);
    const struct operand *several = op_operand(op, ATTR_MESSAGES);
    *out_count = 0;
    if (op->verb != VERB_DELIVER || (!one && !several))
        return NULL;
    *out_count = one ? 1 : several->list.n;
    return one ? &one->number : several->list.items;
}

enum attr op_tampered(const struct op *op)
{
    return op_has(op, ATTR_MESSAGE)  ? ATTR_MESSAGE
           : op_has(op, ATTR_BUNDLE) ? ATTR_BUNDLE
                                     : ATTR_CONNECTION;
}
