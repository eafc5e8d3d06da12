/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our party of Signal v4 and the official library's talk, in both roles: many turns with messages
 * lost, late and repeated, and both restarted now and then. Every message opens, once.
 *
 * The arguments are the library's folder, without which the test is skipped (code 77), and the
 * adapter's command.
 */
#include "drive.h"

#include "cipher/signal/store.h"
#include "cipher/signal4/signal4.h"
#include "support/rows.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct address OURS = {"alice", 1}, THEIRS = {"bob", 1};

#define N_LATE_MAX 8u
#define TEXT_LEN 32u

/* A message that has not arrived yet. */
struct late {
    bool is_ours;
    unsigned due; /* turn */
    char text[TEXT_LEN];
    struct message message;
};

struct live {
    struct drive drive;
    struct random random;
    struct party *party;
    struct late late[N_LATE_MAX];
    size_t n_late;
    unsigned n_opened, n_lost, n_repeated, n_restarts;
};

static const char *command;

static uint32_t below(struct live *l, uint32_t n)
{
    uint32_t value;
    assert_int_equal(random_below(&l->random, n, &value), OK);
    return value;
}

static void set_up(struct live *l, const char *label)
{
    void *state = &l->drive;
    struct party_options options = {.self = OURS, .random = &l->random, .rules = rules_honest_v4()};
    memset(l, 0, sizeof(*l));
    l->drive.command = command;
    drive_set_up(&state);
    assert_string_equal(l->drive.profile.protocol, "signal-v4");
    assert_int_equal(random_init(&l->random, bytes_of_text("live"), label), OK);
    assert_int_equal(party_new(&options, &l->party), OK);
}

static void tear_down(struct live *l)
{
    void *state = &l->drive;
    party_free(l->party);
    drive_tear_down(&state);
}

static uint64_t newest_epoch(const struct live *l)
{
    const struct record *r = store_find(l->party, THEIRS);
    assert_true(r && r->current && r->current->pq && r->current->pq->has_spqr);
    const struct spqr_chain *chain = &r->current->pq->spqr.chain;
    return chain->epochs[chain->n_epochs - 1].number;
}

/* ---- what each side does */

static void start_ours(struct live *l, bool with_one_time_prekey)
{
    enum refusal why;
    struct bytes bundle = publish(&l->drive, "bob", with_one_time_prekey);
    assert_int_equal(party_start(l->party, THEIRS, bundle, NULL, &why), OK);
}

static void start_theirs(struct live *l, bool with_one_time_prekey)
{
    struct publish_options options = {.without_one_time_prekey = !with_one_time_prekey};
    struct buffer bundle;
    publish(&l->drive, "bob", false); /* tells the kind of bundle */
    buffer_init(&bundle, 4096);
    assert_int_equal(party_publish(l->party, &options, &bundle), OK);
    process(&l->drive, "bob", "alice", buffer_bytes(&bundle), SEEN_DONE);
    buffer_fini(&bundle);
}

static struct message seal_ours(struct live *l, const char *text, const char *mutation)
{
    struct mutation read;
    struct sealed s;
    enum refusal why;
    sealed_init(&s);
    if (mutation)
        assert_true(mutation_parse(&signal4_words, mutation, &read));
    assert_int_equal(
        party_seal(l->party, THEIRS, bytes_of_text(text), mutation ? &read : NULL, &s, &why), OK);
    struct message m = {(uint32_t)s.kind, arena_copy(&l->drive.arena, buffer_bytes(&s.body))};
    assert_non_null(m.body.data);
    sealed_fini(&s);
    return m;
}

static bool opens_ours(struct live *l, const struct message *m, const char *text)
{
    struct buffer plain;
    enum refusal why;
    buffer_init(&plain, PARTY_MESSAGE_MAX);
    enum status st = party_open(l->party, THEIRS, (enum signal_kind)m->kind, m->body, &plain, &why);
    if (!st)
        assert_true(bytes_equal(buffer_bytes(&plain), bytes_of_text(text)));
    buffer_fini(&plain);
    return !st;
}

static void restart_ours(struct live *l)
{
    struct buffer saved;
    struct party *loaded;
    buffer_init(&saved, 64u * 1024 * 1024);
    assert_int_equal(party_save(l->party, &saved), OK);
    assert_int_equal(party_load(buffer_bytes(&saved), &l->random, rules_honest_v4(), &loaded), OK);
    party_free(l->party);
    l->party = loaded;
    buffer_fini(&saved);
}

static void restart_theirs(struct live *l)
{
    struct bytes state = snapshot(&l->drive, "bob");
    reset(&l->drive, "seed");
    restore(&l->drive, "bob", state);
}

/* ---- the conversation */

static struct message sealed_by(struct live *l, bool is_ours, const char *text)
{
    return is_ours ? seal_ours(l, text, NULL) : seal(&l->drive, "bob", "alice", text);
}

