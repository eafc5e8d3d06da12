/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vectors/publish/conversation.h - the groups of conversation.json, one after the other.
 * Depends on: publish/talk.
 */
#ifndef VECTORS_PUBLISH_CONVERSATION_H
#define VECTORS_PUBLISH_CONVERSATION_H

#include "publish/talk.h"

struct conversation {
    struct writer *writer;
    struct rules rules;
    struct talk talk;
};

void conversation_begin(struct conversation *c, const char *title);
/* Seal and open at once. */
void conversation_say(struct conversation *c, struct speaker *by, const char *words);
/* Alice starts, and each has opened a message of the other's. */
void conversation_establish(struct conversation *c);

/* The groups of what must be refused, and of what implementations judge differently. */
void conversation_refuse(struct conversation *c);
void conversation_differ(struct conversation *c);

#endif
