/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/model_internal.h"

#include "scenario/resolve.h"

#include <string.h>

#define STEP_ARENA_MAX (256u * 1024u)

void model_init(struct model *m, const struct cipher *cipher)
{
    memset(m, 0, sizeof(*m));
    m->cipher = cipher;
    scope_init(&m->scope, cipher);
    model_add_party(m, OP_TARGET, "target");
    model_add_party(m, OP_PEER, "peer");
}

/* ---- all of them */

static const struct {
    enum verb verb;
    struct model_answer (*act)(struct model *, const struct op *);
} rows[] = {
    {VERB_PEER, model_peer},
    {VERB_PUBLISH, model_publish},
    {VERB_START, model_start},
    {VERB_ESTABLISH, model_establish},
    {VERB_SEAL, model_seal},
    {VERB_DELIVER, model_deliver},
    {VERB_DROP, model_drop},
    {VERB_CONVERSE, model_converse},
    {VERB_TAMPER, model_tamper},
    {VERB_SNAPSHOT, model_snapshot},
    {VERB_RESTORE, model_restore},
    {VERB_FORGET, model_forget},
    {VERB_ACCEPT, model_accept},
    {VERB_FINGERPRINT, model_fingerprint},
    {VERB_DISTRIBUTE, model_distribute},
    {VERB_CONNECT, model_connect},
    {VERB_DISCONNECT, model_disconnect},
    {VERB_HANG_UP, model_hang_up},
    {VERB_ACKNOWLEDGE, model_acknowledge},
    {VERB_QUEUE, model_queue},
    {VERB_SHOWN, model_shown},
    {VERB_ANSWERED, model_answered},
    {VERB_READ, model_read},
    {VERB_WRITE, model_write},
    {VERB_HEARD, model_heard},
    {VERB_PUSH, model_push},
    {VERB_RETRY, model_retry},
    {VERB_VERIFY, model_verify},
};

enum verb model_verb(size_t i) { return i < COUNT_OF(rows) ? rows[i].verb : VERB_NONE; }

struct model_answer model_step(struct model *m, const struct step *step)
{
    struct model_answer answer = model_open_question;
    struct arena scratch;
    struct op op;
    size_t i = 0;
    while (i < COUNT_OF(rows) && rows[i].verb != step->verb)
        i++;
    if (i == COUNT_OF(rows))
        return answer;
    arena_init(&scratch, STEP_ARENA_MAX);
    if (!resolve_step(&m->scope, step, &scratch, &op, NULL))
        answer = rows[i].act(m, &op);
    if (answer.says != MODEL_OPEN_QUESTION && scope_apply(&m->scope, &op, NULL, &scratch))
        answer = model_open_question;
    arena_fini(&scratch);
    return answer;
}
