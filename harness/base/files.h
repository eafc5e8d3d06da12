/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/files.h - what assay does to the file system: directories made, files written whole or not
 * at all, read to a limit.
 * Depends on: base/arena, base/buffer, base/text_index.
 */
#ifndef ASSAY_BASE_FILES_H
#define ASSAY_BASE_FILES_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/text_index.h"

#include <stdbool.h>
#include <stdio.h>

/* Make |path| and the directories above it that are missing. E_IO, E_NOMEM. */
MUST_USE enum status files_make_dirs(const char *path);

/*
 * Write |contents| to |path|: to a file beside it first, then renamed, so that a reader sees the
 * old file or the new one. E_IO: errno says why, and nothing of the new file is left. E_NOMEM.
 */
MUST_USE enum status files_write(const char *path, struct bytes contents);

/* Read all of |path| into |out| (cleared first). E_LIMIT: longer than |out| may hold. E_IO,
 * E_NOMEM. */
MUST_USE enum status files_read(const char *path, struct buffer *out);

/*
 * Read a line of |file| into |text|, with its line break where it has one and a NUL after it; at
 * most |size| - 1 bytes, and the rest of a longer line is the next one. *out_len counts its bytes,
 * those that are NUL, too. False when there is none any more, or on an error, as ferror(3) says.
 */
bool files_read_line(FILE *file, char *text, size_t size, size_t *out_len);

/* Remove |path| when it is there. E_IO. */
MUST_USE enum status files_remove(const char *path);

/* Make |path| or, when it is there, empty it; through no symbolic link. NULL: errno says why. The
 * caller fclose()s. */
FILE *files_create(const char *path);

/* Open |path|, which is there, behind its first |len| bytes, and drop what stands there; through no
 * symbolic link. NULL: errno says why. The caller fclose()s. */
FILE *files_continue(const char *path, size_t len);

/* Is |path| a plain file, and no symbolic link? */
bool files_is_plain(const char *path);
bool files_is_link(const char *path);

/* Is |path| a directory in which nothing stands but directories that hold a plain file |marker|?
 * One that cannot be read is not. */
bool files_is_free(const char *path, const char *marker);

/* Is nothing at |path|, or an empty directory? False also for what cannot be read. */
bool files_is_new(const char *path);

/*
 * Remove the plain files in |dir| whose names end in |ending| and whose first 4 KiB hold one of the
 * |n_marks| |marks|, but those that |kept| names (NULL: none), and what files_write has left of
 * such files when it was killed; a |dir| that is not there is fine. Follows no symbolic link. E_IO.
 */
MUST_USE enum status files_remove_in(const char *dir, const char *ending, const char *const *marks,
                                     size_t n_marks, const struct text_index *kept);

/* |dir|/|name|, in |arena|; NULL when it is full. */
const char *files_join(struct arena *arena, const char *dir, const char *name);

/* |path| as a word for /bin/sh: in single quotes, its own escaped. In |arena|; NULL when it is
 * full. */
const char *files_quoted(struct arena *arena, const char *path);

#endif
