/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/judgement: what one property's results and claim come to, and what all findings come
 * to. Every row differs in one thing from a row that comes out otherwise.
 */
#include "experiments/judgement.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_MAX (4u * 1024u * 1024u)
#define NO_NUMBER (-1)

/* ---- games that nobody plays, one of each kind */

static const struct game refuting = {
    .id = "X-1", .property = "SP-05", .kind = GAME_REFUTES, .is_core = true};
static const struct game refuting_beside = {.id = "X-2", .property = "SP-05", .kind = GAME_REFUTES};
static const struct game measuring = {.id = "X-3",
                                      .property = "SP-07",
                                      .kind = GAME_MEASURES,
                                      .is_core = true,
                                      .measure = MEASURE_HEALING_ROUNDS};
static const struct game measuring_beside = {
    .id = "X-4", .property = "SP-10", .kind = GAME_MEASURES, .measure = MEASURE_SKIP_BOUND};
static const struct game wanting_none = {.id = "X-5",
                                         .property = "SP-07",
                                         .kind = GAME_MEASURES,
                                         .measure = MEASURE_INJECTION_ROUNDS,
                                         .wants_none = true};
static const struct game classifying = {
    .id = "X-6", .property = "SP-19", .kind = GAME_CLASSIFIES, .is_core = true};
static const struct game reporting = {
    .id = "X-7", .property = "SP-07", .kind = GAME_REPORTS, .measure = MEASURE_HEALING_REFRESHES};
static const struct game presuming = {.id = "X-8",
                                      .property = "SP-05",
                                      .kind = GAME_MEASURES,
                                      .measure = MEASURE_SKIPPED_ROUNDS,
                                      .presumes = "X-3"};

static struct game_result came(enum result_state state, long measured)
{
    return (struct game_result){.state = state,
                                .n_schedules = state == RESULT_NONE ? 0 : 20,
                                .n_wins = state == RESULT_WON,
                                .measured = state == RESULT_MEASURED ? measured : -1,
                                .detail = "what happened"};
}

/* ---- one property */

enum said { SAID_NOTHING, SAID_YES, SAID_NO, SAID_YES_BY_DOCUMENT };

struct row {
    const char *sentence;
    const struct game *game;
    enum said said;
    long at_most; /* of the game's measure; NO_NUMBER */
    enum result_state target;
    long number;
    enum result_state signal;
    long signal_number;
    enum finding finding;
    bool is_worse;
};

#define HELD RESULT_HELD, 0
#define WON RESULT_WON, 0
#define IS(n) RESULT_MEASURED, n
#define UNABLE RESULT_UNABLE, 0
#define INVALID RESULT_INVALID, 0
#define TROUBLE RESULT_TROUBLE, 0
#define NOBODY RESULT_NONE, 0

