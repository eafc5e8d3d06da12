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

/* Signal's table is the first of those of wire/field.h. */
static bool at(size_t i, struct cipher_field *out)
{
    const struct field *f = field_at(i);
    memset(out, 0, sizeof(*out));
    if (!f || object_is_of_client(f->object))
        return false;
    *out = (struct cipher_field){.name = f->name,
                                 .explanation = f->explanation,
                                 .role = roles[f->object],
                                 .is_number = f->is_number,
                                 .number = f->number,
                                 .fixed_len = f->fixed_len};
    return true;
}

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
