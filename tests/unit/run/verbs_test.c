/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every verb is done by something, and several messages arrive in every order there is. */
#include "run/order.h"
#include "run/surface.h"
#include "run/verbs.h"
#include "cipher/signal3/signal3.h"
#include "scenario/resolve.h"
#include "scenario/sweep.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MESSAGES_MAX SWEEP_PERMUTED_MAX

static void each_verb_of_the_language_has_a_function(void **state)
{
    (void)state;
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++)
        if (!verb_is_known((enum verb)v))
            fail_msg("nothing does <%s>", verb_rule((enum verb)v)->name);
}

static void what_is_no_verb_has_none(void **state)
{
    struct context s = {0};
    struct op op = {.verb = VERB_NONE};
    struct step_result out = {0};
    (void)state;
    assert_false(verb_is_known(VERB_NONE));
    assert_false(verb_is_known(N_VERB));
    assert_int_equal(verb_do(&s, &op, 0, &out), E_MISSING);
    op.verb = N_VERB;
    assert_int_equal(verb_do(&s, &op, 0, &out), E_MISSING);
    assert_int_equal(out.seen, SEEN_NOTHING_YET);
}

static void a_verb_of_the_client_is_not_done_on_the_library(void **state)
{
    struct context s = {.surface = surface_acts(SURFACE_LIBRARY)};
    const struct op op = {.verb = VERB_DISCONNECT};
    struct step_result out = {0};
    (void)state;
    assert_int_equal(verb_do(&s, &op, 0, &out), E_MISSING);
    assert_int_equal(out.seen, SEEN_NOTHING_YET);
}

static void each_surface_has_its_acts_under_its_name(void **state)
{
    (void)state;
    assert_null(surface_acts(SURFACE_NONE));
    assert_null(surface_acts(N_SURFACE));
    for (unsigned i = SURFACE_LIBRARY; i < N_SURFACE; i++) {
        assert_int_equal(surface_acts((enum surface)i)->surface, i);
        assert_int_equal(surface_from_name(surface_name((enum surface)i)), i);
    }
}

/* Else verb_do would let a verb through to an act that is not there. */
static void a_surface_has_all_acts_of_a_cipher_or_no_verb_for_them(void **state)
{
    (void)state;
    for (unsigned i = SURFACE_LIBRARY; i < N_SURFACE; i++) {
        const struct surface_acts *a = surface_acts((enum surface)i);
        bool has_all = a->publish && a->start && a->seal && a->open && a->restore &&
                       a->make_content && a->pack && a->is_what_was_sealed;
        const enum verb verbs[] = {VERB_PUBLISH, VERB_START,   VERB_SEAL,
                                   VERB_DELIVER, VERB_RESTORE, VERB_ESTABLISH};
        for (size_t v = 0; v < COUNT(verbs); v++)
            assert_true(has_all || !(verb_rule(verbs[v])->surfaces & SURFACE_BIT(i)));
    }
}

static void each_verb_and_attribute_has_a_surface(void **state)
{
    (void)state;
    for (unsigned v = VERB_NONE + 1; v < N_VERB; v++) {
        const struct verb_rule *rule = verb_rule((enum verb)v);
        assert_true(rule->surfaces & SURFACES_ALL);
        for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++)
            if (rule->attributes[i].surfaces)
                assert_true(rule->attributes[i].surfaces & rule->surfaces);
    }
}

/* ---- under which id a message is delivered */

static const char *delivered_id;

/* A client that is given each message as it would cross, and refuses all. */
static enum status note_id(struct context *s, struct artifact *message, struct case_party *to,
                           struct case_party *from, struct answer *out)
{
    (void)s;
    (void)to;
    (void)from;
    if (!message->delivery.has_same_id)
        message->id = "new";
    delivered_id = message->id;
    out->seen = SEEN_REFUSAL;
    return OK;
}

static void look_nowhere(const struct context *s, const struct op *op, struct step_result *out)
{
    (void)s;
    (void)op;
    (void)out;
}

#define WITH(...)                                                                                  \
    .attributes = (const struct attribute[]){__VA_ARGS__},                                         \
    .n_attributes = sizeof((const struct attribute[]){__VA_ARGS__}) / sizeof(struct attribute)

static const struct step deliveries[] = {
    {.verb = VERB_SEAL, WITH({"as", "genuine"})},
    {.verb = VERB_TAMPER,
     WITH({"message", "genuine"}, {"as", "copy"}, {"field", "signal.mac"}, {"flip", "0"})},
    {.verb = VERB_SEAL, WITH({"as", "other"})},
    {.verb = VERB_DELIVER, WITH({"message", "genuine"}, {"same-id", "yes"})},
    {.verb = VERB_DELIVER, WITH({"message", "copy"}, {"expect", "refuses"})},
    {.verb = VERB_DELIVER, WITH({"message", "genuine"}, {"same-id", "yes"})},
    {.verb = VERB_DELIVER, WITH({"message", "other"}, {"id-of", "copy"})},
};

struct delivering {
    struct arena arena;
    struct surface_acts acts;
    struct context context;
    struct op_list ops;
    struct artifact *genuine, *copy;
};

