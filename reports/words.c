/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/words.h"

#include <string.h>

static const char *const seen_words[N_SEEN] = {
    [SEEN_NOTHING_YET] = "nothing",
    [SEEN_PLAINTEXT] = "opened",
    [SEEN_OTHER_PLAINTEXT] = "opened to something nobody sealed",
    [SEEN_ABSORBED] = "taken, without plaintext",
    [SEEN_DONE] = "done",
    [SEEN_REFUSAL] = "refused",
    [SEEN_UNREADABLE] = "unusable bytes",
    [SEEN_RELATION_HOLDS] = "holds",
    [SEEN_RELATION_BROKEN] = "does not hold",
    [SEEN_UNSUPPORTED] = "unsupported",
    [SEEN_FAULT] = "a fault in the target",
    [SEEN_GARBAGE] = "garbage",
    [SEEN_OUT_OF_SEQUENCE] = "a reply to another request",
    [SEEN_OVERSIZE] = "a frame above the maximum",
    [SEEN_CLOSE] = "connection closed",
    [SEEN_DEATH] = "process ended",
    [SEEN_SILENCE] = "no reply",
    [SEEN_LEAK] = "a secret in clear",
    [SEEN_HARNESS_TROUBLE] = "trouble in assay itself",
};

static const char *const effects[N_SEEN] = {
    [SEEN_PLAINTEXT] = "takes what it must refuse",
    [SEEN_ABSORBED] = "takes what it must refuse",
    [SEEN_DONE] = "takes what it must refuse",
    [SEEN_RELATION_HOLDS] = "sends what is wrong",
    [SEEN_RELATION_BROKEN] = "sends what is wrong",
    [SEEN_UNREADABLE] = "sends what is wrong",
    [SEEN_OTHER_PLAINTEXT] = "opens another text",
    [SEEN_REFUSAL] = "refuses what is sound",
    [SEEN_UNSUPPORTED] = "refuses what is sound",
    [SEEN_FAULT] = "breaks",
    [SEEN_GARBAGE] = "breaks",
    [SEEN_OUT_OF_SEQUENCE] = "breaks",
    [SEEN_OVERSIZE] = "breaks",
    [SEEN_CLOSE] = "breaks",
    [SEEN_DEATH] = "breaks",
    [SEEN_SILENCE] = "hangs",
    [SEEN_LEAK] = "leaks a secret",
};

const char *words_effect(const struct record_case *result)
{
    const struct step_result *step = record_case_culprit(result);
    return step && effects[step->seen] ? effects[step->seen] : "";
}

void words_count(struct buffer *out, unsigned long long n, const char *one, const char *many)
{
    buffer_append_number(out, n);
    buffer_printf(out, " %s", n == 1 ? one : many);
}

void words_duration(struct buffer *out, unsigned long long milliseconds)
{
    unsigned long long seconds = (milliseconds + 500) / 1000;
    if (milliseconds < 60000)
        buffer_printf(out, "%llu.%llu s", milliseconds / 1000, milliseconds % 1000 / 100);
    else
        buffer_printf(out, "%llu min %llu s", seconds / 60, seconds % 60);
}

void words_seed(struct buffer *out, const char *seed)
{
    size_t len = strlen(seed);
    while (len > 1 && seed[len - 1] == '0')
        len--;
    buffer_printf(out, "%.*s", (int)len, seed);
}

bool words_is_good(const struct view *v) { return v->summary->state == RUN_AS_LISTED; }

const char *words_stamp(const struct view *v)
{
    if (v->summary->conformance == CONFORMANCE_YES)
        return "CONFORMANT";
    if (v->summary->conformance == CONFORMANCE_NO)
        return "NOT CONFORMANT";
    return run_state_stamp(v->summary->state);
}

static void append_reasons(struct buffer *out, const struct view *v)
{
    for (size_t i = 0; i < v->summary->reasons.n; i++)
        buffer_printf(out, "%s%s", i ? ", " : ": ", v->summary->reasons.items[i]);
}

/* " in the layers cipher and channel", when less than half of another was executed. */
static void append_layers(struct buffer *out, const struct record_scope *scope)
{
    const struct record_texts *layers = &scope->layers;

    if (scope->not_layers.n == 0 || layers->n == 0)
        return;
    buffer_append_text(out, layers->n == 1 ? " in the layer " : " in the layers ");
    for (size_t i = 0; i < layers->n; i++)
        buffer_printf(out, "%s%s", !i ? "" : i + 1 < layers->n ? ", " : " and ", layers->items[i]);
}

