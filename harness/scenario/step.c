#include "scenario/case.h"

#include <stdlib.h>
#include <string.h>

const char *step_text(const struct step *s, const char *attribute)
{
    for (size_t i = 0; i < s->n_attributes; i++)
        if (strcmp(s->attributes[i].name, attribute) == 0)
            return s->attributes[i].value;
    const struct attribute_rule *rule = verb_attribute(s->verb, attribute);
    return rule ? rule->fallback : NULL;
}

uint32_t step_number(const struct step *s, const char *attribute, uint32_t otherwise)
{
    const char *text = step_text(s, attribute);
    if (!text || text[0] < '0' || text[0] > '9')
        return otherwise;
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    return *end || value > UINT32_MAX ? otherwise : (uint32_t)value;
}

bool step_is_yes(const struct step *s, const char *attribute)
{
    const char *text = step_text(s, attribute);
    return text && strcmp(text, "yes") == 0;
}

enum expect step_expect(const struct step *s)
{
    const char *text = step_text(s, "expect");
    return text ? expect_from_name(text) : EXPECT_NONE;
}
