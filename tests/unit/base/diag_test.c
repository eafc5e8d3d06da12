/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors are kept in order up to a maximum; the nearest name is found, and none that is too far. */
#include "base/diag.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = {"first",  "second",      "deliver", "signal.mac",
                                    "signal", "ratchet-key", "of",      "counter"};

struct row {
    const char *sentence;
    const char *word;
    const char *nearest; /* NULL: none */
};

static const struct row rows[] = {
    {"a swap of neighbours is one edit", "frist", "first"},
    {"a letter left out is one edit", "delver", "deliver"},
    {"a letter too many is one edit", "secondd", "second"},
    {"a wrong letter is one edit", "cuunter", "counter"},
    {"the name itself is nearest to it", "signal", "signal"},
    {"the shorter distance wins", "signal.mc", "signal.mac"},
    {"a third of a long word may be wrong", "retchat-kay", "ratchet-key"},
    {"a word of two letters may have one wrong", "if", "of"},
    {"more than a third wrong is nobody", "fabcd", NULL},
    {"another word is nobody", "elephant", NULL},
    {"a word longer than any name is nobody",
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
     NULL},
};

static void the_nearest_name_is_found(void **state)
{
    const struct row *row = *state;
    const char *nearest = diag_nearest(row->word, names, COUNT(names));
    if (row->nearest)
        assert_string_equal(nearest ? nearest : "nobody", row->nearest);
    else
        assert_null(nearest);
}

static void without_names_or_word_there_is_no_nearest(void **state)
{
    static const char *const holes[] = {NULL, "first"};
    (void)state;
    assert_null(diag_nearest("first", names, 0));
    assert_null(diag_nearest(NULL, names, COUNT(names)));
    assert_string_equal(diag_nearest("firs", holes, 2), "first");
}

static void complaints_keep_their_order_file_and_line(void **state)
{
    struct diags d;
    char file[] = "a.xml";
    (void)state;
    diags_init(&d);
    diags_add(&d, file, 3, "no %s", "end");
    diags_add(&d, NULL, 0, "nothing");
    file[0] = 'z';
    assert_int_equal(d.count, 2);
    assert_string_equal(d.items[0].file, "a.xml");
    assert_int_equal(d.items[0].line, 3);
    assert_string_equal(d.items[0].text, "no end");
    assert_string_equal(d.items[1].file, "");
    diags_fini(&d);
}

static void complaints_past_the_maximum_are_counted_only(void **state)
{
    struct diags d;
    (void)state;
    diags_init(&d);
    for (unsigned i = 0; i < DIAG_MAX + 10; i++)
        diags_add(&d, "a.xml", i, "line %u", i);
    assert_int_equal(d.count, DIAG_MAX + 10);
    assert_string_equal(d.items[DIAG_MAX - 1].text, "line 63");
    diags_fini(&d);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + 3] = {
        [COUNT(rows)] = cmocka_unit_test(without_names_or_word_there_is_no_nearest),
        cmocka_unit_test(complaints_keep_their_order_file_and_line),
        cmocka_unit_test(complaints_past_the_maximum_are_counted_only),
    };
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, the_nearest_name_is_found);
    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
