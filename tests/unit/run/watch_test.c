/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows what a watch finds in what a target sends, and what it does not mind. */
#include "run/watch.h"

#include "run/context.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A cipher whose messages are a key of two bytes, a counter of one, and another key of two. Its
 * signatures are half a key and a nonce, and behind what they sign. */
#define MESSAGE_LEN 5u

static bool toy_field_at(size_t i, struct cipher_field *out)
{
    static const struct cipher_field fields[] = {
        {.name = "key", .role = CIPHER_MESSAGE},
        {.name = "counter", .role = CIPHER_MESSAGE},
        {.name = "other-key", .role = CIPHER_MESSAGE},
    };
    if (i >= COUNT(fields))
        return false;
    *out = fields[i];
    return true;
}

static enum status toy_locate(const struct cipher_field *f, enum cipher_role role, struct bytes in,
                              size_t *out_at, size_t *out_len)
{
    (void)role;
    *out_at = strcmp(f->name, "key") == 0 ? 0 : strcmp(f->name, "counter") == 0 ? 2 : 3;
    *out_len = *out_at == 2 ? 1 : 2;
    if (in.len != MESSAGE_LEN)
        return E_PARSE;
    return *out_at == 2 && in.data[2] == '-' ? E_MISSING : OK; /* it is left out */
}

static const struct cipher_fields fields = {.at = toy_field_at, .locate = toy_locate};

static const struct cipher_watch once[] = {{.kind = CIPHER_ONCE,
                                            .field = "key",
                                            .with = "counter",
                                            .violates = "A-01",
                                            .violates_restored = "A-02"},
                                           {.kind = CIPHER_WATCH_NONE}};
static const struct cipher_watch one_peer[] = {
    {.kind = CIPHER_ONE_PEER, .field = "key", .violates = "A-03"}, {.kind = CIPHER_WATCH_NONE}};
static const struct cipher_watch roles[] = {
    {.kind = CIPHER_ROLE, .field = "key", .what = "key", .violates = "A-04"},
    {.kind = CIPHER_ROLE, .field = "other-key", .what = "other key", .violates = "A-04"},
    {.kind = CIPHER_WATCH_NONE}};
static const struct cipher_watch names_one[] = {
    {.kind = CIPHER_NAMES_ONE, .field = "counter", .with = "other-key", .violates = "A-05"},
    {.kind = CIPHER_WATCH_NONE}};

/* A toy's signature verifies when it is the key itself. */
static bool toy_verifies(struct bytes key, struct bytes message, struct bytes signature)
{
    (void)message;
    return bytes_equal(key, signature);
}

static const struct cipher_watch signs[] = {{.kind = CIPHER_SIGNED,
                                             .field = "other-key",
                                             .with = "counter",
                                             .key = "key",
                                             .verifies = toy_verifies,
                                             .violates = "A-06",
                                             .violates_of_client = "A-07"},
                                            {.kind = CIPHER_WATCH_NONE}};
static const struct cipher_watch signs_by_name[] = {
    {.kind = CIPHER_NAMES_ONE, .field = "counter", .with = "key", .violates = "A-05"},
    {.kind = CIPHER_SIGNED,
     .field = "other-key",
     .key = "key",
     .key_id = "counter",
     .verifies = toy_verifies,
     .violates = "A-06"},
    {.kind = CIPHER_WATCH_NONE}};
static const struct cipher_watch nonces[] = {
    {.kind = CIPHER_NONCE, .field = "other-key", .violates = "A-08"},
    {.kind = CIPHER_NONCE, .field = "key", .with = "counter", .violates = "A-08"},
    {.kind = CIPHER_WATCH_NONE}};

static const struct cipher_kind message_kind = {1, "message", CIPHER_MESSAGE};

struct watching {
    struct arena arena;
    struct watch watch;
    struct cipher cipher;
};

static struct case_party alice = {.name = "alice"}, stranger = {.name = "stranger"};
static struct case_party bob = {.name = "bob", .address_name = "bob", .device = 1};
static struct case_party bobs_tablet = {.name = "tablet", .address_name = "bob", .device = 2};
static struct case_party carol = {.name = "carol", .address_name = "carol", .device = 1};

static void watch(struct watching *w, const struct cipher_watch *rules)
{
    memset(w, 0, sizeof(*w));
    arena_init(&w->arena, 1024 * 1024);
    w->cipher.fields = &fields;
    w->cipher.watches = rules;
}

