/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decrypted payload must say of its two ends, before anybody sees the text. */
#include "payload.h"

#include "reasons.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT "the text"

/* A device whose keys all derive from one byte. */
struct device {
    OlmAccount *account;
    struct served_address address;
    struct identity identity;
    json_t *keys;
};

static struct device device_of(uint8_t seed, const char *name, uint32_t number)
{
    struct device d = {.address = {name, number}};
    uint8_t secret[ACCOUNT_SECRET_LEN];
    memset(secret, seed, sizeof(secret));
    assert_int_equal(account_new(secret, &d.account), 0);
    assert_int_equal(account_identity(d.account, &d.identity), 0);
    assert_int_equal(device_keys(d.account, d.address, &d.keys), 0);
    return d;
}

static void device_end(struct device *d)
{
    json_decref(d->keys);
    account_free(d->account);
}

/* Alice writes to Bob; Carol is somebody else, and so is Alice's other device. */
struct people {
    struct device alice, alice_too, bob, carol;
};

static void people_begin(struct people *p)
{
    p->alice = device_of(1, "alice", 1);
    p->alice_too = device_of(2, "alice", 2);
    p->bob = device_of(3, "bob", 1);
    p->carol = device_of(4, "carol", 1);
}

static void people_end(struct people *p)
{
    device_end(&p->alice);
    device_end(&p->alice_too);
    device_end(&p->bob);
    device_end(&p->carol);
}

static struct payload_ends honest(const struct people *p)
{
    return (struct payload_ends){.from = p->alice.address,
                                 .to = p->bob.address,
                                 .from_ed25519 = p->alice.identity.ed25519,
                                 .to_ed25519 = p->bob.identity.ed25519,
                                 .from_keys = p->alice.keys};
}

/* Bob reads |payload| as from Alice's first device. */
static int read_by_bob(const struct people *p, struct served_bytes payload, struct payload *out)
{
    return payload_read(payload, p->alice.address, p->bob.address, p->bob.identity.ed25519, out);
}

/* ---- what the sender wrote */

static void lie_not(struct people *p, struct payload_ends *ends)
{
    (void)p;
    (void)ends;
}

static void lie_about_the_sender(struct people *p, struct payload_ends *ends)
{
    ends->from = p->carol.address;
}

static void lie_about_the_recipient(struct people *p, struct payload_ends *ends)
{
    ends->to = p->carol.address;
}

static void lie_about_the_recipients_key(struct people *p, struct payload_ends *ends)
{
    ends->to_ed25519 = p->carol.identity.ed25519;
}

static void lie_about_the_senders_key(struct people *p, struct payload_ends *ends)
{
    ends->from_ed25519 = p->carol.identity.ed25519;
}

static void give_keys_of_another_user(struct people *p, struct payload_ends *ends)
{
    ends->from_keys = p->carol.keys;
    ends->from_ed25519 = p->carol.identity.ed25519;
}

static void give_keys_of_another_device(struct people *p, struct payload_ends *ends)
{
    ends->from_keys = p->alice_too.keys;
    ends->from_ed25519 = p->alice_too.identity.ed25519;
}

static void give_keys_that_are_not_signed(struct people *p, struct payload_ends *ends)
{
    assert_int_equal(json_object_del(p->alice.keys, "signatures"), 0);
    ends->from_keys = p->alice.keys;
}

static void give_a_key_that_was_not_signed(struct people *p, struct payload_ends *ends)
{
    json_t *keys = json_object_get(p->alice.keys, "keys");
    json_t *other = json_string(p->carol.identity.curve25519);
    assert_int_equal(json_object_set_new(keys, "curve25519:1", other), 0);
    ends->from_keys = p->alice.keys;
}

static void give_keys_that_are_none(struct people *p, struct payload_ends *ends)
{
    assert_int_equal(json_object_del(p->alice.keys, "keys"), 0);
    ends->from_keys = p->alice.keys;
}