/* "; 146 of 251 requirements not applicable (the target is no whole client)": the reason that most
 * of them have, up to its colon. */
static void append_not_applicable(struct buffer *out, const struct record_scope *scope)
{
    const char *because = scope->n_because ? scope->because[0].text : "";

    if (scope->not_applicable == 0)
        return;
    buffer_append_text(out, "; ");
    buffer_append_number(out, scope->not_applicable);
    buffer_append_text(out, " of ");
    words_count(out, scope->requirements, "requirement", "requirements");
    buffer_printf(out, " not applicable (%.*s", (int)strcspn(because, ":"), because);
    if (scope->n_because > 1) {
        buffer_append_text(out, ", and ");
        words_count(out, scope->n_because - 1, "other reason", "other reasons");
    }
    buffer_append_text(out, ")");
}

/* "; 8,412 executions of sweeps were left out (--quick)", "; 2,308 executions shared a session with
 * others (--sharing)", "; shard 2 of 4 (--shard)". */
static void append_left_out(struct buffer *out, const struct view *v)
{
    uint64_t n_left_out = v->run->selection.left_out, n_shared = 0;

    for (size_t i = 0; i < v->run->n_cases; i++)
        n_shared += v->run->cases[i].shared != 0;
    if (n_left_out) {
        buffer_append_text(out, "; ");
        words_count(out, n_left_out, "execution of a sweep was left out",
                    "executions of sweeps were left out");
        buffer_append_text(out, " (--quick)");
    }
    if (n_shared) {
        buffer_append_text(out, "; ");
        words_count(out, n_shared, "execution shared a session with others",
                    "executions shared sessions with others");
        buffer_append_text(out, " (--sharing)");
    }
    if (v->run->selection.shards)
        buffer_printf(out, "; shard %u of %u (--shard), and assay merge makes one run of them",
                      v->run->selection.shard, v->run->selection.shards);
}

static void append_profile(struct buffer *out, const struct view *v)
{
    append_layers(out, &v->summary->scope);
    buffer_printf(out, " to profile \"%s\"", v->run->profile);
    if (record_dated_set(v->run))
        buffer_printf(out, " by the requirement set %s", record_dated_set(v->run));
}

static void append_passed(struct buffer *out, const struct view *v, const char *one,
                          const char *many)
{
    const struct counts *must = &v->summary->levels[LEVEL_MUST];

    buffer_append_text(out, ": ");
    buffer_append_number(out, must->of[STATE_PASSED]);
    buffer_append_text(out, " of ");
    words_count(out, must->applicable, one, many);
    buffer_append_text(out, " passed");
}

/* ": 3,618 MUST executions fail, all listed as known". */
static void append_failing(struct buffer *out, const struct view *v)
{
    const struct counts *must = &v->summary->levels[LEVEL_MUST];
    uint64_t known = must->of[STATE_KNOWN], all = known + must->of[STATE_FAILED];

    if (all == 0) {
        append_reasons(out, v);
        return;
    }
    buffer_append_text(out, ": ");
    words_count(out, all, "MUST execution fails", "MUST executions fail");
    if (known == all) {
        buffer_append_text(out, all == 1 ? ", listed as known" : ", all listed as known");
    } else if (known) {
        buffer_append_text(out, ", ");
        buffer_append_number(out, known);
        buffer_append_text(out, " of them listed as known");
    }
}

void words_late(struct buffer *out, const struct view *v)
{
    words_count(out, v->run->times.late, "execution was", "executions were");
    buffer_append_text(out, " done again: assay or the target got too little of the machine.");
}

void words_headline(struct buffer *out, const struct view *v)
{
    const struct record_summary *s = v->summary;

    if (s->conformance == CONFORMANCE_YES) {
        append_profile(out, v);
        append_passed(out, v, "MUST execution", "MUST executions");
        append_not_applicable(out, &s->scope);
    } else if (s->conformance == CONFORMANCE_NO) {
        append_profile(out, v);
        append_failing(out, v);
        append_not_applicable(out, &s->scope);
    } else if (words_is_good(v)) {
        append_passed(out, v, "selected MUST execution", "selected MUST executions");
        buffer_append_text(out, "; a run of chosen cases says nothing about conformance");
    } else {
        append_reasons(out, v);
    }
    append_left_out(out, v);
    buffer_append_text(out, ".");
}