static const struct row rows[] = {
    /* an adversary who wins or not */
    {"nobody wins", &refuting, SAID_YES, -1, HELD, HELD, FINDING_NOT_VIOLATED, false},
    {"the adversary wins, and Signal holds", &refuting, SAID_YES, -1, WON, HELD, FINDING_REFUTED,
     true},
    {"the adversary wins both", &refuting, SAID_YES, -1, WON, WON, FINDING_AS_WEAK_AS_SIGNAL,
     false},
    {"the adversary wins, Signal was not played", &refuting, SAID_YES, -1, WON, NOBODY,
     FINDING_REFUTED, false},
    {"the adversary wins, Signal could not be played", &refuting, SAID_YES, -1, WON, UNABLE,
     FINDING_REFUTED, false},
    {"the adversary wins, Signal's traffic failed", &refuting, SAID_YES, -1, WON, TROUBLE,
     FINDING_REFUTED, false},
    {"Signal alone loses", &refuting, SAID_YES, -1, HELD, WON, FINDING_NOT_VIOLATED, false},
    {"a win against what is not claimed", &refuting, SAID_NO, -1, WON, HELD,
     FINDING_WEAKER_THAN_SIGNAL, true},
    {"a win against what is not mentioned", &refuting, SAID_NOTHING, -1, WON, HELD,
     FINDING_WEAKER_THAN_SIGNAL, true},
    {"a win against what is not claimed, Signal not played", &refuting, SAID_NO, -1, WON, NOBODY,
     FINDING_NOT_CLAIMED, false},
    {"nobody wins, and nothing is claimed", &refuting, SAID_NO, -1, HELD, HELD, FINDING_NOT_CLAIMED,
     false},
    {"nobody wins, and nothing is said", &refuting, SAID_NOTHING, -1, HELD, HELD,
     FINDING_NOT_CLAIMED, false},
    {"nobody wins, only documents were to speak", &refuting, SAID_YES_BY_DOCUMENT, -1, HELD, HELD,
     FINDING_DOCUMENT_ONLY, false},
    {"the adversary wins, only documents were to speak", &refuting, SAID_YES_BY_DOCUMENT, -1, WON,
     HELD, FINDING_REFUTED, true},
    {"a core game cannot be played", &refuting, SAID_YES, -1, UNABLE, HELD,
     FINDING_NOT_DEMONSTRATED, false},
    {"another cannot be played, and there is none else", &refuting_beside, SAID_YES, -1, UNABLE,
     HELD, FINDING_NOT_DEMONSTRATED, false},
    {"a precondition does not hold", &refuting, SAID_YES, -1, INVALID, HELD, FINDING_INVALID,
     false},
    {"honest traffic failed", &refuting, SAID_YES, -1, TROUBLE, HELD, FINDING_NOT_DEMONSTRATED,
     false},
    {"nothing was played", &refuting, SAID_YES, -1, NOBODY, NOBODY, FINDING_NOT_DEMONSTRATED,
     false},
    /* a number */
    {"as Signal", &measuring, SAID_YES, -1, IS(1), IS(1), FINDING_NOT_VIOLATED, false},
    {"one better than Signal", &measuring, SAID_YES, -1, IS(0), IS(1), FINDING_NOT_VIOLATED, false},
    {"one worse than Signal", &measuring, SAID_YES, -1, IS(2), IS(1), FINDING_WEAKER_THAN_SIGNAL,
     true},
    {"never heals", &measuring, SAID_YES, -1, IS(MEASURE_NEVER), IS(1), FINDING_WEAKER_THAN_SIGNAL,
     true},
    {"as claimed", &measuring, SAID_YES, 1, IS(1), IS(1), FINDING_NOT_VIOLATED, false},
    {"one over what is claimed, and as Signal", &measuring, SAID_YES, 0, IS(1), IS(1),
     FINDING_WEAKER_THAN_CLAIMED, false},
    {"over what is claimed, and worse than Signal", &measuring, SAID_YES, 1, IS(3), IS(1),
     FINDING_WEAKER_THAN_CLAIMED, true},
    {"the same of a property that is not required", &measuring_beside, SAID_YES, 1, IS(3), IS(1),
     FINDING_WEAKER_THAN_CLAIMED, true},
    {"a claim worse than Signal does not help", &measuring, SAID_YES, 5, IS(3), IS(1),
     FINDING_WEAKER_THAN_SIGNAL, true},
    {"Signal's number is not known", &measuring, SAID_YES, -1, IS(1), TROUBLE,
     FINDING_NOT_DEMONSTRATED, false},
    {"Signal's precondition does not hold", &measuring, SAID_YES, -1, IS(1), INVALID,
     FINDING_NOT_DEMONSTRATED, false},
    {"Signal was not asked", &measuring, SAID_YES, -1, IS(1), NOBODY, FINDING_NOT_VIOLATED, false},
    {"a number of what is not claimed, worse than Signal", &measuring, SAID_NO, -1, IS(2), IS(1),
     FINDING_WEAKER_THAN_SIGNAL, true},
    {"any number is a weakness: none", &wanting_none, SAID_YES, -1, IS(0), IS(5),
     FINDING_NOT_VIOLATED, false},
    {"any number is a weakness: some, as Signal", &wanting_none, SAID_YES, -1, IS(5), IS(5),
     FINDING_AS_WEAK_AS_SIGNAL, false},
    {"any number is a weakness: less than Signal", &wanting_none, SAID_YES, -1, IS(4), IS(5),
     FINDING_AS_WEAK_AS_SIGNAL, false},
    {"any number is a weakness: more than Signal", &wanting_none, SAID_YES, -1, IS(6), IS(5),
     FINDING_WEAKER_THAN_SIGNAL, true},
    {"any number is a weakness, Signal not played", &wanting_none, SAID_YES, -1, IS(1), NOBODY,
     FINDING_REFUTED, false},
    /* yes or no */
    {"both have it", &classifying, SAID_YES, -1, WON, WON, FINDING_NOT_VIOLATED, false},
    {"only Signal has it", &classifying, SAID_YES, -1, HELD, WON, FINDING_WEAKER_THAN_SIGNAL, true},
    {"only Signal has it, by the claims' own word", &classifying, SAID_NO, -1, UNABLE, WON,
     FINDING_WEAKER_THAN_SIGNAL, true},
    {"claimed, and cannot be shown", &classifying, SAID_YES, -1, UNABLE, WON,
     FINDING_NOT_DEMONSTRATED, false},
    {"claimed, and neither has it", &classifying, SAID_YES, -1, HELD, HELD,
     FINDING_WEAKER_THAN_CLAIMED, false},
    {"not claimed, and neither has it", &classifying, SAID_NO, -1, HELD, HELD, FINDING_NOT_CLAIMED,
     false},
    {"its precondition does not hold", &classifying, SAID_YES, -1, INVALID, WON, FINDING_INVALID,
     false},
    /* a report */
    {"a report's number is no finding", &reporting, SAID_YES, -1, IS(4), IS(0),
     FINDING_NOT_VIOLATED, false},
    {"but it is held against the claim", &reporting, SAID_YES, 3, IS(4), IS(0),
     FINDING_WEAKER_THAN_CLAIMED, false},
};

