/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run/client_context_internal.h - what the files of the client context share.
 * Depends on: run/client_context.
 */
#ifndef ASSAY_RUN_CLIENT_CONTEXT_INTERNAL_H
#define ASSAY_RUN_CLIENT_CONTEXT_INTERNAL_H

#include "run/client_context.h"

/* Room for one more of |size| bytes in a list that lives in the arena; NULL, and the client is
 * flooded, when there is none. */
void *client_context_grown(struct client_context *client, void *items, size_t count, size_t *cap,
                           size_t size);

/* The gatekeeper's listener; |context| is the client context (client_observed.c). */
void client_context_happened(void *context, const struct server_event *e);
void client_context_came(void *context, const struct server_connection *connection, int fd);
void client_context_saw_bytes(void *context, const struct server_connection *connection,
                              bool from_client, struct bytes raw);
void client_context_saw_document(void *context, const struct server_connection *connection,
                                 bool from_client, struct bytes clear);

/* As client_context_event, but the oldest one. */
const struct target_event *client_context_first_event(const struct case_party *a,
                                                      enum target_event_kind kind, size_t since);

#endif
