/*
 * reports/reader.h - members of a JSON document taken out one by one, each checked for its type and
 * its limits.
 * Depends on: base; jansson.
 *
 * The first thing that is wrong sticks, with its place in words ("games[2].target.state: not one of
 * its words"); everything after it yields an empty value and changes nothing, so a caller reads on
 * and looks once. |where| and |key| are the caller's own words: a problem quotes nothing from the
 * document.
 */
#ifndef ASSAY_REPORTS_READER_H
#define ASSAY_REPORTS_READER_H

#include "base/arena.h"
#include "base/buffer.h"

#include <jansson.h>

struct reader {
    struct arena *arena;    /* for places and arrays */
    struct buffer *problem; /* NULL: nobody asks */
    enum status st;         /* E_PARSE, E_NOMEM, or OK so far */
};

enum need { NEED_OPTIONAL = 0, NEED_REQUIRED };

/* Say that |key| of |where| is wrong, unless something was before. */
void reader_fail(struct reader *r, const char *where, const char *key, const char *what);
/* "where.key[index]", or "where.key" for a negative index; never NULL. */
const char *reader_place(struct reader *r, const char *where, const char *key, long index);

/* Text; "" when it is optional and absent or null. Borrowed from the document; never NULL. */
const char *reader_text(struct reader *r, const json_t *object, const char *where, const char *key,
                        enum need need);
/* The position of a text in |words|, NULL-ended, whose first stands for "unset" and is not
 * taken. */
int reader_word(struct reader *r, const json_t *object, const char *where, const char *key,
                const char *const *words);
/* A whole number from 0 to |most|. */
long reader_number(struct reader *r, const json_t *object, const char *where, const char *key,
                   long most);
/* The same, where null or absence is said by false. */
bool reader_number_or_null(struct reader *r, const json_t *object, const char *where,
                           const char *key, long most, long *out);
bool reader_flag(struct reader *r, const json_t *object, const char *where, const char *key);
/* An object; NULL when it is optional and absent or null, or something is wrong. */
const json_t *reader_object(struct reader *r, const json_t *object, const char *where,
                            const char *key, enum need need);
/* An array of at most |most|; NULL (of which jansson says size 0) as above. */
const json_t *reader_array(struct reader *r, const json_t *object, const char *where,
                           const char *key, size_t most, enum need need);
/* An array of texts as pointers in the arena. */
const char *const *reader_texts(struct reader *r, const json_t *object, const char *where,
                                const char *key, size_t most, size_t *out_n);
/* |count| zeroed things of |size| bytes from the arena; NULL when there are none or no memory. */
void *reader_room(struct reader *r, size_t count, size_t size);

#endif
