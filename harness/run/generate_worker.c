#include "run/generate_worker.h"

#include "run/repro.h"
#include "run/shrink.h"
#include "run/context.h"
#include "scenario/generator.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SCHEDULE_ARENA_MAX (8u * 1024u * 1024u)
#define HANGS_IN_A_ROW 5u   /* then the target is taken to be down */
#define TRIALS_MAX 600u     /* runs for shrinking one schedule */
#define TRIALS_OF_A_HANG 6u /* each costs a whole timeout */

struct generating {
    const struct generate_options *options;
    struct generator_claims claims;
    struct driver *driver;
    struct tape tape;
};

void generate_claims(const struct target_profile *profile, struct generator_claims *out)
{
    *out = (struct generator_claims){.restarts = target_profile_has(profile, "snapshot"),
                                     .forgets = target_profile_has(profile, "forget-session"),
                                     .omits_one_time_prekey =
                                         target_profile_has(profile, "without-one-time-prekey")};
}

/* ---- shapes on the way */

/* The members in order; a shape is nothing but numbers. */
#define SHAPE_NUMBERS (sizeof(struct shape) / sizeof(uint64_t))

json_t *generate_shape_json(const struct shape *s)
{
    uint64_t numbers[SHAPE_NUMBERS];
    json_t *all = json_array();
    memcpy(numbers, s, sizeof(numbers));
    for (size_t i = 0; i < SHAPE_NUMBERS; i++)
        json_array_append_new(all, json_integer((json_int_t)numbers[i]));
    return all;
}

bool generate_shape_from(const json_t *numbers, struct shape *out)
{
    uint64_t read[SHAPE_NUMBERS];
    if (json_array_size(numbers) != SHAPE_NUMBERS)
        return false;
    for (size_t i = 0; i < SHAPE_NUMBERS; i++)
        read[i] = (uint64_t)json_integer_value(json_array_get(numbers, i));
    memcpy(out, read, sizeof(*out));
    return true;
}

/* ---- a case to speak of */

const struct planned *generate_planned(const struct catalogue *catalogue, const char *id,
                                       enum theme theme, struct arena *arena)
{
    struct suite *suite = arena_alloc(arena, sizeof(*suite));
    struct case_spec *spec = arena_alloc(arena, sizeof(*spec));
    struct planned *planned = arena_alloc(arena, sizeof(*planned));
    const struct requirement *r = catalogue_requirement(catalogue, theme_requirement(theme));
    if (!suite || !spec || !planned || !r)
        return NULL;
    *suite = (struct suite){.id = "generated",
                            .title = "Generated conversations",
                            .layer = "cipher",
                            .cipher = cipher_default()};
    *spec = (struct case_spec){.suite = suite,
                               .id = id,
                               .full_id = arena_printf(arena, "generated/%s", id),
                               .level = r->level,
                               .requirement = r,
                               .purpose = arena_printf(arena, "%s.", theme_claim(theme)),
                               .n_instances = 1};
    planned->spec = spec;
    return spec->full_id && spec->purpose ? planned : NULL;
}

/* ---- one schedule */

static bool prepare(const struct generating *g, uint32_t number, struct arena *arena,
                    struct worker_case *out)
{
    const struct run_options *run = g->options->run;
    struct schedule schedule;
    if (generator_make(bytes_of(run->seed, sizeof(run->seed)), number, &g->claims, arena,
                       &schedule))
        return false;
    *out = (struct worker_case){.options = run,
                                .id = generator_label(number, arena),
                                .steps = schedule.steps,
                                .n_steps = schedule.n_steps,
                                .cipher = cipher_default(),
                                .driver = g->driver};
    return out->id != NULL;
}

static json_t *failed_json(uint32_t number, const struct case_result *r)
{
    return json_pack("[I, s, s]", (json_int_t)number, verdict_name(r->verdict),
                     r->cause ? r->cause : "unknown");
}

/* Give the failure, if it is one; count in any case. */
static json_t *run_schedule(struct generating *g, uint32_t number, struct shape *shape,
                            bool *out_is_hang)
{
    struct arena arena, context_arena;
    struct worker_case what;
    struct case_result result = {.verdict = VERDICT_ERROR, .cause = "not-generated"};
    arena_init(&arena, SCHEDULE_ARENA_MAX);
    arena_init(&context_arena, CONTEXT_ARENA_MAX);
    *out_is_hang = false;
    if (prepare(g, number, &arena, &what)) {
        shape_add(shape, what.steps, what.n_steps);
        worker_run_case(&what, &context_arena, &g->tape, &result, out_is_hang);
    }
    json_t *failed = result.verdict == VERDICT_PASS ? NULL : failed_json(number, &result);
    arena_fini(&context_arena);
    arena_fini(&arena);
    return failed;
}

