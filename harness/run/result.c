#include "run/result.h"

#include "base/hex.h"

#include <string.h>

/* Bytes of the target's are not always UTF-8, and jansson takes nothing else: what is not printable
 * ASCII or sound UTF-8 becomes \xNN, once, here. */
static json_t *safe_string(const char *text)
{
    json_t *value = json_string(text ? text : "");
    if (value)
        return value;
    struct buffer out;
    buffer_init(&out, 64 * 1024);
    for (const char *c = text ? text : ""; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x80)
            buffer_append_byte(&out, byte);
        else
            buffer_printf(&out, "\\x%02x", byte);
    }
    value = json_string(buffer_text(&out));
    buffer_fini(&out);
    return value;
}

static json_t *hex_string(struct bytes bytes)
{
    struct buffer out;
    buffer_init(&out, 2 * bytes.len + 1);
    hex_append(&out, bytes);
    json_t *value = json_string(buffer_text(&out));
    buffer_fini(&out);
    return value;
}

static json_t *bytes_json(const struct shown_bytes *b)
{
    bool is_cut = b->bytes.len > RESULT_BYTES_SHOWN;
    json_t *o =
        json_pack("{s:o, s:s, s:o, s:b}", "label", safe_string(b->label), "kind", b->kind, "hex",
                  hex_string(bytes_slice(b->bytes, 0, RESULT_BYTES_SHOWN)), "cut", is_cut);
    if (o && b->mutated_len)
        json_object_set_new(
            o, "bent", json_pack("[I, I]", (json_int_t)b->mutated_at, (json_int_t)b->mutated_len));
    return o;
}

static json_t *step_json(const struct step_result *s)
{
    json_t *all = json_array();
    for (size_t i = 0; i < s->n_bytes; i++)
        json_array_append_new(all, bytes_json(&s->bytes[i]));
    return json_pack("{s:I, s:I, s:s, s:o, s:s, s:s, s:s, s:o, s:s, s:o}", "n", (json_int_t)s->n,
                     "line", (json_int_t)s->line, "verb", s->verb, "text", safe_string(s->text),
                     "expect", expect_name(s->expect), "seen", seen_name(s->seen), "reason",
                     s->seen == SEEN_REFUSAL ? refusal_name((enum refusal)s->reason) : "", "detail",
                     safe_string(s->detail), "verdict", verdict_name(s->verdict), "bytes", all);
}

static json_t *head_json(const struct planned *planned, const char *verdict, const char *why)
{
    const struct case_spec *spec = planned->spec;
    struct arena arena;
    arena_init(&arena, 4096);
    const char *id = planned_id(planned, &arena);
    json_int_t instance = spec->sweep_kind ? (json_int_t)planned->instance + 1 : 0;
    json_t *o = json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:o, s:n}", "id",
                          id ? id : "?", "suite", spec->suite->id, "case", spec->id, "instance",
                          instance, "surface", surface_name(planned->surface), "requirement",
                          spec->requirement->id, "level", level_name(spec->level), "purpose",
                          spec->purpose, "verdict", verdict, "why", safe_string(why), "known");
    arena_fini(&arena);
    return o;
}

static json_t *measures_json(const struct case_result *r)
{
    json_t *all = json_array();
    for (size_t i = 0; i < r->n_measures; i++)
        json_array_append_new(all, json_pack("{s:s, s:o}", "name", r->measures[i].name, "value",
                                             safe_string(r->measures[i].value)));
    return all;
}

json_t *case_result_json(const struct planned *planned, const struct case_result *result,
                         bool with_steps, const char *repro)
{
    json_t *o = head_json(planned, verdict_name(result->verdict), result->why);
    json_t *steps = json_array();
    for (size_t i = 0; with_steps && i < result->n_steps; i++)
        json_array_append_new(steps, step_json(&result->steps[i]));
    json_t *rest =
        json_pack("{s:I, s:I, s:o, s:o, s:s?, s:s?, s:o}", "accepted", (json_int_t)result->accepted,
                  "refused", (json_int_t)result->refused, "steps", steps, "tape",
                  hex_string(bytes_of(result->tape_digest, 32)), "cause", result->cause, "repro",
                  repro, "measures", measures_json(result));
    if (o && rest)
        json_object_update(o, rest);
    json_decref(rest);
    return o;
}

json_t *case_unrun_json(const struct planned *planned, const char *verdict_text, const char *why)
{
    json_t *o = head_json(planned, verdict_text, why);
    json_t *rest = json_pack("{s:i, s:i, s:[], s:s, s:n, s:n, s:[]}", "accepted", 0, "refused", 0,
                             "steps", "tape", "", "cause", "repro", "measures");
    if (o && rest)
        json_object_update(o, rest);
    json_decref(rest);
    return o;
}
