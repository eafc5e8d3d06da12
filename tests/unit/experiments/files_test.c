/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims files and counter-examples: what is wrong with a file is said with its line. */
#include "experiments/claims.h"
#include "experiments/counterexample.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ARENA_MAX (4u * 1024u * 1024u)
#define HUGE_LEN (5u * 1024u * 1024u)

struct file {
    char path[64];
    struct arena arena;
    struct diags diags;
};

static void file_begin(struct file *f, struct bytes content)
{
    snprintf(f->path, sizeof(f->path), "/tmp/assay-games-XXXXXX");
    int fd = mkstemp(f->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content.data, content.len), (ssize_t)content.len);
    close(fd);
    arena_init(&f->arena, ARENA_MAX);
    diags_init(&f->diags);
}

static void file_end(struct file *f)
{
    assert_int_equal(unlink(f->path), 0);
    arena_fini(&f->arena);
    diags_fini(&f->diags);
}

/* The first complaint names the file, |line| and something with |part| in it. */
static void assert_complaint(const struct file *f, unsigned line, const char *part)
{
    assert_true(f->diags.count > 0);
    assert_string_equal(f->diags.items[0].file, f->path);
    if (!strstr(f->diags.items[0].text, part))
        fail_msg("line %u: \"%s\" says nothing of \"%s\"", f->diags.items[0].line,
                 f->diags.items[0].text, part);
    assert_int_equal(f->diags.items[0].line, line);
}

/* ---- claims */

#define CLAIMS_HEAD                                                                                \
    "<claims xmlns=\"urn:assay:claims:1\" protocol=\"p\" version=\"1\">\n"                         \
    "<document id=\"spec\" kind=\"specification\" title=\"S\" url=\"https://x.example/\"/>\n"
#define CLAIMS_TAIL "</claims>\n"

struct row {
    const char *sentence, *text;
    unsigned line; /* 0: the file is fine */
    const char *complaint;
};

#define CLAIM(properties) CLAIMS_HEAD properties CLAIMS_TAIL

