/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/flaw_list.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_LEN 2048

/* The program's list as a stream; *out_child is to be waited for once it is read. */
static enum status start_listing(const char *program, const char *option, FILE **out,
                                 pid_t *out_child)
{
    int ends[2];
    *out = NULL;
    if (pipe(ends))
        return E_IO;
    *out_child = fork();
    if (*out_child == 0) {
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
        execl(program, program, option, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    if (*out_child > 0)
        *out = fdopen(ends[0], "r");
    if (!*out)
        close(ends[0]);
    return *out ? OK : E_IO;
}

static bool ended_well(pid_t child)
{
    int how = -1;
    return waitpid(child, &how, 0) == child && how == 0;
}

static enum status take_line(char *line, struct arena *arena, struct flaw_line *out)
{
    char *rest = line;
    for (size_t i = 0; i < FLAW_COLUMNS_MAX; i++) {
        char *start = rest, *end = start + strcspn(start, "\t\n");
        rest = *end ? end + 1 : end;
        *end = '\0';
        out->columns[i] = arena_text(arena, start);
        if (!out->columns[i])
            return E_NOMEM;
    }
    return OK;
}

enum status flaw_list_read(const char *program, const char *option, struct arena *arena,
                           struct flaw_line **out, size_t *out_count)
{
    char line[LINE_LEN];
    FILE *list;
    pid_t child;
    *out_count = 0;
    *out = arena_array(arena, FLAW_LIST_MAX, sizeof(**out));
    enum status st = *out ? start_listing(program, option, &list, &child) : E_NOMEM;
    if (st)
        return st;
    while (!st && *out_count < FLAW_LIST_MAX && fgets(line, sizeof(line), list))
        st = take_line(line, arena, &(*out)[(*out_count)++]);
    fclose(list);
    if (!ended_well(child) || (!st && !*out_count))
        return E_IO;
    return st;
}

bool flaw_is_wanted(const char *const *only, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(only[i], name) == 0)
            return true;
    return n == 0;
}
