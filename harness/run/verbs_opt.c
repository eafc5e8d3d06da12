/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a provider asks of a gatekeeper's server over HTTP, and what it is pushed. */
#include "run/verbs.h"

#include "run/server_push.h"

static unsigned side_of(const struct op *op)
{
    return op_number(op, ATTR_CLIENT, SERVER_SIDE_ALICE);
}

/* ---- <opt-in>, <opt-out> */

static enum status ask(struct context *s, const struct op *op, const char *method,
                       struct step_result *out)
{
    struct server_push *p = s->server->push;
    bool takes = op_number(op, ATTR_THEN, AFTER_OPT_TAKES) == AFTER_OPT_TAKES;
    struct fetch_answer a;
    if (!p || !p->enlist_url)
        return E_MISSING;
    enum status st = server_push_ask(
        p, side_of(op), (enum opted_how)op_number(op, ATTR_HOW, OPTED_SOUND), method, &a);
    if (st)
        return st;
    bool is_answered = a.outcome == FETCH_ANSWERED;
    bool holds = is_answered && (takes ? a.status / 100 == 2 : a.status / 100 == 4);
    out->field = op_text(op, ATTR_HOW);
    verb_take_relation(holds, out);
    s->accepted += holds && takes;
    s->refused += holds && !takes;
    if (holds)
        out->detail = "";
    else if (is_answered)
        step_says(s, out, "it was answered with %u", a.status);
    else
        step_says(s, out, "%s %.200s",
                  a.status / 100 == 2 ? "the answer has no credential"
                                      : fetch_outcome_text(a.outcome),
                  a.detail);
    return OK;
}

enum status verb_opt_in(struct context *s, const struct op *op, struct step_result *out)
{
    return ask(s, op, "POST", out);
}

enum status verb_opt_out(struct context *s, const struct op *op, struct step_result *out)
{
    return ask(s, op, "DELETE", out);
}

/* ---- <pushed> */

struct awaiting {
    struct server_push *push;
    const char *user;
};

static bool has_come(const void *about)
{
    const struct awaiting *a = about;
    return server_push_count(a->push, a->user) > 0;
}

enum status verb_pushed(struct context *s, const struct op *op, struct step_result *out)
{
    struct server_context *c = s->server;
    unsigned side = side_of(op);
    const struct awaiting a = {c->push, c->clients[side].user};
    bool comes = op_number(op, ATTR_THEN, AFTER_PUSHED_COMES) == AFTER_PUSHED_COMES, is_there;
    if (!c->push)
        return E_MISSING;
    enum status st = server_context_until(
        c, has_come, &a, comes ? c->timeout_ms : SERVER_CONTEXT_NO_PUSH_MS, &is_there);
    if (st)
        return st;
    size_t n = server_push_count(c->push, a.user);
    const char *problem = server_push_look(c->push, side);
    verb_take_relation(comes ? n > 0 && !problem : n == 0, out);
    if (out->seen == SEEN_RELATION_HOLDS)
        out->detail = "";
    else if (comes && n == 0)
        out->detail = "no push came";
    else if (comes)
        out->detail = problem;
    else
        step_says(s, out, "%zu came", n);
    s->accepted += out->seen == SEEN_RELATION_HOLDS && comes;
    return OK;
}