static const struct row claims_rows[] = {
    {"a claim", CLAIM("<property id=\"SP-05\" claimed=\"yes\"/>\n"), 0, ""},
    {"a claim with its number",
     CLAIM("<property id=\"SP-07\" claimed=\"yes\"><measure name=\"healing-round-trips\" "
           "at-most=\"1\"/></property>\n"),
     0, ""},
    {"a document by its id", CLAIM("<property id=\"SP-05\" claimed=\"yes\" documents=\"spec\"/>\n"),
     0, ""},
    {"a property that is none", CLAIM("<property id=\"SP-5\" claimed=\"yes\"/>\n"), 3,
     "did you mean \"SP-05\""},
    {"a property twice",
     CLAIM("<property id=\"SP-05\" claimed=\"yes\"/>\n<property id=\"SP-05\" claimed=\"no\"/>\n"),
     4, "SP-05 is on line 3 already"},
    {"a document that is none",
     CLAIM("<property id=\"SP-05\" claimed=\"yes\" documents=\"spec proof\"/>\n"), 3,
     "no <document> is called \"proof\""},
    {"a document twice",
     CLAIM("<document id=\"spec\" kind=\"proof\" title=\"P\" url=\"https://x.example/p\"/>\n"
           "<property id=\"SP-05\" claimed=\"yes\"/>\n"),
     3, "called \"spec\" already"},
    {"a measure the property has not",
     CLAIM("<property id=\"SP-07\" claimed=\"yes\">\n<measure name=\"healing-round-trip\" "
           "at-most=\"1\"/></property>\n"),
     4, "did you mean \"healing-round-trips\""},
    {"a measure of another property",
     CLAIM("<property id=\"SP-05\" claimed=\"yes\">\n<measure name=\"healing-round-trips\" "
           "at-most=\"1\"/></property>\n"),
     4, "SP-05 has no measure"},
    {"a number for what has none",
     CLAIM("<property id=\"SP-02\" claimed=\"yes\">\n<measure name=\"healing-round-trips\" "
           "at-most=\"1\"/></property>\n"),
     4, "not measured by a number"},
    {"a number that is none",
     CLAIM("<property id=\"SP-07\" claimed=\"yes\">\n<measure name=\"healing-round-trips\" "
           "at-most=\"soon\"/></property>\n"),
     4, "at-most is \"soon\""},
    {"a number below zero",
     CLAIM("<property id=\"SP-07\" claimed=\"yes\">\n<measure name=\"healing-round-trips\" "
           "at-most=\"-1\"/></property>\n"),
     4, "at-most is \"-1\""},
    {"a number beyond all",
     CLAIM("<property id=\"SP-07\" claimed=\"yes\">\n<measure name=\"healing-round-trips\" "
           "at-most=\"99999999999999999999\"/></property>\n"),
     4, "expected a number from 0"},
    {"a number twice",
     CLAIM("<property id=\"SP-07\" claimed=\"yes\"><measure name=\"healing-round-trips\" "
           "at-most=\"1\"/>\n<measure name=\"healing-round-trips\" at-most=\"2\"/></property>\n"),
     4, "given twice"},
    {"a number of what is not claimed",
     CLAIM("<property id=\"SP-07\" claimed=\"no\">\n<measure name=\"healing-round-trips\" "
           "at-most=\"1\"/></property>\n"),
     4, "not claimed"},
    {"documents alone can speak, and are not asked",
     CLAIM("<property id=\"SP-28\" claimed=\"yes\" evidence=\"state\" documents=\"spec\"/>\n"), 3,
     "only documents can speak"},
    {"documents are to speak, and none is named",
     CLAIM("<property id=\"SP-28\" claimed=\"yes\" evidence=\"document\"/>\n"), 3,
     "without documents"},
    {"messages alone do not decide",
     CLAIM("<property id=\"SP-05\" claimed=\"yes\" evidence=\"black-box\"/>\n"), 3,
     "messages alone"},
    {"nothing is claimed", CLAIM("<property id=\"SP-05\" claimed=\"no\"/>\n"), 1,
     "nothing is claimed"},
    {"no property at all", CLAIM(""), 1, "property"},
    {"neither yes nor no", CLAIM("<property id=\"SP-05\" claimed=\"perhaps\"/>\n"), 3, "claimed"},
    {"an attribute nobody asked for",
     CLAIM("<property id=\"SP-05\" claimed=\"yes\" sure=\"yes\"/>\n"), 3, "sure"},
    {"an address that is none",
     "<claims xmlns=\"urn:assay:claims:1\" protocol=\"p\" version=\"1\">\n<document id=\"d\" "
     "kind=\"proof\" title=\"P\" url=\"somewhere\"/>\n<property id=\"SP-05\" "
     "claimed=\"yes\"/></claims>\n",
     2, "url"},
    {"a digest that is none",
     "<claims xmlns=\"urn:assay:claims:1\" protocol=\"p\" version=\"1\">\n<document id=\"d\" "
     "kind=\"proof\" title=\"P\" url=\"https://x.example/\" sha256=\"ABC\"/>\n<property "
     "id=\"SP-05\" "
     "claimed=\"yes\"/></claims>\n",
     2, "64 hexadecimal digits"},
    {"no protocol",
     "<claims xmlns=\"urn:assay:claims:1\" version=\"1\">\n<property id=\"SP-05\" "
     "claimed=\"yes\"/></claims>\n",
     1, "protocol"},
    {"another root", "<claim xmlns=\"urn:assay:claims:1\"/>\n", 1, "claims"},
    {"no namespace", "<claims protocol=\"p\" version=\"1\"/>\n", 1, "urn:assay:claims:1"},
    {"not well-formed", CLAIMS_HEAD "<property id=\"SP-05\" claimed=\"yes\">\n", 4, ""},
    {"entities that grow",
     "<!DOCTYPE claims [<!ENTITY a \"aaaaaaaaaa\">\n<!ENTITY b \"&a;&a;&a;&a;\">]>\n"
     "<claims xmlns=\"urn:assay:claims:1\" protocol=\"&b;\" version=\"1\"/>\n",
     1, ""},
    {"an empty file", "", 0, NULL},
};

