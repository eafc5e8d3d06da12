/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hostile/listener.h - a listening hostile target as a child of the test, in a process group of its
 * own.
 * Depends on: nothing.
 */
#ifndef ASSAY_TESTS_HOSTILE_LISTENER_H
#define ASSAY_TESTS_HOSTILE_LISTENER_H

#include <sys/types.h>

struct listener {
    pid_t pid;
    char address[256]; /* as it printed it */
};

/* Start "PROGRAM BEHAVIOUR AFTER --listen WHERE" and wait until it listens. 0, or -1. */
int listener_start(struct listener *l, const char *program, const char *behaviour, unsigned after,
                   const char *where);
/* End and reap it and all it started. Accepts one never started (pid 0). */
void listener_stop(struct listener *l);

#endif
