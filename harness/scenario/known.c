/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/known.h"

#include "base/buffer.h"
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 16384u
#define LINE_MAX_LEN 1024u
#define ARENA_MAX (16u * 1024u * 1024u)
#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define BLANKS " \t\r\n"
#define EVERY_SITUATION "@*"

static bool is_of_every_situation(const struct known_failure *line)
{
    size_t len = strlen(line->case_id);
    return len > 2 && strcmp(line->case_id + len - 2, EVERY_SITUATION) == 0;
}

bool known_failure_covers(const struct known_failure *line, const char *id)
{
    size_t len = strlen(line->case_id);
    if (strchr(line->case_id, '#'))
        return strcmp(line->case_id, id) == 0;
    if (is_of_every_situation(line))
        return strncmp(line->case_id, id, len - 1) == 0;
    return strncmp(line->case_id, id, len) == 0 && (!id[len] || id[len] == '#');
}

/* ---- one line */

struct line {
    struct known_failures *k;
    struct diags *diags;
    unsigned number;
};

static bool wrong(const struct line *l, const char *text, const char *what)
{
    diags_add(l->diags, l->k->file, l->number, text, what);
    return false;
}

/* "suite/case", "suite/probe@situation"; and "#17" after it. "suite/probe@*". */
static bool is_case_id(const char *id)
{
    static const char words[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    size_t suite = strspn(id, words);
    const char *rest = id + suite;
    size_t name = *rest == '/' ? strspn(rest + 1, words) : 0;
    if (!suite || !name)
        return false;
    rest += 1 + name;
    if (strcmp(rest, EVERY_SITUATION) == 0)
        return true;
    if (*rest == '@') {
        size_t situation = strspn(rest + 1, words);
        if (!situation)
            return false;
        rest += 1 + situation;
    }
    if (*rest == '\0')
        return true;
    size_t digits = *rest == '#' ? strspn(rest + 1, "0123456789") : 0;
    return digits && rest[1] != '0' && rest[1 + digits] == '\0';
}

static unsigned digits_at(const char *text, size_t from, size_t len)
{
    unsigned value = 0;
    for (size_t i = from; i < from + len; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    return value;
}

/* A day that exists, as 2027-03-01. */
static bool is_date(const char *text)
{
    static const unsigned days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const char *shape = "dddd-dd-dd";
    if (strlen(text) != strlen(shape))
        return false;
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == 'd' ? (text[i] < '0' || text[i] > '9') : text[i] != shape[i])
            return false;
    unsigned year = digits_at(text, 0, 4), month = digits_at(text, 5, 2),
             day = digits_at(text, 8, 2);
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month] + (month == 2 && is_leap);
}

/* Cut the white space off both ends, in place. */
static char *trimmed(char *text)
{
    text += strspn(text, BLANKS);
    size_t len = strlen(text);
    while (len && strchr(BLANKS, text[len - 1]))
        text[--len] = '\0';
    return text;
}

/* Take ", until DATE" or ": DATE" off the end of |reason|: the word "until" and what follows it. */
static bool take_until(const struct line *l, char *reason, const char **out_until)
{
    char *at = NULL;
    *out_until = NULL;
    for (char *next = strstr(reason, "until "); next; next = strstr(next + 1, "until "))
        if (next == reason || next[-1] == ' ' || next[-1] == ',')
            at = next;
    if (!at || at[6] < '0' || at[6] > '9')
        return true;
    char date[11] = "";
    size_t len = strcspn(at + 6, " \t:,");
    if (len < sizeof(date)) {
        memcpy(date, at + 6, len);
        date[len] = '\0';
    }
    if (!is_date(date))
        return wrong(l, "\"%.60s\": a day is expected after until, as 2027-03-01", at + 6);
    *out_until = arena_text(&l->k->arena, date);
    return true;
}