/* In the next step |by| sends |body| to |to|. */
static void says(struct watching *w, struct case_party *by, struct case_party *to, const char *body)
{
    const struct artifact sent = {.what = ARTIFACT_MESSAGE,
                                  .author = by,
                                  .addressee = to,
                                  .kind = &message_kind,
                                  .body = bytes_of_text(body)};
    w->watch.step++;
    assert_int_equal(watch_look(&w->watch, &w->cipher, &sent, &w->arena), OK);
}

static void says_to_group(struct watching *w, const char *group, const char *body)
{
    const struct artifact sent = {.what = ARTIFACT_MESSAGE,
                                  .author = &alice,
                                  .group = group,
                                  .kind = &message_kind,
                                  .body = bytes_of_text(body)};
    w->watch.step++;
    assert_int_equal(watch_look(&w->watch, &w->cipher, &sent, &w->arena), OK);
}

/* A copy of |of| as it is now. */
static struct case_party copy_of(const struct watching *w, const struct case_party *of)
{
    return (struct case_party){.name = "copy", .restored_from = of, .restored_at = w->watch.n + 1};
}

static void assert_found(struct watching *w, const char *violates, const char *sentence)
{
    if (!violates)
        assert_null(w->watch.found);
    if (violates) {
        assert_non_null(w->watch.found);
        assert_string_equal(w->watch.found, sentence);
        assert_string_equal(w->watch.violates, violates);
    }
    arena_fini(&w->arena);
}

static void counter_that_comes_again_in_its_chain_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &alice, &bob, "aa2xx");
    says(&w, &alice, &bob, "aa1yy");
    says(&w, &alice, &bob, "aa2yy"); /* only the first is told */
    assert_found(&w, "A-01", "key and counter of step 1: the same again in step 3");
}

static void counter_that_is_left_out_is_a_counter(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says(&w, &alice, &bob, "aa-xx");
    says(&w, &alice, &bob, "aa-yy");
    assert_found(&w, "A-01", "key and counter of step 1: the same again in step 2");
}

static void each_group_has_counters_and_names_of_its_own(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says_to_group(&w, "one", "aa1xx");
    says_to_group(&w, "two", "aa1xx");
    assert_found(&w, NULL, NULL);
    watch(&w, names_one);
    says_to_group(&w, "one", "aa1xx");
    says_to_group(&w, "two", "aa1yy");
    assert_found(&w, NULL, NULL);
    watch(&w, names_one);
    says_to_group(&w, "one", "aa1xx");
    says_to_group(&w, "one", "aa1yy");
    assert_found(&w, "A-05", "counter of step 1 names another other-key in step 2");
}

static void counters_of_two_chains_are_their_own(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &alice, &bob, "bb1xx");
    says(&w, &alice, &bob, "a1axx");
    assert_found(&w, NULL, NULL);
}

static void counter_of_before_a_restart_is_another_requirement(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says(&w, &alice, &bob, "aa1xx");
    struct case_party again = copy_of(&w, &alice);
    struct case_party third = copy_of(&w, &again);
    says(&w, &third, &bob, "aa1yy");
    assert_found(&w, "A-02", "key and counter of step 1: the same again in step 2");
}

/* Neither knows of the other: what is lost with a state that was left behind is no fault. */
static void two_copies_of_one_state_may_say_the_same(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says(&w, &alice, &bob, "aa0xx");
    struct case_party one = copy_of(&w, &alice), other = copy_of(&w, &alice);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &one, &bob, "aa1xx");
    says(&w, &other, &bob, "aa1xx");
    assert_found(&w, NULL, NULL);
}

static void key_for_two_peers_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, one_peer);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &alice, &bob, "aa2xx");
    assert_null(w.watch.found);
    says(&w, &alice, &carol, "aa3xx");
    assert_found(&w, "A-03", "key of step 1 is used for somebody else in step 3");
}

static void key_for_two_devices_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, one_peer);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &alice, &bobs_tablet, "aa2xx");
    assert_found(&w, "A-03", "key of step 1 is used for somebody else in step 2");
}

static void key_that_two_parties_have_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, one_peer);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &stranger, &bob, "aa1xx");
    assert_found(&w, "A-03", "key of step 1 is used for somebody else in step 2");
}