static struct claims claims_of(const struct row *r)
{
    static const struct claimed_document spec = {.id = "spec", .kind = "specification"};
    struct claims c = {.path = "claims.xml", .n_claims = r->said != SAID_NOTHING};
    c.claims[0] = (struct claim){.property = property_find(r->game->property),
                                 .is_claimed = r->said != SAID_NO,
                                 .asked = r->said == SAID_YES_BY_DOCUMENT ? EVIDENCE_DOCUMENT
                                                                          : EVIDENCE_STATE,
                                 .documents = {&spec},
                                 .n_documents = 1,
                                 .measures = {{r->game->measure, r->at_most}},
                                 .n_measures = r->at_most >= 0,
                                 .note = ""};
    return c;
}

static const struct property_finding *finding_of(const struct judgement *j, const char *id)
{
    for (size_t i = 0; i < j->n_findings; i++)
        if (strcmp(j->findings[i].property->id, id) == 0)
            return &j->findings[i];
    fail_msg("no finding for %s", id);
    return NULL;
}

static void is_judged(void **state)
{
    const struct row *r = *state;
    struct arena arena;
    struct judgement j;
    const struct claims claims = claims_of(r);
    const struct judged_game played = {r->game, came(r->target, r->number),
                                       came(r->signal, r->signal_number)};
    const struct judgement_input in = {.claims = &claims,
                                       .games = &played,
                                       .n_games = 1,
                                       .target_preconditions = (1u << N_PRECONDITION) - 1,
                                       .baseline_preconditions = (1u << N_PRECONDITION) - 1,
                                       .beside = CLAIMS_V3};
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(judge_claims(&in, &arena, &j), OK);
    const struct property_finding *f = finding_of(&j, r->game->property);
    assert_string_equal(finding_name(f->finding), finding_name(r->finding));
    assert_int_equal(f->is_worse, r->is_worse);
    assert_true(f->detail[0]);
    /* one property never makes a protocol equivalent; a worse one makes it not so */
    bool is_broken_word = r->finding == FINDING_WEAKER_THAN_CLAIMED && f->is_required;
    assert_int_equal(j.conclusion, r->is_worse || is_broken_word ? CONCLUSION_NOT_EQUIVALENT
                                                                 : CONCLUSION_NOT_DEMONSTRATED);
    arena_fini(&arena);
}

/* ---- several games of one property */