struct written_row {
    const char *name;
    void (*lie)(struct people *, struct payload_ends *);
    int wanted;
};

static const struct written_row written_rows[] = {
    {"an honest payload is read", lie_not, 0},
    {"another sender is refused", lie_about_the_sender, OLM_E_SENDER},
    {"another recipient is refused", lie_about_the_recipient, OLM_E_RECIPIENT},
    {"another key of the recipient is refused", lie_about_the_recipients_key, OLM_E_RECIPIENT},
    {"another key of the sender than its device's is refused", lie_about_the_senders_key,
     OLM_E_SENDER},
    {"another user's device keys are refused", give_keys_of_another_user, OLM_E_SENDER},
    {"another device's keys are refused", give_keys_of_another_device, OLM_E_SENDER},
    {"device keys without signature are refused", give_keys_that_are_not_signed, OLM_E_SIGNATURE},
    {"a device key that was not signed is refused", give_a_key_that_was_not_signed,
     OLM_E_SIGNATURE},
    {"device keys without keys are refused", give_keys_that_are_none, OLM_E_PAYLOAD},
};

static void it_is_read_as_it_should(void **state)
{
    const struct written_row *row = *state;
    struct people p;
    struct payload read;
    struct served_bytes payload;
    people_begin(&p);
    struct payload_ends ends = honest(&p);
    row->lie(&p, &ends);
    assert_int_equal(payload_write(&ends, (const uint8_t *)TEXT, strlen(TEXT), &payload), 0);
    assert_int_equal(read_by_bob(&p, payload, &read), row->wanted);
    if (!row->wanted) {
        assert_int_equal(read.plaintext_len, strlen(TEXT));
        assert_memory_equal(read.plaintext, TEXT, strlen(TEXT));
        assert_string_equal(read.from.curve25519, p.alice.identity.curve25519);
    }
    json_decref(read.from_keys);
    free(payload.data);
    people_end(&p);
}

/* ---- what is no payload */

struct garbage_row {
    const char *name, *head;
};

static const struct garbage_row garbage_rows[] = {
    {"an empty head is no payload", ""},
    {"a head that is no JSON is no payload", "{"},
    {"a head that is no object is no payload", "[1]"},
    {"an empty object is no payload", "{}"},
    {"a head that says something twice is no payload", "{\"sender\":\"a\",\"sender\":\"b\"}"},
    {"device keys that are no object are no payload", "{\"sender_device_keys\":1}"},
};

static void it_is_no_payload(void **state)
{
    const struct garbage_row *row = *state;
    struct people p;
    struct payload read;
    struct served_bytes payload;
    struct stash s;
    people_begin(&p);
    stash_init(&s, 1024);
    stash_put_text(&s, row->head);
    assert_true(stash_give(&s, &payload));
    assert_int_equal(read_by_bob(&p, payload, &read), OLM_E_PAYLOAD);
    assert_null(read.from_keys);
    free(payload.data);
    people_end(&p);
}

static void what_is_cut_within_its_head_is_no_payload(void **state)
{
    struct people p;
    struct payload read;
    struct served_bytes payload;
    (void)state;
    people_begin(&p);
    struct payload_ends ends = honest(&p);
    assert_int_equal(payload_write(&ends, NULL, 0, &payload), 0);
    for (size_t len = 0; len < payload.len; len++) {
        struct served_bytes cut = {payload.data, len};
        assert_int_equal(read_by_bob(&p, cut, &read), OLM_E_PAYLOAD);
    }
    free(payload.data);
    people_end(&p);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(written_rows) + COUNT(garbage_rows) + 1];
    size_t n = 0;
    ADD_ROWS(tests, n, written_rows, name, it_is_read_as_it_should);
    ADD_ROWS(tests, n, garbage_rows, name, it_is_no_payload);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(what_is_cut_within_its_head_is_no_payload);
    return _cmocka_run_group_tests("payload", tests, n, NULL, NULL);
}