static void key_in_two_roles_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, roles);
    says(&w, &alice, &bob, "aa1bb");
    says(&w, &alice, &bob, "aa2bb");
    assert_null(w.watch.found);
    says(&w, &alice, &bob, "bb3cc");
    assert_found(&w, "A-04", "the other key of step 1 is the key of step 3");
}

static void name_of_two_keys_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, names_one);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &stranger, &bob, "aa1yy"); /* everybody has names of their own */
    says(&w, &alice, &bob, "bb1xx");
    assert_null(w.watch.found);
    says(&w, &alice, &bob, "aa1yy");
    assert_found(&w, "A-05", "counter of step 1 names another other-key in step 4");
}

static void signature_that_does_not_verify_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, signs);
    says(&w, &alice, &bob, "aa1aa");
    assert_null(w.watch.found);
    says(&w, &alice, &bob, "aa1ab");
    assert_found(&w, "A-06", "other-key of step 2 does not verify");
}

static void a_client_has_a_requirement_of_its_own(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, signs);
    w.watch.is_client = true;
    says(&w, &alice, &bob, "aa1ab");
    assert_found(&w, "A-07", "other-key of step 1 does not verify");
}

/* The first message of a name says its key; one that was not heard of is nobody's. */
static void key_that_was_named_before_verifies(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, signs_by_name);
    says(&w, &stranger, &bob, "zz1zz");
    says(&w, &alice, &bob, "aa1aa");
    assert_null(w.watch.found);
    says(&w, &alice, &bob, "aa1zz");
    assert_found(&w, "A-06", "other-key of step 3 does not verify");
}

static void each_group_has_names_of_keys_of_its_own(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, signs_by_name);
    says_to_group(&w, "one", "aa1aa");
    says_to_group(&w, "two", "bb1bb");
    assert_null(w.watch.found);
    says_to_group(&w, "one", "aa1aa");
    assert_null(w.watch.found);
    says_to_group(&w, "one", "aa1bb");
    assert_found(&w, "A-06", "other-key of step 4 does not verify");
}

static void nonce_of_two_messages_is_found_whoever_signed(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, nonces);
    says(&w, &alice, &bob, "aa1rr");
    says(&w, &alice, &bob, "aa1rr"); /* one message may be signed twice */
    assert_null(w.watch.found);
    says(&w, &stranger, &bob, "bb2rr");
    assert_found(&w, "A-08", "the nonce of other-key of step 1 signs another message in step 3");
}

/* ---- snapshots */

static const char used_key[] = "0123456789abcdefuvwxyz";

/* A cipher whose sealed messages have one secret, and for an empty one zeros. */
static size_t toy_secrets(const struct cipher_sealed *s, struct bytes *out)
{
    static const uint8_t zeros[32];
    const char *text = (const char *)s;
    out[0] = text[0] ? bytes_of_text(text) : bytes_of(zeros, sizeof(zeros));
    return 1;
}

static const struct cipher_insider insider = {.secrets = toy_secrets};

static void opens(struct watching *w, struct case_party *by, const char *key)
{
    struct artifact message = {.what = ARTIFACT_MESSAGE,
                               .sealed = (struct cipher_sealed *)(uintptr_t)key};
    w->cipher.insider = &insider;
    w->watch.step++;
    assert_int_equal(watch_opened(&w->watch, &w->cipher, &message, by, &w->arena), OK);
}

static void keeps(struct watching *w, struct case_party *by, struct bytes body, unsigned accepted,
                  unsigned refused)
{
    const struct artifact snapshot = {.what = ARTIFACT_SNAPSHOT, .author = by, .body = body};
    w->watch.step++;
    assert_int_equal(watch_snapshot(&w->watch, &snapshot, accepted, refused, &w->arena), OK);
}

static void used_key_in_a_snapshot_is_found(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    keeps(&w, &alice, bytes_of_text("<0123456789abcdefuvwxyz>"), 0, 0); /* it still needs it */
    opens(&w, &alice, used_key);
    keeps(&w, &alice, bytes_of_text("nothing"), 1, 0);
    assert_null(w.watch.found);
    keeps(&w, &alice, bytes_of_text("<30313233343536373839616263646566>"), 1, 0);
    assert_found(&w, "D-14", "a key of the message opened in step 2 stands in hex in the snapshot");
}

