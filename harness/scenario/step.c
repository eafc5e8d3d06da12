#include "scenario/case.h"

#include <string.h>

const char *step_text(const struct step *s, const char *attribute)
{
    for (size_t i = 0; i < s->n_attributes; i++)
        if (strcmp(s->attributes[i].name, attribute) == 0)
            return s->attributes[i].value;
    const struct attribute_rule *rule = verb_attribute(s->verb, attribute);
    return rule ? rule->fallback : NULL;
}

enum expect step_expect(const struct step *s)
{
    const char *text = step_text(s, "expect");
    return text ? expect_from_name(text) : EXPECT_NONE;
}
