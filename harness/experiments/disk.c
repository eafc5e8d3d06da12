/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700

#include "experiments/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_KEPT 128u
#define FOLDERS_OPEN 16 /* descriptors nftw may hold */

struct disk_entry {
    char name[NAME_KEPT];
    off_t size;
    struct timespec changed;
};

/* ---- the working folder, before and after */

static size_t list_folder(struct disk_entry *out)
{
    size_t n = 0;
    DIR *dir = opendir(".");
    for (struct dirent *e; dir && n < DISK_ENTRIES_MAX && (e = readdir(dir));) {
        struct stat st;
        if (lstat(e->d_name, &st) || !S_ISREG(st.st_mode))
            continue;
        (void)snprintf(out[n].name, sizeof(out[n].name), "%.127s", e->d_name);
        out[n].size = st.st_size;
        out[n].changed = st.st_mtim;
        n++;
    }
    if (dir)
        closedir(dir);
    return n;
}

static bool was_there(const struct disk *d, const struct disk_entry *now)
{
    for (size_t i = 0; i < d->n_before; i++)
        if (strcmp(d->before[i].name, now->name) == 0)
            return d->before[i].size == now->size &&
                   d->before[i].changed.tv_sec == now->changed.tv_sec &&
                   d->before[i].changed.tv_nsec == now->changed.tv_nsec;
    return false;
}

static bool working_folder_changed(struct disk *d)
{
    struct disk_entry *after = calloc(DISK_ENTRIES_MAX, sizeof(*after));
    size_t n = after ? list_folder(after) : 0;
    bool has_changed = !after;
    if (!after)
        (void)snprintf(d->detail, sizeof(d->detail), "out of memory");
    for (size_t i = 0; i < n && !has_changed; i++)
        if (!was_there(d, &after[i])) {
            has_changed = true;
            (void)snprintf(d->detail, sizeof(d->detail),
                           "during a conversation the file %.127s was written, which the snapshot "
                           "leaves out",
                           after[i].name);
        }
    free(after);
    return has_changed;
}

/* ---- the private folder */

static bool find_file(struct disk *d, const char *folder, unsigned depth)
{
    char path[2 * DISK_PATH_MAX];
    bool found = false;
    DIR *dir = depth < 8 ? opendir(folder) : NULL;
    for (struct dirent *e; dir && !found && (e = readdir(dir));) {
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            snprintf(path, sizeof(path), "%s/%s", folder, e->d_name) >= (int)sizeof(path) ||
            lstat(path, &st))
            continue;
        if (S_ISDIR(st.st_mode)) {
            found = find_file(d, path, depth + 1);
        } else if (S_ISREG(st.st_mode) && st.st_size > 0) {
            found = true;
            (void)snprintf(d->detail, sizeof(d->detail),
                           "during a conversation the target wrote the file %.200s into its home "
                           "or temporary folder, which the snapshot leaves out",
                           path + strlen(d->folder) + 1);
        }
    }
    if (dir)
        closedir(dir);
    return found;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

/* ---- files held open */

/* The process group of |pid|: field 5 of proc(5)'s stat. -1 when it is gone. */
static long group_of(const char *pid)
{
    char path[64], text[512] = {0};
    long group = -1;
    (void)snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
    FILE *f = fopen(path, "re");
    if (f && fgets(text, sizeof(text), f)) {
        const char *rest = strrchr(text, ')');
        if (!rest || sscanf(rest + 1, " %*c %*d %ld", &group) != 1)
            group = -1;
    }
    if (f)
        fclose(f);
    return group;
}

/* Does descriptor |fd| of |pid| write to a regular file? Then |out| gets the file's name. */
static bool writes_file(const char *pid, const char *fd, char out[DISK_PATH_MAX])
{
    char path[96], text[256] = {0};
    struct stat st;
    unsigned flags = 0;
    (void)snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, fd);
    ssize_t n = readlink(path, out, DISK_PATH_MAX - 1);
    if (n <= 0 || stat(path, &st) || !S_ISREG(st.st_mode))
        return false;
    out[n] = 0;
    (void)snprintf(path, sizeof(path), "/proc/%.20s/fdinfo/%.20s", pid, fd);
    FILE *f = fopen(path, "re");
    while (f && fgets(text, sizeof(text), f))
        if (sscanf(text, "flags: %o", &flags) == 1)
            break;
    if (f)
        fclose(f);
    return (flags & O_ACCMODE) != O_RDONLY;
}

