/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/process.h - a target's process started by us: run by the shell, watched, ended with all
 * its children.
 * Depends on: base.
 *
 * The process leads a process group of its own, and is not reaped before process_finish: until then
 * no other process can get its number, so a signal to the group reaches nobody else. What has left
 * the group is found by its mark (base/orphans.h), which this process adopts.
 */
#ifndef ASSAY_DRIVER_PROCESS_H
#define ASSAY_DRIVER_PROCESS_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/orphans.h"

#include <signal.h>
#include <sys/types.h>

#define PROCESS_STDERR_MAX 8192u /* the last bytes of standard error that are kept */
/* The time to end by itself after its input closed, and again after SIGTERM. */
#define PROCESS_GRACE_MS 200u

struct process {
    pid_t pid;      /* 0: none */
    int stderr_fd;  /* our end of the pipe; -1 once the other ends are closed */
    bool has_ended; /* then |how| says in what way */
    siginfo_t how;
    char mark[ORPHANS_MARK_MAX]; /* in its environment */
    size_t tail_len;
    uint8_t tail[PROCESS_STDERR_MAX];
};

/* No process. */
void process_init(struct process *p);

/*
 * Run |command| by /bin/sh -c with |stdio_fd| (stays the caller's) as its standard input and
 * output. It inherits no other descriptor, and dies with the process that started it. E_IO: errno
 * says why. E_NOMEM.
 */
MUST_USE enum status process_start(struct process *p, const char *command, int stdio_fd);

/* Read what is in the standard error pipe, at most some hundred kilobytes of it.
 * Never blocks. */
void process_drain(struct process *p);

/* Has the process ended? Looks, without waiting; once true it stays true. */
bool process_has_ended(struct process *p);

/* Wait at most |wait_ms| for the end, reading standard error meanwhile. */
bool process_wait(struct process *p, struct clock clock, uint64_t wait_ms);

/*
 * Append how it ended, "exit code 3" or "signal 11 (SIGSEGV)", and on the next lines what it last
 * wrote to standard error, as much of its end as fits |out|.
 */
void process_describe(struct process *p, struct buffer *out);

/*
 * End the process and its group: it has PROCESS_GRACE_MS to end by itself (its input being closed
 * already), as long again after SIGTERM, then SIGKILL; what it has left behind, SIGKILL. Reaps
 * them. Accepts no process.
 */
void process_finish(struct process *p, struct clock clock);

/* CPU time of the process, its living children and those it has waited for, in microseconds; 0 when
 * not known. */
uint64_t process_cpu_us(const struct process *p);

/* How long the process and its living children were ready to run and did not get to, in
 * milliseconds; 0 when not known. */
uint64_t process_delay_ms(const struct process *p);

#endif
