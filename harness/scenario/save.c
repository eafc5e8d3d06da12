/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cipher/cipher.h"
#include "scenario/loader.h"
#include "scenario/suite_reader.h"
#include "scenario/xml.h"

#include <string.h>

#define SUITE_END "</suite>"

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
    if (what->cipher && what->cipher != cipher_default())
        put_attribute(out, "cipher", what->cipher->name);
    buffer_append_text(out, ">\n");
    put_case(out, what);
    if (what->extra)
        buffer_append_text(out, what->extra);
    buffer_append_text(out, "</suite>\n");
    return buffer_status(out);
}

/* Where the last |text| in |in| begins; in.len when there is none. */
static size_t find_last(struct bytes in, const char *text)
{
    size_t len = strlen(text);
    for (size_t at = in.len >= len ? in.len - len + 1 : 0; at; at--)
        if (memcmp(in.data + at - 1, text, len) == 0)
            return at - 1;
    return in.len;
}

enum status suite_add_case(struct bytes file, const struct saved_case *what, struct buffer *out)
{
    size_t end = find_last(file, SUITE_END);
    if (end == file.len || find_last(file, "<repro") != file.len)
        return E_INPUT;
    buffer_append(out, bytes_slice(file, 0, end));
    buffer_append_text(out, "\n");
    put_case(out, what);
    buffer_append(out, bytes_slice(file, end, file.len - end));
    return buffer_status(out);
}
