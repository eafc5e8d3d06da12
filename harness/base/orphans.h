/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/orphans.h - processes that outlive what started them: adopted, found by a mark in their
 * environment, and ended.
 * Depends on: base/buffer, base/clock. Linux: /proc, and a subreaper.
 *
 * When a process ends, its children become those of the nearest ancestor that adopts. A command
 * that the shell runs in parts, and a grandchild that has left its process group and session, are
 * ended so. One that also clears its environment is not found.
 *
 * A process has other children, too: those it has started and waits for itself, and those that it
 * had before it was this program. Only marked ones are killed, and of those that have ended by
 * themselves, which have no environment any more, only those are reaped that cannot be its own.
 */
#ifndef ASSAY_BASE_ORPHANS_H
#define ASSAY_BASE_ORPHANS_H

#include <stddef.h>
#include <sys/types.h>

#define ORPHANS_MARK_MAX 96u  /* bytes, the NUL included */
#define ORPHANS_WAIT_MS 1000u /* for their end, all together */

/* How a process starts the children that it waits for itself, all in its own session. */
enum orphans_own {
    ORPHANS_OWN_LEAD = 1, /* each leads a process group */
    ORPHANS_OWN_JOIN      /* in the process's own group */
};

/* What is orphaned below this process becomes its child from now on. */
void orphans_adopt(void);

/* A mark of its own for what this process starts next: "NAME=value", to stand in its environment,
 * from where its descendants have it. */
void orphans_mark(char out[ORPHANS_MARK_MAX]);
/* What the marks of everything that |starter| starts begin with. It must not have been waited for:
 * another process can have its number then. */
void orphans_mark_of(pid_t starter, char out[ORPHANS_MARK_MAX]);

/*
 * Kill the children of this process whose mark begins with |mark|, and what they leave to it in
 * turn; reap them, and what was adopted and has ended. Returns when none is left, at the latest
 * after ORPHANS_WAIT_MS.
 */
void orphans_end(const char *mark, enum orphans_own own);

#endif
