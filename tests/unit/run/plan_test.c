/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cases run, in which order, which instances of a sweep, and why some do not apply. */
#include "cipher/signal3/signal3.h"
#include "run/plan.h"
#include "scenario/op.h"
#include "support/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Two suites: ratchet has a plain case, a sweep of 100 and one of level should;
 * x3dh has one case. */
static const struct requirement D1 = {.id = "D-01"}, X1 = {.id = "X-01"};
static const struct suite ratchet, x3dh;

static const struct case_spec ratchet_cases[] = {
    {.suite = &ratchet,
     .id = "plain",
     .full_id = "ratchet/plain",
     .level = LEVEL_MUST,
     .requirement = &D1,
     .surfaces = SURFACES_ALL,
     .n_instances = 1},
    {.suite = &ratchet,
     .id = "swept",
     .full_id = "ratchet/swept",
     .level = LEVEL_MUST,
     .requirement = &D1,
     .surfaces = SURFACES_ALL,
     .n_instances = 100,
     .sweep_kind = "each-bit",
     .needs = {"snapshot", "sender-keys"}},
    {.suite = &ratchet,
     .id = "polite",
     .full_id = "ratchet/polite",
     .level = LEVEL_SHOULD,
     .requirement = &X1,
     .surfaces = SURFACES_ALL,
     .n_instances = 1,
     .unless = {"requires-one-time-prekey"}},
};
static const struct case_spec x3dh_cases[] = {
    {.suite = &x3dh,
     .id = "first",
     .full_id = "x3dh/first",
     .level = LEVEL_MEASURE,
     .requirement = &X1,
     .surfaces = SURFACES_ALL,
     .n_instances = 1},
};
static const struct suite ratchet = {.id = "ratchet",
                                     .layer = "cipher",
                                     .cipher = &cipher_signal3,
                                     .cases = ratchet_cases,
                                     .n_cases = 3};
static const struct suite x3dh = {
    .id = "x3dh", .layer = "content", .cipher = &cipher_signal3, .cases = x3dh_cases, .n_cases = 1};
static const struct suite *const suites[] = {&ratchet, &x3dh};

static void fill_catalogue(struct catalogue *c)
{
    memset(c, 0, sizeof(*c));
    memcpy(&c->suites, &(const void *){suites}, sizeof(void *));
    c->n_suites = 2;
}

static const struct target_profile capable = {
    .protocol = "signal-v3", .capabilities = {"snapshot", "sender-keys"}, .n_capabilities = 2};

/* The plan for |options| as one line of ids. */
static enum status plan_ids(const struct plan_options *options,
                            const struct target_profile *profile, struct buffer *out, char *problem,
                            size_t problem_len)
{
    struct catalogue c;
    struct plan p;
    const char *why;
    struct arena arena;
    fill_catalogue(&c);
    arena_init(&arena, 64 * 1024);
    buffer_init(out, 64 * 1024);
    enum status st = plan_make(&c, options, profile, &p, &why);
    snprintf(problem, problem_len, "%s", why ? why : "");
    for (size_t i = 0; !st && i < p.count; i++)
        buffer_printf(out, "%s%s%s", i ? " " : "", planned_id(&p.items[i].planned, &arena),
                      p.items[i].not_applicable ? "!" : "");
    plan_free(&p);
    arena_fini(&arena);
    return st;
}

struct row {
    const char *sentence;
    struct plan_options options;
    const char *ids; /* "!" after what does not apply; NULL: nothing is planned */
    const char *problem;
};

static const char *const only_x3dh[] = {"x3dh"};
static const char *const both[] = {"x3dh", "ratchet"};
static const char *const misspelt_suite[] = {"ratchte"};
static const char *const plain_pattern[] = {"ratchet/plain"};
static const char *const star_pattern[] = {"*/p*"};
static const char *const instance_pattern[] = {"ratchet/swept#7"};
static const char *const two_patterns[] = {"x3dh/*", "ratchet/pl?in"};
static const char *const misspelt_case[] = {"ratchet/plian"};
static const char *const one_misses[] = {"ratchet/plain", "nothing"};

