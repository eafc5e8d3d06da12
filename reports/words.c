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

void words_number(struct buffer *out, unsigned long long n)
{
    if (n >= 1000) {
        words_number(out, n / 1000);
        buffer_printf(out, ",%03llu", n % 1000);
    } else {
        buffer_printf(out, "%llu", n);
    }
}

void words_count(struct buffer *out, unsigned long long n, const char *one, const char *many)
{
    words_number(out, n);
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

bool words_is_good(const struct view *v) { return v->summary->state == RUN_CONFORMANT; }

const char *words_stamp(const struct view *v)
{
    if (v->summary->is_partial && words_is_good(v))
        return "PASSED";
    if (v->summary->is_partial && v->summary->state == RUN_FAILED)
        return "FAILED";
    return run_state_stamp(v->summary->state);
}

static unsigned long long known_failures(const struct view *v)
{
    unsigned long long n = 0;

    for (int l = LEVEL_MUST; l < N_LEVEL; l++)
        n += v->summary->levels[l].of[STATE_KNOWN];
    return n;
}

/* What a run of chosen cases may say: about those cases, and not about conformance. */
static void partial_headline(struct buffer *out, const struct view *v)
{
    const struct counts *must = &v->summary->levels[LEVEL_MUST];

    buffer_append_text(out, ": ");
    words_number(out, must->of[STATE_PASSED]);
    buffer_append_text(out, " of ");
    words_count(out, must->applicable, "selected MUST case", "selected MUST cases");
    buffer_append_text(out, "; a run of chosen cases says nothing about conformance.");
}

static void append_reasons(struct buffer *out, const struct view *v)
{
    for (size_t i = 0; i < v->summary->reasons.n; i++)
        buffer_printf(out, "%s%s", i ? ", " : ": ", v->summary->reasons.items[i]);
    buffer_append_text(out, ".");
}

void words_headline(struct buffer *out, const struct view *v)
{
    if (v->summary->is_partial && words_is_good(v)) {
        partial_headline(out, v);
        return;
    }
    if (words_is_good(v) || (!v->summary->is_partial && v->summary->state == RUN_FAILED))
        buffer_printf(out, " to profile \"%s\"", v->run->profile);
    if (!words_is_good(v)) {
        append_reasons(out, v);
        return;
    }
    if (known_failures(v)) {
        buffer_append_text(out, ", with ");
        words_count(out, known_failures(v), "known failure", "known failures");
    }
    buffer_append_text(out, ".");
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
