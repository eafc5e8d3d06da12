/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/field_ref.h - a field that a step names: one of the case's cipher, or one of the layers
 * of the wire around its messages.
 * Depends on: base, wire/field, cipher/cipher.
 *
 * The two kinds are told apart by |wire|. No cipher has a field of the name of one of the wire.
 */
#ifndef ASSAY_SCENARIO_FIELD_REF_H
#define ASSAY_SCENARIO_FIELD_REF_H

#include "cipher/cipher.h"
#include "wire/field.h"

struct field_ref {
    const char *name;
    const char *explanation;
    bool is_number;             /* otherwise bytes */
    const struct field *wire;   /* NULL: it is the cipher's */
    struct cipher_field cipher; /* all zeros when it is the wire's */
};

/* False for an unknown name. |name| may be NULL. */
bool field_ref_find(const struct cipher *cipher, const char *name, struct field_ref *out);
/* The |i|-th field that a case of |cipher| can name, from 0; false past the end. */
bool field_ref_at(const struct cipher *cipher, size_t i, struct field_ref *out);
/* All names, for "did you mean"; NULL when |arena| is full. */
const char *const *field_ref_names(const struct cipher *cipher, struct arena *arena,
                                   size_t *out_count);

/* Of the wire, by its name alone: only a whole client has such a field. */
bool field_ref_is_of_client(const char *name);

/* Bytes of |f| in an honest message of |plaintext_len| bytes, and the fewest it may have; 0 when
 * that is not known before there are bytes. */
size_t field_ref_planned_len(const struct cipher *cipher, const struct field_ref *f,
                             size_t plaintext_len);
size_t field_ref_least_len(const struct cipher *cipher, const struct field_ref *f,
                           size_t plaintext_len);

#endif
