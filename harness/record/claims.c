/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/claims.h"

#include <string.h>

#define LIST_MAX 256u  /* properties, games, preconditions, documents, words of a command */
#define ROWS_MAX 1024u /* schedules with their flights, lines of a story */
#define CELLS_MAX 64u  /* flights of one schedule */
#define POINTS_MAX 4096u
#define NUMBER_MAX 1000000000000u

/* ---- words */

static const char *const finding_names[N_FINDING] = {
    [FINDING_NONE] = "none",
    [FINDING_NOT_CLAIMED] = "not-claimed",
    [FINDING_DOCUMENT_ONLY] = "document-only",
    [FINDING_NOT_VIOLATED] = "not-violated",
    [FINDING_AS_WEAK_AS_SIGNAL] = "as-weak-as-signal",
    [FINDING_NOT_DEMONSTRATED] = "not-demonstrated",
    [FINDING_INVALID] = "invalid",
    [FINDING_WEAKER_THAN_SIGNAL] = "weaker-than-signal",
    [FINDING_WEAKER_THAN_CLAIMED] = "weaker-than-claimed",
    [FINDING_REFUTED] = "refuted",
};

static const char *const conclusion_names[N_CONCLUSION] = {"none", "equivalent", "not-equivalent",
                                                           "not-demonstrated"};
static const char *const claimed_names[N_CLAIMED] = {"none", "yes", "no", "unmentioned"};
static const char *const kind_names[N_GAME_KIND] = {"none", "refutes", "measures", "classifies",
                                                    "reports"};
static const char *const result_names[N_RESULT_STATE] = {"none",   "held",    "won",    "measured",
                                                         "unable", "invalid", "trouble"};

static const char *word_of(const char *const *names, int n, int value)
{
    return value >= 0 && value < n ? names[value] : "?";
}

static const char *finding_word(int value) { return word_of(finding_names, N_FINDING, value); }
static const char *conclusion_word(int value)
{
    return word_of(conclusion_names, N_CONCLUSION, value);
}
static const char *claimed_word(int value) { return word_of(claimed_names, N_CLAIMED, value); }
static const char *kind_word(int value) { return word_of(kind_names, N_GAME_KIND, value); }
static const char *result_word(int value) { return word_of(result_names, N_RESULT_STATE, value); }

const char *finding_name(enum finding f) { return finding_word((int)f); }
const char *result_state_name(enum result_state s) { return result_word((int)s); }

const char *claims_side_name(enum claims_side side)
{
    static const char *const names[N_CLAIMS_SIDE] = {"target", "v3", "v4"};
    return word_of(names, N_CLAIMS_SIDE, (int)side);
}

#define OPTIONAL_TEXT(k, s, f) TEXT_LIKE(k, s, f, MEMBER_OPTIONAL)
#define SOME(k, s, f, n, o) THINGS(k, MEMBER_LIST, s, f, n, o, 0, LIST_MAX)
#define OPTIONAL_LIST(k, s, f, n, o, m) THINGS(k, MEMBER_LIST, s, f, n, o, MEMBER_OPTIONAL, m)
#define ON_ALL_SIDES(s, f, o)                                                                      \
    POINTER("target", s, f[CLAIMS_TARGET], o, MEMBER_OPTIONAL),                                    \
        POINTER("v3", s, f[CLAIMS_V3], o, MEMBER_OPTIONAL),                                        \
        POINTER("v4", s, f[CLAIMS_V4], o, MEMBER_OPTIONAL)
#define BESIDE_SIGNAL(s, f, o)                                                                     \
    POINTER("alone", s, f[CLAIMS_ALONE], o, MEMBER_LEFT_OUT),                                      \
        POINTER("v3", s, f[CLAIMS_V3], o, MEMBER_LEFT_OUT),                                        \
        POINTER("v4", s, f[CLAIMS_V4], o, MEMBER_LEFT_OUT)

/* ---- what came of a game */

static void check_flights(struct reader *r, const struct place *where, void *item)
{
    const struct claims_flights *f = item;
    size_t n = strlen(f->exposed);
    if (n > CELLS_MAX || strspn(f->exposed, "01") != n)
        form_fail(r, where, "exposed", "not a row of 0 and 1");
    if (strlen(f->from) != n || strspn(f->from, "AB") != n)
        form_fail(r, where, "from", "not as many of A and B");
}

static const struct member flights_members[] = {
    TEXT("schedule", claims_flights, schedule),
    OPTIONAL_TEXT("family", claims_flights, family),
    TEXT("exposed", claims_flights, exposed),
    TEXT("from", claims_flights, from),
};
static const struct form flights_form = {FORM(claims_flights, flights_members),
                                         .check = check_flights};

static const struct member point_members[] = {REAL(NULL, claims_point, x),
                                              REAL(NULL, claims_point, y)};
static const struct form point_form = {FORM(claims_point, point_members), .shape = FORM_ARRAY};

