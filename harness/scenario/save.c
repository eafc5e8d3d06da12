#include "scenario/loader.h"
#include "scenario/suite_reader.h"
#include "scenario/xml.h"

static void put_attribute(struct buffer *out, const char *name, const char *value)
{
    buffer_printf(out, " %s=\"", name);
    xml_escape(out, value);
    buffer_append_text(out, "\"");
}

static void put_step(struct buffer *out, const struct step *step)
{
    const struct verb_rule *rule = verb_rule(step->verb);
    buffer_printf(out, "    <%s", rule ? rule->name : "?");
    for (size_t i = 0; i < step->n_attributes; i++)
        put_attribute(out, step->attributes[i].name, step->attributes[i].value);
    buffer_append_text(out, "/>\n");
}

static void put_case(struct buffer *out, const struct saved_case *what)
{
    buffer_append_text(out, "  <case");
    put_attribute(out, "id", what->case_id);
    put_attribute(out, "requirement", what->requirement);
    put_attribute(out, "level", level_name(what->level));
    if (what->origin)
        put_attribute(out, "origin", what->origin);
    buffer_append_text(out, ">\n    <purpose>");
    xml_escape(out, what->purpose);
    buffer_append_text(out, "</purpose>\n");
    for (size_t i = 0; i < what->n_steps; i++)
        put_step(out, &what->steps[i]);
    buffer_append_text(out, "  </case>\n");
}

enum status suite_save(const struct saved_case *what, struct buffer *out)
{
    buffer_append_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<suite");
    put_attribute(out, "xmlns", SUITE_NAMESPACE);
    put_attribute(out, "id", what->suite_id);
    put_attribute(out, "title", what->title);
    put_attribute(out, "layer", what->layer ? what->layer : "cipher");
    buffer_append_text(out, ">\n");
    put_case(out, what);
    if (what->extra)
        buffer_append_text(out, what->extra);
    buffer_append_text(out, "</suite>\n");
    return buffer_status(out);
}
