/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a case's words are looked up once, each as what it means, and that ops which do the
 * same are equal. */
#include "cipher/signal/mutation.h"
#include "cipher/signal3/signal3.h"
#include "scenario/resolve.h"
#include "wire/content.h"
#include "scratch.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX (4u * 1024u * 1024u)

#define ATTRIBUTES(...)                                                                            \
    .attributes = (const struct attribute[]){__VA_ARGS__},                                         \
    .n_attributes = sizeof((const struct attribute[]){__VA_ARGS__}) / sizeof(struct attribute)
#define STEP(name, ...)                                                                            \
    {                                                                                              \
        .verb = VERB_##name, .line = __LINE__, ATTRIBUTES(__VA_ARGS__)                             \
    }

/* ---- the names of attributes */

static void every_attribute_of_the_language_has_its_constant(void **state)
{
    bool is_used[N_ATTR] = {true};
    (void)state;
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++) {
        const struct verb_rule *rule = verb_rule((enum verb)v);
        for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
            enum attr a = attr_from_name(rule->attributes[i].name);
            if (!a)
                fail_msg("<%s %s> has no constant", rule->name, rule->attributes[i].name);
            assert_string_equal(attr_name(a), rule->attributes[i].name);
            is_used[a] = true;
        }
    }
    for (unsigned a = 0; a < N_ATTR; a++)
        if (!is_used[a])
            fail_msg("no verb has \"%s\"", attr_name((enum attr)a));
    assert_int_equal(attr_from_name("sideways"), ATTR_NONE);
    assert_int_equal(attr_from_name(""), ATTR_NONE);
}

/* ---- choices */

static const struct choice {
    const char *word;
    enum verb verb;
    enum attr attribute;
    uint32_t number;
} choices[] = {
    {"as-listed", VERB_DELIVER, ATTR_ORDER, ORDER_AS_LISTED},
    {"reversed", VERB_DELIVER, ATTR_ORDER, ORDER_REVERSED},
    {"shuffled", VERB_DELIVER, ATTR_ORDER, ORDER_SHUFFLED},
    {"equal", VERB_FINGERPRINT, ATTR_RELATION, FINGERPRINTS_EQUAL},
    {"different", VERB_FINGERPRINT, ATTR_RELATION, FINGERPRINTS_DIFFERENT},
    {"skip-bound", VERB_MEASURE, ATTR_WHAT, MEASUREMENT_SKIP_BOUND},
    {"old-chains", VERB_MEASURE, ATTR_WHAT, MEASUREMENT_OLD_CHAINS},
    {"archived-sessions", VERB_MEASURE, ATTR_WHAT, MEASUREMENT_ARCHIVED_SESSIONS},
    {"close", VERB_HANG_UP, ATTR_HOW, HANG_UP_CLOSE},
    {"reset", VERB_HANG_UP, ATTR_HOW, HANG_UP_RESET},
    {"half-close", VERB_HANG_UP, ATTR_HOW, HANG_UP_HALF_CLOSE},
    {"within-frame", VERB_HANG_UP, ATTR_HOW, HANG_UP_WITHIN_FRAME},
    {"within-length", VERB_HANG_UP, ATTR_HOW, HANG_UP_WITHIN_LENGTH},
    {"returns", VERB_HANG_UP, ATTR_THEN, AFTER_HANG_UP_RETURNS},
    {"stays-away", VERB_HANG_UP, ATTR_THEN, AFTER_HANG_UP_STAYS_AWAY},
    {"pauses", VERB_HANG_UP, ATTR_THEN, AFTER_HANG_UP_PAUSES},
    {"returns", VERB_TURN_AWAY, ATTR_THEN, AFTER_TURN_AWAY_RETURNS},
    {"gives-up", VERB_TURN_AWAY, ATTR_THEN, AFTER_TURN_AWAY_GIVES_UP},
    {"pauses", VERB_TURN_AWAY, ATTR_THEN, AFTER_TURN_AWAY_PAUSES},
    {"answers", VERB_PUSH, ATTR_THEN, AFTER_PUSH_ANSWERS},
    {"acks", VERB_PUSH, ATTR_THEN, AFTER_PUSH_ACKS},
    {"answers-error", VERB_PUSH, ATTR_THEN, AFTER_PUSH_ANSWERS_ERROR},
    {"publishes", VERB_PUSH, ATTR_THEN, AFTER_PUSH_PUBLISHES},
    {"stays", VERB_PUSH, ATTR_THEN, AFTER_PUSH_STAYS},
    {"closes", VERB_PUSH, ATTR_THEN, AFTER_PUSH_CLOSES},
    {"returns", VERB_PUSH, ATTR_THEN, AFTER_PUSH_RETURNS},
    {"gives-up", VERB_PUSH, ATTR_THEN, AFTER_PUSH_GIVES_UP},
    {"tells", VERB_PUSH, ATTR_THEN, AFTER_PUSH_TELLS},
    {"tells-nothing", VERB_PUSH, ATTR_THEN, AFTER_PUSH_TELLS_NOTHING},
    {"nul", VERB_SEAL, ATTR_CHARACTERS, CHARACTERS_NUL},
    {"controls", VERB_SEAL, ATTR_CHARACTERS, CHARACTERS_CONTROLS},
    {"same", VERB_RETRY, ATTR_ID, RETRIED_ID_SAME},
    {"unknown", VERB_RETRY, ATTR_ID, RETRIED_ID_UNKNOWN},
    {"ack", VERB_ANSWERED, ATTR_BY, ANSWERED_BY_ACK},
    {"error", VERB_ANSWERED, ATTR_BY, ANSWERED_BY_ERROR},
    {"delivery-receipt", VERB_ANSWERED, ATTR_BY, ANSWERED_BY_DELIVERY_RECEIPT},
    {"read-receipt", VERB_ANSWERED, ATTR_BY, ANSWERED_BY_READ_RECEIPT},
    {"retry", VERB_ANSWERED, ATTR_BY, ANSWERED_BY_RETRY},
    {"retry-with-keys", VERB_ANSWERED, ATTR_BY, ANSWERED_BY_RETRY_WITH_KEYS},
    {"identity", VERB_PUBLISH, ATTR_SIGNED_BY, SIGNER_IDENTITY},
    {"signed-prekey", VERB_PUBLISH, ATTR_SIGNED_BY, SIGNER_SIGNED_PREKEY},
    {"one-time-prekey", VERB_PUBLISH, ATTR_SIGNED_BY, SIGNER_ONE_TIME_PREKEY},
    {"identity-bare", VERB_PUBLISH, ATTR_SIGNED_BY, SIGNER_IDENTITY_BARE},
    {"text", VERB_SEAL, ATTR_KIND, CONTENT_TEXT - CONTENT_TEXT},
    {"reaction", VERB_SEAL, ATTR_KIND, CONTENT_REACTION - CONTENT_TEXT},
};

