/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RANDOM_ENDING ".XXXXXX" /* of the file beside one that is written; as mkstemp(3) wants it */

static enum status make_dir(const char *path)
{
    struct stat there;
    if (mkdir(path, 0777) == 0)
        return OK;
    if (errno == EEXIST && stat(path, &there) == 0 && S_ISDIR(there.st_mode))
        return OK;
    return E_IO;
}

enum status files_make_dirs(const char *path)
{
    enum status st = OK;
    char *copy = strdup(path);
    if (!copy)
        return E_NOMEM;
    for (char *slash = strchr(copy + (copy[0] == '/'), '/'); slash && !st;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        st = make_dir(copy);
        *slash = '/';
    }
    if (!st)
        st = make_dir(copy);
    free(copy);
    return st;
}

static enum status write_all(int fd, struct bytes contents)
{
    size_t done = 0;
    while (done < contents.len) {
        ssize_t n = write(fd, contents.data + done, contents.len - done);
        if (n < 0 && errno != EINTR)
            return E_IO;
        if (n > 0)
            done += (size_t)n;
    }
    return OK;
}

enum status files_write(const char *path, struct bytes contents)
{
    enum status st = E_IO;
    size_t size = strlen(path) + sizeof(RANDOM_ENDING);
    char *beside = malloc(size);
    if (!beside)
        return E_NOMEM;
    snprintf(beside, size, "%s" RANDOM_ENDING, path);
    int fd = mkstemp(beside);
    if (fd < 0)
        goto out;
    mode_t mask = umask(0);
    umask(mask);
    st = write_all(fd, contents);
    if (!st && fchmod(fd, 0666 & ~mask) != 0)
        st = E_IO;
    if (close(fd) != 0)
        st = E_IO;
    if (!st && rename(beside, path) != 0)
        st = E_IO;
    if (st) {
        int why = errno;
        unlink(beside);
        errno = why;
    }
out:
    free(beside);
    return st;
}

enum status files_read(const char *path, struct buffer *out)
{
    enum status st = OK;
    uint8_t part[16384];
    buffer_clear(out);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return E_IO;
    for (;;) {
        ssize_t n = read(fd, part, sizeof(part));
        if (n == 0)
            break;
        if (n < 0 && errno == EINTR)
            continue;
        st = n < 0 ? E_IO : buffer_append(out, bytes_of(part, (size_t)n));
        if (st)
            break;
    }
    int why = errno;
    close(fd);
    errno = why;
    return st;
}

bool files_read_line(FILE *file, char *text, size_t size, size_t *out_len)
{
    size_t len = 0;
    int c = 0;
    while (len + 1 < size && c != '\n' && (c = getc(file)) != EOF)
        text[len++] = (char)c;
    text[len] = '\0';
    *out_len = len;
    return len > 0;
}

enum status files_remove(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT ? OK : E_IO;
}

static bool ends_in(const char *name, const char *ending)
{
    size_t name_len = strlen(name), ending_len = strlen(ending);
    return name_len > ending_len && strcmp(name + name_len - ending_len, ending) == 0;
}

/* Was it the file beside one that ends in |ending|, and files_write killed before its end? */
static bool is_half_written(const char *name, const char *ending)
{
    size_t len = strlen(name), ending_len = strlen(ending), random_len = strlen(RANDOM_ENDING);
    return len > ending_len + random_len && name[len - random_len] == '.' &&
           memcmp(name + len - random_len - ending_len, ending, ending_len) == 0;
}

/* Does |name| in |dir| begin as a file with one of the marks does? Or, |may_be_empty|, is it
 * empty? */
static bool is_marked(int dir, const char *name, const char *const *marks, size_t n_marks,
                      bool may_be_empty)
{
    char text[4096 + 1];
    struct stat there;
    bool is_marked = false;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t n = fstat(fd, &there) == 0 && S_ISREG(there.st_mode) ? read(fd, text, 4096) : -1;
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    if (n == 0 && may_be_empty)
        return true;
    for (size_t i = 0; i < n_marks && !is_marked; i++)
        is_marked = strstr(text, marks[i]) != NULL;
    return is_marked;
}

static bool is_kept(const struct text_index *kept, const char *name)
{
    return kept && text_index_find(kept, name) != TEXT_INDEX_NONE;
}

static bool is_own(int dir, const char *name, const char *ending, const char *const *marks,
                   size_t n_marks)
{
    bool is_half = is_half_written(name, ending);
    return (is_half || ends_in(name, ending)) && is_marked(dir, name, marks, n_marks, is_half);
}

enum status files_remove_in(const char *dir, const char *ending, const char *const *marks,
                            size_t n_marks, const struct text_index *kept)
{
    enum status st = OK;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? OK : E_IO;
    DIR *open_dir = fdopendir(fd);
    if (!open_dir) {
        close(fd);
        return E_IO;
    }
    for (const struct dirent *entry; !st && (entry = readdir(open_dir));) {
        const char *name = entry->d_name;
        if (!is_kept(kept, name) && is_own(fd, name, ending, marks, n_marks) &&
            unlinkat(fd, name, 0) != 0)
            st = E_IO;
    }
    closedir(open_dir);
    return st;
}

/* A stream that writes to |fd|, or NULL when there is none. */
static FILE *stream_of(int fd)
{
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (fd >= 0 && !file)
        close(fd);
    return file;
}

FILE *files_create(const char *path)
{
    return stream_of(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
}

FILE *files_continue(const char *path, size_t len)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, (off_t)len) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return NULL;
    }
    return stream_of(fd);
}

bool files_is_plain(const char *path)
{
    struct stat there;
    return lstat(path, &there) == 0 && S_ISREG(there.st_mode);
}

bool files_is_link(const char *path)
{
    struct stat there;
    return lstat(path, &there) == 0 && S_ISLNK(there.st_mode);
}

/* Is |name| in the directory |dir| itself or the one above, or one with the plain file |marker|? */
static bool is_own_entry(int dir, const char *name, const char *marker)
{
    struct stat there;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool is_own = fstatat(fd, marker, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(there.st_mode);
    close(fd);
    return is_own;
}

bool files_is_free(const char *path, const char *marker)
{
    DIR *dir = opendir(path);
    bool is_free = dir != NULL;
    if (!dir)
        return false;
    for (const struct dirent *entry; is_free && (entry = readdir(dir));)
        is_free = is_own_entry(dirfd(dir), entry->d_name, marker);
    closedir(dir);
    return is_free;
}

bool files_is_new(const char *path)
{
    DIR *dir = opendir(path);
    bool is_new = true;
    if (!dir)
        return errno == ENOENT;
    for (const struct dirent *entry; is_new && (entry = readdir(dir));)
        is_new = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(dir);
    return is_new;
}

const char *files_join(struct arena *arena, const char *dir, const char *name)
{
    size_t len = strlen(dir);
    return arena_printf(arena, "%s%s%s", dir, len > 0 && dir[len - 1] == '/' ? "" : "/", name);
}

const char *files_quoted(struct arena *arena, const char *path)
{
    size_t len = strlen(path);
    char *out = arena_alloc(arena, 4 * len + 3);
    if (!out)
        return NULL;
    char *at = out;
    *at++ = '\'';
    for (size_t i = 0; i < len; i++) {
        if (path[i] == '\'') {
            memcpy(at, "'\\''", 4);
            at += 4;
        } else {
            *at++ = path[i];
        }
    }
    *at = '\'';
    return out;
}
