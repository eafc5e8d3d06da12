/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a shipped adapter takes its stream: whole frames are answered, and what is no frame or no
 * request ends it with a code that is not 0.
 *
 *   adapter_stream_test PROGRAM    PROGRAM is the adapter's executable
 */
#define _GNU_SOURCE /* pipe2 */
#include "base/bytes.h"
#include "support/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_S 60u /* then SIGALRM ends the test */
#define ERRORS_MAX 1024u

struct row {
    const char *sentence;
    struct bytes sent; /* then our half is closed */
    size_t replies;    /* frames that come back */
    int exit_code;
    const char *complaint; /* part of what it says on standard error; "" for silence */
};

#define BYTES(text)                                                                                \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }
/* Request{seq = 1, ping}: field 1 is 1; field 12 is a message of no bytes. */
#define PING "\0\0\0\4\x08\x01\x62\x00"

static const struct row rows[] = {
    {"a stream that ends at once ends well", BYTES(""), 0, 0, ""},
    {"a ping is answered", BYTES(PING), 1, 0, ""},
    {"each of several requests is answered", BYTES(PING PING PING), 3, 0, ""},
    {"an empty frame is a request without operation", BYTES("\0\0\0\0"), 1, 0, ""},
    {"a frame one byte too long ends it", BYTES("\0\x20\0\1"), 0, 1, "over the limit"},
    {"the longest length ends it", BYTES("\xff\xff\xff\xff"), 0, 1, "over the limit"},
    {"what came before a bad frame was answered", BYTES(PING "\xff\xff\xff\xff"), 1, 1,
     "over the limit"},
    {"a length cut short ends it", BYTES("\0\0"), 0, 1, "broke"},
    {"a frame cut short ends it", BYTES("\0\0\0\4\x08"), 0, 1, "broke"},
    {"a request that does not parse ends it", BYTES("\0\0\0\2\xff\xff"), 0, 1, "parse"},
};

struct child {
    pid_t pid;
    int stream; /* its standard input and output */
    int errors; /* its standard error */
};

/* What one test is given. */
struct trial {
    const struct row *row;
    const char *program;
};

static void launch(const char *program, struct child *c)
{
    int pair[2], errors[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(pipe2(errors, O_CLOEXEC), 0);
    c->pid = fork();
    assert_true(c->pid >= 0);
    if (c->pid == 0) {
        dup2(pair[1], STDIN_FILENO);
        dup2(pair[1], STDOUT_FILENO);
        dup2(errors[1], STDERR_FILENO);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(pair[1]);
    close(errors[1]);
    c->stream = pair[0];
    c->errors = errors[0];
}

/* All bytes until the end; how many of at most |max| were kept. */
static size_t read_all(int fd, uint8_t *out, size_t max)
{
    size_t len = 0;
    for (;;) {
        ssize_t n = read(fd, out + len, max - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return len;
        len += (size_t)n;
        assert_true(len < max);
    }
}

static size_t count_frames(struct bytes in)
{
    size_t count = 0, at = 0;
    while (in.len - at >= 4) {
        const uint8_t *head = in.data + at;
        size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        assert_true(len <= in.len - at - 4);
        at += 4 + len;
        count++;
    }
    assert_int_equal(at, in.len);
    return count;
}

static void the_stream_is_taken_as_stated(void **state)
{
    const struct trial *trial = *state;
    const struct row *row = trial->row;
    uint8_t replies[4096], errors[ERRORS_MAX];
    struct child c;
    int wait_status;
    launch(trial->program, &c);
    assert_int_equal(send(c.stream, row->sent.data, row->sent.len, MSG_NOSIGNAL), row->sent.len);
    assert_int_equal(shutdown(c.stream, SHUT_WR), 0);
    size_t len = read_all(c.stream, replies, sizeof(replies));
    size_t errors_len = read_all(c.errors, errors, sizeof(errors));
    assert_int_equal(waitpid(c.pid, &wait_status, 0), c.pid);
    close(c.stream);
    close(c.errors);
    assert_int_equal(count_frames(bytes_of(replies, len)), row->replies);
    assert_true(WIFEXITED(wait_status));
    assert_int_equal(WEXITSTATUS(wait_status), row->exit_code);
    if (row->complaint[0])
        assert_true(bytes_contains(bytes_of(errors, errors_len), bytes_of_text(row->complaint)));
    else
        assert_int_equal(errors_len, 0);
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[COUNT(rows)] = {0};
    struct trial trials[COUNT(rows)];
    if (argc != 2)
        return 64;
    alarm(PATIENCE_S);
    for (size_t i = 0; i < COUNT(rows); i++) {
        tests[i].name = rows[i].sentence;
        tests[i].test_func = the_stream_is_taken_as_stated;
        trials[i] = (struct trial){&rows[i], argv[1]};
        tests[i].initial_state = &trials[i];
    }
    return cmocka_run_group_tests_name("adapter's stream", tests, NULL, NULL);
}
