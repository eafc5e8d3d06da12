/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/process.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHILDREN_MAX 32 /* read of one process */
#define DEPTH_MAX 4     /* shell, wrapper, interpreter, worker */

/* The text of /proc/PID/|name|, cut at |size|; "" when it cannot be read. */
static void read_proc(pid_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    size_t len = 0;
    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t n = read(fd, out, size - 1);
        len = n > 0 ? (size_t)n : 0;
        close(fd);
    }
    out[len] = 0;
}

/* utime, stime, cutime and cstime of one process: fields 14 to 17 of proc(5), in clock ticks. */
static uint64_t ticks_of(pid_t pid)
{
    char text[1024];
    unsigned long long ticks[4] = {0};
    read_proc(pid, "stat", text, sizeof(text));
    /* the program chooses the name in field 2, so the last bracket is searched */
    const char *rest = strrchr(text, ')');
    int found =
        rest ? sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu",
                      &ticks[0], &ticks[1], &ticks[2], &ticks[3])
             : 0;
    return found == 4 ? ticks[0] + ticks[1] + ticks[2] + ticks[3] : 0;
}

/* Nanoseconds in which the first thread was ready to run and did not: the second number of
 * /proc/PID/schedstat. */
static uint64_t delay_of(pid_t pid)
{
    unsigned long long delay = 0;
    char text[128];
    read_proc(pid, "schedstat", text, sizeof(text));
    return sscanf(text, "%*u %llu", &delay) == 1 ? delay : 0;
}

static uint64_t sum_of_tree(pid_t pid, uint64_t (*of)(pid_t pid), int depth)
{
    uint64_t sum = of(pid);
    char name[64], text[512];
    if (depth == 0)
        return sum;
    snprintf(name, sizeof(name), "task/%ld/children", (long)pid);
    read_proc(pid, name, text, sizeof(text));
    char *at = text;
    for (int i = 0; i < CHILDREN_MAX; i++) {
        char *end;
        long child = strtol(at, &end, 10);
        if (end == at || child <= 0)
            break;
        sum += sum_of_tree((pid_t)child, of, depth - 1);
        at = end;
    }
    return sum;
}

uint64_t process_cpu_us(const struct process *p)
{
    long per_second = sysconf(_SC_CLK_TCK);
    if (p->pid <= 0 || per_second <= 0)
        return 0;
    return sum_of_tree(p->pid, ticks_of, DEPTH_MAX) * 1000000u / (uint64_t)per_second;
}

uint64_t process_delay_ms(const struct process *p)
{
    return p->pid > 0 ? sum_of_tree(p->pid, delay_of, DEPTH_MAX) / 1000000u : 0;
}