static void arrives(struct live *l, bool is_ours, const struct message *m, const char *text)
{
    bool is_repeated = below(l, 10) == 0;
    if (is_ours)
        assert_opens(&l->drive, "bob", "alice", m, text);
    else
        assert_true(opens_ours(l, m, text));
    l->n_opened++;
    if (!is_repeated)
        return;
    l->n_repeated++;
    if (is_ours)
        assert_refused(&l->drive, "bob", "alice", m, REFUSAL_DUPLICATE);
    else
        assert_false(opens_ours(l, m, text));
}

static void let_arrive(struct live *l, unsigned turn)
{
    for (size_t i = 0; i < l->n_late;) {
        struct late late = l->late[i];
        if (late.due > turn) {
            i++;
            continue;
        }
        l->late[i] = l->late[--l->n_late];
        arrives(l, late.is_ours, &late.message, late.text);
    }
}

/* One in |lost_of| is lost (0: none), one in eight comes up to three turns late. */
static void take_turn(struct live *l, unsigned turn, bool is_ours, unsigned lost_of)
{
    char text[TEXT_LEN];
    snprintf(text, sizeof(text), "turn %u", turn);
    struct message m = sealed_by(l, is_ours, text);
    if (turn > 4 && lost_of && below(l, lost_of) == 0) {
        l->n_lost++;
        return;
    }
    if (turn > 4 && l->n_late < N_LATE_MAX && below(l, 8) == 0) {
        struct late *late = &l->late[l->n_late++];
        *late = (struct late){.is_ours = is_ours, .due = turn + 1 + below(l, 3), .message = m};
        memcpy(late->text, text, sizeof(text));
        return;
    }
    arrives(l, is_ours, &m, text);
}

struct row {
    const char *what;
    bool is_ours; /* who starts */
    bool with_one_time_prekey;
    unsigned turns;
    uint64_t epochs; /* at least so many are agreed on */
};

static const struct row rows[] = {
    {"ours starts, with one-time prekey", true, true, 2000, 10},
    {"theirs starts, without one-time prekey", false, false, 2000, 10},
    {"ours starts, without one-time prekey", true, false, 300, 1},
    {"theirs starts, with one-time prekey", false, true, 300, 1},
};

static void converses(void **state)
{
    const struct row *row = *state;
    struct live l;
    set_up(&l, row->what);
    if (row->is_ours)
        start_ours(&l, row->with_one_time_prekey);
    else
        start_theirs(&l, row->with_one_time_prekey);
    for (unsigned turn = 0; turn < row->turns; turn++) {
        bool is_ours = turn < 4 ? (turn % 2 == 0) == row->is_ours : below(&l, 2) == 0;
        let_arrive(&l, turn);
        take_turn(&l, turn, is_ours, 4);
        if (below(&l, 60) == 0) {
            restart_ours(&l);
            restart_theirs(&l);
            l.n_restarts += 2;
        }
    }
    let_arrive(&l, UINT32_MAX);
    print_message("%u opened, %u lost, %u repeated, %u restarts, %u epochs\n", l.n_opened, l.n_lost,
                  l.n_repeated, l.n_restarts, (unsigned)newest_epoch(&l));
    assert_true(newest_epoch(&l) >= row->epochs);
    tear_down(&l);
}

/* ---- bounds, and what is accepted at any time */

static void talk(struct live *l, unsigned turns)
{
    start_ours(l, true);
    for (unsigned turn = 0; turn < turns; turn++) {
        let_arrive(l, turn);
        take_turn(l, turn, turn % 2 == 0, 0);
    }
    let_arrive(l, UINT32_MAX);
}

static void the_library_has_the_same_bound_on_jumps(void **state)
{
    struct live l;
    (void)state;
    set_up(&l, "jump");
    talk(&l, 2);
    struct message m = seal_ours(&l, "too far", "counter:25000,spqr-index:25002");
    assert_true(open_as(&l.drive, "bob", "alice", &m) == SEEN_REFUSAL);
    m = seal_ours(&l, "far", "counter:24999,spqr-index:25001");
    assert_opens(&l.drive, "bob", "alice", &m, "far");
    tear_down(&l);
}

static void the_library_takes_no_key_at_any_time(void **state)
{
    struct live l;
    (void)state;
    set_up(&l, "no key");
    talk(&l, 100);
    assert_true(newest_epoch(&l) >= 1);
    struct message m = seal_ours(&l, "without a key", "spqr-no-key");
    assert_opens(&l.drive, "bob", "alice", &m, "without a key");
    tear_down(&l);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[COUNT(rows) + 2] = {
        cmocka_unit_test(the_library_has_the_same_bound_on_jumps),
        cmocka_unit_test(the_library_takes_no_key_at_any_time),
    };
    size_t n = 2;
    if (argc != 3)
        return 64;
    if (access(argv[1], R_OK)) {
        printf("skipped: npm ci in adapters/libsignal-node\n");
        return 77;
    }
    command = argv[2];
    ADD_ROWS(tests, n, rows, what, converses);
    return cmocka_run_group_tests_name("Signal v4, live", tests, NULL, NULL);
}
