#include "base/orphans.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/files.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "ASSAY_PROCESS"
#define PROC_MAX (4u * 1024u * 1024u) /* bytes read of one file */
#define NAP_MS 1

/* What /proc/PID/stat says. */
struct look {
    long group, session;
    unsigned long long started; /* in ticks since the machine's start */
    bool is_ending;             /* or has ended: it has no memory any more, and no environment */
};

struct search {
    const char *mark;
    enum orphans_own own;
    uint64_t until_ms;
    struct buffer children, text;
};

void orphans_adopt(void) { (void)prctl(PR_SET_CHILD_SUBREAPER, 1); }

static uint64_t now_ms(void) { return clock_now_ms(clock_monotonic()); }

/* /proc/PID/|name| to |out|, with a NUL after it. False when it cannot be read. */
static bool read_proc(pid_t pid, const char *name, struct buffer *out)
{
    char path[96];
    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    return files_read(path, out) == OK && buffer_append_byte(out, 0) == OK;
}

/* ---- marks */

/* |text| is scratch. False when there is no such process. */
static bool look_at(pid_t pid, struct buffer *text, struct look *out)
{
    unsigned long memory;
    memset(out, 0, sizeof(*out));
    if (!read_proc(pid, "stat", text))
        return false;
    /* the name before it can have anything in it */
    const char *after_name = strrchr((const char *)text->data, ')');
    /* state ppid pgrp session; tty to itrealvalue; starttime vsize */
    if (!after_name ||
        sscanf(after_name + 1,
               " %*c %*d %ld %ld %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu "
               "%lu",
               &out->group, &out->session, &out->started, &memory) != 4)
        return false;
    out->is_ending = memory == 0;
    return true;
}

void orphans_mark_of(pid_t starter, char out[ORPHANS_MARK_MAX])
{
    struct buffer text;
    struct look look;
    buffer_init(&text, PROC_MAX);
    (void)look_at(starter, &text, &look);
    /* numbers are given again, and another machine's namespace has the same */
    snprintf(out, ORPHANS_MARK_MAX, NAME "=%ld.%llu.", (long)starter, look.started);
    buffer_fini(&text);
}

void orphans_mark(char out[ORPHANS_MARK_MAX])
{
    orphans_mark_of(getpid(), out);
    size_t len = strlen(out);
    snprintf(out + len, ORPHANS_MARK_MAX - len, "%llu.",
             (unsigned long long)clock_now_us(clock_monotonic()));
}

/* Does |pid|'s environment have a line that begins with the mark? */
static bool is_marked(struct search *s, pid_t pid)
{
    size_t len = strlen(s->mark);
    bool is_found = false;
    if (!read_proc(pid, "environ", &s->text))
        return false;
    const char *at = (const char *)s->text.data, *end = at + s->text.len;
    while (at < end && !is_found) {
        is_found = strncmp(at, s->mark, len) == 0;
        at += strlen(at) + 1;
    }
    return is_found;
}

/* ---- ending them */

/* Can it be one that this process has started and waits for itself? */
static bool may_be_own(const struct search *s, pid_t pid, const struct look *look)
{
    long own_group = s->own == ORPHANS_OWN_LEAD ? (long)pid : (long)getpgrp();
    return look->session == (long)getsid(0) && look->group == own_group;
}

/* Wait for the end of a child that was killed or is ending; not beyond the deadline. */
static void reap(const struct search *s, pid_t pid)
{
    pid_t got;
    while (((got = waitpid(pid, NULL, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) &&
           now_ms() < s->until_ms)
        poll(NULL, 0, NAP_MS);
}

/* False when |pid| is none of those that are to be ended. */
static bool end_child(struct search *s, pid_t pid)
{
    struct look look;
    if (!look_at(pid, &s->text, &look) || (look.is_ending && may_be_own(s, pid, &look)))
        return false;
    if (!look.is_ending && (!is_marked(s, pid) || kill(pid, SIGKILL) != 0))
        return false;
    reap(s, pid);
    return true;
}

/* The children there are now; how many of them were ended. */
static size_t end_children(struct search *s)
{
    size_t n = 0;
    char name[48], *end;
    snprintf(name, sizeof(name), "task/%ld/children", (long)getpid());
    if (!read_proc(getpid(), name, &s->children))
        return 0;
    for (char *at = (char *)s->children.data;; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at || pid <= 0)
            return n;
        n += end_child(s, (pid_t)pid);
    }
}

void orphans_end(const char *mark, enum orphans_own own)
{
    struct search s = {.mark = mark, .own = own, .until_ms = now_ms() + ORPHANS_WAIT_MS};
    buffer_init(&s.children, PROC_MAX);
    buffer_init(&s.text, PROC_MAX);
    while (end_children(&s) && now_ms() < s.until_ms) /* those that they leave in turn */
        continue;
    buffer_fini(&s.children);
    buffer_fini(&s.text);
}
