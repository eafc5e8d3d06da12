/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/request.h"

bool request_says(struct request_look *l, const char *text)
{
    l->out->detail = text;
    return false;
}

void request_blames(struct request_look *l, const struct fetch_scope *scope,
                    enum fetch_outcome outcome)
{
    bool is_medium = scope == &l->c->media && !l->out->violates;
    if (is_medium && outcome == FETCH_ELSEWHERE)
        l->out->violates = "MD-15";
    if (is_medium && outcome == FETCH_UNTRUSTED)
        l->out->violates = "MD-20";
}

bool request_ask(struct request_look *l, const struct fetch_scope *scope, const char *url,
                 struct fetch_request r, struct fetch_answer *out)
{
    l->st = service_ask(l->c, scope, url, r, out);
    if (l->st)
        return false;
    if (out->outcome == FETCH_ANSWERED)
        return true;
    request_blames(l, scope, out->outcome);
    step_says(l->s, l->out, "%s: %s %s", out->url ? out->url : url,
              fetch_outcome_text(out->outcome), out->detail);
    return false;
}

bool request_is_trusted(struct request_look *l, const struct fetch_scope *scope, const char *url)
{
    struct fetch_answer a;
    l->st = service_ask_once(l->c, scope, url, (struct fetch_request){0}, &a);
    if (l->st)
        return false;
    /* whatever it answered, it answered under its name */
    if (a.outcome != FETCH_UNTRUSTED && a.outcome != FETCH_UNREACHABLE &&
        a.outcome != FETCH_SILENT && a.outcome != FETCH_ELSEWHERE)
        return true;
    step_says(l->s, l->out, "%s: %s %s", url, fetch_outcome_text(a.outcome), a.detail);
    return false;
}