static const char *const star_swept[] = {"ratchet/s*", "*#2"};
static const char *const only_first[] = {"x3dh/first"};
static const char *const tens_pattern[] = {"ratchet/swept#?0"};
static const char *const misspelt_exclusion[] = {"x3dh/frist"};
static const char *const of_another_suite[] = {"ratchet/plain"};

#define EXCLUDED(list) .excluded = (list), .n_excluded = COUNT(list)
#define SUITES(list) .suites = (list), .n_suites = COUNT(list)
#define PATTERNS(list) .patterns = (list), .n_patterns = COUNT(list)

static const struct row rows[] = {
    {"a named suite runs alone", {SUITES(only_x3dh)}, "x3dh/first", ""},
    {"cases stand in the order of the catalogue, not of the options",
     {SUITES(both), .sample = 1},
     "ratchet/plain ratchet/swept#1 ratchet/swept#100 ratchet/polite x3dh/first",
     ""},
    {"a sample is evenly spread and has the last",
     {SUITES(both), .sample = 4, .level = LEVEL_MUST},
     "ratchet/plain ratchet/swept#1 ratchet/swept#26 ratchet/swept#51 ratchet/swept#76 "
     "ratchet/swept#100",
     ""},
    {"a level leaves out what is less binding",
     {.level = LEVEL_MUST, .sample = 1},
     "ratchet/plain ratchet/swept#1 ratchet/swept#100",
     ""},
    {"should takes must along",
     {.level = LEVEL_SHOULD, .sample = 1},
     "ratchet/plain ratchet/swept#1 ratchet/swept#100 ratchet/polite",
     ""},
    {"a requirement picks its cases", {.requirement = "X-01"}, "ratchet/polite x3dh/first", ""},
    {"a full id is a pattern", {PATTERNS(plain_pattern)}, "ratchet/plain", ""},
    {"a star stands for anything", {PATTERNS(star_pattern)}, "ratchet/plain ratchet/polite", ""},
    {"one instance of a sweep can be named", {PATTERNS(instance_pattern)}, "ratchet/swept#7", ""},
    {"patterns add up", {PATTERNS(two_patterns)}, "ratchet/plain x3dh/first", ""},
    {"what is excluded is not in the plan",
     {EXCLUDED(star_swept), .sample = 1},
     "ratchet/plain ratchet/polite x3dh/first",
     ""},
    {"one instance of a sweep can be excluded",
     {EXCLUDED(instance_pattern), .is_quick = true, .level = LEVEL_MUST},
     "ratchet/plain ratchet/swept#1",
     ""},
    {"an exclusion goes before a pattern",
     {PATTERNS(two_patterns), EXCLUDED(of_another_suite)},
     "x3dh/first",
     ""},
    {"an exclusion may be of a suite that does not run",
     {SUITES(only_x3dh), EXCLUDED(of_another_suite)},
     "x3dh/first",
     ""},
    {"a misspelt exclusion is answered with the nearest",
     {EXCLUDED(misspelt_exclusion)},
     NULL,
     "no case matches \"x3dh/frist\" (did you mean \"x3dh/first\"?)"},
    {"to exclude everything is wrong",
     {SUITES(only_x3dh), EXCLUDED(only_first)},
     NULL,
     "everything that is selected is excluded"},
    {"a quick plan has one instance of each sweep",
     {.is_quick = true},
     "ratchet/plain ratchet/swept#1 ratchet/polite x3dh/first",
     ""},
    {"that is the first which is named",
     {PATTERNS(tens_pattern), .is_quick = true},
     "ratchet/swept#10",
     ""},
    {"an unknown suite is answered with the nearest",
     {SUITES(misspelt_suite)},
     NULL,
     "there is no suite \"ratchte\" (did you mean \"ratchet\"?)"},
    {"an unknown case is answered with the nearest",
     {PATTERNS(misspelt_case)},
     NULL,
     "no case matches \"ratchet/plian\" (did you mean \"ratchet/plain\"?)"},
    {"each pattern must match",
     {PATTERNS(one_misses)},
     NULL,
     "no case that is selected matches \"nothing\"; assay list shows all"},
    {"a pattern must match within the suites named",
     {SUITES(only_x3dh), PATTERNS(plain_pattern)},
     NULL,
     "no case matches \"ratchet/plain\" (did you mean \"ratchet/plain\"?)"},
};