static void a_choice_is_its_place_in_the_row(void **state)
{
    const struct choice *row = *state;
    const struct attribute_rule *rule = verb_attribute(row->verb, attr_name(row->attribute));
    assert_non_null(rule);
    assert_string_equal(rule->choices[row->number], row->word);
}

/* ---- resolving */

static struct op_list resolved(struct arena *arena, const struct step *steps, size_t n)
{
    struct op_list ops;
    assert_int_equal(resolve_steps(steps, n, &cipher_signal3, arena, &ops), OK);
    assert_int_equal(ops.n_ops, n);
    return ops;
}

#define RESOLVE(arena, steps) resolved(arena, steps, COUNT(steps))

static const struct step conversation[] = {
    STEP(PEER, {"name", "alice"}, {"device", "3"}),
    STEP(PUBLISH, {"as", "bundle"}),
    STEP(START, {"by", "alice"}, {"bundle", "bundle"}, {"bend", "dh-order"}),
    STEP(SEAL, {"as", "m"}, {"by", "alice"}, {"size", "7"}),
    STEP(SEAL, {"as", "n"}, {"by", "target"}),
    STEP(TAMPER, {"message", "m"}, {"as", "t"}, {"field", "signal.mac"}, {"set", "00ff"}),
    STEP(DELIVER, {"messages", "t m"}, {"order", "1"}, {"expect", "refuses"},
         {"reason", "duplicate"}),
};

static void parties_and_artifacts_are_indexes(void **state)
{
    struct arena *arena = *state;
    struct op_list ops = RESOLVE(arena, conversation);
    assert_int_equal(ops.n_parties, 3);
    assert_string_equal(ops.parties[OP_TARGET], "target");
    assert_string_equal(ops.parties[OP_PEER], "peer");
    assert_string_equal(ops.parties[2], "alice");
    assert_int_equal(ops.n_artifacts, 4);
    assert_string_equal(ops.artifacts[3], "t");
    assert_int_equal(op_index(&ops.ops[0], ATTR_NAME), 2);
    assert_int_equal(op_index(&ops.ops[2], ATTR_BUNDLE), 0);
    assert_int_equal(op_index(&ops.ops[3], ATTR_BY), 2);
    assert_int_equal(op_index(&ops.ops[3], ATTR_AS), 1);
    assert_int_equal(op_index(&ops.ops[3], ATTR_GROUP), OP_NOBODY);
    const struct operand *messages = op_operand(&ops.ops[6], ATTR_MESSAGES);
    assert_int_equal(messages->list.n, 2);
    assert_int_equal(messages->list.items[0], 3);
    assert_int_equal(messages->list.items[1], 1);
}

