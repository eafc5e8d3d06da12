/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an honest proxy passes on is what it got, and each flaw changes what its row says. */
#include "relay_change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define USER "alice@provider.example"
#define MESSAGE                                                                                    \
    "<message id=\"m1\" to=\"bob:1@interop\" type=\"text\"><enc v=\"2\" "                          \
    "type=\"msg\">AAAABBBBCCC=</enc></message>"
#define COMING "<message id=\"m1\" from=\"bob:1@interop\" to=\"alice:1@interop\"/>"
#define ACK "<ack class=\"message\" id=\"m1\" to=\"bob:1@interop\"/>"
#define RECEIPT "<receipt id=\"m1\" to=\"bob:1@interop\"/>"
#define KEYS                                                                                       \
    "<iq id=\"1\" type=\"result\"><list><user jid=\"bob:1@interop\"><identity>AAAA</identity>"     \
    "<key><id>AAAB</id><value>QUFB</value></key><skey><value>ZZZZ</value></skey></user></list></"  \
    "iq>"

static struct relay_memory memory;
static struct relay_changed changed;

#define ALL_MAX 4096u

static void append(char all[ALL_MAX], const char *text)
{
    size_t len = strlen(all);
    snprintf(all + len, ALL_MAX - len, "%s", text);
}

/* What comes of |document| on its way up, all of it in one text. */
static const char *up(const struct relay_rules *rules, const char *document)
{
    static char all[ALL_MAX];
    all[0] = 0;
    assert_int_equal(relay_change_up(rules, &memory, USER, bytes_of_text(document), &changed), OK);
    for (size_t i = 0; i < changed.n; i++)
        append(all, buffer_text(&changed.documents[i]));
    return all;
}

static const char *down(const struct relay_rules *rules, const char *document)
{
    static char all[ALL_MAX];
    all[0] = 0;
    assert_int_equal(relay_change_down(rules, USER, bytes_of_text(document), &changed), OK);
    for (size_t i = 0; i < changed.n; i++)
        append(all, buffer_text(&changed.documents[i]));
    return all;
}

/* Between two calls of a test. */
static void forget(void) { relay_changed_fini(&changed); }

static int begin(void **state)
{
    (void)state;
    relay_memory_init(&memory);
    memset(&changed, 0, sizeof(changed));
    return 0;
}

static int end(void **state)
{
    (void)state;
    relay_changed_fini(&changed);
    relay_memory_fini(&memory);
    return 0;
}

static void an_honest_proxy_changes_nothing(void **state)
{
    static const char *const all[] = {MESSAGE, ACK, RECEIPT, KEYS};
    const struct relay_rules honest = {.stays = false};
    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        assert_string_equal(up(&honest, all[i]), all[i]);
        assert_int_equal(changed.answer.len, 0);
        forget();
        assert_string_equal(down(&honest, all[i]), all[i]);
        forget();
    }
}

static void acks_and_receipts_are_lost_each_by_its_flaw(void **state)
{
    const struct relay_rules acks = {.loses_acks = true}, receipts = {.loses_receipts = true};
    (void)state;
    assert_string_equal(up(&acks, ACK), "");
    forget();
    assert_string_equal(up(&acks, RECEIPT), RECEIPT);
    forget();
    assert_string_equal(up(&receipts, RECEIPT), "");
    forget();
    assert_string_equal(up(&receipts, ACK), ACK);
}

static void each_second_message_is_lost(void **state)
{
    const struct relay_rules rules = {.loses_messages = true};
    (void)state;
    assert_string_equal(up(&rules, MESSAGE), MESSAGE);
    forget();
    assert_string_equal(up(&rules, MESSAGE), "");
}

static void a_message_is_repeated(void **state)
{
    const struct relay_rules rules = {.repeats_messages = true};
    (void)state;
    assert_string_equal(up(&rules, MESSAGE), MESSAGE MESSAGE);
}

static void a_message_comes_after_what_follows_it(void **state)
{
    const struct relay_rules rules = {.swaps_messages = true};
    (void)state;
    assert_string_equal(up(&rules, MESSAGE), "");
    forget();
    assert_string_equal(up(&rules, ACK), ACK MESSAGE);
    forget();
    assert_string_equal(up(&rules, ACK), ACK);
}

static void a_body_is_cut_to_base64_that_is_shorter(void **state)
{
    const struct relay_rules rules = {.cuts_bodies = true};
    (void)state;
    assert_non_null(strstr(up(&rules, MESSAGE), ">AAAABBBB</enc>"));
}

static void a_message_is_marked_with_its_user(void **state)
{
    const struct relay_rules rules = {.marks_messages = true};
    (void)state;
    assert_non_null(strstr(up(&rules, MESSAGE), "<message via=\"" USER "\" id=\"m1\""));
}

static void a_message_gets_another_id(void **state)
{
    const struct relay_rules rules = {.rewrites_ids = true};
    (void)state;
    assert_non_null(strstr(up(&rules, MESSAGE), "<message id=\"proxied-1\" to=\"bob:1@interop\""));
}

static void a_message_is_answered_before_it_arrived(void **state)
{
    const struct relay_rules rules = {.answers_itself = true};
    (void)state;
    assert_string_equal(up(&rules, MESSAGE), MESSAGE);
    assert_string_equal(buffer_text(&changed.answer),
                        "<ack class=\"message\" id=\"m1\" from=\"bob:1@interop\" t=\"1\"/>");
}

static void a_sender_is_rewritten_and_nothing_else(void **state)
{
    const struct relay_rules rules = {.rewrites_from = true};
    (void)state;
    assert_string_equal(
        down(&rules, COMING),
        "<message id=\"m1\" from=\"mallory:1@elsewhere.example\" to=\"alice:1@interop\"/>");
}

static void the_one_time_prekey_is_exchanged_and_nothing_else(void **state)
{
    const struct relay_rules rules = {.exchanges_keys = true};
    (void)state;
    const char *after = down(&rules, KEYS);
    assert_non_null(strstr(after, "<id>AAAB</id><value>AUFB</value>"));
    assert_non_null(strstr(after, "<skey><value>ZZZZ</value></skey>"));
    assert_int_equal(strlen(after), strlen(KEYS));
}

#define ROW(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest rows[] = {
        ROW(an_honest_proxy_changes_nothing),
        ROW(acks_and_receipts_are_lost_each_by_its_flaw),
        ROW(each_second_message_is_lost),
        ROW(a_message_is_repeated),
        ROW(a_message_comes_after_what_follows_it),
        ROW(a_body_is_cut_to_base64_that_is_shorter),
        ROW(a_message_is_marked_with_its_user),
        ROW(a_message_gets_another_id),
        ROW(a_message_is_answered_before_it_arrived),
        ROW(a_sender_is_rewritten_and_nothing_else),
        ROW(the_one_time_prekey_is_exchanged_and_nothing_else),
    };
    return cmocka_run_group_tests_name("relay changes", rows, NULL, NULL);
}