static bool is_listed(const struct known_failures *k, const char *id, unsigned *out_line)
{
    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->items[i].case_id, id) == 0) {
            *out_line = k->items[i].line;
            return true;
        }
    return false;
}

/* Cut cause="..." off the end of |text|. */
static bool take_cause(const struct line *l, char *text, const char **out_cause)
{
    char *at = strstr(text, "cause=");
    *out_cause = NULL;
    if (!at || at == text || !strchr(BLANKS, at[-1]))
        return true;
    char *cause = trimmed(at + strlen("cause="));
    size_t len = strlen(cause);
    if (len < 3 || cause[0] != '"' || cause[len - 1] != '"')
        return wrong(l, "%.200s: a cause is expected in quotes, as results.json has it", cause);
    cause[len - 1] = '\0';
    *out_cause = arena_text(&l->k->arena, cause + 1);
    *at = '\0';
    return *out_cause != NULL;
}

/* False after a complaint, or with the arena full (a NULL in the item). */
static bool take_line(const struct line *l, char *text)
{
    struct known_failures *k = l->k;
    char *hash = strstr(text, " #");
    char *tab = strstr(text, "\t#");
    unsigned listed;
    if (!hash || (tab && tab < hash))
        hash = tab;
    char *reason = hash ? trimmed(hash + 2) : NULL;
    if (hash)
        *hash = '\0';
    const char *cause;
    if (!take_cause(l, text, &cause))
        return false;
    char *id = trimmed(text);
    if (!is_case_id(id))
        return wrong(l, "\"%.100s\": a case is expected, as suite/case or suite/case#17", id);
    if (!reason || !*reason)
        return wrong(l, "\"%.100s\": a reason is expected after the case, as # D-05: why", id);
    if (is_listed(k, id, &listed)) {
        diags_add(l->diags, k->file, l->number, "\"%.100s\": line %u lists it already", id, listed);
        return false;
    }
    if (k->count == ITEMS_MAX)
        return wrong(l, "%s", "more than 16384 known failures");
    struct known_failure *item = &k->items[k->count];
    if (!take_until(l, reason, &item->until))
        return false;
    item->case_id = arena_text(&k->arena, id);
    item->cause = cause;
    item->reason = arena_text(&k->arena, reason);
    item->line = l->number;
    if (!item->case_id || !item->reason)
        return false;
    k->count++;
    return true;
}

/* ---- the file */

static bool is_comment(const char *text)
{
    text += strspn(text, BLANKS);
    return *text == '\0' || *text == '#';
}

static enum status take_lines(FILE *file, struct known_failures *k, struct diags *diags)
{
    char text[LINE_MAX_LEN];
    size_t len;
    struct line l = {.k = k, .diags = diags};
    size_t complaints = diags->count;
    while (files_read_line(file, text, sizeof(text), &len)) {
        l.number++;
        if (strlen(text) != len) {
            wrong(&l, "%s", "a NUL byte stands in the line");
            return E_INPUT;
        }
        size_t mark = l.number == 1 && strncmp(text, BYTE_ORDER_MARK, 3) == 0 ? 3 : 0;
        if (len == sizeof(text) - 1 && text[len - 1] != '\n') {
            wrong(&l, "%s", "the line is longer than 1022 bytes");
            return E_INPUT;
        }
        if (is_comment(text + mark) || take_line(&l, text + mark))
            continue;
        if (diags->count == complaints)
            return E_NOMEM;
        if (k->count == ITEMS_MAX)
            break;
    }
    if (ferror(file))
        diags_add(diags, k->file, 0, "cannot be read");
    return diags->count == complaints ? OK : E_INPUT;
}

enum status known_failures_load(const char *path, struct known_failures *out, struct diags *diags)
{
    memset(out, 0, sizeof(*out));
    arena_init(&out->arena, ARENA_MAX);
    out->file = arena_text(&out->arena, path);
    out->items = arena_array(&out->arena, ITEMS_MAX, sizeof(*out->items));
    if (!out->file || !out->items)
        return E_NOMEM;
    FILE *file = fopen(path, "r");
    if (!file)
        return diags_add(diags, path, 0, "cannot be opened: %s", strerror(errno));
    enum status st = take_lines(file, out, diags);
    fclose(file);
    return st;
}

