#include "score/tally.h"

#include <string.h>

static const struct {
    const char *verdict;
    enum tally_class class;
} verdict_classes[] = {
    {"pass", TALLY_PASSED},
    {"fail", TALLY_FAILED},
    {"inconclusive", TALLY_INCONCLUSIVE},
    {"error", TALLY_ERROR},
    {"not-applicable", TALLY_NOT_APPLICABLE},
    {"not-run", TALLY_NOT_RUN},
};

static const char *const class_keys[N_TALLY] = {
    [TALLY_PASSED] = "passed",   [TALLY_KNOWN] = "known",
    [TALLY_FAILED] = "failed",   [TALLY_INCONCLUSIVE] = "inconclusive",
    [TALLY_ERROR] = "error",     [TALLY_NOT_APPLICABLE] = "not_applicable",
    [TALLY_NOT_RUN] = "not_run",
};

const char *tally_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

uint64_t tally_number(const json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n > 0 ? (uint64_t)n : 0;
}

/* Dates of this form compare as text. */
bool tally_is_expired(const char *until, const char *today)
{
    return until && until[0] && strcmp(today, until) > 0;
}

enum tally_class tally_class_of(const json_t *result, const char *today)
{
    const char *verdict = tally_text(result, "verdict");
    const json_t *known = json_object_get(result, "known");
    enum tally_class class = TALLY_ERROR;

    for (size_t i = 0; i < sizeof verdict_classes / sizeof verdict_classes[0]; i++)
        if (strcmp(verdict, verdict_classes[i].verdict) == 0)
            class = verdict_classes[i].class;
    if (class == TALLY_FAILED && json_is_object(known) &&
        !tally_is_expired(tally_text(known, "until"), today))
        class = TALLY_KNOWN;
    return class;
}

uint64_t tally_executed(const struct tally *t)
{
    return t->of[TALLY_PASSED] + t->of[TALLY_KNOWN] + t->of[TALLY_FAILED] +
           t->of[TALLY_INCONCLUSIVE] + t->of[TALLY_ERROR];
}

uint64_t tally_applicable(const struct tally *t)
{
    return tally_executed(t) + t->of[TALLY_NOT_RUN];
}

enum status tally_write(const struct tally *t, json_t *object)
{
    for (int class = TALLY_PASSED; class < N_TALLY; class ++)
        if (json_object_set_new(object, class_keys[class], json_integer((json_int_t)t->of[class])))
            return E_NOMEM;
    return OK;
}
