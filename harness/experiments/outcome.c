/* How a game states its outcome. */
#include "experiments/experiment_internal.h"

#include <stdarg.h>
#include <stdio.h>

static const char *print(struct experiment *e, const char *format, va_list list)
{
    char text[512];
    (void)vsnprintf(text, sizeof(text), format, list);
    const char *kept = arena_text(experiment_arena(e), text);
    return kept ? kept : "";
}

/* In a void experiment nobody wins; and a win stays. */
static bool is_open(struct experiment *e, const struct outcome *out)
{
    return !experiment_is_void(e) && out->played != PLAYED_WON;
}

void outcome_win(struct experiment *e, struct outcome *out, const char *format, ...)
{
    va_list list;
    if (!is_open(e, out))
        return;
    va_start(list, format);
    out->played = PLAYED_WON;
    out->detail = print(e, format, list);
    va_end(list);
    experiment_tell(e, "the adversary wins: %s", out->detail);
}

void outcome_prove(struct outcome *out, const char *name, struct bytes bytes)
{
    if (out->played != PLAYED_WON && out->n_proofs < OUTCOME_PROOFS_MAX && bytes.len)
        out->proofs[out->n_proofs++] = (struct proof){name, bytes};
}

void outcome_hold(struct experiment *e, struct outcome *out, const char *format, ...)
{
    va_list list;
    if (!is_open(e, out))
        return;
    va_start(list, format);
    out->played = PLAYED_HELD;
    out->detail = print(e, format, list);
    va_end(list);
}

void outcome_measure(struct experiment *e, struct outcome *out, long measured, const char *format,
                     ...)
{
    va_list list;
    if (!is_open(e, out))
        return;
    va_start(list, format);
    out->played = PLAYED_HELD;
    out->measured = measured;
    out->detail = print(e, format, list);
    va_end(list);
}
