/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What steps must say of the books about a whole client: written into them when they are generated,
 * and anew when there are fewer. */
#include "scenario/model_internal.h"

#include "scenario/resolve.h"

#include <string.h>

/* What the books say instead of what is written; attributes without a value are left out. */
static bool rewrite(struct step *step, const struct attribute *instead, size_t n,
                    struct arena *arena)
{
    struct attribute *all = arena_array(arena, step->n_attributes + n + 2, sizeof(*all));
    size_t kept = 0;
    for (size_t i = 0; all && i < step->n_attributes; i++) {
        bool is_replaced = false;
        for (size_t k = 0; k < n; k++)
            is_replaced |= strcmp(step->attributes[i].name, instead[k].name) == 0;
        if (!is_replaced)
            all[kept++] = step->attributes[i];
    }
    for (size_t k = 0; all && k < n; k++)
        if (instead[k].value)
            all[kept++] = instead[k];
    step->attributes = all;
    step->n_attributes = kept;
    return all != NULL;
}

static bool add_name(const struct model *m, uint32_t artifact, struct arena *arena,
                     const char **list)
{
    const char *name = m->scope.artifacts[artifact].name;
    *list = *list ? arena_printf(arena, "%s %s", *list, name) : name;
    return *list != NULL;
}

static bool complete_shown(struct model *m, struct step *step, struct arena *arena)
{
    const char *list = NULL;
    for (size_t i = 0; i < m->mail.n_shown; i++)
        if (!add_name(m, m->messages[m->mail.shown[i]].artifact, arena, &list))
            return false;
    return rewrite(step, &(struct attribute){"messages", list}, 1, arena);
}

static bool complete_heard(struct model *m, struct step *step, struct arena *arena)
{
    struct attribute a[] = {{"messages", NULL}, {"may-fail", NULL}};
    for (size_t i = 0; i < m->n_messages; i++) {
        if (m->messages[i].written != WRITTEN_OUT)
            continue;
        if (!add_name(m, m->messages[i].artifact, arena, &a[0].value))
            return false;
        if (m->messages[i].may_fail)
            a[1].value = "yes";
    }
    return a[0].value && rewrite(step, a, COUNT_OF(a), arena);
}

/* Those that are there. */
static bool complete_queue(struct model *m, struct step *step, struct arena *arena)
{
    const char *list = NULL, *at = step_text(step, "messages");
    while (at && *at) {
        size_t len = strcspn(at, " ");
        for (size_t i = 0; i < m->n_messages; i++) {
            const char *name = model_name(m, &m->messages[i]);
            if (strlen(name) == len && strncmp(name, at, len) == 0 &&
                !add_name(m, m->messages[i].artifact, arena, &list))
                return false;
        }
        at += len + strspn(at + len, " ");
    }
    return list && rewrite(step, &(struct attribute){"messages", list}, 1, arena);
}

static bool complete_answered(struct model *m, struct step *step, struct arena *arena)
{
    struct attribute a[] = {{"times", NULL}, {"or-more", NULL}, {"count", NULL}};
    struct model_answering expected;
    struct op op;
    if (resolve_step(&m->scope, step, arena, &op, NULL))
        return false;
    const struct model_letter *l = model_letter_of(m, model_message_in(m, &op, ATTR_MESSAGE));
    if (!l || !model_expect_answer(m, l, op_number(&op, ATTR_BY, ANSWERED_BY_ACK), &expected))
        return false;
    a[0].value = expected.times == 1 ? NULL : arena_printf(arena, "%u", expected.times);
    a[1].value = expected.or_more ? "yes" : NULL;
    a[2].value = expected.count ? arena_printf(arena, "%u", expected.count) : NULL;
    return rewrite(step, a, COUNT_OF(a), arena);
}

bool model_complete(struct model *m, struct step *step, struct arena *arena)
{
    switch (step->verb) {
    case VERB_SHOWN:
        return complete_shown(m, step, arena);
    case VERB_HEARD:
        return complete_heard(m, step, arena);
    case VERB_QUEUE:
        return complete_queue(m, step, arena);
    case VERB_ANSWERED:
        return complete_answered(m, step, arena);
    default:
        return true;
    }
}
