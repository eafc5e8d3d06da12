/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "listener.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char *program, const char *behaviour, unsigned after, const char *where,
                   int output)
{
    char number[16];
    snprintf(number, sizeof(number), "%u", after);
    setpgid(0, 0);
    dup2(output, 1);
    dup2(open("/dev/null", O_WRONLY), 2);
    execl(program, program, behaviour, number, "--listen", where, (char *)NULL);
    _exit(127);
}

/* The one line a listener prints. */
static int read_line(int fd, char *out, size_t size)
{
    for (size_t len = 0; len + 1 < size && read(fd, out + len, 1) == 1; len++) {
        if (out[len] == '\n') {
            out[len] = 0;
            return 0;
        }
    }
    return -1;
}

int listener_start(struct listener *l, const char *program, const char *behaviour, unsigned after,
                   const char *where)
{
    int ends[2];
    memset(l, 0, sizeof(*l));
    if (pipe(ends))
        return -1;
    l->pid = fork();
    if (l->pid == 0) {
        close(ends[0]);
        become(program, behaviour, after, where, ends[1]);
    }
    close(ends[1]);
    int failed = l->pid < 0 || read_line(ends[0], l->address, sizeof(l->address));
    close(ends[0]);
    return failed ? -1 : 0;
}

void listener_stop(struct listener *l)
{
    if (l->pid <= 0)
        return;
    kill(-l->pid, SIGKILL);
    kill(l->pid, SIGKILL);
    waitpid(l->pid, NULL, 0);
    l->pid = 0;
}
