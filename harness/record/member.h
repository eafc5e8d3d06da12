/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record/member.h - a struct as JSON and back, both by one table of its members.
 * Depends on: base. Only record/member.c sees jansson.
 *
 * A table lists the members in the order in which they are written. What is read is checked for its
 * type and its limits. A strict form stops at the first thing that is wrong and says where, in our
 * own words ("games[2].target.state: not one of its words"); of any other form what is wrong counts
 * as empty. After reading, texts are never NULL, and everything lives in the caller's arena.
 */
#ifndef ASSAY_RECORD_MEMBER_H
#define ASSAY_RECORD_MEMBER_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/row.h"

#include <stdio.h>

/* Bytes of a document, a journal or a file of evidence that is written, or read: a whole run of
 * Signal v4 has 80 MB. */
#define RECORD_TEXT_MAX (256u * 1024u * 1024u)

enum member_kind {
    MEMBER_NONE = 0,
    MEMBER_TEXT,    /* const char * */
    MEMBER_NUMBER,  /* an unsigned integer of any size; a long or int that is not negative */
    MEMBER_REAL,    /* double */
    MEMBER_FLAG,    /* bool */
    MEMBER_WORD,    /* an enum */
    MEMBER_BYTES,   /* struct bytes, as hexadecimal text */
    MEMBER_LIST,    /* pointer to structs, and their number */
    MEMBER_ROOM,    /* the same where the structs stand in place; |most| have room */
    MEMBER_MAP,     /* the same as an object: a struct begins with its name; its form is bare */
    MEMBER_STRUCT,  /* a struct in place */
    MEMBER_POINTER, /* pointer to a struct; NULL is written as null */
};

enum member_trait {
    MEMBER_NULLABLE = 1, /* an empty text, the number -1: written as null, and null read as that */
    MEMBER_LEFT_OUT = 2, /* not written when it is empty: "", 0, false, NULL, |count_at| says 0 */
    MEMBER_OPTIONAL = 4, /* may be missing, in a strict form */
    MEMBER_NEEDED = 8,   /* a list or a pointer that must be there, in any form */
};

struct form;

struct member {
    const char *key; /* NULL in a form that is no object */
    enum member_kind kind;
    unsigned traits;
    size_t at;       /* offset in the struct */
    size_t size;     /* of a number, bytes */
    size_t count_at; /* offset of the number of things, a size_t */
    uint64_t most; /* the greatest number, or number of things, that a strict form takes; 0: any */
    const struct form *of;          /* of structs */
    const char *(*word)(int value); /* "opens"; NULL or "?" for what is no word */
    int n_words;
};

struct reader;
struct place;

enum form_shape {
    FORM_OBJECT = 0,
    FORM_ARRAY, /* of the members' values */
    FORM_BARE   /* the value of the only member */
};

struct form {
    const struct member *members;
    size_t n_members;
    size_t size; /* of the struct, bytes */
    enum form_shape shape;
    bool is_strict;
    /* Called when |item| was read, to complete or refuse it; NULL for nothing more. */
    void (*check)(struct reader *r, const struct place *where, void *item);
};

/* A text by itself, in a list. */
extern const struct form form_text;

/* Rows of a table. */
#define MEMBER_AT(s, f) .at = offsetof(struct s, f)
#define TEXT(k, s, f) TABLE_ROW(.key = (k), .kind = MEMBER_TEXT, MEMBER_AT(s, f))
#define TEXT_LIKE(k, s, f, t)                                                                      \
    TABLE_ROW(.key = (k), .kind = MEMBER_TEXT, MEMBER_AT(s, f), .traits = (t))
#define NUMBER_LIKE(k, s, f, t, m)                                                                 \
    TABLE_ROW(.key = (k), .kind = MEMBER_NUMBER, MEMBER_AT(s, f),                                  \
              .size = sizeof(((struct s *)0)->f), .traits = (t), .most = (m))
#define NUMBER(k, s, f) NUMBER_LIKE(k, s, f, 0, 0)
#define REAL(k, s, f) TABLE_ROW(.key = (k), .kind = MEMBER_REAL, MEMBER_AT(s, f))
#define FLAG_LIKE(k, s, f, t)                                                                      \
    TABLE_ROW(.key = (k), .kind = MEMBER_FLAG, MEMBER_AT(s, f), .traits = (t))
#define FLAG(k, s, f) FLAG_LIKE(k, s, f, 0)
#define ENUM(k, s, f, w, n)                                                                        \
    TABLE_ROW(.key = (k), .kind = MEMBER_WORD, MEMBER_AT(s, f), .word = (w), .n_words = (n))
#define BYTES(k, s, f) TABLE_ROW(.key = (k), .kind = MEMBER_BYTES, MEMBER_AT(s, f))
#define THINGS(k, kd, s, f, n, o, t, m)                                                            \
    TABLE_ROW(.key = (k), .kind = (kd), MEMBER_AT(s, f), .count_at = offsetof(struct s, n),        \
              .of = (o), .traits = (t), .most = (m))
#define TEXTS(k, s, f, n) THINGS(k, MEMBER_LIST, s, f, n, &form_text, 0, 0)
#define LIST(k, s, f, n, o) THINGS(k, MEMBER_LIST, s, f, n, o, 0, 0)
#define MAP(k, s, f, n, o) THINGS(k, MEMBER_MAP, s, f, n, o, 0, 0)
#define STRUCT(k, s, f, o) TABLE_ROW(.key = (k), .kind = MEMBER_STRUCT, MEMBER_AT(s, f), .of = (o))
#define POINTER(k, s, f, o, t)                                                                     \
    TABLE_ROW(.key = (k), .kind = MEMBER_POINTER, MEMBER_AT(s, f), .of = (o), .traits = (t))
#define FORM(s, m) .members = (m), .n_members = COUNT_OF(m), .size = sizeof(struct s)

enum form_layout {
    FORM_LINE, /* one line without spaces, UTF-8: the journal, and between processes */
    FORM_PAGE  /* indented, and ASCII: a terminal that shows it obeys nothing in it */
};

/* Append |item| and, on a page, a line break. Bytes that are no UTF-8 become \xNN.
 * E_NOMEM; E_LIMIT from |out|. */
MUST_USE enum status form_write(const struct form *form, const void *item, enum form_layout layout,
                                struct buffer *out);

/* The same to |out| (NULL: nowhere), with a line break after a line, too, and flushed. E_IO. */
MUST_USE enum status form_print(const struct form *form, const void *item, enum form_layout layout,
                                FILE *out);

/*
 * Read |json| into |item|, of form->size bytes.
 *
 * problem  receives what is wrong, in one line; NULL: nobody asks
 *
 * E_PARSE  no JSON, no object, or what is needed is missing; a strict form: something is wrong
 * E_NOMEM  |arena| is full
 */
MUST_USE enum status form_read(const struct form *form, struct bytes json, struct arena *arena,
                               struct buffer *problem, void *item);

/*
 * Say in which member |one| and |other| differ first, as their JSON has it, and how:
 * "target.version: "2", not "1"". Nothing when they are equal. E_NOMEM; E_LIMIT from |out|.
 */
MUST_USE enum status form_difference(const struct form *form, const void *one, const void *other,
                                     struct buffer *out);

/* For a check: say that |key| of |where| is wrong, unless something was before. */
void form_fail(struct reader *r, const struct place *where, const char *key, const char *what);

#endif
