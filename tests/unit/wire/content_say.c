/*
 * What our decoder says, for content_judges.py. Lines on standard input, hexadecimal:
 *   decode BYTES    refused, or: KIND TEXT REPLY-TO, in hexadecimal, "-" for nothing
 *   unpad BYTES     refused, or the bytes, "-" for nothing
 *   equal A B       yes or no
 *   utf8 BYTES      yes or no
 */
#include "base/hex.h"
#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN ((size_t)4 * 1024 * 1024)

static char line[LINE_MAX_LEN];

static void print_hex(struct bytes in)
{
    if (in.len == 0)
        printf(" -");
    else
        printf(" ");
    for (size_t i = 0; i < in.len; i++)
        printf("%02x", in.data[i]);
}

/* "-" is no bytes. */
static bool from_hex(const char *hex, struct buffer *out)
{
    buffer_init(out, LINE_MAX_LEN);
    return strcmp(hex, "-") == 0 || hex_decode(hex, strlen(hex), out) == OK;
}

static void say(const char *what, struct bytes a, struct bytes b)
{
    struct wire_profile p;
    struct content c;
    struct bytes inner;
    profile_defaults(&p);
    if (strcmp(what, "equal") == 0 || strcmp(what, "utf8") == 0) {
        bool is_so = *what == 'e' ? content_equal(a, b) : content_is_utf8(a);
        printf("%s", is_so ? "yes" : "no");
    } else if (strcmp(what, "unpad") == 0 && !content_unpad(a, &p, &inner)) {
        print_hex(inner);
    } else if (strcmp(what, "decode") == 0 && !content_decode(a, &c)) {
        printf("%s", content_kind_name(c.kind));
        print_hex(c.text);
        print_hex(c.reply_to);
    } else {
        printf("refused");
    }
    printf("\n");
}

int main(void)
{
    while (fgets(line, sizeof(line), stdin)) {
        char *what = line, *a = strchr(line, ' '), *b = a ? strchr(a + 1, ' ') : NULL;
        struct buffer first, second;
        line[strcspn(line, "\n")] = '\0';
        if (a)
            *a++ = '\0';
        if (b)
            *b++ = '\0';
        bool is_first = from_hex(a ? a : "x", &first), is_second = from_hex(b ? b : "-", &second);
        if (is_first && is_second)
            say(what, buffer_bytes(&first), buffer_bytes(&second));
        buffer_fini(&first);
        buffer_fini(&second);
        if (!is_first || !is_second)
            return 1;
    }
    return 0;
}
