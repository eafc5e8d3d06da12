/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every misbehaviour of a target, through the driver, over the kind of address named by
 * the argument (exec, unix, tcp, or proxy: exec with a sound adapter behind the hostile one), at
 * the first request and in the middle of a conversation: what is seen, in bounded time, with no
 * process and no descriptor left over, and the next connection works.
 */
#include "listener.h"
#include "driver/driver.h"
#include "support/rows.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define PATIENCE_MS 10000u /* where the deadline does not matter: for a loaded machine */
#define DEADLINE_MS 1500u  /* where the deadline is tested */
#define SLACK_MS 4000u
#define MIDDLE 2u /* sound answers before, in the middle of a conversation */
#define CALLS_MAX 6u

enum call { CALL_PING = 0, CALL_BIG_SEAL };

struct row {
    const char *text;
    const char *behaviour;
    enum call call;      /* made after Hello and Reset */
    enum seen over_exec; /* where the process is ours */
    enum seen over_socket;
    bool waits_for_deadline;
    const char *detail; /* stands in the detail over exec; NULL: any */
};

static const struct row rows[] = {
    {"a sound target is sound", "honest", CALL_PING, SEEN_DONE, SEEN_DONE, false, NULL},
    {"no answer is silence", "silent", CALL_PING, SEEN_SILENCE, SEEN_SILENCE, true, "1500 ms"},
    {"a request nobody reads meets the deadline", "reads-nothing", CALL_BIG_SEAL, SEEN_SILENCE,
     SEEN_SILENCE, true, NULL},
    {"SIGTERM ignored is ended all the same", "ignores-sigterm", CALL_PING, SEEN_SILENCE,
     SEEN_SILENCE, true, NULL},
    {"a close by a living process is a close", "closes-and-lives", CALL_PING, SEEN_CLOSE,
     SEEN_CLOSE, false, "lives on"},
    {"output closed, input open, is silence", "closes-output-and-lives", CALL_PING, SEEN_SILENCE,
     SEEN_SILENCE, true, NULL},
    {"an end without a word is a death", "closes-at-once", CALL_PING, SEEN_DEATH, SEEN_CLOSE, false,
     "exit code 0"},
    {"an end after the request is a death", "closes-after-request", CALL_PING, SEEN_DEATH,
     SEEN_CLOSE, false, "exit code 0"},
    {"exit code and last words are kept", "exits-3", CALL_PING, SEEN_DEATH, SEEN_CLOSE, false,
     "exit code 3\ncannot go on"},
    {"a signal is named", "dies-by-signal", CALL_PING, SEEN_DEATH, SEEN_CLOSE, false,
     "signal 11 (SIGSEGV)"},
    {"a grandchild on the line does not hide a death", "leaves-a-child", CALL_PING, SEEN_DEATH,
     SEEN_SILENCE, true, "exit code 3"},
    {"megabytes of complaints do not hide a death", "complains-and-dies", CALL_PING, SEEN_DEATH,
     SEEN_CLOSE, false, "....\ncannot go on"},
    {"bytes that are no protobuf are garbage", "garbage", CALL_PING, SEEN_GARBAGE, SEEN_GARBAGE,
     false, NULL},
    {"half a frame is an end", "half-a-frame", CALL_PING, SEEN_DEATH, SEEN_CLOSE, false, NULL},
    {"4 GiB announced is refused unread", "announces-4-gib", CALL_PING, SEEN_OVERSIZE,
     SEEN_OVERSIZE, false, NULL},
    {"a byte too many is refused unread", "announces-one-too-many", CALL_PING, SEEN_OVERSIZE,
     SEEN_OVERSIZE, false, NULL},
    {"dripping bytes do not move the deadline", "drips", CALL_PING, SEEN_SILENCE, SEEN_SILENCE,
     true, NULL},
    {"a stream of empty frames is garbage", "floods-empty-frames", CALL_PING, SEEN_GARBAGE,
     SEEN_GARBAGE, false, NULL},
    {"a reply to another request", "answers-another", CALL_PING, SEEN_OUT_OF_SEQUENCE,
     SEEN_OUT_OF_SEQUENCE, false, "request"},
    {"a second reply is found at the next request", "answers-twice", CALL_PING,
     SEEN_OUT_OF_SEQUENCE, SEEN_OUT_OF_SEQUENCE, false, NULL},
    {"a reply nobody asked for", "speaks-unasked", CALL_PING, SEEN_OUT_OF_SEQUENCE,
     SEEN_OUT_OF_SEQUENCE, false, NULL},
    {"a reply of another kind is garbage", "answers-wrong-kind", CALL_PING, SEEN_GARBAGE,
     SEEN_GARBAGE, false, "FingerprintShown is no answer to"},
    {"a reply without result is garbage", "answers-nothing", CALL_PING, SEEN_GARBAGE, SEEN_GARBAGE,
     false, NULL},
    {"a bomb of strings is garbage", "bombs-with-strings", CALL_PING, SEEN_GARBAGE, SEEN_GARBAGE,
     false, "too large"},
    {"a bomb of messages is garbage", "bombs-with-outgoing", CALL_PING, SEEN_GARBAGE, SEEN_GARBAGE,
     false, "too large"},
    {"a refusal's text may be anything", "refuses-in-bad-utf8", CALL_PING, SEEN_REFUSAL,
     SEEN_REFUSAL, false, "\xff\xfe"},
    {"megabytes of chatter do not block an answer", "talks-on-stderr", CALL_PING, SEEN_DONE,
     SEEN_DONE, false, NULL},
    {"a target that writes before it reads blocks nobody", "answers-before-reading", CALL_BIG_SEAL,
     SEEN_REFUSAL, SEEN_REFUSAL, false, "xxxx"},
};

