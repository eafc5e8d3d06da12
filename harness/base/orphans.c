#include "base/orphans.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/files.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "ASSAY_PROCESS"
#define PROC_MAX (4u * 1024u * 1024u) /* bytes read of one file */
#define ROUNDS_MAX 64                 /* generations that are left one after another */

void orphans_adopt(void) { (void)prctl(PR_SET_CHILD_SUBREAPER, 1); }

void orphans_mark_of(pid_t starter, char out[ORPHANS_MARK_MAX])
{
    snprintf(out, ORPHANS_MARK_MAX, NAME "=%ld.", (long)starter);
}

void orphans_mark(char out[ORPHANS_MARK_MAX])
{
    snprintf(out, ORPHANS_MARK_MAX, NAME "=%ld.%llu.", (long)getpid(),
             (unsigned long long)clock_now_us(clock_monotonic()));
}

/* /proc/PID/|name| to |out|, with a NUL after it. False when it cannot be read. */
static bool read_proc(pid_t pid, const char *name, struct buffer *out)
{
    char path[96];
    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    return files_read(path, out) == OK && buffer_append_byte(out, 0) == OK;
}

/* Does |pid|'s environment have a line that begins with |mark|? */
static bool is_marked(pid_t pid, const char *mark, struct buffer *text)
{
    size_t len = strlen(mark);
    bool is_found = false;
    buffer_clear(text);
    if (!read_proc(pid, "environ", text))
        return false;
    const char *at = (const char *)text->data, *end = at + text->len;
    while (at < end && !is_found) {
        is_found = strncmp(at, mark, len) == 0;
        at += strlen(at) + 1;
    }
    return is_found;
}

static void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* The children there are now; how many of them were ended. */
static size_t end_children(const char *mark, struct buffer *children, struct buffer *text)
{
    size_t n = 0;
    char name[48], *end;
    snprintf(name, sizeof(name), "task/%ld/children", (long)getpid());
    buffer_clear(children);
    if (!read_proc(getpid(), name, children))
        return 0;
    for (char *at = (char *)children->data;; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at || pid <= 0)
            return n;
        if (is_marked((pid_t)pid, mark, text)) {
            end_child((pid_t)pid);
            n++;
        }
    }
}

void orphans_end(const char *mark)
{
    struct buffer children, text;
    buffer_init(&children, PROC_MAX);
    buffer_init(&text, PROC_MAX);
    for (int round = 0; round < ROUNDS_MAX && end_children(mark, &children, &text); round++)
        continue;
    buffer_fini(&children);
    buffer_fini(&text);
}
