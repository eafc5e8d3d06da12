/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/adapters/opaque.h - what every adapter of another protocol than Signal must do, whatever its
 * bytes are.
 * Depends on: drive.
 */
#ifndef ASSAY_TESTS_UNIT_ADAPTERS_OPAQUE_H
#define ASSAY_TESTS_UNIT_ADAPTERS_OPAQUE_H

#include "drive.h"

/* A row of a table: its name is the sentence. */
#define OPAQUE_ROW(name)                                                                           \
    {                                                                                              \
#name, name, drive_set_up, drive_tear_down, NULL                                           \
    }

/* Run the common rows and then |own| against |command|; the exit code. */
int opaque_run(const char *name, const char *command, const struct CMUnitTest *own, size_t n_own);

/* Refused, for whatever reason. */
void assert_not_opened(struct drive *d, const char *to, const char *from, const struct message *m);
/* |m| with each byte changed in turn is refused, and |m| itself opens as |text|. */
void assert_tampering_is_refused(struct drive *d, const char *to, const char *from,
                                 const struct message *m, const char *text);
/* Open what |by| itself sent to |to|; what was seen. */
enum seen open_own(struct drive *d, const char *by, const char *to, const struct message *m);
/* The user of |party| accepts |key|, or without bytes the key of the last warning. */
enum seen accept_identity(struct drive *d, const char *party, const char *peer, struct bytes key);
struct bytes export_identity(struct drive *d, const char *party);
/* A party of a stolen identity. */
void create_with(struct drive *d, const char *party, const char *address_name,
                 struct bytes identity);

#endif