static void who_is_meant_without_a_name_is_filled_in(void **state)
{
    struct arena *arena = *state;
    struct op_list ops = RESOLVE(arena, conversation);
    assert_int_equal(op_index(&ops.ops[2], ATTR_WITH), OP_TARGET); /* whose bundle it is */
    assert_int_equal(op_index(&ops.ops[3], ATTR_TO), OP_TARGET);
    assert_int_equal(op_index(&ops.ops[4], ATTR_TO), OP_PEER);
}

static void values_are_what_they_mean(void **state)
{
    struct arena *arena = *state;
    struct op_list ops = RESOLVE(arena, conversation);
    assert_int_equal(op_number(&ops.ops[0], ATTR_DEVICE, 0), 3);
    assert_true(op_is_yes(&ops.ops[1], ATTR_ONE_TIME_PREKEY));
    assert_false(op_is_yes(&ops.ops[1], ATTR_ROTATE));
    const void *bend = op_operand(&ops.ops[2], ATTR_BEND)->mutation;
    assert_true(((const struct mutation *)bend)->swaps_dh_order);
    assert_int_equal(ops.ops[2].expect, EXPECT_DOES);
    assert_int_equal(op_number(&ops.ops[3], ATTR_SIZE, 0), 7);
    const struct operand *set = op_operand(&ops.ops[5], ATTR_SET);
    assert_true(bytes_equal(set->bytes, bytes_of("\x00\xff", 2)));
    assert_string_equal(op_operand(&ops.ops[5], ATTR_FIELD)->field->name, "signal.mac");
    assert_int_equal(op_operand(&ops.ops[5], ATTR_FIELD)->field->cipher.role, CIPHER_MESSAGE);
    assert_int_equal(ops.ops[5].expect, EXPECT_DOES);
    assert_int_equal(op_number(&ops.ops[6], ATTR_ORDER, 0), ORDER_PERMUTATION + 1);
    assert_int_equal(ops.ops[6].expect, EXPECT_REFUSES);
    assert_int_equal(ops.ops[6].reason, REFUSAL_DUPLICATE);
}

static const struct step copies[] = {
    STEP(CONNECT, {"as", "c"}),
    STEP(PUBLISH, {"as", "b"}),
    STEP(SEAL, {"as", "m"}),
    STEP(TAMPER, {"connection", "c"}, {"as", "d"}, {"field", "frame.length"}, {"set-number", "0"}),
    STEP(TAMPER, {"bundle", "b"}, {"as", "e"}, {"field", "bundle"}, {"append", "00"}),
    STEP(TAMPER, {"message", "m"}, {"as", "f"}, {"field", "stanza.type"}, {"remove", "yes"}),
    STEP(CONNECT, {"like", "d"}),
};

static void a_copy_is_of_a_message_a_bundle_or_a_connection(void **state)
{
    struct op_list ops = RESOLVE(*state, copies);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(op_index(&ops.ops[3 + i], op_tampered(&ops.ops[3 + i])), i);
        assert_int_equal(op_index(&ops.ops[3 + i], ATTR_AS), 3 + i);
    }
    assert_int_equal(op_tampered(&ops.ops[3]), ATTR_CONNECTION);
    assert_ptr_equal(op_operand(&ops.ops[3], ATTR_FIELD)->field->wire, field_find("frame.length"));
    assert_int_equal(op_index(&ops.ops[6], ATTR_LIKE), 3);
}

/* All of them once: the cipher's first, then those of the wire, which only a whole client has. */
static void a_field_is_the_ciphers_or_the_wires(void **state)
{
    const struct cipher *cipher = cipher_default();
    struct field_ref f, found;
    size_t n = 0, n_names, n_cipher = 0;
    for (; field_ref_at(cipher, n, &f); n++) {
        assert_true(field_ref_find(cipher, f.name, &found));
        assert_ptr_equal(found.wire, f.wire);
        assert_string_equal(f.name, f.wire ? f.wire->name : f.cipher.name);
        assert_true(f.explanation && strlen(f.explanation) > 5);
        assert_int_equal(field_ref_is_of_client(f.name), f.wire != NULL);
        assert_true(f.wire || n == n_cipher);
        n_cipher += !f.wire;
    }
    const char *const *names = field_ref_names(cipher, *state, &n_names);
    assert_true(n_cipher > 40 && n > n_cipher + 20 && n_names == n);
    size_t n_all = 0, n_v4 = 0;
    for (; field_at(n_all); n_all++)
        n_v4 += field_is_of_v4(field_at(n_all));
    assert_int_equal(n_all, n + n_v4);
    assert_string_equal(names[0], "signal");
    assert_non_null(field_find(names[n - 1]));
    assert_false(field_ref_find(cipher, "signal.nothing", &found));
    assert_false(field_ref_find(cipher, NULL, &found));
}

