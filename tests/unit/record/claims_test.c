/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows that a claims document is taken whole or not at all, and that what is wrong is named by its
 * place. Each row changes one place of a sound document.
 */
#include "record/claims.h"
#include "support/rows.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
    const char *sentence;
    const char *place; /* "games.0.target"; an index in an array is a number */
    const char *value; /* JSON; NULL takes the member away */
    const char *problem;
};

static const struct row rows[] = {
    {"another format is refused", "format", "\"assay-claims-2\"", "format: not \"assay-claims-3\""},
    {"a document without a seed is refused", "seed", NULL, "seed: missing"},
    {"a text that is a number is refused", "assay", "7", "assay: not a text"},
    {"schedules in words are refused", "schedules", "\"20\"", "schedules: not a whole number"},
    {"fewer than no schedules are refused", "schedules", "-1", "schedules: a number out of range"},
    {"schedules past every limit are refused", "schedules", "9223372036854775807",
     "schedules: a number out of range"},
    {"no target is refused", "target", "null", "target: missing"},
    {"a target without a name is refused", "target.name", NULL, "target.name: missing"},
    {"a capability that is no text is refused", "target.capabilities.1", "{}",
     "target.capabilities[1]: not a text"},
    {"a Signal that is a list is refused", "v3", "[]", "v3: not an object"},
    {"no claims are refused", "claims", NULL, "claims: missing"},
    {"claims without a protocol are refused", "claims.protocol", NULL, "claims.protocol: missing"},
    {"a document that is a text is refused", "claims.documents.0", "\"x\"",
     "claims.documents[0]: not an object"},
    {"an unknown verdict is refused", "conclusions.v3.verdict", "\"splendid\"",
     "conclusions.v3.verdict: not one of its words"},
    {"an empty verdict is refused", "conclusions.v4.verdict", "\"\"",
     "conclusions.v4.verdict: not one of its words"},
    {"no line is refused", "conclusions.v3.line", NULL, "conclusions.v3.line: missing"},
    {"no conclusion at all is refused", "conclusions", "{}", "conclusions: none"},
    {"a conclusion without findings is refused", "properties.2.findings.v4", NULL,
     "properties: not the findings that the conclusions are about"},
    {"findings without a conclusion are refused", "conclusions.v4", NULL,
     "properties: not the findings that the conclusions are about"},
    {"preconditions that are no list are refused", "preconditions", "{}",
     "preconditions: not an array"},
    {"a precondition that holds somewhat is refused", "preconditions.2.target.holds", "1",
     "preconditions[2].target.holds: neither true nor false"},
    {"an unknown finding is refused", "properties.3.findings.v3.finding", "\"fine\"",
     "properties[3].findings.v3.finding: not one of its words"},
    {"a finding without required is refused", "properties.3.findings.v4.required", NULL,
     "properties[3].findings.v4.required: missing"},
    {"a measure with a fraction is refused", "properties.0.measures.0.target", "1.5",
     "properties[0].measures[0].target: not a whole number"},
    {"a negative measure is refused", "properties.0.measures.0.v3", "-1",
     "properties[0].measures[0].v3: a number out of range"},
    {"an unknown kind of game is refused", "games.0.kind", "\"wins\"",
     "games[0].kind: not one of its words"},
    {"an unknown state is refused", "games.0.target.state", "\"lost\"",
     "games[0].target.state: not one of its words"},
    {"more wins than schedules are refused", "games.0.target.wins", "21",
     "games[0].target.wins: more than schedules"},
    {"flights in other characters are refused", "games.4.target.flights.0.exposed", "\"0120\"",
     "games[4].target.flights[0].exposed: not a row of 0 and 1"},
    {"more flights than a schedule has are refused", "games.4.target.flights.0.exposed",
     "\"00000000000000000000000000000000000000000000000000000000000000000\"",
     "games[4].target.flights[0].exposed: not a row of 0 and 1"},
    {"flights from nobody are refused", "games.4.target.flights.0.from", "\"A\"",
     "games[4].target.flights[0].from: not as many of A and B"},
    {"a point of one number is refused", "games.1.target.series.0", "[1]",
     "games[1].target.series[0]: not as many numbers as it takes"},
    {"a point past every picture is refused", "games.1.target.series.0", "[1, 1e300]",
     "games[1].target.series[0]: not a number that can be drawn"},
    {"half a byte of proof is refused", "games.0.target.counterexample.proofs.0.hex", "\"abc\"",
     "games[0].target.counterexample.proofs[0].hex: not hexadecimal"},
    {"a proof in other characters is refused", "games.0.target.counterexample.proofs.0.hex",
     "\"<b>x\"", "games[0].target.counterexample.proofs[0].hex: not hexadecimal"},
    {"a proof shorter than itself is refused", "games.0.target.counterexample.proofs.0.length", "3",
     "games[0].target.counterexample.proofs[0].length: less than the bytes that are there"},
    {"a story that is no list is refused", "games.0.target.counterexample.story", "\"once\"",
     "games[0].target.counterexample.story: not an array"},
    {"a command of numbers is refused", "command.0", "1", "command[0]: not a text"},
    {"nobody who plays Signal is taken", "v3", "null", NULL},
    {"no command is taken", "command", NULL, NULL},
    {"a counter-example that was not saved is taken", "games.0.target.counterexample.repro", NULL,
     NULL},
    {"a member nobody knows is taken", "surprise", "true", NULL},
};

static json_t *child(json_t *parent, const char *name)
{
    return json_is_array(parent) ? json_array_get(parent, strtoul(name, NULL, 10))
                                 : json_object_get(parent, name);
}

static void change(json_t *document, const char *place, const char *value)
{
    char name[64];
    json_t *at = document;

    for (;;) {
        size_t len = strcspn(place, ".");
        assert_true(len < sizeof name);
        memcpy(name, place, len);
        name[len] = '\0';
        if (!place[len])
            break;
        at = child(at, name);
        assert_non_null(at);
        place += len + 1;
    }
    json_t *put = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
    if (json_is_array(at))
        assert_int_equal(json_array_set_new(at, strtoul(name, NULL, 10), put), 0);
    else if (put)
        assert_int_equal(json_object_set_new(at, name, put), 0);
    else
        assert_int_equal(json_object_del(at, name), 0);
}

static void document_is_taken_or_its_problem_named(void **state)
{
    const struct row *row = *state;
    json_t *document = json_load_file(GOLDEN_DIR "/claims-box/claims.json", 0, NULL);
    struct buffer problem;
    struct arena arena;
    struct record_claims claims;

    assert_non_null(document);
    change(document, row->place, row->value);
    buffer_init(&problem, 4096);
    arena_init(&arena, (size_t)64 * 1024 * 1024);
    char *text = json_dumps(document, JSON_COMPACT);
    assert_int_equal(form_read(&record_claims_form, bytes_of_text(text), &arena, &problem, &claims),
                     row->problem ? E_PARSE : OK);
    free(text);
    assert_string_equal(buffer_text(&problem), row->problem ? row->problem : "");
    arena_fini(&arena);
    buffer_fini(&problem);
    json_decref(document);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows)];

    memset(tests, 0, sizeof tests);
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, document_is_taken_or_its_problem_named);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