static void begin_delivering(struct delivering *d)
{
    memset(d, 0, sizeof(*d));
    arena_init(&d->arena, 1024 * 1024);
    d->acts = (struct surface_acts){
        .surface = SURFACE_CLIENT, .open = note_id, .look_for_leak = look_nowhere};
    assert_int_equal(resolve_steps(deliveries, sizeof(deliveries) / sizeof(deliveries[0]),
                                   &cipher_signal3, &d->arena, &d->ops),
                     OK);
    struct context *s = &d->context;
    s->arena = &d->arena;
    s->surface = &d->acts;
    s->cipher = &cipher_signal3;
    s->ops = &d->ops;
    s->n_parties = d->ops.n_parties;
    assert_int_equal(random_init(&s->random, bytes_of_text("seed"), "delivering"), OK);
    struct case_party *target = context_add_party(s, OP_TARGET, NULL, 1, true);
    struct case_party *peer = context_add_party(s, OP_PEER, NULL, 1, false);
    for (size_t slot = 0; slot < 3; slot++)
        context_add_artifact(s, slot, ARTIFACT_MESSAGE, peer)->addressee = target;
    d->genuine = context_artifact(s, 0);
    d->copy = context_artifact(s, 1);
    d->copy->origin = d->genuine;
}

static enum status deliver_number(struct delivering *d, size_t i)
{
    struct step_result out = {0};
    delivered_id = NULL;
    return verb_do(&d->context, &d->ops.ops[i], 0, &out);
}

static void same_id_is_that_of_the_copy_that_went_before(void **state)
{
    static struct delivering d;
    (void)state;
    begin_delivering(&d);
    assert_int_equal(deliver_number(&d, 3), E_MISSING); /* nothing was delivered yet */
    assert_int_equal(deliver_number(&d, 4), OK);
    assert_string_equal(delivered_id, "new");
    d.copy->id = "of-the-copy";
    assert_int_equal(deliver_number(&d, 5), OK);
    assert_string_equal(delivered_id, "of-the-copy");
    arena_fini(&d.arena);
}

static void id_of_another_message_is_taken(void **state)
{
    static struct delivering d;
    (void)state;
    begin_delivering(&d);
    assert_int_equal(deliver_number(&d, 6), E_MISSING);
    d.copy->id = "of-the-copy";
    assert_int_equal(deliver_number(&d, 6), OK);
    assert_string_equal(delivered_id, "of-the-copy");
    arena_fini(&d.arena);
}

/* ---- orders */

static void arrange(uint32_t how, size_t *order, size_t n)
{
    struct random random;
    assert_int_equal(random_init(&random, bytes_of_text("seed"), "order"), OK);
    assert_int_equal(order_arrange(how, &random, order, n), OK);
}

static bool has_each_once(const size_t *order, size_t n)
{
    unsigned seen = 0;
    for (size_t i = 0; i < n; i++)
        seen |= 1u << order[i];
    return seen == (1u << n) - 1;
}

/* An order as a number in which each place counts. */
static size_t code_of(const size_t *order, size_t n)
{
    size_t code = 0;
    for (size_t i = 0; i < n; i++)
        code = code * 8 + order[i];
    return code;
}

static void the_numbers_below_n_factorial_give_every_order_once(void **state)
{
    (void)state;
    for (size_t n = 1; n <= MESSAGES_MAX; n++) {
        static bool seen[1u << 18];
        memset(seen, 0, sizeof(seen));
        for (uint32_t number = 0; number < sweep_permutations(n); number++) {
            size_t order[MESSAGES_MAX];
            arrange(ORDER_PERMUTATION + number, order, n);
            assert_true(has_each_once(order, n));
            assert_false(seen[code_of(order, n)]);
            seen[code_of(order, n)] = true;
        }
    }
}

static void number_0_is_the_order_listed(void **state)
{
    static const size_t listed[] = {0, 1, 2, 3};
    size_t order[4];
    (void)state;
    arrange(ORDER_PERMUTATION, order, 4);
    assert_memory_equal(order, listed, sizeof(listed));
    arrange(ORDER_AS_LISTED, order, 4);
    assert_memory_equal(order, listed, sizeof(listed));
}

static void reversed_is_from_the_last_to_the_first(void **state)
{
    static const size_t wanted[] = {3, 2, 1, 0};
    size_t order[4];
    (void)state;
    arrange(ORDER_REVERSED, order, 4);
    assert_memory_equal(order, wanted, sizeof(wanted));
}

static void shuffled_is_an_order_and_the_same_for_the_same_seed(void **state)
{
    size_t one[16], two[16];
    (void)state;
    arrange(ORDER_SHUFFLED, one, 16);
    arrange(ORDER_SHUFFLED, two, 16);
    assert_true(has_each_once(one, 16));
    assert_memory_equal(one, two, sizeof(one));
    arrange(ORDER_AS_LISTED, two, 16);
    assert_memory_not_equal(one, two, sizeof(one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verb_of_the_language_has_a_function),
        cmocka_unit_test(what_is_no_verb_has_none),
        cmocka_unit_test(a_verb_of_the_client_is_not_done_on_the_library),
        cmocka_unit_test(each_surface_has_its_acts_under_its_name),
        cmocka_unit_test(a_surface_has_all_acts_of_a_cipher_or_no_verb_for_them),
        cmocka_unit_test(each_verb_and_attribute_has_a_surface),
        cmocka_unit_test(same_id_is_that_of_the_copy_that_went_before),
        cmocka_unit_test(id_of_another_message_is_taken),
        cmocka_unit_test(the_numbers_below_n_factorial_give_every_order_once),
        cmocka_unit_test(number_0_is_the_order_listed),
        cmocka_unit_test(reversed_is_from_the_last_to_the_first),
        cmocka_unit_test(shuffled_is_an_order_and_the_same_for_the_same_seed),
    };
    return cmocka_run_group_tests_name("verbs", tests, NULL, NULL);
}
