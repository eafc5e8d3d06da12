/* How strictly a document is read: honestly, as wire/stanza does; a flaw repairs the document before. */
#include "app/app_internal.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (16u * 1024u * 1024u)

static enum status parse(const struct app *c, struct bytes document, struct arena *arena,
                         const struct stanza **out)
{
    const struct stanza_limits limits = stanza_limits_of(&c->profile);
    return stanza_parse(document, &limits, arena, out, NULL);
}

/* Flaw: cut from |begin| to |end| (included) wherever it stands. */
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

/* Flaw: the first of several documents. */
static void keep_first_root(struct buffer *text)
{
    char *end = strstr(buffer_text(text), "</message>");
    if (end)
        text->len = (size_t)(end - (char *)text->data) + strlen("</message>");
}

/* Flaw: bytes that are no UTF-8 become something else. */
static void mend_utf8(struct buffer *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] >= 0x80)
            text->data[i] = '?';
}

/* Flaw: a prefix is only decoration. */
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

static void look_away(const struct app_rules *r, struct buffer *text)
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
        mend_utf8(text);
    if (r->stanza.takes_prefixes)
        drop_prefixes(text);
}

enum status app_parse(const struct app *c, struct bytes document, struct arena *arena,
                      const struct stanza **out)
{
    struct buffer text;
    enum status st = parse(c, document, arena, out);
    if (!st || st == E_NOMEM)
        return st;
    buffer_init(&text, TEXT_MAX);
    if (buffer_append(&text, document) == OK) {
        look_away(c->rules, &text);
        st = parse(c, buffer_bytes(&text), arena, out);
    }
    buffer_fini(&text);
    return st;
}
