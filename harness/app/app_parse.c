/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document is parsed by wire/stanza. Under a rule that is a flaw, what wire/stanza refuses is
 * first rewritten into something that it accepts. */
#include "app/app_internal.h"

#include <string.h>

#define TEXT_MAX (16u * 1024u * 1024u)

static enum status parse(const struct app *a, struct bytes document, struct arena *arena,
                         const struct stanza **out)
{
    const struct stanza_limits limits = stanza_limits_of(&a->profile);
    return stanza_parse(document, &limits, arena, out, NULL);
}

/* Flaw: removes every part from |begin| to |end|, both included. */
static void cut_all(struct buffer *text, const char *begin, const char *end)
{
    char *at;
    while ((at = strstr(buffer_text(text), begin)) != NULL) {
        char *stop = strstr(at, end);
        size_t from = (size_t)(at - (char *)text->data);
        size_t to = stop ? (size_t)(stop - (char *)text->data) + strlen(end) : text->len;
        memmove(text->data + from, text->data + to, text->len - to);
        text->len -= to - from;
        text->data[text->len] = 0;
    }
}

/* Flaw: reads the first of several documents. */
static void keep_first_root(struct buffer *text)
{
    char *end = strstr(buffer_text(text), "</message>");
    if (end)
        text->len = (size_t)(end - (char *)text->data) + strlen("</message>");
}

/* Flaw: replaces bytes outside ASCII. */
static void replace_non_ascii(struct buffer *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] >= 0x80)
            text->data[i] = '?';
}

/* Flaw: ignores namespace prefixes. */
static void drop_prefixes(struct buffer *text)
{
    size_t n = 0;
    for (size_t i = 0; i < text->len; i++) {
        bool is_tag = i && (text->data[i - 1] == '<' || text->data[i - 1] == '/');
        size_t len = 0;
        while (is_tag && i + len < text->len && text->data[i + len] >= 'a' &&
               text->data[i + len] <= 'z')
            len++;
        if (is_tag && len && i + len < text->len && text->data[i + len] == ':')
            i += len + 1;
        text->data[n++] = text->data[i];
    }
    text->len = n;
}

static void apply_flaws(const struct app_rules *r, struct buffer *text)
{
    if (r->stanza.takes_mark && text->len > 3 && text->data[0] == 0xef)
        buffer_consume(text, 3);
    if (r->stanza.takes_doctype) {
        char *end = strstr(buffer_text(text), "]>");
        if (end && strstr(buffer_text(text), "<!DOCTYPE"))
            cut_all(text, "<!DOCTYPE", "]>");
        cut_all(text, "<!DOCTYPE", ">");
        cut_all(text, "&lol", ";");
        cut_all(text, "&xx", ";");
    }
    if (r->stanza.takes_comments) {
        cut_all(text, "<!--", "-->");
        cut_all(text, "<?", "?>");
    }
    if (r->stanza.takes_second_root)
        keep_first_root(text);
    if (r->stanza.takes_bad_utf8)
        replace_non_ascii(text);
    if (r->stanza.takes_prefixes)
        drop_prefixes(text);
}

static bool has_cdata(struct bytes document)
{
    static const char begin[] = "<![CDATA[";
    for (size_t i = 0; i + sizeof(begin) - 1 <= document.len; i++)
        if (memcmp(document.data + i, begin, sizeof(begin) - 1) == 0)
            return true;
    return false;
}

enum status app_parse(const struct app *a, struct bytes document, struct arena *arena,
                      const struct stanza **out)
{
    struct buffer text;
    if (has_cdata(document) && app_lapses(a, APP_LAPSE_CDATA))
        return E_PARSE;
    enum status st = parse(a, document, arena, out);
    if (!st || st == E_NOMEM)
        return st;
    buffer_init(&text, TEXT_MAX);
    if (buffer_append(&text, document) == OK) {
        apply_flaws(a->rules, &text);
        st = parse(a, buffer_bytes(&text), arena, out);
    }
    buffer_fini(&text);
    return st;
}