static bool process_writes(struct disk *d, const char *pid)
{
    char path[64], name[DISK_PATH_MAX];
    bool found = false;
    (void)snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
    DIR *dir = opendir(path);
    for (struct dirent *e; dir && !found && (e = readdir(dir));)
        if (e->d_name[0] != '.' && writes_file(pid, e->d_name, name)) {
            found = true;
            (void)snprintf(d->detail, sizeof(d->detail),
                           "the target holds the file %.200s open for writing, which the snapshot "
                           "leaves out",
                           name);
        }
    if (dir)
        closedir(dir);
    return found;
}

static bool holds_file(struct disk *d)
{
    bool found = false;
    pid_t group = driver_process(d->driver);
    DIR *dir = opendir("/proc");
    for (struct dirent *e; dir && !found && (e = readdir(dir));)
        if (e->d_name[0] >= '1' && e->d_name[0] <= '9' && group_of(e->d_name) == (long)group)
            found = process_writes(d, e->d_name);
    if (dir)
        closedir(dir);
    return found;
}

/* ---- begin, look, end */

/* |command| with every folder that programs keep files in set to |folder|. */
static const char *moved(struct arena *arena, const char *folder, const char *command)
{
    return arena_printf(arena,
                        "export HOME='%s' TMPDIR='%s' XDG_DATA_HOME='%s' XDG_STATE_HOME='%s' "
                        "XDG_CONFIG_HOME='%s' XDG_CACHE_HOME='%s' XDG_RUNTIME_DIR='%s'; %s",
                        folder, folder, folder, folder, folder, folder, folder, command);
}

static enum status open_moved(const struct experiment_options *options, struct disk *d)
{
    struct arena arena;
    struct buffer detail;
    struct answer a;
    struct target_profile profile;
    arena_init(&arena, 1024u * 1024u);
    buffer_init(&detail, 256);
    struct driver_options how = *options->driver_options;
    how.address.command = moved(&arena, d->folder, options->driver_options->address.command);
    enum status st = how.address.command ? driver_open(&how, &d->driver, &detail) : E_NOMEM;
    if (!st)
        st = driver_hello(d->driver, "", &arena, &profile, &a);
    if (!st && a.seen != SEEN_DONE)
        st = E_IO;
    if (st)
        (void)snprintf(d->detail, sizeof(d->detail),
                       "the target does not start with HOME and TMPDIR in a private folder");
    buffer_fini(&detail);
    arena_fini(&arena);
    return st;
}

enum status disk_begin(const struct experiment_options *options, struct disk *out)
{
    const char *base = "/tmp";
    enum status st = E_IO;
    memset(out, 0, sizeof(*out));
    if (options->driver_options->address.kind != TARGET_EXEC) {
        (void)snprintf(out->detail, sizeof(out->detail),
                       "the target is no process of assay's, so its files cannot be looked at: "
                       "give it as exec:COMMAND");
        return E_IO;
    }
    (void)snprintf(out->folder, sizeof(out->folder), "%s/assay-disk-XXXXXX", base);
    if (!mkdtemp(out->folder)) {
        (void)snprintf(out->detail, sizeof(out->detail), "no private folder: %s", strerror(errno));
        out->folder[0] = 0;
        goto out;
    }
    if (!(out->before = calloc(DISK_ENTRIES_MAX, sizeof(*out->before)))) {
        st = E_NOMEM;
        goto out;
    }
    out->n_before = list_folder(out->before);
    st = open_moved(options, out);
out:
    if (st)
        disk_end(out);
    return st;
}

bool disk_look(struct disk *d)
{
    return find_file(d, d->folder, 0) || holds_file(d) || working_folder_changed(d);
}

void disk_end(struct disk *d)
{
    driver_close(d->driver);
    d->driver = NULL;
    free(d->before);
    d->before = NULL;
    if (d->folder[0])
        (void)nftw(d->folder, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
    d->folder[0] = 0;
}
