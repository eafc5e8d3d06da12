#include "score/causes.h"

#include "score/tally.h"

#include <stdlib.h>
#include <string.h>

struct cause {
    const char *signature;
    const char *verdict;
    const char *requirement;
    const char *level;
    const char *smallest;
    uint64_t count;
    size_t n_steps;   /* of the smallest */
    size_t n_bytes;   /* of the smallest, as hex digits */
    size_t order;     /* of the first case */
    unsigned badness; /* 0 is the worst */
};

struct causes {
    struct cause *items;
    size_t count;
    json_t *index; /* "verdict|signature" to the position in items */
};

static unsigned badness_of(const char *level, enum tally_class class)
{
    static const unsigned of_class[N_TALLY] = {
        [TALLY_FAILED] = 0, [TALLY_ERROR] = 1, [TALLY_INCONCLUSIVE] = 2};
    unsigned of_level = (unsigned)level_from_name(level);
    if (of_level == LEVEL_NONE)
        of_level = N_LEVEL;
    return of_level * N_TALLY + of_class[class];
}

static size_t hex_digits(const json_t *steps)
{
    size_t i, k, total = 0;
    const json_t *step, *bytes;
    json_array_foreach(steps, i, step)
    {
        json_array_foreach(json_object_get(step, "bytes"), k, bytes) total +=
            json_string_length(json_object_get(bytes, "hex"));
    }
    return total;
}

static bool is_smaller(size_t n_steps, size_t n_bytes, const struct cause *than)
{
    if (n_steps != than->n_steps)
        return n_steps < than->n_steps;
    return n_bytes < than->n_bytes;
}

static struct cause *new_cause(struct causes *c, const json_t *result, const char *signature,
                               enum tally_class class, size_t order)
{
    struct cause *cause = &c->items[c->count++];
    cause->signature = signature;
    cause->verdict = tally_text(result, "verdict");
    cause->requirement = tally_text(result, "requirement");
    cause->level = tally_text(result, "level");
    cause->order = order;
    cause->badness = badness_of(cause->level, class);
    return cause;
}

/* The case's cause in |c|, made when the case is its first. E_NOMEM. */
static enum status find_or_make(struct causes *c, const json_t *result, enum tally_class class,
                                size_t order, struct cause **out)
{
    const char *verdict = tally_text(result, "verdict");
    const char *signature = json_string_value(json_object_get(result, "cause"));
    json_t *key, *at;
    enum status st = OK;

    *out = NULL;
    if (!signature)
        signature = tally_text(result, "why");
    key = json_sprintf("%s|%s|%s", verdict, tally_text(result, "level"), signature);
    if (!key)
        return E_NOMEM;
    at = json_object_get(c->index, json_string_value(key));
    if (at)
        *out = &c->items[json_integer_value(at)];
    else if (json_object_set_new(c->index, json_string_value(key),
                                 json_integer((json_int_t)c->count)))
        st = E_NOMEM;
    else
        *out = new_cause(c, result, signature, class, order);
    json_decref(key);
    return st;
}

static enum status take(struct causes *c, const json_t *result, enum tally_class class,
                        size_t order)
{
    struct cause *cause;
    const json_t *steps = json_object_get(result, "steps");
    size_t n_steps = json_array_size(steps), n_bytes = hex_digits(steps);
    enum status st = find_or_make(c, result, class, order, &cause);

    if (st)
        return st;
    cause->count++;
    if (!cause->smallest || is_smaller(n_steps, n_bytes, cause)) {
        cause->smallest = tally_text(result, "id");
        cause->n_steps = n_steps;
        cause->n_bytes = n_bytes;
    }
    return OK;
}

static int compare_causes(const void *left, const void *right)
{
    const struct cause *a = left, *b = right;
    if (a->badness != b->badness)
        return a->badness < b->badness ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static const char *impact_of(const struct requirement *requirements, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(requirements[i].id, id) == 0)
            return requirements[i].impact ? requirements[i].impact : "";
    return "";
}

static enum status write_causes(const struct causes *c, const struct requirement *requirements,
                                size_t n_requirements, json_t *out)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct cause *cause = &c->items[i];
        json_t *entry =
            json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "cause", cause->signature, "verdict",
                      cause->verdict, "requirement", cause->requirement, "level", cause->level,
                      "count", (json_int_t)cause->count, "smallest", cause->smallest, "text",
                      impact_of(requirements, n_requirements, cause->requirement));
        if (json_array_append_new(out, entry))
            return E_NOMEM;
    }
    return OK;
}

enum status causes_find(const json_t *cases, const struct requirement *requirements,
                        size_t n_requirements, const char *today, json_t **out)
{
    struct causes c = {0};
    enum status st = E_NOMEM;
    size_t i;
    const json_t *result;

    *out = json_array();
    c.index = json_object();
    c.items = calloc(json_array_size(cases) + 1, sizeof *c.items);
    if (!*out || !c.index || !c.items)
        goto out;
    json_array_foreach(cases, i, result)
    {
        enum tally_class class = tally_class_of(result, today);
        bool is_trouble =
            class == TALLY_FAILED || class == TALLY_ERROR || class == TALLY_INCONCLUSIVE;
        if (is_trouble && (st = take(&c, result, class, i)))
            goto out;
    }
    if (c.count > 1)
        qsort(c.items, c.count, sizeof *c.items, compare_causes);
    st = write_causes(&c, requirements, n_requirements, *out);
out:
    free(c.items);
    json_decref(c.index);
    return st;
}
