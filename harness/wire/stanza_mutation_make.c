/*
 * Mutations that take more than putting a text somewhere: the document cut, doubled, moved, grown,
 * or in another encoding.
 */
#include "wire/stanza_mutation_internal.h"

#include <string.h>

/* ---- pieces */

static enum status append(const struct mutation_job *job, size_t from, size_t to)
{
    return buffer_append(job->out, bytes_slice(job->in, from, to - from));
}

/* The message, with |inserted| at |at| instead of what stands up to |to|. */
static enum status replace(const struct mutation_job *job, size_t at, size_t to,
                           struct bytes inserted)
{
    enum status st = append(job, 0, at);
    if (!st)
        st = buffer_append(job->out, inserted);
    return st ? st : append(job, to, job->in.len);
}

/* ---- entities */

enum status mutation_laughs(const struct mutation_job *job)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (st)
        return st;
    buffer_append_text(job->out, "<!DOCTYPE message [<!ENTITY l0 \"ha\">");
    for (unsigned level = 1; level < 10; level++) {
        buffer_printf(job->out, "<!ENTITY l%u \"", level);
        for (unsigned i = 0; i < 10; i++)
            buffer_printf(job->out, "&l%u;", level - 1);
        buffer_append_text(job->out, "\">");
    }
    buffer_append_text(job->out, "]>");
    append(job, places[MUTATION_START], places[MUTATION_FIRST_CHILD]);
    buffer_append_text(job->out, "<extra>&l9;</extra>");
    return append(job, places[MUTATION_FIRST_CHILD], job->in.len);
}

enum status mutation_blowup(const struct mutation_job *job)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (st)
        return st;
    buffer_append_text(job->out, "<!DOCTYPE message [<!ENTITY e \"");
    for (unsigned i = 0; i < 20000; i++)
        buffer_append_byte(job->out, 'x');
    buffer_append_text(job->out, "\">]>");
    append(job, places[MUTATION_START], places[MUTATION_FIRST_CHILD]);
    buffer_append_text(job->out, "<extra>");
    for (unsigned i = 0; i < 5000; i++)
        buffer_append_text(job->out, "&e;");
    buffer_append_text(job->out, "</extra>");
    return append(job, places[MUTATION_FIRST_CHILD], job->in.len);
}

/* ---- encodings */

static void append_unit(struct buffer *out, uint32_t unit, bool is_little)
{
    buffer_append_byte(out, (uint8_t)(is_little ? unit : unit >> 8));
    buffer_append_byte(out, (uint8_t)(is_little ? unit >> 8 : unit));
}

/* |in| is UTF-8: it was written by us. Bytes that are not become their own characters. */
static enum status append_utf16(const struct mutation_job *job, bool is_little)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (st)
        return st;
    append_unit(job->out, 0xfeff, is_little);
    for (size_t i = 0; i < job->in.len;) {
        uint8_t lead = job->in.data[i];
        size_t len = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (len > job->in.len - i)
            len = 1;
        uint32_t c = len == 1 ? lead : lead & (0x7fu >> len);
        for (size_t k = 1; k < len; k++)
            c = c << 6 | (job->in.data[i + k] & 0x3fu);
        if (c >= 0x10000) {
            append_unit(job->out, 0xd7c0 + (c >> 10), is_little);
            c = 0xdc00 | (c & 0x3ff);
        }
        append_unit(job->out, c, is_little);
        i += len;
    }
    return buffer_status(job->out);
}

enum status mutation_utf16_le(const struct mutation_job *job) { return append_utf16(job, true); }
enum status mutation_utf16_be(const struct mutation_job *job) { return append_utf16(job, false); }

/* ---- roots and ends */

enum status mutation_two_roots(const struct mutation_job *job)
{
    struct mutation_span value, whole;
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (!st)
        st = mutation_find_attribute(job->in, places[MUTATION_ROOT_ATTRIBUTES], "from", &value,
                                     &whole);
    if (!st)
        st = append(job, 0, job->in.len);
    if (!st)
        st = append(job, 0, value.from);
    if (!st)
        st = mutation_append(job, (struct mutation_text)MUTATION_TEXT("{other}"));
    return st ? st : append(job, value.to, job->in.len);
}

enum status mutation_unclosed_root(const struct mutation_job *job)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    return st ? st : append(job, 0, places[MUTATION_LAST_CHILD]);
}

