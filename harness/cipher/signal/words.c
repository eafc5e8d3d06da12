/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields and mutations of Signal, by the names that suites use. */
#include "cipher/signal/operations.h"
#include "wire/field.h"

#include <string.h>

/* ---- fields */

static const enum cipher_role roles[N_OBJECT] = {
    [OBJECT_SIGNAL] = CIPHER_MESSAGE,
    [OBJECT_PREKEY] = CIPHER_FIRST_MESSAGE,
    [OBJECT_SENDER_KEY] = CIPHER_GROUP_MESSAGE,
    [OBJECT_DISTRIBUTION] = CIPHER_DISTRIBUTION,
    [OBJECT_BUNDLE] = CIPHER_BUNDLE,
};

static enum object object_of(enum cipher_role role)
{
    for (unsigned i = OBJECT_NONE + 1; i < N_OBJECT; i++)
        if (roles[i] == role)
            return (enum object)i;
    return OBJECT_NONE;
}

/* Signal's table is the first of those of wire/field.h; v3's are the first of it. */
static bool field_of(size_t i, bool is_v4, struct cipher_field *out)
{
    const struct field *f = field_at(i);
    memset(out, 0, sizeof(*out));
    if (!f || object_is_of_client(f->object) || (field_is_of_v4(f) && !is_v4))
        return false;
    *out = (struct cipher_field){.name = f->name,
                                 .explanation = f->explanation,
                                 .role = roles[f->object],
                                 .is_number = f->is_number,
                                 .is_transient = field_is_transient(f),
                                 .number = f->number,
                                 .fixed_len = f->fixed_len};
    return true;
}

static bool at(size_t i, struct cipher_field *out) { return field_of(i, false, out); }
static bool at_v4(size_t i, struct cipher_field *out) { return field_of(i, true, out); }

static size_t planned_len(const struct cipher_field *f, size_t plaintext_len)
{
    return field_planned_len(field_find(f->name), plaintext_len);
}

/* A PreKeySignalMessage is shortest with version, base key, identity key, message and two numbers
 * of one byte. */
static size_t least_len(const struct cipher_field *f, size_t plaintext_len)
{
    if (strcmp(f->name, "prekey") != 0)
        return planned_len(f, plaintext_len);
    size_t signal = field_planned_len(field_find("signal"), plaintext_len);
    size_t length_len = signal < 128 ? 1 : signal < 16384 ? 2 : 3;
    size_t key = 2 + SIGNAL_KEY_LEN, number = 2;
    return 1 + 2 * key + 1 + length_len + signal + 2 * number;
}

/* In v4 field 5 is as long as what SPQR has to say. */
static bool has_pq_ratchet(const struct field *f)
{
    return f->size == FIELD_SIZE_SIGNAL || f->size == FIELD_SIZE_PROTOBUF;
}

static size_t planned_len_v4(const struct cipher_field *f, size_t plaintext_len)
{
    const struct field *found = field_find(f->name);
    return has_pq_ratchet(found) ? 0 : field_planned_len(found, plaintext_len);
}

#define PQ_RATCHET_LEAST 6u                       /* tag, length, version, epoch, index, type */
#define KEM_LEAST (2u + 3u + SIGNAL_KEM_WIRE_LEN) /* a number; tag, length, ciphertext */

static size_t least_len_v4(const struct cipher_field *f, size_t plaintext_len)
{
    size_t least = least_len(f, plaintext_len);
    if (strcmp(f->name, "prekey") == 0)
        return least + PQ_RATCHET_LEAST + KEM_LEAST;
    return has_pq_ratchet(field_find(f->name)) ? least + PQ_RATCHET_LEAST : least;
}

static enum status locate(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                          size_t *out_at, size_t *out_len)
{
    return field_locate(field_find(f->name), object_of(role), in, out_at, out_len);
}

static enum status number(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                          uint32_t *out)
{
    return field_number(field_find(f->name), object_of(role), in, out);
}

static enum status edit(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                        const struct edit *change, struct buffer *out)
{
    return field_edit(field_find(f->name), object_of(role), in, change, out);
}

const struct cipher_fields operations_fields = {
    .at = at,
    .planned_len = planned_len,
    .least_len = least_len,
    .locate = locate,
    .number = number,
    .edit = edit,
};

const struct cipher_fields operations_fields_v4 = {
    .at = at_v4,
    .planned_len = planned_len_v4,
    .least_len = least_len_v4,
    .locate = locate,
    .number = number,
    .edit = edit,
};

/* ---- mutations */

enum status operations_mutation_parse(const struct word_table *table, const char *text,
                                      struct arena *arena, const struct cipher_mutation **out)
{
    struct mutation *m = arena_alloc(arena, sizeof(*m));
    *out = NULL;
    if (!m)
        return E_NOMEM;
    if (!mutation_parse(table, text, m))
        return E_MISSING;
    *out = (const struct cipher_mutation *)m;
    return OK;
}

unsigned operations_mutation_acts(const struct cipher_mutation *mutation)
{
    return ((const struct mutation *)mutation)->acts;
}
