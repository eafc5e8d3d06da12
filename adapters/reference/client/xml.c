/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing XML: everything from outside is escaped here. */
#include "client/stanza.h"

#include <stdio.h>
#include <string.h>

static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    default:
        return NULL;
    }
}

static void put_escaped(struct octets *o, const char *text)
{
    for (size_t i = 0; text[i]; i++) {
        const char *escape = escape_of(text[i]);
        if (escape)
            octets_put_text(o, escape);
        else if ((unsigned char)text[i] < 0x20) /* no such character in XML 1.0 */
            o->is_broken = true;
        else
            octets_put(o, text + i, 1);
    }
}

void xml_open(struct octets *o, const char *name)
{
    octets_put_text(o, "<");
    octets_put_text(o, name);
}

void xml_attribute(struct octets *o, const char *name, const char *value)
{
    if (!value)
        return;
    octets_put_text(o, " ");
    octets_put_text(o, name);
    octets_put_text(o, "=\"");
    put_escaped(o, value);
    octets_put_text(o, "\"");
}

void xml_number(struct octets *o, const char *name, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    xml_attribute(o, name, text);
}

void xml_inside(struct octets *o) { octets_put_text(o, ">"); }

void xml_close(struct octets *o, const char *name)
{
    octets_put_text(o, "</");
    octets_put_text(o, name);
    octets_put_text(o, ">");
}

void xml_empty(struct octets *o) { octets_put_text(o, "/>"); }

void xml_bytes(struct octets *o, const char *name, const void *data, size_t len)
{
    xml_open(o, name);
    xml_inside(o);
    octets_put_base64(o, data, len);
    xml_close(o, name);
}
