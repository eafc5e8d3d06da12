/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a game states its outcome. */
#include "experiments/experiment_internal.h"

#include <stdarg.h>
#include <stdio.h>

/* In a void experiment nobody wins; and a win stays. False when |played| is not taken. */
static bool conclude(struct experiment *e, enum played played, const char *format, va_list list)
{
    char text[512];
    if (e->is_void || e->outcome.played == PLAYED_WON)
        return false;
    (void)vsnprintf(text, sizeof(text), format, list);
    const char *kept = arena_text(&e->arena, text);
    e->outcome.played = played;
    e->outcome.detail = kept ? kept : "";
    return true;
}

void outcome_win(struct experiment *e, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (conclude(e, PLAYED_WON, format, list))
        experiment_tell(e, "the adversary wins: %s", e->outcome.detail);
    va_end(list);
}

void outcome_hold(struct experiment *e, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)conclude(e, PLAYED_HELD, format, list);
    va_end(list);
}

void outcome_measure(struct experiment *e, long measured, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (conclude(e, PLAYED_HELD, format, list))
        e->outcome.measured = measured;
    va_end(list);
}

void outcome_prove(struct experiment *e, const char *name, struct bytes bytes)
{
    struct outcome *o = &e->outcome;
    if (o->played != PLAYED_WON && o->n_proofs < OUTCOME_PROOFS_MAX && bytes.len)
        o->proofs[o->n_proofs++] = (struct proof){name, bytes};
}

void outcome_plot(struct experiment *e, double x, double y)
{
    if (e->outcome.n_series < OUTCOME_SERIES_MAX)
        e->outcome.series[e->outcome.n_series++] = (struct claims_point){x, y};
}
