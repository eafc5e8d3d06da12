#include "experiments/result.h"

#include <string.h>

static const char *const names[N_RESULT_STATE] = {
    [RESULT_NONE] = "none",         [RESULT_HELD] = "held",     [RESULT_WON] = "won",
    [RESULT_MEASURED] = "measured", [RESULT_UNABLE] = "unable", [RESULT_INVALID] = "invalid",
    [RESULT_TROUBLE] = "trouble",
};

const char *result_state_name(enum result_state s)
{
    return (unsigned)s < N_RESULT_STATE ? names[s] : "?";
}

static enum result_state state_from(const char *name)
{
    for (int s = RESULT_HELD; name && s < N_RESULT_STATE; s++)
        if (strcmp(names[s], name) == 0)
            return (enum result_state)s;
    return RESULT_TROUBLE;
}

struct game_result result_of(const json_t *outcome)
{
    struct game_result r = {.measured = -1, .detail = ""};
    if (!json_is_object(outcome))
        return r;
    const char *detail = json_string_value(json_object_get(outcome, "detail"));
    const json_t *measure = json_object_get(outcome, "measure");
    r.state = state_from(json_string_value(json_object_get(outcome, "state")));
    r.n_schedules = (unsigned)json_integer_value(json_object_get(outcome, "schedules"));
    r.n_wins = (unsigned)json_integer_value(json_object_get(outcome, "wins"));
    r.measured = json_is_integer(measure) ? (long)json_integer_value(measure) : -1;
    r.detail = detail ? detail : "";
    return r;
}