static void claims_are_read(void **state)
{
    const struct row *r = *state;
    struct file f;
    struct claims *claims = calloc(1, sizeof(*claims));
    assert_non_null(claims);
    file_begin(&f, bytes_of_text(r->text));
    enum status st = claims_load(f.path, CLAIMS_SCHEMA, &f.arena, claims, &f.diags);
    assert_int_equal(st, r->line || !r->complaint ? E_INPUT : OK);
    if (r->line)
        assert_complaint(&f, r->line, r->complaint);
    assert_int_equal(f.diags.count > 0, st == E_INPUT);
    file_end(&f);
    free(claims);
}

/* Far more than anybody claims, of one kind of thing. */
static void assert_bounded(const char *head, const char *each, size_t times, const char *tail)
{
    struct file f;
    struct buffer text;
    struct claims *claims = calloc(1, sizeof(*claims));
    assert_non_null(claims);
    buffer_init(&text, 4 * HUGE_LEN);
    buffer_append_text(&text, head);
    for (size_t i = 0; i < times; i++)
        buffer_append_text(&text, each);
    buffer_append_text(&text, tail);
    assert_int_equal(buffer_status(&text), OK);
    file_begin(&f, buffer_bytes(&text));
    assert_int_equal(claims_load(f.path, CLAIMS_SCHEMA, &f.arena, claims, &f.diags), E_INPUT);
    assert_true(f.diags.count > 0);
    file_end(&f);
    buffer_fini(&text);
    free(claims);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    assert_bounded(CLAIMS_HEAD, "<property id=\"SP-05\" claimed=\"yes\"/>", 20000, CLAIMS_TAIL);
    assert_bounded(CLAIMS_HEAD, "<property>", 20000, CLAIMS_TAIL);
    assert_bounded(CLAIMS_HEAD "<property id=\"SP-05\" claimed=\"yes\"><note>", "xxxxxxxxxx",
                   HUGE_LEN / 10, "</note></property>" CLAIMS_TAIL);
    assert_bounded(CLAIMS_HEAD "<property id=\"SP-05\" claimed=\"yes\" documents=\"", "spec ", 100,
                   "\"/>" CLAIMS_TAIL);
}

static void the_protocol_is_compared(void **state)
{
    (void)state;
    struct diags diags;
    struct claims *claims = calloc(1, sizeof(*claims));
    assert_non_null(claims);
    diags_init(&diags);
    claims->path = "claims.xml";
    claims->protocol = "p";
    claims->line = 7;
    assert_int_equal(claims_check_protocol(claims, "p", &diags), OK);
    assert_int_equal(diags.count, 0);
    assert_int_equal(claims_check_protocol(claims, "q", &diags), E_INPUT);
    assert_int_equal(diags.items[0].line, 7);
    assert_non_null(strstr(diags.items[0].text, "\"q\""));
    diags_fini(&diags);
    free(claims);
}

/* ---- counter-examples */

#define SEED "0101010101010101010101010101010101010101010101010101010101010101"
#define EXAMPLE(attributes)                                                                        \
    "<counterexample xmlns=\"urn:assay:counterexample:1\" " attributes                             \
    "><finding>f</finding></counterexample>\n"

static const struct row example_rows[] = {
    {"a win",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"7\" schedule=\"A1 B2\" state=\"won\""), 0,
     ""},
    {"a number",
     EXAMPLE("game=\"PCS-1\" seed=\"" SEED
             "\" number=\"0\" schedule=\"A1\" state=\"measured\" measured=\"3\""),
     0, ""},
    {"a game that is none",
     EXAMPLE("game=\"FS-9\" seed=\"" SEED "\" number=\"7\" schedule=\"A1\" state=\"won\""), 1,
     "no game is called \"FS-9\""},
    {"a game without a name",
     EXAMPLE("game=\"\" seed=\"" SEED "\" number=\"7\" schedule=\"A1\" state=\"won\""), 1,
     "no game is called \"\""},
    {"no game", EXAMPLE("seed=\"" SEED "\" number=\"7\" schedule=\"A1\" state=\"won\""), 1,
     "without game"},
    {"a seed too short",
     EXAMPLE("game=\"FS-1\" seed=\"01\" number=\"7\" schedule=\"A1\" state=\"won\""), 1,
     "seed is no 64"},
    {"a number that is none",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"x\" schedule=\"A1\" state=\"won\""), 1,
     "number is \"x\""},
    {"a number beyond all",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"4294967296\" schedule=\"A1\" state=\"won\""),
     1, "number is"},
    {"a flight of nobody's",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"7\" schedule=\"C1\" state=\"won\""), 1,
     "schedule is \"C1\""},
    {"a flight of ten",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"7\" schedule=\"A10\" state=\"won\""), 1,
     "schedule is"},
    {"thirty-three flights",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"7\" schedule=\"A1 A1 A1 A1 A1 A1 A1 A1 A1 "
             "A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1 A1\" "
             "state=\"won\""),
     1, "schedule is"},
    {"a state that is none",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED "\" number=\"7\" schedule=\"A1\" state=\"lost\""), 1,
     "expected won or measured"},
    {"a measure that is none",
     EXAMPLE("game=\"FS-1\" seed=\"" SEED
             "\" number=\"7\" schedule=\"A1\" state=\"measured\" measured=\"-2\""),
     1, "measured is \"-2\""},
};