/* One test: a row, from which request on, over which kind of address. */
struct client_context {
    const struct row *row;
    unsigned after;
    const char *kind;
    char name[128];
    /* left behind by a test that failed half-way */
    struct listener listener;
    struct driver *driver;
    struct arena arena;
    struct buffer detail;
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static size_t count_descriptors(void)
{
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* The test reaps all orphans below it: when it has no children, no process is left over. */
static void assert_no_process_is_left(void)
{
    uint64_t until = now_ms() + SLACK_MS;
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0 && now_ms() < until)
        if (pid == 0)
            usleep(2000);
    assert_true(pid < 0 && errno == ECHILD);
}

static void target_of(const struct client_context *fixture, struct listener *l, char *out,
                      size_t size)
{
    char where[128];
    if (strcmp(fixture->kind, "exec") == 0) {
        snprintf(out, size, "exec:%s %s %u", HOSTILE_TARGET, fixture->row->behaviour,
                 fixture->after);
        return;
    }
    if (strcmp(fixture->kind, "proxy") == 0) {
        snprintf(out, size, "exec:%s %s %u -- %s honest", HOSTILE_TARGET, fixture->row->behaviour,
                 fixture->after, HOSTILE_TARGET);
        return;
    }
    if (strcmp(fixture->kind, "unix") == 0)
        snprintf(where, sizeof(where), "unix:/tmp/assay-hostile-%ld.sock", (long)getpid());
    else
        snprintf(where, sizeof(where), "tcp:127.0.0.1:0");
    assert_int_equal(
        listener_start(l, HOSTILE_TARGET, fixture->row->behaviour, fixture->after, where), 0);
    snprintf(out, size, "%s", l->address);
}

/* The |n|th call of the conversation: Hello, Reset, then what the row says. */
static void call(struct driver *c, unsigned n, enum call what, struct arena *arena,
                 struct answer *out)
{
    static uint8_t big[1024 * 1024];
    struct target_profile profile;
    struct target_conversation where = {.party = "p", .peer = {"q", 1}};
    enum status st;
    if (what == CALL_BIG_SEAL)
        st = driver_seal(c, &where, bytes_of(big, sizeof(big)), arena, out);
    else if (n == 0)
        st = driver_hello(c, "test", arena, &profile, out);
    else if (n == 1)
        st = driver_reset(c, bytes_of("seed", 4), arena, out);
    else
        st = driver_ping(c, arena, out);
    assert_int_equal(st, OK);
}

/* Call until an answer is not sound; all calls before the test's moment must be. */
static void converse(struct driver *c, const struct client_context *fixture, struct arena *arena,
                     struct answer *out)
{
    for (unsigned n = 0; n < CALLS_MAX; n++) {
        bool is_time = n >= fixture->after;
        call(c, n, is_time ? fixture->row->call : CALL_PING, arena, out);
        if (out->seen != SEEN_DONE || is_time)
            assert_true(n >= fixture->after);
        if (out->seen != SEEN_DONE)
            return;
        if (is_time && strcmp(fixture->row->behaviour, "talks-on-stderr") == 0)
            return;
    }
}

static bool is_ours(const struct client_context *fixture)
{
    return strcmp(fixture->kind, "exec") == 0 || strcmp(fixture->kind, "proxy") == 0;
}

static void assert_seen(const struct client_context *fixture, const struct answer *answer)
{
    enum seen wanted = is_ours(fixture) ? fixture->row->over_exec : fixture->row->over_socket;
    if (answer->seen != wanted)
        fail_msg("seen %s (%.200s), wanted %s", seen_name(answer->seen), answer->detail,
                 seen_name(wanted));
    if (is_ours(fixture) && fixture->row->detail && !strstr(answer->detail, fixture->row->detail))
        fail_msg("detail is \"%.200s\", wanted \"%s\" in it", answer->detail, fixture->row->detail);
}

/* A broken driver touches nothing; a new connection knows nothing of the old one. */
static void assert_can_go_on(struct driver *c, const struct client_context *fixture,
                             struct arena *arena, struct buffer *detail)
{
    struct answer answer;
    if (driver_is_broken(c)) {
        uint64_t start = now_ms();
        call(c, 2, CALL_PING, arena, &answer);
        assert_int_equal(answer.seen, SEEN_CLOSE);
        assert_true(now_ms() - start < DEADLINE_MS);
    }
    assert_int_equal(driver_reopen(c, detail), OK);
    if (fixture->after > 0) {
        call(c, 0, CALL_PING, arena, &answer);
        assert_int_equal(answer.seen, SEEN_DONE);
    }
}

static int set_up(void **state)
{
    struct client_context *fixture = (struct client_context *)*state;
    arena_init(&fixture->arena, 1024 * 1024);
    buffer_init(&fixture->detail, 1024);
    return 0;
}

static int tear_down(void **state)
{
    struct client_context *fixture = (struct client_context *)*state;
    driver_close(fixture->driver);
    fixture->driver = NULL;
    listener_stop(&fixture->listener);
    buffer_fini(&fixture->detail);
    arena_fini(&fixture->arena);
    return 0;
}

static void open_driver(struct client_context *fixture)
{
    char target[512];
    const char *problem;
    struct driver_options options = {.clock = clock_monotonic()};
    options.timeout_ms = fixture->row->waits_for_deadline ? DEADLINE_MS : PATIENCE_MS;
    options.start_ms = fixture->after > 0 ? PATIENCE_MS : options.timeout_ms; /* sound until then */
    target_of(fixture, &fixture->listener, target, sizeof(target));
    assert_int_equal(
        target_address_parse(target, NULL, &fixture->arena, &options.address, &problem), OK);
    assert_int_equal(driver_open(&options, &fixture->driver, &fixture->detail), OK);
}

static void assert_time_was_kept(const struct client_context *fixture, uint64_t start)
{
    uint64_t spent = now_ms() - start;
    if (fixture->row->waits_for_deadline)
        assert_in_range(spent, DEADLINE_MS, 3 * DEADLINE_MS + SLACK_MS);
    else
        assert_true(spent < PATIENCE_MS);
}

static void shows(void **state)
{
    struct client_context *fixture = (struct client_context *)*state;
    struct answer answer;
    size_t n_descriptors = count_descriptors();

    open_driver(fixture);
    uint64_t start = now_ms();
    converse(fixture->driver, fixture, &fixture->arena, &answer);
    assert_seen(fixture, &answer);
    assert_time_was_kept(fixture, start);
    assert_can_go_on(fixture->driver, fixture, &fixture->arena, &fixture->detail);

    start = now_ms();
    driver_close(fixture->driver);
    fixture->driver = NULL;
    assert_true(now_ms() - start < SLACK_MS);
    listener_stop(&fixture->listener);
    assert_no_process_is_left();
    assert_int_equal(count_descriptors(), n_descriptors);
}

int main(int argc, char **argv)
{
    static struct client_context scenes[2 * COUNT(rows)];
    static struct CMUnitTest tests[2 * COUNT(rows)];
    if (argc < 2 || argc > 3)
        return 64;
    if (argc == 3)
        cmocka_set_test_filter(argv[2]);
    /* SIGPIPE is not ignored: the harness must never raise it */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (size_t i = 0; i < 2 * COUNT(rows); i++) {
        struct client_context *s = &scenes[i];
        s->row = &rows[i / 2];
        s->after = i % 2 ? MIDDLE : 0;
        s->kind = argv[1];
        snprintf(s->name, sizeof(s->name), "%s, %s: %s", s->kind,
                 s->after ? "in the middle" : "at first", s->row->text);
        tests[i] = (struct CMUnitTest){s->name, shows, set_up, tear_down, s};
    }
    int failed = _cmocka_run_group_tests("hostile targets", tests, 2 * COUNT(rows), NULL, NULL);
    if (strcmp(argv[1], "unix") == 0) {
        char path[128];
        snprintf(path, sizeof(path), "/tmp/assay-hostile-%ld.sock", (long)getpid());
        unlink(path);
    }
    return failed;
}