static void the_plan_is_as_stated(void **state)
{
    const struct row *row = *state;
    struct buffer ids;
    char problem[200];
    enum status st = plan_ids(&row->options, &capable, &ids, problem, sizeof(problem));
    assert_string_equal(problem, row->problem);
    assert_int_equal(st, row->ids ? OK : E_MISSING);
    assert_string_equal(buffer_text(&ids), row->ids ? row->ids : "");
    buffer_fini(&ids);
}

static void without_a_filter_all_instances_run(void **state)
{
    struct plan_options all = {0};
    struct catalogue c;
    struct plan p;
    const char *problem;
    (void)state;
    fill_catalogue(&c);
    assert_int_equal(plan_make(&c, &all, &capable, &p, &problem), OK);
    assert_int_equal(p.count, 103);
    assert_int_equal(p.n_left_out, 0);
    plan_free(&p);
    plan_free(NULL);
}

/* A suite of nine generated conversations, three of them where a run is quick. */
static const struct conversations nine = {.seed = "a day", .quick = 3};
static const struct suite talk;
static const struct case_spec talk_cases[] = {
    {.suite = &talk,
     .id = "conversation",
     .full_id = "talk/conversation",
     .level = LEVEL_MUST,
     .requirement = &D1,
     .surfaces = SURFACE_BIT(SURFACE_LIBRARY),
     .n_instances = 9,
     .sweep_kind = "conversations",
     .conversations = &nine},
};
static const struct suite talk = {
    .id = "talk", .layer = "cipher", .cipher = &cipher_signal3, .cases = talk_cases, .n_cases = 1};

static void expect_conversations(const struct plan_options *options, size_t wanted, size_t left_out)
{
    static const struct suite *const only[] = {&talk};
    struct catalogue c = {.n_suites = 1};
    struct plan p;
    const char *problem;
    memcpy(&c.suites, &(const void *){only}, sizeof(void *));
    assert_int_equal(plan_make(&c, options, &capable, &p, &problem), OK);
    assert_int_equal(p.count, wanted);
    assert_int_equal(p.n_left_out, left_out);
    for (size_t i = 0; i < p.count; i++)
        assert_int_equal(p.items[i].planned.instance, i);
    plan_free(&p);
}

static void a_plan_has_all_conversations_a_quick_one_some(void **state)
{
    (void)state;
    expect_conversations(&(struct plan_options){0}, 9, 0);
    expect_conversations(&(struct plan_options){.is_quick = true}, 3, 6);
    expect_conversations(&(struct plan_options){.without_conversations = true}, 0, 0);
}

static void what_a_quick_plan_leaves_out_is_counted(void **state)
{
    struct plan_options quick = {.is_quick = true, EXCLUDED(instance_pattern)};
    struct catalogue c;
    struct plan p;
    const char *problem;
    (void)state;
    fill_catalogue(&c);
    assert_int_equal(plan_make(&c, &quick, &capable, &p, &problem), OK);
    assert_int_equal(p.count, 4);
    assert_int_equal(p.n_left_out, 98); /* one runs, one is excluded */
    plan_free(&p);
}

