/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as results.json or claims.json, and every report that is made of it: what is XML is
 * well-formed.
 */
#include "reports/report.h"

#include <libxml/parser.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void render(enum report_form form, const struct document *document)
{
    struct buffer out;
    buffer_init(&out, REPORT_MAX);
    enum status st = report_render(form, document, NULL, &out);
    if (st == OK && (form == REPORT_JUNIT || form == REPORT_HTML)) {
        xmlDoc *xml = xmlReadMemory((const char *)out.data, (int)out.len, "report", NULL,
                                    XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET |
                                        XML_PARSE_HUGE);
        if (!xml)
            __builtin_trap();
        xmlFreeDoc(xml);
    }
    buffer_fini(&out);
}

/* What is written is read, and written as it was. */
static void write_twice(const struct document *document)
{
    struct buffer once, twice;
    struct document again;
    buffer_init(&once, REPORT_MAX);
    buffer_init(&twice, REPORT_MAX);
    document_init(&again);
    if (document_write(document, &once) == OK) {
        enum status st = document_read(buffer_bytes(&once), NULL, &again);
        if (st == E_PARSE)
            __builtin_trap();
        if (st == OK && document_write(&again, &twice) == OK &&
            !bytes_equal(buffer_bytes(&once), buffer_bytes(&twice)))
            __builtin_trap();
    }
    document_fini(&again);
    buffer_fini(&twice);
    buffer_fini(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document document;
    document_init(&document);
    if (document_read(bytes_of(data, size), NULL, &document) == OK) {
        for (enum report_form form = (enum report_form)1; form < N_REPORT; form++)
            render(form, &document);
        write_twice(&document);
    }
    document_fini(&document);
    return 0;
}
