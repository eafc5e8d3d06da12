/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAP_MAX_MS 16
#define DRAIN_ROUNDS 32

void process_init(struct process *p)
{
    memset(p, 0, sizeof(*p));
    p->stderr_fd = -1;
}

/* ---- starting */

/* Words of the shell that exec cannot run. */
static const char *const shell_words[] = {"exec", "eval", "command", "cd", "set", ".", ":"};

/*
 * Is |command| one program and plain arguments? Then the shell is asked to become it (dash does not
 * by itself), so that the process we watch is the target and a signal that ends it is seen as such.
 * All else runs as written.
 */
static bool is_plain(const char *command)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./:,@%+=~$-\"' ";
    if (command[strspn(command, plain)])
        return false;
    command += strspn(command, " ");
    size_t len = strcspn(command, " ");
    if (memchr(command, '=', len))
        return false;
    for (size_t i = 0; i < COUNT_OF(shell_words); i++)
        if (strlen(shell_words[i]) == len && strncmp(command, shell_words[i], len) == 0)
            return false;
    return true;
}

/* After fork: only async-signal-safe calls. Never returns. */
static void become(const char *command, char *const *environment, pid_t parent, int stdio_fd,
                   int stderr_fd)
{
    sigset_t none;
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);

    /* move them away from 0, 1 and 2, in case those were closed */
    int stdio = fcntl(stdio_fd, F_DUPFD, 3);
    int errors = fcntl(stderr_fd, F_DUPFD, 3);
    if (stdio < 0 || errors < 0 || dup2(stdio, 0) < 0 || dup2(stdio, 1) < 0 || dup2(errors, 2) < 0)
        _exit(127);
    close_range(3, ~0u, 0);
    execle("/bin/sh", "sh", "-c", command, (char *)NULL, environment);
    _exit(127);
}

/* Ours, and |mark|. NULL: no memory. The caller frees the list alone. */
static char **marked_environment(char *mark)
{
    size_t n = 0;
    while (environ && environ[n])
        n++;
    char **all = calloc(n + 2, sizeof(*all));
    if (!all)
        return NULL;
    if (n)
        memcpy(all, environ, n * sizeof(*all));
    all[n] = mark;
    return all;
}

enum status process_start(struct process *p, const char *command, int stdio_fd)
{
    struct buffer line;
    int errors[2];

    process_init(p);
    orphans_adopt();
    orphans_mark(p->mark);
    char **environment = marked_environment(p->mark);
    buffer_init(&line, strlen(command) + sizeof("exec "));
    buffer_append_text(&line, is_plain(command) ? "exec " : "");
    enum status st = buffer_append_text(&line, command);
    if (!environment)
        st = E_NOMEM;
    if (st)
        goto out;
    st = E_IO;
    if (pipe2(errors, O_CLOEXEC))
        goto out;

    const char *text = buffer_text(&line);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        become(text, environment, parent, stdio_fd, errors[1]);
    int why = errno;
    close(errors[1]);
    if (pid < 0) {
        close(errors[0]);
        errno = why;
        goto out;
    }
    /* also here, so that the group exists whoever runs first; fails harmlessly once the child has
     * exec'ed */
    setpgid(pid, pid);
    fcntl(errors[0], F_SETFL, O_NONBLOCK);
    p->pid = pid;
    p->stderr_fd = errors[0];
    st = OK;
out:
    free(environment);
    buffer_fini(&line);
    return st;
}

/* ---- standard error */

static void keep_tail(struct process *p, const uint8_t *data, size_t len)
{
    if (len > sizeof(p->tail)) {
        data += len - sizeof(p->tail);
        len = sizeof(p->tail);
    }
    size_t stays = sizeof(p->tail) - len < p->tail_len ? sizeof(p->tail) - len : p->tail_len;
    memmove(p->tail, p->tail + p->tail_len - stays, stays);
    memcpy(p->tail + stays, data, len);
    p->tail_len = stays + len;
}

void process_drain(struct process *p)
{
    uint8_t chunk[16384];
    /* rounds are counted so that a target writing without end cannot hold us here past a
     * deadline */
    for (int i = 0; i < DRAIN_ROUNDS && p->stderr_fd >= 0; i++) {
        ssize_t n = read(p->stderr_fd, chunk, sizeof(chunk));
        if (n > 0) {
            keep_tail(p, chunk, (size_t)n);
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else if (n < 0 && errno == EAGAIN) {
            return;
        } else {
            close(p->stderr_fd);
            p->stderr_fd = -1;
        }
    }
}

/* ---- the end */

bool process_has_ended(struct process *p)
{
    siginfo_t how;
    if (p->has_ended || p->pid <= 0)
        return p->has_ended;
    memset(&how, 0, sizeof(how));
    int failed = waitid(P_PID, (id_t)p->pid, &how, WEXITED | WNOHANG | WNOWAIT);
    if (failed ? errno == ECHILD : how.si_pid == p->pid) {
        p->has_ended = true;
        p->how = how;
    }
    return p->has_ended;
}

bool process_wait(struct process *p, struct clock clock, uint64_t wait_ms)
{
    uint64_t until = clock_now_ms(clock) + wait_ms;
    for (int nap_ms = 1; !process_has_ended(p) && clock_now_ms(clock) < until;) {
        struct pollfd errors = {.fd = p->stderr_fd, .events = POLLIN};
        clock_poll(clock, &errors, 1, nap_ms);
        process_drain(p);
        nap_ms = nap_ms < NAP_MAX_MS ? nap_ms * 2 : NAP_MAX_MS;
    }
    process_drain(p);
    return p->has_ended;
}

static void describe_signal(struct buffer *out, int number)
{
    const char *name = sigabbrev_np(number);
    buffer_printf(out, name ? "signal %d (SIG%s)" : "signal %d", number, name);
}

static void describe_exit(struct buffer *out, int code)
{
    buffer_printf(out, "exit code %d", code);
    /* the shell's exit code says that its child died by a signal */
    if (code > 128 && code <= 128 + SIGRTMAX) {
        buffer_append_text(out, ", by the shell's count ");
        describe_signal(out, code - 128);
    }
}

void process_describe(struct process *p, struct buffer *out)
{
    process_drain(p);
    if (p->how.si_code == CLD_EXITED)
        describe_exit(out, p->how.si_status);
    else if (p->how.si_code == CLD_KILLED || p->how.si_code == CLD_DUMPED)
        describe_signal(out, p->how.si_status);
    else
        buffer_append_text(out, "ended, nobody knows how");

    size_t len = p->tail_len;
    while (len && strchr(" \t\r\n", p->tail[len - 1]))
        len--;
    size_t room = out->max - out->len;
    if (!len || room < 2)
        return;
    size_t from = len > room - 1 ? len - (room - 1) : 0;
    buffer_append_byte(out, '\n');
    buffer_append(out, bytes_of(p->tail + from, len - from));
}

void process_finish(struct process *p, struct clock clock)
{
    if (p->pid > 0) {
        if (!process_wait(p, clock, PROCESS_GRACE_MS)) {
            kill(-p->pid, SIGTERM);
            process_wait(p, clock, PROCESS_GRACE_MS);
        }
        kill(-p->pid, SIGKILL);
        while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        orphans_end(p->mark, ORPHANS_OWN_LEAD);
    }
    if (p->stderr_fd >= 0)
        close(p->stderr_fd);
    process_init(p);
}