static void a_sample_of_any_size_has_first_and_last_and_no_more_than_asked(void **state)
{
    struct catalogue c;
    (void)state;
    fill_catalogue(&c);
    for (uint32_t sample = 1; sample < 150; sample++) {
        struct plan_options o = {.sample = sample, PATTERNS(instance_pattern)};
        struct plan p;
        const char *problem;
        o.patterns = (const char *const[]){"ratchet/swept"};
        assert_int_equal(plan_make(&c, &o, &capable, &p, &problem), OK);
        assert_in_range(p.count, sample < 100 ? sample : 100, sample < 100 ? sample + 1 : 100);
        assert_int_equal(p.items[0].planned.instance, 0);
        assert_int_equal(p.items[p.count - 1].planned.instance, 99);
        plan_free(&p);
    }
}

/* ---- what does not apply */

struct reason {
    const char *sentence;
    const struct case_spec *spec;
    struct target_profile profile;
    const char *why; /* NULL: it applies */
};

static const struct reason reasons[] = {
    {"a case without needs applies to anybody who speaks Signal",
     &ratchet_cases[0],
     {.protocol = "signal-v3"},
     NULL},
    {"a cipher case does not apply to another protocol",
     &ratchet_cases[0],
     {.protocol = "mls"},
     "the target speaks mls, not signal-v3"},
    {"a case of another layer applies to any protocol", &x3dh_cases[0], {.protocol = "mls"}, NULL},
    {"a needed capability that is not claimed is named",
     &ratchet_cases[1],
     {.protocol = "signal-v3", .capabilities = {"snapshot"}, .n_capabilities = 1},
     "the target does not claim sender-keys"},
    {"all needed capabilities claimed, it applies",
     &ratchet_cases[1],
     {.protocol = "signal-v3",
      .capabilities = {"sender-keys", "x", "snapshot"},
      .n_capabilities = 3},
     NULL},
    {"a capability that excludes a case is named",
     &ratchet_cases[2],
     {.protocol = "signal-v3", .capabilities = {"requires-one-time-prekey"}, .n_capabilities = 1},
     "the target claims requires-one-time-prekey"},
};

static void it_applies_or_does_not_as_stated(void **state)
{
    const struct reason *r = *state;
    struct arena arena;
    arena_init(&arena, 4096);
    const struct planned planned = {.spec = r->spec, .surface = SURFACE_LIBRARY};
    const struct plan_options options = {.level = LEVEL_NONE};
    const char *why = plan_not_applicable(&planned, &r->profile, &options, &arena);
    assert_string_equal(why ? why : "applies", r->why ? r->why : "applies");
    arena_fini(&arena);
}

static void what_is_said_has_to_fit_a_transport_message(void **state)
{
    static const struct suite stanza = {.id = "stanza", .layer = "stanza"};
    static const enum verb verbs[] = {VERB_SEAL, VERB_SAY};
    const struct target_profile client = {.surfaces = {"client"}, .n_surfaces = 1};
    const struct operand size = {.name = ATTR_SIZE, .number = 40000};
    struct wire_profile wire;
    struct arena arena;
    (void)state;
    profile_defaults(&wire);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        const struct op op = {.verb = verbs[i], .operands = &size, .n_operands = 1};
        const struct op_list ops = {.ops = &op, .n_ops = 1};
        const struct case_spec spec = {.suite = &stanza, .ops = &ops};
        const struct planned planned = {.spec = &spec, .surface = SURFACE_CLIENT};
        const struct plan_options options = {.wire = &wire};
        arena_init(&arena, 4096);
        wire.noise_max_message = 65535;
        assert_null(plan_not_applicable(&planned, &client, &options, &arena));
        wire.noise_max_message = 16384;
        assert_string_equal(plan_not_applicable(&planned, &client, &options, &arena),
                            "the profile's transport messages are too short for what it sends");
        arena_fini(&arena);
    }
}

/* ---- where a case runs */

#define ON(...)                                                                                    \
    {                                                                                              \
        .surfaces = {__VA_ARGS__}, .n_surfaces = COUNT(((const char *[]){__VA_ARGS__}))            \
    }

