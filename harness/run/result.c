/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/result.h"

#include "base/hex.h"

static const char *or_unknown(const char *text) { return text ? text : "?"; }

static struct record_case head(const struct planned *planned, struct arena *arena)
{
    const struct case_spec *spec = planned->spec;
    return (struct record_case){.id = or_unknown(planned_id(planned, arena)),
                                .suite = spec->suite->id,
                                .name = spec->id,
                                .instance = spec->sweep_kind ? planned->instance + (size_t)1 : 0,
                                .surface = surface_name(planned->surface),
                                .requirement = spec->requirement->id,
                                .level = spec->level,
                                .purpose = spec->purpose,
                                .tape = "",
                                .repro = "",
                                .blocked_by = "",
                                .stands_on = spec->stands_on ? spec->stands_on->id : "",
                                .result = {.why = "", .cause = "", .violates = "", .alone = ""}};
}

void result_keep_step(struct step_result *step, struct arena *arena)
{
    step->reason_name = step->seen == SEEN_REFUSAL ? refusal_name((enum refusal)step->reason) : "";
    for (size_t i = 0; i < step->n_bytes; i++) {
        struct shown_bytes *shown = &step->bytes[i];
        shown->is_cut = shown->bytes.len > RESULT_BYTES_SHOWN;
        shown->bytes = arena_copy(arena, bytes_slice(shown->bytes, 0, RESULT_BYTES_SHOWN));
    }
}

/* What makes this instance of a sweep another one: the swept attribute's value. */
static const char *what_varied(const struct planned *planned, struct arena *arena)
{
    const struct case_spec *spec = planned->spec;
    const struct step *steps;
    if (!spec->sweep_kind || planned_steps(planned, arena, &steps))
        return "";
    return step_text(&steps[spec->sweep_step], spec->sweep_attribute);
}

static const struct measured *keep_measures(const struct planned *planned,
                                            const struct case_result *result, struct arena *arena)
{
    struct measured *kept = arena_array(arena, result->n_measures + 1, sizeof(*kept));
    for (size_t i = 0; kept && i < result->n_measures; i++) {
        kept[i] = result->measures[i];
        kept[i].varied = or_unknown(what_varied(planned, arena));
    }
    return kept;
}

void result_record(const struct planned *planned, const struct case_result *result, bool with_steps,
                   const char *repro, struct arena *arena, struct record_case *out)
{
    *out = head(planned, arena);
    out->state = state_of_verdict(result->verdict);
    out->result = *result;
    out->result.n_steps = with_steps ? result->n_steps : 0;
    out->result.measures = keep_measures(planned, result, arena);
    out->result.n_measures = out->result.measures ? result->n_measures : 0;
    out->result.cause = result->cause ? result->cause : "";
    out->result.violates = result->violates ? result->violates : "";
    out->result.alone = result->alone ? result->alone : "";
    out->tape = or_unknown(hex_text(arena, bytes_of(result->tape_digest, 32)));
    out->repro = repro ? repro : "";
}

void result_unrun(const struct planned *planned, enum state state, const char *why,
                  struct arena *arena, struct record_case *out)
{
    *out = head(planned, arena);
    out->state = state;
    out->result.why = or_unknown(arena_text(arena, why));
}