void known_failures_free(struct known_failures *k)
{
    if (!k)
        return;
    arena_fini(&k->arena);
    memset(k, 0, sizeof(*k));
}

/* ---- against the suites */

/* The first case that |line| is about. */
static const struct case_spec *case_of(const struct catalogue *c, const struct known_failure *line)
{
    size_t len = strcspn(line->case_id, "#");
    for (size_t s = 0; s < c->n_suites; s++)
        for (size_t i = 0; i < c->suites[s]->n_cases; i++) {
            const struct case_spec *spec = &c->suites[s]->cases[i];
            bool is_of_instance = line->case_id[len] && strlen(spec->full_id) == len &&
                                  strncmp(spec->full_id, line->case_id, len) == 0;
            if (is_of_instance || known_failure_covers(line, spec->full_id))
                return spec;
        }
    return NULL;
}

static enum status complain_unknown(const struct known_failures *k,
                                    const struct known_failure *line, const struct catalogue *c,
                                    struct arena *arena, struct diags *diags)
{
    size_t n = 0, count = 0;
    for (size_t s = 0; s < c->n_suites; s++)
        count += c->suites[s]->n_cases;
    const char **names = arena_array(arena, count + 1, sizeof(*names));
    if (!names)
        return E_NOMEM;
    for (size_t s = 0; s < c->n_suites; s++)
        for (size_t i = 0; i < c->suites[s]->n_cases; i++)
            names[n++] = c->suites[s]->cases[i].full_id;
    const char *near = diag_nearest(line->case_id, names, n);
    diags_add(diags, k->file, line->line, "no suite has \"%.100s\"%s%s%s", line->case_id,
              near ? " (did you mean \"" : "", near ? near : "", near ? "\"?)" : "");
    return OK;
}

enum status known_failures_check(const struct known_failures *k, const struct catalogue *catalogue,
                                 struct arena *arena, struct diags *diags)
{
    size_t complaints = diags->count;
    enum status st = OK;
    for (size_t i = 0; i < k->count && !st; i++) {
        const struct known_failure *line = &k->items[i];
        const struct case_spec *spec = case_of(catalogue, line);
        const char *instance = strchr(line->case_id, '#');
        if (strncmp(line->case_id, "generated/", 10) == 0)
            continue;
        if (!spec)
            st = complain_unknown(k, line, catalogue, arena, diags);
        else if (instance && !spec->sweep_kind)
            diags_add(diags, k->file, line->line, "\"%.100s\": the case is no sweep",
                      line->case_id);
        else if (instance && strtoul(instance + 1, NULL, 10) > spec->n_instances)
            diags_add(diags, k->file, line->line, "\"%.100s\": the sweep has %u instances",
                      line->case_id, spec->n_instances);
    }
    return st ? st : diags->count == complaints ? OK : E_INPUT;
}

const struct known_failure *known_failures_excuse(const struct known_failures *k,
                                                  const char *full_id, const char *cause)
{
    const struct known_failure *line = known_failures_find(k, full_id);
    bool is_another = line && line->cause && (!cause || strcmp(line->cause, cause) != 0);
    return is_another ? NULL : line;
}

const struct known_failure *known_failures_find(const struct known_failures *k, const char *full_id)
{
    const struct known_failure *covering = NULL;
    for (size_t i = 0; i < k->count; i++) {
        if (strcmp(k->items[i].case_id, full_id) == 0)
            return &k->items[i];
        bool is_nearer = !covering || is_of_every_situation(covering);
        if (is_nearer && known_failure_covers(&k->items[i], full_id))
            covering = &k->items[i];
    }
    return covering;
}