static const struct placed {
    const char *sentence;
    unsigned surfaces; /* of the case */
    struct target_profile profile;
    enum surface wanted, where;
} placed[] = {
    {"a target that names no surface is a library",
     SURFACES_ALL,
     {.n_surfaces = 0},
     SURFACE_NONE,
     SURFACE_LIBRARY},
    {"of both surfaces the library is the nearest", SURFACES_ALL, ON("client", "library"),
     SURFACE_NONE, SURFACE_LIBRARY},
    {"a case that can run anywhere runs where it is wanted", SURFACES_ALL, ON("client", "library"),
     SURFACE_CLIENT, SURFACE_CLIENT},
    {"a case that can run anywhere runs on what there is", SURFACES_ALL, ON("client"), SURFACE_NONE,
     SURFACE_CLIENT},
    {"a case that needs a client is not moved to a library", SURFACE_BIT(SURFACE_CLIENT),
     ON("library"), SURFACE_LIBRARY, SURFACE_CLIENT},
    {"a case without a surface has none", 0, ON("library"), SURFACE_NONE, SURFACE_NONE},
};

static void it_runs_where_stated(void **state)
{
    const struct placed *row = *state;
    const struct case_spec spec = {.surfaces = row->surfaces};
    assert_int_equal(plan_surface(&spec, &row->profile, row->wanted), row->where);
}

static void only_the_cases_of_a_surface_can_be_planned(void **state)
{
    struct plan_options o = {.only = SURFACE_CLIENT};
    struct buffer ids;
    char problem[200];
    (void)state;
    assert_int_equal(plan_ids(&o, &capable, &ids, problem, sizeof(problem)), OK);
    assert_string_equal(buffer_text(&ids), "");
    buffer_fini(&ids);
}

static void what_does_not_apply_does_not_run_for_want_of_memory(void **state)
{
    struct arena full;
    (void)state;
    arena_init(&full, 0);
    const struct planned planned = {.spec = &ratchet_cases[0], .surface = SURFACE_LIBRARY};
    const struct target_profile mls = {.protocol = "mls"};
    assert_non_null(plan_not_applicable(&planned, &mls, &(struct plan_options){0}, &full));
}

static void what_does_not_apply_stays_in_the_plan(void **state)
{
    const struct target_profile bare = {.protocol = "signal-v3"};
    struct plan_options o = {.sample = 1, .level = LEVEL_MUST};
    struct buffer ids;
    char problem[200];
    (void)state;
    assert_int_equal(plan_ids(&o, &bare, &ids, problem, sizeof(problem)), OK);
    assert_string_equal(buffer_text(&ids), "ratchet/plain ratchet/swept#1! ratchet/swept#100!");
    buffer_fini(&ids);
}

int main(void)
{
    struct CMUnitTest tests[7 + COUNT(rows) + COUNT(reasons) + COUNT(placed)] = {
        cmocka_unit_test(without_a_filter_all_instances_run),
        cmocka_unit_test(what_a_quick_plan_leaves_out_is_counted),
        cmocka_unit_test(a_plan_has_all_conversations_a_quick_one_some),
        cmocka_unit_test(a_sample_of_any_size_has_first_and_last_and_no_more_than_asked),
        cmocka_unit_test(what_does_not_apply_stays_in_the_plan),
        cmocka_unit_test(only_the_cases_of_a_surface_can_be_planned),
        cmocka_unit_test(what_is_said_has_to_fit_a_transport_message),
        cmocka_unit_test(what_does_not_apply_does_not_run_for_want_of_memory),
    };
    size_t n = 7;
    ADD_ROWS(tests, n, rows, sentence, the_plan_is_as_stated);
    ADD_ROWS(tests, n, reasons, sentence, it_applies_or_does_not_as_stated);
    ADD_ROWS(tests, n, placed, sentence, it_runs_where_stated);
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
