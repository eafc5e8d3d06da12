/*
 * cli/files.h - what assay does to the file system: directories made, files written whole or not at
 * all, read to a limit.
 * Depends on: base.
 */
#ifndef ASSAY_CLI_FILES_H
#define ASSAY_CLI_FILES_H

#include "base/arena.h"
#include "base/buffer.h"

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

/* Remove |path| when it is there. E_IO. */
MUST_USE enum status files_remove(const char *path);

/* Remove the plain files in |dir| whose names end in |ending|; a |dir| that is not there is fine.
 * E_IO, E_NOMEM. */
MUST_USE enum status files_remove_in(const char *dir, const char *ending);

/* |dir|/|name|, in |arena|; NULL when it is full. */
const char *files_join(struct arena *arena, const char *dir, const char *name);

#endif