static void examples_are_read(void **state)
{
    const struct row *r = *state;
    struct file f;
    struct counterexample c;
    file_begin(&f, bytes_of_text(r->text));
    assert_true(counterexample_is(f.path));
    enum status st = counterexample_load(f.path, &f.arena, &c, &f.diags);
    assert_int_equal(st, r->line ? E_INPUT : OK);
    if (r->line)
        assert_complaint(&f, r->line, r->complaint);
    file_end(&f);
}

static struct counterexample example(void)
{
    struct counterexample c = {.game = game_find("FS-1"),
                               .state = "measured",
                               .measured = 5,
                               .finding = "a < b & \"c\" \xc3\xa9"};
    memset(c.seed, 0xa7, sizeof(c.seed));
    c.schedule.number = 19;
    assert_int_equal(schedule_parse("A1 B9 A3", &c.schedule), OK);
    return c;
}

static void what_is_saved_is_read(void **state)
{
    (void)state;
    struct file f;
    struct buffer text;
    struct counterexample read;
    const struct counterexample saved = example();
    buffer_init(&text, 65536);
    assert_int_equal(counterexample_save(&saved, &text), OK);
    file_begin(&f, buffer_bytes(&text));
    assert_int_equal(counterexample_load(f.path, &f.arena, &read, &f.diags), OK);
    assert_ptr_equal(read.game, saved.game);
    assert_memory_equal(read.seed, saved.seed, sizeof(saved.seed));
    assert_int_equal(read.schedule.number, 19);
    assert_string_equal(schedule_text(&read.schedule, &f.arena), "A1 B9 A3");
    assert_string_equal(read.state, saved.state);
    assert_int_equal(read.measured, saved.measured);
    assert_string_equal(read.finding, saved.finding);
    file_end(&f);
    buffer_fini(&text);
}

static void no_part_of_it_is_read(void **state)
{
    (void)state;
    struct buffer text;
    const struct counterexample saved = example();
    buffer_init(&text, 65536);
    assert_int_equal(counterexample_save(&saved, &text), OK);
    /* the last byte is a line end, which a file may lack */
    for (size_t len = 0; len + 1 < buffer_bytes(&text).len; len++) {
        struct file f;
        struct counterexample read;
        file_begin(&f, bytes_slice(buffer_bytes(&text), 0, len));
        assert_int_equal(counterexample_load(f.path, &f.arena, &read, &f.diags), E_INPUT);
        assert_true(f.diags.count > 0);
        file_end(&f);
    }
    buffer_fini(&text);
}

static const struct CMUnitTest others[] = {
    cmocka_unit_test(too_much_is_refused),
    cmocka_unit_test(the_protocol_is_compared),
    cmocka_unit_test(what_is_saved_is_read),
    cmocka_unit_test(no_part_of_it_is_read),
};

int main(void)
{
    struct CMUnitTest tests[COUNT(claims_rows) + COUNT(example_rows) + COUNT(others)];
    size_t n = 0;
    ADD_ROWS(tests, n, claims_rows, sentence, claims_are_read);
    ADD_ROWS(tests, n, example_rows, sentence, examples_are_read);
    memcpy(tests + n, others, sizeof(others));
    return _cmocka_run_group_tests("games, files", tests, COUNT(tests), NULL, NULL);
}
