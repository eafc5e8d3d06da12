/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ciphers of this program, found by name, and the words of Signal v3 behind struct cipher. */
#include "cipher/signal3/signal3.h"
#include "support/rows.h"
#include "wire/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_cipher_is_found_by_its_name(void **state)
{
    struct arena arena;
    struct buffer names;
    (void)state;
    arena_init(&arena, 4096);
    assert_ptr_equal(cipher_from_name("signal-v3"), &cipher_signal3);
    assert_ptr_equal(cipher_default(), &cipher_signal3);
    assert_null(cipher_from_name("signal-v"));
    assert_null(cipher_from_name(""));
    assert_null(cipher_from_name(NULL)); /* the side of a contest that is not played */
    buffer_init(&names, 4096);
    for (size_t i = 0; ciphers[i]; i++)
        buffer_printf(&names, "%s%s", i ? ", " : "", ciphers[i]->name);
    assert_string_equal(cipher_names(&arena), buffer_text(&names));
    buffer_fini(&names);
    arena_fini(&arena);
}

static void every_name_is_of_one_cipher(void **state)
{
    (void)state;
    for (size_t i = 0; ciphers[i]; i++)
        assert_ptr_equal(cipher_from_name(ciphers[i]->name), ciphers[i]);
}

static void a_kind_is_found_by_number_name_and_role(void **state)
{
    const struct cipher *c = &cipher_signal3;
    (void)state;
    for (size_t i = 0; i < c->n_kinds; i++) {
        const struct cipher_kind *kind = &c->kinds[i];
        assert_int_equal(signal_kind_from_name(kind->name), kind->number);
        assert_ptr_equal(cipher_kind(c, kind->number), kind);
        assert_ptr_equal(cipher_kind_from_name(c, kind->name), kind);
        assert_ptr_equal(cipher_kind_of(c, kind->role), kind);
    }
    assert_int_equal(c->n_kinds, 4);
}

static void what_the_cipher_has_not_is_of_no_kind(void **state)
{
    const struct cipher_kind *none = cipher_kind(&cipher_signal3, 15);
    (void)state;
    assert_int_equal(none->number, 0);
    assert_int_equal(none->role, CIPHER_ROLE_NONE);
    assert_string_equal(none->name, "?");
    assert_ptr_equal(cipher_kind_from_name(&cipher_signal3, "whisper"), none);
    assert_ptr_equal(cipher_kind_of(&cipher_signal3, CIPHER_BUNDLE), none);
}

/* Those of Signal's objects, in their order, and none of what is around them. */
static void the_fields_are_those_of_signals_objects(void **state)
{
    const struct field *wire;
    struct cipher_field f;
    size_t n = 0;
    (void)state;
    for (size_t i = 0; (wire = field_at(i)); i++) {
        if (object_is_of_client(wire->object) || field_is_of_v4(wire))
            continue;
        assert_true(operations_fields.at(n++, &f));
        assert_string_equal(f.name, wire->name);
        assert_string_equal(f.explanation, wire->explanation);
        assert_int_not_equal(f.role, CIPHER_ROLE_NONE);
        assert_true(operations_fields.least_len(&f, 24) >= operations_fields.planned_len(&f, 24));
    }
    assert_true(n > 40);
    assert_false(operations_fields.at(n, &f));
}

/* v4's are v3's, and more behind them. */
static void the_fields_of_v4_are_more(void **state)
{
    struct cipher_field f, later;
    size_t n = 0;
    (void)state;
    for (; operations_fields.at(n, &f); n++) {
        assert_true(operations_fields_v4.at(n, &later));
        assert_string_equal(f.name, later.name);
    }
    for (size_t i = 0; i < 12; i++, n++) {
        assert_true(operations_fields_v4.at(n, &later));
        assert_true(field_is_of_v4(field_find(later.name)));
        assert_true(operations_fields_v4.least_len(&later, 24) >=
                    operations_fields_v4.planned_len(&later, 24));
    }
    assert_false(operations_fields_v4.at(n, &later));
}

/* ---- which acts look at a mutation */

struct row {
    const char *sentence;
    const char *name;
    unsigned acts;
};

static const struct row rows[] = {
    {"a derivation is of a start", "dh-order", CIPHER_ACT_START},
    {"a MAC is of a message", "mac-zero", CIPHER_ACT_SEAL},
    {"a counter is of a message", "counter:7", CIPHER_ACT_SEAL},
    {"an iteration is of a group's message", "iteration:7", CIPHER_ACT_GROUP},
    {"a registration id is of whichever says it", "registration-id:7", 0},
    {"of two things it is of both", "dh-order,mac-zero", CIPHER_ACT_START | CIPHER_ACT_SEAL},
};

static void acts_are(void **state)
{
    const struct row *row = *state;
    const struct cipher_mutation *m;
    struct arena arena;
    arena_init(&arena, 4096);
    assert_int_equal(cipher_signal3.mutations->parse(row->name, &arena, &m), OK);
    assert_int_equal(cipher_signal3.mutations->acts(m), row->acts);
    arena_fini(&arena);
}

static void a_mutation_nobody_knows_is_missing(void **state)
{
    const struct cipher_mutation *m;
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    assert_int_equal(cipher_signal3.mutations->parse("mac-zeros", &arena, &m), E_MISSING);
    assert_null(m);
    arena_fini(&arena);
}

/* What the doctor and the measures rely on. */
static void the_words_the_harness_itself_uses_are_known(void **state)
{
    const struct cipher_mutation *m;
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    for (size_t i = 0; ciphers[i]; i++) {
        const struct cipher_mutations *words = ciphers[i]->mutations;
        const struct cipher_insider *insider = ciphers[i]->insider;
        assert_int_equal(words->parse(words->forged, &arena, &m), OK);
        assert_int_equal(words->parse(arena_printf(&arena, "%s:7", words->skip), &arena, &m), OK);
        for (size_t k = 0; insider && k < insider->n_weak_keys; k++) {
            const struct cipher_weak_key *key = &insider->weak_keys[k];
            assert_int_equal(words->parse(key->start ? key->start : key->seal, &arena, &m), OK);
        }
        for (size_t k = 0; insider && k < insider->n_older_versions; k++)
            assert_int_equal(words->parse(insider->older_versions[k].seal, &arena, &m), OK);
    }
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest single[] = {
        cmocka_unit_test(a_cipher_is_found_by_its_name),
        cmocka_unit_test(every_name_is_of_one_cipher),
        cmocka_unit_test(a_kind_is_found_by_number_name_and_role),
        cmocka_unit_test(what_the_cipher_has_not_is_of_no_kind),
        cmocka_unit_test(the_fields_are_those_of_signals_objects),
        cmocka_unit_test(the_fields_of_v4_are_more),
        cmocka_unit_test(a_mutation_nobody_knows_is_missing),
        cmocka_unit_test(the_words_the_harness_itself_uses_are_known),
    };
    struct CMUnitTest tests[COUNT(single) + COUNT(rows)];
    size_t n = COUNT(single);
    memcpy(tests, single, sizeof(single));
    ADD_ROWS(tests, n, rows, sentence, acts_are);
    return _cmocka_run_group_tests("ciphers", tests, n, NULL, NULL);
}
