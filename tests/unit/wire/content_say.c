/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What our decoder says, for content_judges.py. Lines on standard input, hexadecimal:
 *   decode BYTES    refused, or: KIND TEXT REPLY-TO, in hexadecimal, "-" for nothing
 *   unpad BYTES     refused, or the bytes, "-" for nothing
 *   equal A B       yes or no
 *   utf8 BYTES      yes or no
 */
#include "support/hex_word.h"
#include "wire/content.h"
#include "support/wire_names.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_LEN ((size_t)4 * 1024 * 1024)

static char line[LINE_MAX_LEN];

static void print_field(struct bytes in)
{
    putchar(' ');
    hex_word_print(in);
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
        print_field(inner);
    } else if (strcmp(what, "decode") == 0 && !content_decode(a, &c)) {
        printf("%s", content_kind_name(c.kind));
        print_field(c.text);
        print_field(c.reply_to);
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
        bool is_first = hex_word_read(a ? a : "x", LINE_MAX_LEN, &first);
        bool is_second = hex_word_read(b ? b : "-", LINE_MAX_LEN, &second);
        if (is_first && is_second)
            say(what, buffer_bytes(&first), buffer_bytes(&second));
        buffer_fini(&first);
        buffer_fini(&second);
        if (!is_first || !is_second)
            return 1;
    }
    return 0;
}