static void check_proof(struct reader *r, const struct place *where, void *item)
{
    struct claims_proof *p = item;
    size_t digits = strlen(p->hex);
    if (digits % 2 || strspn(p->hex, "0123456789abcdef") != digits)
        form_fail(r, where, "hex", "not hexadecimal");
    if (p->length && p->length < digits / 2)
        form_fail(r, where, "length", "less than the bytes that are there");
    p->length = p->length ? p->length : digits / 2;
}

static const struct member proof_members[] = {
    TEXT("name", claims_proof, name),
    TEXT("hex", claims_proof, hex),
    NUMBER_LIKE("length", claims_proof, length, MEMBER_OPTIONAL, NUMBER_MAX),
};
static const struct form proof_form = {FORM(claims_proof, proof_members), .check = check_proof};

static const struct member counterexample_members[] = {
    TEXT("schedule", claims_counterexample, schedule),
    NUMBER("number", claims_counterexample, number),
    OPTIONAL_TEXT("detail", claims_counterexample, detail),
    OPTIONAL_LIST("story", claims_counterexample, story, n_story, &form_text, ROWS_MAX),
    OPTIONAL_LIST("proofs", claims_counterexample, proofs, n_proofs, &proof_form, LIST_MAX),
    TEXT_LIKE("repro", claims_counterexample, repro, MEMBER_LEFT_OUT),
};
static const struct form counterexample_form = {
    FORM(claims_counterexample, counterexample_members)};

static void check_result(struct reader *r, const struct place *where, void *item)
{
    const struct game_result *result = item;
    if (result->n_wins > result->n_schedules)
        form_fail(r, where, "wins", "more than schedules");
}

static const struct member result_members[] = {
    ENUM("state", game_result, state, result_word, N_RESULT_STATE),
    NUMBER("schedules", game_result, n_schedules),
    NUMBER("wins", game_result, n_wins),
    NUMBER_LIKE("measure", game_result, measured, MEMBER_NULLABLE, NUMBER_MAX),
    OPTIONAL_TEXT("detail", game_result, detail),
    OPTIONAL_LIST("flights", game_result, flights, n_flights, &flights_form, ROWS_MAX),
    OPTIONAL_LIST("series", game_result, series, n_series, &point_form, POINTS_MAX),
    POINTER("counterexample", game_result, counterexample, &counterexample_form, MEMBER_OPTIONAL),
};
const struct form game_result_form = {FORM(game_result, result_members), .check = check_result};

static const struct member holding_members[] = {
    FLAG("holds", claims_holding, holds),
    OPTIONAL_TEXT("detail", claims_holding, detail),
};
static const struct form holding_form = {FORM(claims_holding, holding_members)};

#define RESULT_OR_HOLDING(key_of_holding)                                                          \
    POINTER("result", claims_line, result, &game_result_form, MEMBER_LEFT_OUT),                    \
        POINTER(key_of_holding, claims_line, holding, &holding_form, MEMBER_LEFT_OUT)

static const struct member line_members[] = {
    TEXT("id", claims_line, id), TEXT("side", claims_line, side), RESULT_OR_HOLDING("result")};
const struct form claims_line_form = {FORM(claims_line, line_members)};

static const struct member answer_members[] = {RESULT_OR_HOLDING("holding")};
const struct form claims_result_form = {FORM(claims_line, answer_members), .is_strict = true};

/* ---- the lists */

static const struct member game_members[] = {
    TEXT("id", claims_game, id),
    TEXT("title", claims_game, title),
    TEXT("property", claims_game, property),
    TEXT("sentence", claims_game, sentence),
    ENUM("kind", claims_game, kind, kind_word, N_GAME_KIND),
    TEXT_LIKE("measure", claims_game, measure, MEMBER_NULLABLE),
    ON_ALL_SIDES(claims_game, results, &game_result_form),
};
static const struct form game_form = {FORM(claims_game, game_members)};

#define MEASURED(k, f) NUMBER_LIKE(k, claims_measure, f, MEMBER_NULLABLE, NUMBER_MAX)
static const struct member measure_members[] = {
    TEXT("name", claims_measure, name),       TEXT("title", claims_measure, title),
    TEXT("unit", claims_measure, unit),       MEASURED("claimed", claimed),
    MEASURED("target", sides[CLAIMS_TARGET]), MEASURED("v3", sides[CLAIMS_V3]),
    MEASURED("v4", sides[CLAIMS_V4]),
};
static const struct form measure_form = {FORM(claims_measure, measure_members)};

static const struct member precondition_members[] = {
    TEXT("id", claims_precondition, id),
    TEXT("title", claims_precondition, title),
    ON_ALL_SIDES(claims_precondition, sides, &holding_form),
};
static const struct form precondition_form = {FORM(claims_precondition, precondition_members)};

static const struct member document_members[] = {
    TEXT("id", claims_document, id),
    TEXT("kind", claims_document, kind),
    TEXT("title", claims_document, title),
    OPTIONAL_TEXT("url", claims_document, url),
    OPTIONAL_TEXT("sha256", claims_document, sha256),
};
static const struct form document_form = {FORM(claims_document, document_members)};

