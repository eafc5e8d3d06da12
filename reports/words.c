#include "reports/words.h"

#include <string.h>

static const struct {
    const char *outcome;
    const char *stamp;
} stamps[] = {
    {"conformant", "CONFORMANT"},     {"failed", "NOT CONFORMANT"}, {"vacuous", "VACUOUS"},
    {"inconclusive", "INCONCLUSIVE"}, {"error", "ERROR"},           {"interrupted", "INTERRUPTED"},
};

static const struct {
    const char *seen;
    const char *words;
} seen_words[] = {
    {"nothing-yet", "nothing"},
    {"plaintext", "opened"},
    {"other-plaintext", "opened to something nobody sealed"},
    {"absorbed", "taken, without plaintext"},
    {"done", "done"},
    {"refusal", "refused"},
    {"unreadable", "unusable bytes"},
    {"relation-holds", "holds"},
    {"relation-broken", "does not hold"},
    {"unsupported", "unsupported"},
    {"fault", "a fault in the target"},
    {"garbage", "garbage"},
    {"out-of-sequence", "a reply to another request"},
    {"oversize", "a frame above the maximum"},
    {"close", "connection closed"},
    {"death", "process ended"},
    {"silence", "no reply"},
    {"leak", "a secret in clear"},
    {"harness-trouble", "trouble in assay itself"},
};

static const struct {
    const char *level;
    const char *words;
} level_words[] = {{"must", "MUST"}, {"should", "SHOULD"}};

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

static bool is_partial(const struct view *v)
{
    return json_is_true(json_object_get(v->summary, "partial"));
}

bool words_is_good(const struct view *v)
{
    return strcmp(view_text(v->summary, "outcome"), "conformant") == 0;
}

const char *words_stamp(const struct view *v)
{
    const char *outcome = view_text(v->summary, "outcome");

    if (is_partial(v) && words_is_good(v))
        return "PASSED";
    if (is_partial(v) && strcmp(outcome, "failed") == 0)
        return "FAILED";
    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++)
        if (strcmp(outcome, stamps[i].outcome) == 0)
            return stamps[i].stamp;
    return "ERROR";
}

static unsigned long long known_failures(const struct view *v)
{
    const char *level;
    json_t *counts;
    unsigned long long n = 0;
    json_t *levels = json_object_get(v->summary, "levels");

    json_object_foreach(levels, level, counts) n += view_number(counts, "known");
    return n;
}

/* What a run of chosen cases may say: about those cases, and not about conformance. */
static void partial_headline(struct buffer *out, const struct view *v)
{
    const json_t *must = json_object_get(json_object_get(v->summary, "levels"), "must");

    buffer_append_text(out, ": ");
    words_number(out, view_number(must, "passed"));
    buffer_append_text(out, " of ");
    words_count(out, view_number(must, "applicable"), "selected MUST case", "selected MUST cases");
    buffer_append_text(out, "; a run of chosen cases says nothing about conformance.");
}

static void append_reasons(struct buffer *out, const struct view *v)
{
    size_t i;
    const json_t *reason;

    json_array_foreach(json_object_get(v->summary, "reasons"), i, reason)
    {
        const char *text = json_string_value(reason);
        buffer_printf(out, "%s%s", i ? ", " : ": ", text ? text : "?");
    }
    buffer_append_text(out, ".");
}

void words_headline(struct buffer *out, const struct view *v)
{
    if (is_partial(v) && words_is_good(v)) {
        partial_headline(out, v);
        return;
    }
    if (words_is_good(v) || (!is_partial(v) && strcmp(words_stamp(v), "NOT CONFORMANT") == 0))
        buffer_printf(out, " to profile \"%s\"", view_text(v->results, "profile"));
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

void words_seen(struct buffer *out, const json_t *step)
{
    const char *seen = view_text(step, "seen"), *words = seen;

    for (size_t i = 0; i < sizeof seen_words / sizeof seen_words[0]; i++)
        if (strcmp(seen, seen_words[i].seen) == 0)
            words = seen_words[i].words;
    buffer_append_text(out, words);
    if (view_text(step, "reason")[0])
        buffer_printf(out, " (%s)", view_text(step, "reason"));
}

const char *words_level(const char *level)
{
    for (size_t i = 0; i < sizeof level_words / sizeof level_words[0]; i++)
        if (strcmp(level, level_words[i].level) == 0)
            return level_words[i].words;
    return level;
}

void words_source(struct buffer *out, const json_t *requirement)
{
    buffer_append_text(out, view_text(requirement, "source"));
    if (view_text(requirement, "section")[0])
        buffer_printf(out, ", section %s", view_text(requirement, "section"));
}

void words_target(struct buffer *out, const struct view *v)
{
    const json_t *target = json_object_get(v->results, "target");
    const char *name = view_text(target, "name"), *version = view_text(target, "version");

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

void words_again(struct buffer *out, const struct view *v, const json_t *result,
                 const char *out_dir)
{
    const char *repro = view_text(result, "repro");
    const char *address = view_text(json_object_get(v->results, "target"), "address");
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
