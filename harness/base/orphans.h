/*
 * base/orphans.h - processes that outlive what started them: adopted, found by a mark in their
 * environment, and ended.
 * Depends on: base/buffer, base/clock. Linux: /proc, and a subreaper.
 *
 * When a process ends, its children become those of the nearest ancestor that adopts. A command
 * that the shell runs in parts, and a grandchild that has left its process group and session, are
 * ended so. One that also clears its environment is not found, and ends when nobody adopts any more
 * and the system ends it.
 */
#ifndef ASSAY_BASE_ORPHANS_H
#define ASSAY_BASE_ORPHANS_H

#include <stddef.h>
#include <sys/types.h>

#define ORPHANS_MARK_MAX 64u /* bytes, the NUL included */

/* What is orphaned below this process becomes its child from now on. */
void orphans_adopt(void);

/* A mark of its own for what this process starts next: "NAME=value", to stand in its environment,
 * from where its descendants have it. */
void orphans_mark(char out[ORPHANS_MARK_MAX]);
/* What the marks of everything that |starter| starts begin with. */
void orphans_mark_of(pid_t starter, char out[ORPHANS_MARK_MAX]);

/* Kill the children of this process whose mark begins with |mark|, and what they leave to it in
 * turn, and wait for their end. */
void orphans_end(const char *mark);

#endif
