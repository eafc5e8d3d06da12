/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/case.h"

#include <string.h>

const char *step_written(const struct step *s, const char *attribute)
{
    for (size_t i = 0; i < s->n_attributes; i++)
        if (*s->attributes[i].name == *attribute && strcmp(s->attributes[i].name, attribute) == 0)
            return s->attributes[i].value;
    return NULL;
}

const char *step_value(const struct step *s, const struct attribute_rule *a)
{
    const char *written = step_written(s, a->name);
    return written ? written : a->fallback;
}

const char *step_text(const struct step *s, const char *attribute)
{
    const struct attribute_rule *rule = verb_attribute(s->verb, attribute);
    return rule ? step_value(s, rule) : step_written(s, attribute);
}

enum expect step_expect(const struct step *s)
{
    const char *text = step_text(s, "expect");
    return text ? expect_from_name(text) : EXPECT_NONE;
}