void words_regression(struct buffer *out, const struct view *v)
{
    static const char *const names[N_RUN_STATE] = {[RUN_AS_LISTED] = "as listed"};
    const struct record_summary *s = v->summary;

    buffer_printf(out, "%s (exit %d)", names[s->state] ? names[s->state] : run_state_name(s->state),
                  s->exit_code);
    if (s->conformance == CONFORMANCE_YES ||
        (s->conformance == CONFORMANCE_NO && v->run->n_preconditions == 0))
        append_reasons(out, v);
    buffer_append_text(out, ".");
}

void words_scope(struct buffer *out, const struct view *v)
{
    const struct record_scope *scope = &v->summary->scope;

    buffer_append_text(out, scope->is_partial ? "chosen cases" : "all suites");
    append_layers(out, scope);
    append_not_applicable(out, scope);
    append_left_out(out, v);
}

void words_seen(struct buffer *out, const struct step_result *step)
{
    buffer_append_text(out, seen_words[step->seen]);
    if (step->reason_name[0])
        buffer_printf(out, " (%s)", step->reason_name);
}

const char *words_level(enum level level)
{
    if (level == LEVEL_MUST)
        return "MUST";
    return level == LEVEL_SHOULD ? "SHOULD" : level_name(level);
}

void words_source(struct buffer *out, const struct record_requirement *requirement)
{
    buffer_append_text(out, requirement->source);
    if (requirement->section[0])
        buffer_printf(out, ", section %s", requirement->section);
}

/* ", 65 not built yet". */
static void other_count(struct buffer *out, uint64_t n, const char *what)
{
    if (!n)
        return;
    buffer_append_text(out, ", ");
    buffer_append_number(out, n);
    buffer_printf(out, " %s", what);
}

void words_coverage(struct buffer *out, const struct record_coverage *c)
{
    buffer_append_number(out, c->covered);
    buffer_append_text(out, " of ");
    buffer_append_number(out, c->requirements);
    buffer_append_text(out, " requirements covered");
    other_count(out, c->not_run, "with cases that did not run");
    other_count(out, c->not_built, "not built yet");
    other_count(out, c->not_observable, "not observable");
}

void words_not_offered(struct buffer *out, const struct record_missing *m)
{
    buffer_printf(out, "%s: ", m->capability);
    if (m->must)
        words_count(out, m->must, "MUST execution does", "MUST executions do");
    else
        words_count(out, m->cases, "execution does", "executions do");
    buffer_printf(out, " not apply without it; %s", m->reason);
}

void words_target(struct buffer *out, const struct view *v)
{
    const struct record_target *target = &v->run->target;
    const char *name = target->name, *version = target->version;

    buffer_append_text(out, name[0] ? name : "a target without a name");
    if (version[0])
        buffer_printf(out, " %s", version);
}

void words_shell(struct buffer *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-./:=@%+,";

    if (word[0] && word[strspn(word, plain)] == '\0') {
        buffer_append_text(out, word);
        return;
    }
    buffer_append_text(out, "'");
    for (; *word; word++) {
        if (*word == '\'')
            buffer_append_text(out, "'\\''");
        else
            buffer_append_byte(out, (uint8_t)*word);
    }
    buffer_append_text(out, "'");
}

void words_again(struct buffer *out, const struct view *v, const struct record_case *result,
                 const char *out_dir)
{
    const char *repro = result->repro;
    const char *address = v->run->target.address;
    struct buffer path;

    if (!repro[0])
        return;
    buffer_init(&path, 1u << 16);
    buffer_printf(&path, "%s%s%s", out_dir ? out_dir : "", out_dir ? "/" : "", repro);
    buffer_append_text(out, "assay repro ");
    words_shell(out, buffer_text(&path));
    if (address[0]) {
        buffer_append_text(out, " --target ");
        words_shell(out, address);
    }
    buffer_fini(&path);
}

void words_reach(struct buffer *out, const struct record_cause *cause)
{
    if (cause->count > cause->n_names) {
        words_count(out, cause->count, "execution", "executions");
        buffer_append_text(out, " of ");
    }
    words_count(out, cause->n_names, "case", "cases");
    if (cause->n_blocked) {
        buffer_append_text(out, ", and ");
        words_count(out, cause->n_blocked, "blocked by it", "blocked by it");
    }
    for (size_t i = 0; i < cause->also.n; i++)
        buffer_printf(out, "%s%s", i ? ", " : "; also ", cause->also.items[i]);
}
