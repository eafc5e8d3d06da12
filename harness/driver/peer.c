/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/peer.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ENTRY "%*d: %x:%x %x:%x %*x %*x:%*x %*x:%*x %*x %*d %*d %lu"

/* The inode of the socket at the other end; 0 when the kernel does not say. */
static unsigned long inode_of(const struct sockaddr_in *other, const struct sockaddr_in *own)
{
    char line[512];
    unsigned long found = 0;
    FILE *table = fopen("/proc/net/tcp", "re");
    while (table && !found && fgets(line, sizeof(line), table)) {
        unsigned from = 0, from_port = 0, to = 0, to_port = 0;
        unsigned long inode = 0;
        if (sscanf(line, ENTRY, &from, &from_port, &to, &to_port, &inode) == 5 &&
            from == other->sin_addr.s_addr && from_port == ntohs(other->sin_port) &&
            to == own->sin_addr.s_addr && to_port == ntohs(own->sin_port))
            found = inode;
    }
    if (table)
        fclose(table);
    return found;
}

static bool has_socket(const char *pid, unsigned long inode)
{
    char path[300], wanted[64], got[64];
    bool has = false;
    snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
    snprintf(path, sizeof(path), "/proc/%.32s/fd", pid);
    DIR *dir = opendir(path);
    for (const struct dirent *e; dir && !has && (e = readdir(dir));) {
        snprintf(path, sizeof(path), "/proc/%.32s/fd/%.200s", pid, e->d_name);
        ssize_t n = readlink(path, got, sizeof(got) - 1);
        got[n > 0 ? n : 0] = 0;
        has = strcmp(got, wanted) == 0;
    }
    if (dir)
        closedir(dir);
    return has;
}

/* Is |pid| in the group of |target|, or below it? */
static bool belongs(pid_t pid, pid_t target)
{
    for (int depth = 0; depth < 16 && pid > 1; depth++) {
        char path[64], text[512];
        long parent = 0;
        if (pid == target || getpgid(pid) == target)
            return true;
        snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
        FILE *file = fopen(path, "re");
        size_t n = file ? fread(text, 1, sizeof(text) - 1, file) : 0;
        text[n] = 0;
        if (file)
            fclose(file);
        const char *rest = strrchr(text, ')'); /* the name before it is the program's choice */
        if (!rest || sscanf(rest + 1, " %*c %ld", &parent) != 1)
            return false;
        pid = (pid_t)parent;
    }
    return false;
}

enum peer peer_of(int fd, pid_t target)
{
    struct sockaddr_in own = {0}, other = {0};
    socklen_t own_len = sizeof(own), other_len = sizeof(other);
    char leader[32];
    if (target <= 0 || getsockname(fd, (struct sockaddr *)&own, &own_len) ||
        getpeername(fd, (struct sockaddr *)&other, &other_len))
        return PEER_UNKNOWN;
    unsigned long inode = inode_of(&other, &own);
    if (!inode) /* it is closed already; nobody has it */
        return PEER_UNKNOWN;
    snprintf(leader, sizeof(leader), "%ld", (long)target);
    if (has_socket(leader, inode))
        return PEER_TARGET;
    enum peer found = PEER_UNKNOWN;
    DIR *all = opendir("/proc");
    for (const struct dirent *e; all && !found && (e = readdir(all));) {
        long pid = strtol(e->d_name, NULL, 10);
        if (pid > 0 && has_socket(e->d_name, inode))
            found = belongs((pid_t)pid, target) ? PEER_TARGET : PEER_OTHER;
    }
    if (all)
        closedir(all);
    return found;
}
