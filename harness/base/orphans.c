/* SPDX-License-Identifier: GPL-3.0-or-later */
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
    bool is_bare;               /* was started without any environment */
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

/* Field |number| of a stat file as proc(5) counts them; |after_name| is the end of its second. */
static unsigned long long field_of(const char *after_name, unsigned number)
{
    for (unsigned i = 2; after_name && i < number; i++)
        after_name = strchr(after_name + 1, ' ');
    return after_name ? strtoull(after_name, NULL, 10) : 0;
}

/* |text| is scratch. False when there is no such process. */
static bool look_at(pid_t pid, struct buffer *text, struct look *out)
{
    memset(out, 0, sizeof(*out));
    if (!read_proc(pid, "stat", text))
        return false;
    /* the name before it can have anything in it */
    const char *after_name = strrchr((const char *)text->data, ')');
    if (!after_name)
        return false;
    out->group = (long)field_of(after_name, 5);
    out->session = (long)field_of(after_name, 6);
    out->started = field_of(after_name, 22);
    out->is_ending = field_of(after_name, 23) == 0; /* vsize */
    unsigned long long env_start = field_of(after_name, 50);
    out->is_bare = env_start != 0 && field_of(after_name, 51) == env_start; /* env_end */
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

/* Has the environment that was read a line that begins with the mark? */
static bool is_marked(const struct search *s)
{
    size_t len = strlen(s->mark);
    const char *at = (const char *)s->text.data, *end = at + s->text.len;
    while (at < end) {
        if (strncmp(at, s->mark, len) == 0)
            return true;
        at += strlen(at) + 1;
    }
    return false;
}

/*
 * Has |pid| the mark? If not, |out| says what it is (all 0: no such process). A process that just
 * becomes another program has no environment yet: it is looked at until it has.
 */
static bool find_mark(struct search *s, pid_t pid, struct look *out)
{
    memset(out, 0, sizeof(*out));
    for (;;) {
        bool is_read = read_proc(pid, "environ", &s->text);
        bool is_empty = is_read && s->text.len <= 1; /* the NUL */
        if (is_read && is_marked(s))
            return true;
        if (!look_at(pid, &s->text, out) || !is_empty || out->is_ending || out->is_bare ||
            now_ms() >= s->until_ms)
            return false;
        poll(NULL, 0, NAP_MS);
    }
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
    if (find_mark(s, pid, &look)) {
        if (kill(pid, SIGKILL) != 0)
            return false;
    } else if (!look.is_ending || may_be_own(s, pid, &look)) {
        return false;
    }
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
