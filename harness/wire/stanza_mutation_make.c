/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mutations that take more than putting a text somewhere: the document cut, doubled, moved, grown,
 * or in another encoding.
 */
#include "wire/stanza_mutation_internal.h"

#include "base/utf8.h"

#include <string.h>

/* ---- pieces */

/* The message, with |inserted| at |at| instead of what stands up to |to|. */
static enum status replace(const struct mutation_job *job, size_t at, size_t to,
                           struct bytes inserted)
{
    mutation_copy(job, 0, at);
    buffer_append(job->out, inserted);
    return mutation_copy(job, to, job->in.len);
}

/* The rest of the message, behind what was put in front of the first child. */
static enum status end_child(const struct mutation_job *job)
{
    return mutation_copy(job, job->places[MUTATION_FIRST_CHILD], job->in.len);
}

/* |n| times |text|. */
static void repeat(const struct mutation_job *job, uint32_t n, const char *text)
{
    for (uint32_t i = 0; i < n && !buffer_status(job->out); i++)
        buffer_append_text(job->out, text);
}

/* ---- entities */

enum status mutation_laughs(const struct mutation_job *job)
{
    buffer_append_text(job->out, "<!DOCTYPE message [<!ENTITY l0 \"ha\">");
    for (unsigned level = 1; level < 10; level++) {
        buffer_printf(job->out, "<!ENTITY l%u \"", level);
        for (unsigned i = 0; i < 10; i++)
            buffer_printf(job->out, "&l%u;", level - 1);
        buffer_append_text(job->out, "\">");
    }
    buffer_append_text(job->out, "]>");
    mutation_copy(job, job->places[MUTATION_START], job->places[MUTATION_FIRST_CHILD]);
    buffer_append_text(job->out, "<extra>&l9;</extra>");
    return end_child(job);
}

enum status mutation_blowup(const struct mutation_job *job)
{
    buffer_append_text(job->out, "<!DOCTYPE message [<!ENTITY e \"");
    repeat(job, 20000, "x");
    buffer_append_text(job->out, "\">]>");
    mutation_copy(job, job->places[MUTATION_START], job->places[MUTATION_FIRST_CHILD]);
    buffer_append_text(job->out, "<extra>");
    repeat(job, 5000, "&e;");
    buffer_append_text(job->out, "</extra>");
    return end_child(job);
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
    append_unit(job->out, 0xfeff, is_little);
    for (size_t i = 0; i < job->in.len;) {
        uint32_t c = 0;
        size_t len = utf8_take(bytes_slice(job->in, i, job->in.len), &c);
        if (!len) {
            c = job->in.data[i];
            len = 1;
        }
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
    enum status st = mutation_find_attribute(job->in, job->places[MUTATION_ROOT_ATTRIBUTES], "from",
                                             &value, &whole);
    if (!st)
        st = mutation_copy(job, 0, job->in.len);
    if (!st)
        st = mutation_copy(job, 0, value.from);
    if (!st)
        st = mutation_append(job, (struct mutation_text)MUTATION_TEXT("{other}"));
    return st ? st : mutation_copy(job, value.to, job->in.len);
}

enum status mutation_unclosed_root(const struct mutation_job *job)
{
    return mutation_copy(job, 0, job->places[MUTATION_LAST_CHILD]);
}

enum status mutation_mismatched_tags(const struct mutation_job *job)
{
    mutation_copy(job, 0, job->places[MUTATION_LAST_CHILD]);
    return buffer_append_text(job->out, "</massage>");
}

enum status mutation_truncated(const struct mutation_job *job)
{
    return mutation_copy(job, 0,
                         (job->places[MUTATION_ENC_FRONT] + job->places[MUTATION_ENC_BACK]) / 2);
}

/* ---- the enc */

/* Where the whole enc begins and ends. */
static struct mutation_span enc_of(const struct mutation_job *job)
{
    return (struct mutation_span){job->places[MUTATION_ENC_ATTRIBUTES] - strlen("<enc"),
                                  job->places[MUTATION_ENC_BACK] + strlen("</enc>")};
}

enum status mutation_two_encs(const struct mutation_job *job)
{
    struct mutation_span enc = enc_of(job);
    return replace(job, enc.to, enc.to, bytes_slice(job->in, enc.from, enc.to - enc.from));
}

enum status mutation_nested_enc(const struct mutation_job *job)
{
    struct mutation_span enc = enc_of(job);
    mutation_copy(job, 0, enc.from);
    buffer_append_text(job->out, "<extra>");
    mutation_copy(job, enc.from, enc.to);
    buffer_append_text(job->out, "</extra>");
    return mutation_copy(job, enc.to, job->in.len);
}

enum status mutation_no_enc(const struct mutation_job *job)
{
    struct mutation_span enc = enc_of(job);
    return replace(job, enc.from, enc.to, bytes_of(NULL, 0));
}

/* Where the text has no padding because its length needs none, its last character goes. */
enum status mutation_unpadded(const struct mutation_job *job)
{
    size_t begin = job->places[MUTATION_ENC_FRONT], end = job->places[MUTATION_ENC_BACK];
    if (end == begin)
        return E_MISSING;
    if (job->in.data[end - 1] != '=')
        end--;
    while (end > begin && job->in.data[end - 1] == '=')
        end--;
    return replace(job, end, job->places[MUTATION_ENC_BACK], bytes_of(NULL, 0));
}

/* ---- sizes: a child in front of the others, so that a careless client meets it first */

enum status mutation_attributes(const struct mutation_job *job)
{
    mutation_copy(job, 0, job->places[MUTATION_FIRST_CHILD]);
    buffer_append_text(job->out, "<extra");
    for (uint32_t i = 0; i < job->n && !buffer_status(job->out); i++)
        buffer_printf(job->out, " a%u=\"\"", (unsigned)i);
    buffer_append_text(job->out, "/>");
    return end_child(job);
}

enum status mutation_depth(const struct mutation_job *job)
{
    mutation_copy(job, 0, job->places[MUTATION_FIRST_CHILD]);
    repeat(job, job->n ? job->n - 1 : 0, "<x>");
    repeat(job, job->n ? job->n - 1 : 0, "</x>");
    return end_child(job);
}

enum status mutation_children(const struct mutation_job *job)
{
    mutation_copy(job, 0, job->places[MUTATION_FIRST_CHILD]);
    repeat(job, job->n, "<x/>");
    return end_child(job);
}

enum status mutation_text_child(const struct mutation_job *job)
{
    mutation_copy(job, 0, job->places[MUTATION_FIRST_CHILD]);
    buffer_append_text(job->out, "<extra>");
    repeat(job, job->n, "x");
    buffer_append_text(job->out, "</extra>");
    return end_child(job);
}