static const struct member finding_members[] = {
    FLAG("required", claims_finding, is_required),
    ENUM("finding", claims_finding, finding, finding_word, N_FINDING),
    OPTIONAL_TEXT("detail", claims_finding, detail),
    OPTIONAL_TEXT("decided_by", claims_finding, decided_by),
    FLAG("signal_is_weak", claims_finding, signal_is_weak),
};
static const struct form finding_form = {FORM(claims_finding, finding_members)};

static const struct member findings_members[] = {
    BESIDE_SIGNAL(claims_property, findings, &finding_form)};
static const struct form findings_form = {FORM(claims_property, findings_members)};

static const struct member property_members[] = {
    TEXT("id", claims_property, id),
    TEXT("name", claims_property, name),
    TEXT("sentence", claims_property, sentence),
    OPTIONAL_TEXT("source", claims_property, source),
    ENUM("claimed", claims_property, claimed, claimed_word, N_CLAIMED),
    OPTIONAL_TEXT("asked", claims_property, asked),
    OPTIONAL_LIST("documents", claims_property, documents, n_documents, &form_text, LIST_MAX),
    OPTIONAL_TEXT("note", claims_property, note),
    SOME("measures", claims_property, measures, n_measures, &measure_form),
    {.key = "findings", .kind = MEMBER_STRUCT, .of = &findings_form},
    OPTIONAL_LIST("games", claims_property, games, n_games, &form_text, LIST_MAX),
};
static const struct form property_form = {FORM(claims_property, property_members)};

/* ---- the whole */

static const struct member claims_members[] = {
    OPTIONAL_TEXT("file", record_claims, file),
    TEXT("protocol", record_claims, protocol),
    OPTIONAL_TEXT("version", record_claims, version),
    SOME("documents", record_claims, documents, n_documents, &document_form),
};
static const struct form claims_form = {FORM(record_claims, claims_members)};

static const struct member conclusion_members[] = {
    ENUM("verdict", claims_conclusion, verdict, conclusion_word, N_CONCLUSION),
    TEXT("line", claims_conclusion, line),
    OPTIONAL_LIST("because", claims_conclusion, because, n_because, &form_text, LIST_MAX),
};
static const struct form conclusion_form = {FORM(claims_conclusion, conclusion_members)};

static const struct member conclusions_members[] = {
    BESIDE_SIGNAL(record_claims, conclusions, &conclusion_form)};
static const struct form conclusions_form = {FORM(record_claims, conclusions_members)};

/* Every property has a finding beside each Signal there is a conclusion for, and no other. */
static bool has_all_findings(const struct record_claims *c)
{
    for (size_t i = 0; i < c->n_properties; i++)
        for (int side = 0; side < N_CLAIMS_SIDE; side++)
            if (!c->properties[i].findings[side] != !c->conclusions[side])
                return false;
    return true;
}

static void check_claims(struct reader *r, const struct place *where, void *item)
{
    const struct record_claims *c = item;
    if (strcmp(c->format, RECORD_CLAIMS_FORMAT) != 0)
        form_fail(r, where, "format", "not \"" RECORD_CLAIMS_FORMAT "\"");
    if (!c->conclusions[CLAIMS_ALONE] && !c->conclusions[CLAIMS_V3] && !c->conclusions[CLAIMS_V4])
        form_fail(r, where, "conclusions", "none");
    if (!has_all_findings(c))
        form_fail(r, where, "properties", "not the findings that the conclusions are about");
}

static const struct member record_members[] = {
    TEXT("format", record_claims, format),
    TEXT("assay", record_claims, assay),
    OPTIONAL_TEXT("started", record_claims, started),
    TEXT("seed", record_claims, seed),
    NUMBER("schedules", record_claims, schedules),
    OPTIONAL_LIST("command", record_claims, command.items, command.n, &form_text, LIST_MAX),
    POINTER("target", record_claims, sides[CLAIMS_TARGET], &record_target_form, 0),
    POINTER("v3", record_claims, sides[CLAIMS_V3], &record_target_form, MEMBER_OPTIONAL),
    POINTER("v4", record_claims, sides[CLAIMS_V4], &record_target_form, MEMBER_OPTIONAL),
    OPTIONAL_TEXT("interrupted", record_claims, interrupted),
    {.key = "claims", .kind = MEMBER_STRUCT, .of = &claims_form},
    {.key = "conclusions", .kind = MEMBER_STRUCT, .of = &conclusions_form},
    SOME("preconditions", record_claims, preconditions, n_preconditions, &precondition_form),
    SOME("properties", record_claims, properties, n_properties, &property_form),
    SOME("games", record_claims, games, n_games, &game_form),
};
const struct form record_claims_form = {FORM(record_claims, record_members), .is_strict = true,
                                        .check = check_claims};