static void copy_of_before_still_needs_the_key(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    struct case_party earlier = copy_of(&w, &alice);
    opens(&w, &alice, used_key);
    struct case_party later = copy_of(&w, &alice);
    keeps(&w, &earlier, bytes_of_text(used_key), 1, 0);
    assert_null(w.watch.found);
    keeps(&w, &later, bytes_of_text(used_key), 1, 0);
    assert_found(&w, "D-14",
                 "a key of the message opened in step 1 stands as it is in the snapshot");
}

static void no_key_of_zeros_is_looked_for(void **state)
{
    (void)state;
    static const uint8_t zeros[64];
    struct watching w;
    watch(&w, once);
    opens(&w, &alice, "");
    keeps(&w, &alice, bytes_of(zeros, sizeof(zeros)), 1, 0);
    assert_found(&w, NULL, NULL);
}

static void state_that_grows_by_refusals_is_found(void **state)
{
    (void)state;
    static const uint8_t bytes[4096];
    struct watching w;
    watch(&w, once);
    keeps(&w, &alice, bytes_of(bytes, 1000), 3, 0);
    keeps(&w, &alice, bytes_of(bytes, 1000 + 512 + 32), 3, 2); /* within the bound */
    assert_null(w.watch.found);
    keeps(&w, &alice, bytes_of(bytes, 4096), 3, 3);
    assert_found(&w, "D-12",
                 "the state of step 2 has 1544 bytes, and 4096 in step 3, after 1 refusals and "
                 "nothing else");
}

static void state_may_grow_by_what_was_accepted_or_sent(void **state)
{
    (void)state;
    static const uint8_t bytes[8192];
    struct watching w;
    watch(&w, once);
    keeps(&w, &alice, bytes_of(bytes, 1000), 3, 0);
    keeps(&w, &alice, bytes_of(bytes, 4000), 4, 1);
    says(&w, &alice, &bob, "aa1xx");
    keeps(&w, &alice, bytes_of(bytes, 8000), 4, 2);
    keeps(&w, &stranger, bytes_of(bytes, 8192), 4, 3); /* another's */
    assert_null(w.watch.found);
    w.watch.is_client = true;
    keeps(&w, &alice, bytes_of(bytes, 1), 4, 3);
    keeps(&w, &alice, bytes_of(bytes, 8192), 4, 4);
    assert_found(&w, NULL, NULL);
}

static void what_has_no_such_field_is_passed_over(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, once);
    says(&w, &alice, &bob, "short");
    says(&w, &alice, &bob, "shorter");
    says(&w, &alice, &bob, "shorter");
    assert_found(&w, NULL, NULL);
}

static void cipher_without_rules_is_not_watched(void **state)
{
    (void)state;
    struct watching w;
    watch(&w, NULL);
    says(&w, &alice, &bob, "aa1xx");
    says(&w, &alice, &bob, "aa1xx");
    assert_found(&w, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counter_that_comes_again_in_its_chain_is_found),
        cmocka_unit_test(counter_that_is_left_out_is_a_counter),
        cmocka_unit_test(each_group_has_counters_and_names_of_its_own),
        cmocka_unit_test(counters_of_two_chains_are_their_own),
        cmocka_unit_test(counter_of_before_a_restart_is_another_requirement),
        cmocka_unit_test(two_copies_of_one_state_may_say_the_same),
        cmocka_unit_test(key_for_two_peers_is_found),
        cmocka_unit_test(key_for_two_devices_is_found),
        cmocka_unit_test(key_that_two_parties_have_is_found),
        cmocka_unit_test(key_in_two_roles_is_found),
        cmocka_unit_test(name_of_two_keys_is_found),
        cmocka_unit_test(signature_that_does_not_verify_is_found),
        cmocka_unit_test(a_client_has_a_requirement_of_its_own),
        cmocka_unit_test(key_that_was_named_before_verifies),
        cmocka_unit_test(each_group_has_names_of_keys_of_its_own),
        cmocka_unit_test(nonce_of_two_messages_is_found_whoever_signed),
        cmocka_unit_test(used_key_in_a_snapshot_is_found),
        cmocka_unit_test(copy_of_before_still_needs_the_key),
        cmocka_unit_test(no_key_of_zeros_is_looked_for),
        cmocka_unit_test(state_that_grows_by_refusals_is_found),
        cmocka_unit_test(state_may_grow_by_what_was_accepted_or_sent),
        cmocka_unit_test(what_has_no_such_field_is_passed_over),
        cmocka_unit_test(cipher_without_rules_is_not_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