static json_t *run_block(struct generating *g, const struct generate_order *order)
{
    struct shape shape = {0};
    json_t *failed = json_array();
    unsigned hangs = 0;
    for (uint32_t i = 0; i < order->count && hangs < HANGS_IN_A_ROW; i++) {
        bool is_hang;
        json_t *failure = run_schedule(g, order->first + i, &shape, &is_hang);
        if (failure)
            json_array_append_new(failed, failure);
        hangs = is_hang ? hangs + 1 : 0;
    }
    return json_pack("{s:o, s:o, s:b}", "shape", generate_shape_json(&shape), "failed", failed,
                     "is_down", hangs == HANGS_IN_A_ROW);
}

/* ---- a failing one made small */

static bool is_hang(const struct case_result *r)
{
    return r->n_steps && r->steps[r->n_steps - 1].seen == SEEN_SILENCE;
}

/* The smallest that fails the same way again, or the schedule as it was generated. */
static void narrow(struct generating *g, struct worker_case *what, struct arena *arena,
                   struct case_result *result, struct reduced *out)
{
    bool is_hanging;
    struct case_result again;
    struct worker_case small = *what;
    unsigned trials = is_hang(result) ? TRIALS_OF_A_HANG : TRIALS_MAX;
    *out = (struct reduced){what->steps, what->n_steps, THEME_NONE};
    if (!result->cause || result->verdict == VERDICT_INCONCLUSIVE)
        return;
    struct reduced shrunk;
    shrink_case(what, result->cause, trials, arena, &shrunk);
    if (!reduce_complete(shrunk.steps, shrunk.n_steps, arena, &shrunk))
        return;
    small.steps = shrunk.steps;
    small.n_steps = shrunk.n_steps;
    worker_run_case(&small, arena, &g->tape, &again, &is_hanging);
    if (again.cause && strcmp(again.cause, result->cause) == 0) {
        *result = again;
        *what = small;
        *out = shrunk;
    } else { /* the tape belongs to what is reported */
        worker_run_case(what, arena, &g->tape, result, &is_hanging);
    }
}

/* What the failing step is about, by the model. */
static enum theme theme_of_failure(const struct worker_case *what, const struct case_result *r)
{
    struct model m;
    enum theme theme = THEME_PLAIN;
    model_init(&m);
    for (size_t i = 0; i < what->n_steps && i + 1 < r->n_steps; i++)
        theme = model_step(&m, &what->steps[i]).theme;
    return theme == THEME_NONE ? THEME_PLAIN : theme;
}

static json_t *report_failure(struct generating *g, const struct worker_case *what,
                              struct case_result *result, struct arena *arena)
{
    const char *id = strchr(what->id, '/') + 1;
    const struct planned *planned =
        generate_planned(g->options->catalogue, id, theme_of_failure(what, result), arena);
    if (!planned)
        return NULL;
    const char *repro = NULL;
    if (result->verdict == VERDICT_PASS) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->why = "not the same twice: it failed among others and passed alone";
        result->cause = "not-the-same-twice";
    }
    if (result->cause)
        result->cause = arena_printf(arena, "%s|%s", planned->spec->requirement->id, result->cause);
    if (g->options->run->out_dir)
        repro = repro_write(g->options->run, planned, what, result, &g->tape, arena);
    return case_result_json(planned, result, true, repro);
}

static json_t *shrink_schedule(struct generating *g, const struct generate_order *order)
{
    struct arena arena;
    struct worker_case what;
    struct case_result result;
    struct reduced reduced;
    bool is_hanging;
    json_t *report = NULL;
    arena_init(&arena, CONTEXT_ARENA_MAX);
    if (prepare(g, order->first, &arena, &what)) {
        worker_run_case(&what, &arena, &g->tape, &result, &is_hanging);
        narrow(g, &what, &arena, &result, &reduced);
        report = json_pack("{s:o}", "case", report_failure(g, &what, &result, &arena));
    }
    arena_fini(&arena);
    return report;
}

/* ---- the loop */

static bool read_order(int fd, struct generate_order *out)
{
    uint8_t *at = (uint8_t *)out;
    size_t left = sizeof(*out);
    while (left) {
        ssize_t n = read(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        left -= (size_t)n;
    }
    return true;
}

int generate_worker_main(int fd, const struct generate_options *options)
{
    struct generating g = {.options = options};
    struct generate_order order;
    int code = 0;
    generate_claims(options->run->profile, &g.claims);
    tape_init(&g.tape);
    while (!code && read_order(fd, &order)) {
        if (!g.driver)
            g.driver = worker_connect(options->run);
        json_t *report =
            order.task == GENERATE_BLOCK ? run_block(&g, &order) : shrink_schedule(&g, &order);
        if (report && g.driver)
            json_object_set_new(report, "target_cpu_us",
                                json_integer((json_int_t)driver_target_cpu_us(g.driver)));
        if (!report || json_dumpfd(report, fd, JSON_COMPACT))
            code = 1;
        json_decref(report);
    }
    driver_close(g.driver);
    tape_fini(&g.tape);
    return code;
}