static const struct unresolvable {
    const char *sentence;
    struct step step;
} unresolvable[] = {
    {"what is no verb", {.verb = VERB_NONE}},
    {"a party that nobody made", STEP(SEAL, {"as", "m"}, {"by", "nobody"})},
    {"a message that nobody made", STEP(DELIVER, {"message", "m"})},
    {"a name that is taken", STEP(PEER, {"name", "target"})},
    {"a list with a message that nobody made", STEP(DELIVER, {"messages", "a b"})},
    {"a number that is none", STEP(DROP, {"count", "many"})},
    {"a number with something after it", STEP(DROP, {"count", "3x"})},
    {"a choice that is none", STEP(MEASURE, {"what", "weight"})},
    {"a permutation that is none", STEP(DELIVER, {"order", "1st"})},
    {"an order that is none", STEP(DELIVER, {"order", "sideways"})},
    {"an expectation that is none", STEP(START, {"expect", "hope"})},
    {"a reason that is none", STEP(START, {"reason", "mood"})},
    {"a mutation that is none", STEP(SEAL, {"as", "m"}, {"bend", "spoon"})},
    {"bytes that are none", STEP(TAMPER, {"set", "0"})},
    {"a field that is none", STEP(TAMPER, {"field", "signal.taste"})},
    {"a word of a layer that is none", STEP(CONNECT, {"certificate", "framed"})},
};

static void what_means_nothing_is_not_resolved(void **state)
{
    const struct unresolvable *row = *state;
    struct arena arena;
    struct op_list ops;
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(resolve_steps(&row->step, 1, &cipher_signal3, &arena, &ops), E_MISSING);
    arena_fini(&arena);
}

static void without_memory_nothing_is_resolved(void **state)
{
    struct arena arena;
    struct op_list ops;
    (void)state;
    arena_init(&arena, 0);
    assert_int_equal(resolve_steps(conversation, 1, &cipher_signal3, &arena, &ops), E_NOMEM);
    arena_fini(&arena);
}

/* ---- sweeps, as the loader leaves them */

static void each_instance_of_a_sweep_has_its_value(void **state)
{
    struct arena *arena = *state;
    struct scratch *s;
    void *directory;
    const struct suite *suite;
    assert_int_equal(scratch_setup(&directory), 0);
    s = directory;
    char *text =
        scratch_suite("<case id=\"a\" requirement=\"D-05\"><purpose>A.</purpose><establish/>"
                      "<seal as=\"m\" size=\"each-of 0 | 17\"/>"
                      "<deliver message=\"m\"/></case>");
    assert_int_equal(scratch_load(s, text, &suite), OK);
    free(text);
    const struct case_spec *spec = &suite->cases[0];
    assert_true(op_operand(&spec->ops->ops[1], ATTR_SIZE)->is_swept);
    for (uint32_t i = 0; i < 2; i++) {
        const struct planned planned = {spec, i, SURFACE_LIBRARY};
        const struct step *steps;
        struct op_list ops;
        assert_int_equal(planned_steps(&planned, arena, &steps), OK);
        assert_int_equal(resolve_planned(&planned, steps, arena, &ops), OK);
        assert_int_equal(op_number(&ops.ops[1], ATTR_SIZE, 99), i ? 17 : 0);
        assert_string_equal(step_text(ops.ops[1].step, "size"), i ? "17" : "0");
    }
    scratch_teardown(&directory);
}

static int set_up(void **state)
{
    static struct arena arena;
    arena_init(&arena, ARENA_MAX);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    arena_fini(*state);
    return 0;
}

#define WITH_ARENA(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    struct CMUnitTest tests[8 + COUNT(choices) + COUNT(unresolvable)] = {
        cmocka_unit_test(every_attribute_of_the_language_has_its_constant),
        cmocka_unit_test(without_memory_nothing_is_resolved),
        WITH_ARENA(parties_and_artifacts_are_indexes),
        WITH_ARENA(who_is_meant_without_a_name_is_filled_in),
        WITH_ARENA(values_are_what_they_mean),
        WITH_ARENA(a_copy_is_of_a_message_a_bundle_or_a_connection),
        WITH_ARENA(a_field_is_the_ciphers_or_the_wires),
        WITH_ARENA(each_instance_of_a_sweep_has_its_value),
    };
    size_t n = 8;
    ADD_ROWS(tests, n, choices, word, a_choice_is_its_place_in_the_row);
    ADD_ROWS(tests, n, unresolvable, sentence, what_means_nothing_is_not_resolved);
    return _cmocka_run_group_tests("ops", tests, n, NULL, NULL);
}
