/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A client's log of events: what it keeps, and what it returns. */
#include "events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BIG (1024u * 1024u)

static int make_log(void **state)
{
    *state = event_log_new();
    return *state ? 0 : -1;
}

static int end_log(void **state)
{
    event_log_free(*state);
    return 0;
}

static void add(struct event_log *log, unsigned n, size_t content_len)
{
    uint8_t *content = calloc(1, content_len + 1);
    struct logged_event e = {.kind = ASSAY__TARGET__V1__EVENT_KIND__EVENT_SHOWN,
                             .peer = "mira",
                             .device = 3,
                             .id = "id",
                             .content = content,
                             .content_len = content_len};
    assert_non_null(content);
    for (unsigned i = 0; i < n; i++)
        assert_true(event_log_add(log, &e) != 0);
    free(content);
}

static size_t since(struct event_log *log, uint64_t number, Assay__Target__V1__Event **out)
{
    return event_log_since(log, number, 2 * BIG - 1024, out);
}

static void events_count_from_one(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    add(*state, 3, 5);
    assert_int_equal(since(*state, 0, out), 3);
    assert_int_equal(out[0]->number, 1);
    assert_int_equal(out[2]->number, 3);
    assert_string_equal(out[2]->peer->name, "mira");
    assert_int_equal(out[2]->content.len, 5);
}

static void only_those_after_the_number_are_given(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    add(*state, 3, 0);
    assert_int_equal(since(*state, 2, out), 1);
    assert_int_equal(out[0]->number, 3);
    assert_int_equal(since(*state, 3, out), 0);
    assert_int_equal(since(*state, UINT64_MAX, out), 0);
}

static void an_empty_log_gives_nothing(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    assert_int_equal(since(*state, 0, out), 0);
    assert_int_equal(since(*state, 7, out), 0);
}

static void a_reply_has_at_most_256(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    add(*state, 300, 0);
    assert_int_equal(since(*state, 0, out), EVENTS_PER_REPLY);
    assert_int_equal(since(*state, 256, out), 44);
}

static void a_reply_fits_a_frame(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    add(*state, 3, BIG);
    assert_int_equal(since(*state, 0, out), 1);
    assert_int_equal(since(*state, 1, out), 1);
    assert_int_equal(out[0]->number, 2);
}

static void the_oldest_go_when_there_are_too_many(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    add(*state, EVENTS_KEPT + 10, 0);
    assert_int_equal(since(*state, 0, out), EVENTS_PER_REPLY);
    assert_int_equal(out[0]->number, 11);
    assert_int_equal(since(*state, EVENTS_KEPT + 9, out), 1);
    assert_int_equal(out[0]->number, EVENTS_KEPT + 10);
}

static void the_oldest_go_when_they_are_too_big(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    add(*state, 70, BIG);
    assert_int_equal(since(*state, 0, out), 1);
    assert_true(out[0]->number > 6);
}

static void content_over_its_ceiling_is_not_kept(void **state)
{
    Assay__Target__V1__Event *out[EVENTS_PER_REPLY];
    uint8_t *content = calloc(1, 2 * BIG);
    struct logged_event e = {.content = content, .content_len = 2 * BIG};
    assert_non_null(content);
    assert_int_equal(event_log_add(*state, &e), 0);
    free(content);
    add(*state, 1, 0);
    assert_int_equal(since(*state, 0, out), 1);
    assert_int_equal(out[0]->number, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_count_from_one, make_log, end_log),
        cmocka_unit_test_setup_teardown(only_those_after_the_number_are_given, make_log, end_log),
        cmocka_unit_test_setup_teardown(an_empty_log_gives_nothing, make_log, end_log),
        cmocka_unit_test_setup_teardown(a_reply_has_at_most_256, make_log, end_log),
        cmocka_unit_test_setup_teardown(a_reply_fits_a_frame, make_log, end_log),
        cmocka_unit_test_setup_teardown(the_oldest_go_when_there_are_too_many, make_log, end_log),
        cmocka_unit_test_setup_teardown(the_oldest_go_when_they_are_too_big, make_log, end_log),
        cmocka_unit_test_setup_teardown(content_over_its_ceiling_is_not_kept, make_log, end_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