struct pair {
    const char *sentence;
    const struct game *games[2];
    struct game_result target[2], signal[2];
    const char *property;
    enum finding finding;
    const char *decided;
};

#define RESULT(s, n)                                                                               \
    {                                                                                              \
        .state = s, .n_schedules = 20, .measured = n, .detail = "what happened"                    \
    }

static const struct pair pairs[] = {
    {"the worse of two counts",
     {&refuting, &refuting_beside},
     {RESULT(RESULT_HELD, -1), RESULT(RESULT_WON, -1)},
     {RESULT(RESULT_HELD, -1), RESULT(RESULT_HELD, -1)},
     "SP-05",
     FINDING_REFUTED,
     "X-2"},
    {"a game that cannot be played beside one that held is no harm",
     {&refuting, &refuting_beside},
     {RESULT(RESULT_HELD, -1), RESULT(RESULT_UNABLE, -1)},
     {RESULT(RESULT_HELD, -1), RESULT(RESULT_HELD, -1)},
     "SP-05",
     FINDING_NOT_VIOLATED,
     ""},
    {"a core game that cannot be played is, whatever held",
     {&refuting, &refuting_beside},
     {RESULT(RESULT_UNABLE, -1), RESULT(RESULT_HELD, -1)},
     {RESULT(RESULT_HELD, -1), RESULT(RESULT_HELD, -1)},
     "SP-05",
     FINDING_NOT_DEMONSTRATED,
     "X-1"},
    {"an invalid game is not outweighed by one that held",
     {&refuting, &refuting_beside},
     {RESULT(RESULT_INVALID, -1), RESULT(RESULT_HELD, -1)},
     {RESULT(RESULT_HELD, -1), RESULT(RESULT_HELD, -1)},
     "SP-05",
     FINDING_INVALID,
     "X-1"},
    {"worse than Signal is not hidden by a loss that Signal shares",
     {&refuting, &refuting_beside},
     {RESULT(RESULT_WON, -1), RESULT(RESULT_WON, -1)},
     {RESULT(RESULT_WON, -1), RESULT(RESULT_HELD, -1)},
     "SP-05",
     FINDING_REFUTED,
     "X-2"},
    {"nor by a loss that was not compared",
     {&refuting, &refuting_beside},
     {RESULT(RESULT_WON, -1), RESULT(RESULT_WON, -1)},
     {RESULT(RESULT_TROUBLE, -1), RESULT(RESULT_HELD, -1)},
     "SP-05",
     FINDING_REFUTED,
     "X-2"},
    {"a number that follows from another weakness counts there",
     {&measuring, &presuming},
     {RESULT(RESULT_MEASURED, MEASURE_NEVER), RESULT(RESULT_MEASURED, MEASURE_NEVER)},
     {RESULT(RESULT_MEASURED, 1), RESULT(RESULT_MEASURED, 5)},
     "SP-05",
     FINDING_NOT_DEMONSTRATED,
     ""},
    {"and here when the other is none",
     {&measuring, &presuming},
     {RESULT(RESULT_MEASURED, 1), RESULT(RESULT_MEASURED, MEASURE_NEVER)},
     {RESULT(RESULT_MEASURED, 1), RESULT(RESULT_MEASURED, 5)},
     "SP-05",
     FINDING_WEAKER_THAN_SIGNAL,
     "X-8"},
};

static void are_weighed(void **state)
{
    const struct pair *p = *state;
    struct arena arena;
    struct judgement j;
    struct claims claims = {.path = "claims.xml", .n_claims = 2};
    struct judged_game played[2];
    for (size_t i = 0; i < 2; i++)
        played[i] = (struct judged_game){p->games[i], p->target[i], p->signal[i]};
    claims.claims[0] = (struct claim){
        .property = property_find("SP-05"), .is_claimed = true, .asked = EVIDENCE_STATE};
    claims.claims[1] = (struct claim){
        .property = property_find("SP-07"), .is_claimed = true, .asked = EVIDENCE_STATE};
    const struct judgement_input in = {
        .claims = &claims, .games = played, .n_games = 2, .beside = CLAIMS_V3};
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(judge_claims(&in, &arena, &j), OK);
    const struct property_finding *f = finding_of(&j, p->property);
    assert_string_equal(finding_name(f->finding), finding_name(p->finding));
    assert_string_equal(f->game, p->decided);
    bool says_where = strstr(f->detail, "follows from") != NULL;
    bool follows = judgement_follows(&in, &played[0]) || judgement_follows(&in, &played[1]);
    assert_int_equal(says_where, follows);
    arena_fini(&arena);
}