enum status mutation_mismatched_tags(const struct mutation_job *job)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (!st)
        st = append(job, 0, places[MUTATION_LAST_CHILD]);
    return st ? st : buffer_append_text(job->out, "</massage>");
}

enum status mutation_truncated(const struct mutation_job *job)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    return st ? st : append(job, 0, (places[MUTATION_ENC_FRONT] + places[MUTATION_ENC_BACK]) / 2);
}

/* ---- the enc */

/* Where the whole enc begins and ends. */
static enum status locate_enc(const struct mutation_job *job, struct mutation_span *out)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (!st)
        *out = (struct mutation_span){places[MUTATION_ENC_ATTRIBUTES] - strlen("<enc"),
                                      places[MUTATION_ENC_BACK] + strlen("</enc>")};
    return st;
}

enum status mutation_two_encs(const struct mutation_job *job)
{
    struct mutation_span enc;
    enum status st = locate_enc(job, &enc);
    return st ? st
              : replace(job, enc.to, enc.to, bytes_slice(job->in, enc.from, enc.to - enc.from));
}

enum status mutation_nested_enc(const struct mutation_job *job)
{
    struct mutation_span enc;
    enum status st = locate_enc(job, &enc);
    if (!st)
        st = append(job, 0, enc.from);
    if (!st)
        st = buffer_append_text(job->out, "<extra>");
    if (!st)
        st = append(job, enc.from, enc.to);
    if (!st)
        st = buffer_append_text(job->out, "</extra>");
    return st ? st : append(job, enc.to, job->in.len);
}

enum status mutation_no_enc(const struct mutation_job *job)
{
    struct mutation_span enc;
    enum status st = locate_enc(job, &enc);
    return st ? st : replace(job, enc.from, enc.to, bytes_of(NULL, 0));
}

/* Where the text has no padding because its length needs none, its last character goes. */
enum status mutation_unpadded(const struct mutation_job *job)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    if (st)
        return st;
    size_t end = places[MUTATION_ENC_BACK];
    if (end == places[MUTATION_ENC_FRONT])
        return E_MISSING;
    if (job->in.data[end - 1] != '=')
        end--;
    while (end > places[MUTATION_ENC_FRONT] && job->in.data[end - 1] == '=')
        end--;
    return replace(job, end, places[MUTATION_ENC_BACK], bytes_of(NULL, 0));
}

/* ---- sizes: a child in front of the others, so that a careless client meets it first */

static enum status begin_child(const struct mutation_job *job, size_t *out_at)
{
    size_t places[N_MUTATION_PLACE];
    enum status st = mutation_locate(job->in, places);
    *out_at = 0;
    if (st)
        return st;
    *out_at = places[MUTATION_FIRST_CHILD];
    return append(job, 0, *out_at);
}

enum status mutation_attributes(const struct mutation_job *job)
{
    size_t at;
    enum status st = begin_child(job, &at);
    if (st)
        return st;
    buffer_append_text(job->out, "<extra");
    for (uint32_t i = 0; i < job->n && !buffer_status(job->out); i++)
        buffer_printf(job->out, " a%u=\"\"", (unsigned)i);
    buffer_append_text(job->out, "/>");
    return append(job, at, job->in.len);
}

enum status mutation_depth(const struct mutation_job *job)
{
    size_t at;
    enum status st = begin_child(job, &at);
    if (st)
        return st;
    for (uint32_t i = 1; i < job->n && !buffer_status(job->out); i++)
        buffer_append_text(job->out, "<x>");
    for (uint32_t i = 1; i < job->n && !buffer_status(job->out); i++)
        buffer_append_text(job->out, "</x>");
    return append(job, at, job->in.len);
}

enum status mutation_children(const struct mutation_job *job)
{
    size_t at;
    enum status st = begin_child(job, &at);
    if (st)
        return st;
    for (uint32_t i = 0; i < job->n && !buffer_status(job->out); i++)
        buffer_append_text(job->out, "<x/>");
    return append(job, at, job->in.len);
}

enum status mutation_text_child(const struct mutation_job *job)
{
    size_t at;
    enum status st = begin_child(job, &at);
    if (st)
        return st;
    buffer_append_text(job->out, "<extra>");
    uint8_t *text = job->n ? buffer_extend(job->out, job->n) : NULL;
    if (text)
        memset(text, 'x', job->n);
    buffer_append_text(job->out, "</extra>");
    return append(job, at, job->in.len);
}