/* ---- everything */

struct whole {
    const char *sentence;
    bool has_no_baseline, beside_v4, was_interrupted;
    unsigned preconditions_down, signal_gates_down;
    const char *lost;     /* a property the adversary wins, where Signal holds; NULL for none */
    const char *shared;   /* one both lose */
    const char *silent;   /* a property about which the claims say nothing */
    const char *unplayed; /* one whose game cannot be played */
    const char *over;     /* one whose number is over the claim's, and equal to Signal's */
    enum conclusion conclusion;
    const char *line; /* begins with this */
};

static const struct whole wholes[] = {
    {.sentence = "nothing is worse than Signal",
     .conclusion = CONCLUSION_EQUIVALENT,
     .line = "equivalent"},
    {.sentence = "a required property is lost",
     .lost = "SP-05",
     .conclusion = CONCLUSION_NOT_EQUIVALENT,
     .line = "not equivalent because SP-05 Forward secrecy: "},
    {.sentence = "another property is lost",
     .lost = "SP-12",
     .conclusion = CONCLUSION_NOT_EQUIVALENT,
     .line = "not equivalent because SP-12 "},
    {.sentence = "what Signal loses, too, is no reason",
     .shared = "SP-04",
     .conclusion = CONCLUSION_EQUIVALENT,
     .line = "equivalent"},
    {.sentence = "a required property is not claimed",
     .silent = "SP-05",
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because SP-05 "},
    {.sentence = "another is not claimed",
     .silent = "SP-12",
     .conclusion = CONCLUSION_EQUIVALENT,
     .line = "equivalent"},
    {.sentence = "a required property cannot be played",
     .unplayed = "SP-08",
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because SP-08 "},
    {.sentence = "a required property is over its claim",
     .over = "SP-07",
     .conclusion = CONCLUSION_NOT_EQUIVALENT,
     .line = "not equivalent because SP-07 "},
    {.sentence = "another is over its claim, and no worse than Signal",
     .over = "SP-10",
     .conclusion = CONCLUSION_EQUIVALENT,
     .line = "equivalent"},
    {.sentence = "a precondition of the target does not hold",
     .preconditions_down = PRECONDITION_RANDOMNESS,
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because precondition V4 does not hold for the target"},
    {.sentence = "a precondition of Signal does not hold",
     .signal_gates_down = PRECONDITION_SNAPSHOT,
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because precondition V1 does not hold for Signal v3"},
    {.sentence = "what only v4 has is not claimed, beside v3",
     .silent = "SP-35",
     .conclusion = CONCLUSION_EQUIVALENT,
     .line = "equivalent"},
    {.sentence = "what only v4 has is not claimed, beside v4",
     .beside_v4 = true,
     .silent = "SP-35",
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because SP-35 "},
    {.sentence = "what only v4 has is lost",
     .beside_v4 = true,
     .lost = "SP-35",
     .conclusion = CONCLUSION_NOT_EQUIVALENT,
     .line = "not equivalent because SP-35 "},
    {.sentence = "Signal was not played",
     .has_no_baseline = true,
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because nothing was compared with Signal"},
    {.sentence = "a loss without Signal beside it is no comparison",
     .has_no_baseline = true,
     .lost = "SP-05",
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because nothing was compared with Signal (and 1 more)"},
    {.sentence = "the run was broken off",
     .was_interrupted = true,
     .conclusion = CONCLUSION_NOT_DEMONSTRATED,
     .line = "not demonstrated because the run was broken off"},
    {.sentence = "the run was broken off after a loss",
     .was_interrupted = true,
     .lost = "SP-05",
     .conclusion = CONCLUSION_NOT_EQUIVALENT,
     .line = "not equivalent because SP-05 "},
};

#define PROPERTIES_MAX 64u

static bool is(const char *named, const struct property *p)
{
    return named && strcmp(named, p->id) == 0;
}

/* One game for each property that games can decide about, as the row says. */
static void play_whole(const struct whole *w, const struct property *p, struct game *game,
                       struct judged_game *out)
{
    bool is_over = is(w->over, p);
    *game = (struct game){.id = p->id,
                          .property = p->id,
                          .kind = is_over ? GAME_MEASURES : GAME_REFUTES,
                          .measure = is_over ? p->measures[0] : MEASURE_NONE,
                          .is_core = true};
    enum result_state target = is(w->lost, p) || is(w->shared, p) ? RESULT_WON : RESULT_HELD;
    enum result_state signal = is(w->shared, p) ? RESULT_WON : RESULT_HELD;
    if (is(w->unplayed, p))
        target = RESULT_UNABLE;
    if (is_over)
        target = signal = RESULT_MEASURED;
    *out = (struct judged_game){game, came(target, 3),
                                came(w->has_no_baseline ? RESULT_NONE : signal, 3)};
}

static void is_concluded(void **state)
{
    const struct whole *w = *state;
    size_t n, n_games = 0;
    struct arena arena;
    struct judgement j;
    static struct claims claims;
    static struct game made[PROPERTIES_MAX];
    static struct judged_game played[PROPERTIES_MAX];
    const struct property *all = properties(&n);
    memset(&claims, 0, sizeof(claims));
    for (size_t i = 0; i < n; i++) {
        struct claim *c = &claims.claims[claims.n_claims];
        claims.n_claims += !is(w->silent, &all[i]);
        *c = (struct claim){.property = &all[i], .is_claimed = true, .asked = all[i].evidence};
        if (is(w->over, &all[i])) {
            c->measures[0] = (struct claimed_measure){all[i].measures[0], 2};
            c->n_measures = 1;
        }
        if (all[i].evidence != EVIDENCE_DOCUMENT) {
            play_whole(w, &all[i], &made[n_games], &played[n_games]);
            n_games++;
        }
    }
    const struct judgement_input in = {
        .claims = &claims,
        .games = played,
        .n_games = n_games,
        .target_preconditions = ((1u << N_PRECONDITION) - 1) & ~w->preconditions_down,
        .baseline_preconditions = ((1u << N_PRECONDITION) - 1) & ~w->signal_gates_down,
        .beside = w->has_no_baseline ? CLAIMS_ALONE
                  : w->beside_v4     ? CLAIMS_V4
                                     : CLAIMS_V3,
        .was_interrupted = w->was_interrupted};
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(judge_claims(&in, &arena, &j), OK);
    if (strncmp(j.line, w->line, strlen(w->line)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", j.line, w->line);
    assert_int_equal(j.conclusion, w->conclusion);
    arena_fini(&arena);
}

static void one_schedule_is_one(void **state)
{
    (void)state;
    struct arena arena;
    struct judgement j;
    const struct row row = {.game = &refuting, .said = SAID_YES, .at_most = NO_NUMBER};
    const struct claims claims = claims_of(&row);
    struct judged_game played = {&refuting, came(RESULT_HELD, 0), came(RESULT_HELD, 0)};
    played.target.n_schedules = 1;
    const struct judgement_input in = {.claims = &claims, .games = &played, .n_games = 1};
    arena_init(&arena, ARENA_MAX);
    assert_int_equal(judge_claims(&in, &arena, &j), OK);
    assert_string_equal(finding_of(&j, "SP-05")->detail, "not violated in 1 schedule");
    arena_fini(&arena);
}

int main(void)
{
    struct CMUnitTest tests[COUNT(rows) + COUNT(pairs) + COUNT(wholes) + 1];
    size_t n = 0;
    ADD_ROWS(tests, n, rows, sentence, is_judged);
    ADD_ROWS(tests, n, pairs, sentence, are_weighed);
    ADD_ROWS(tests, n, wholes, sentence, is_concluded);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(one_schedule_is_one);
    return _cmocka_run_group_tests("judgement", tests, n, NULL, NULL);
}
