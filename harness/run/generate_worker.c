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

/* ---- what is sent back */

static const struct member failed_members[] = {
    NUMBER("number", generate_failed, number),
    TEXT("signature", generate_failed, signature),
};
static const struct form failed_form = {FORM(generate_failed, failed_members)};

static const struct member report_members[] = {
    BYTES("shape", generate_report, shape),
    LIST("failed", generate_report, failed, n_failed, &failed_form),
    FLAG("is_down", generate_report, is_down),
    POINTER("case", generate_report, result, &record_case_form, 0),
    NUMBER("target_cpu_us", generate_report, target_cpu_us),
};
const struct form generate_report_form = {FORM(generate_report, report_members)};

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
    *suite =
        (struct suite){.id = "generated", .title = "Generated conversations", .layer = "cipher"};
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

static uint64_t cpu_of_target(const struct generating *g)
{
    return g->driver ? driver_target_cpu_us(g->driver) : 0;
}

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
                                .driver = g->driver};
    return out->id != NULL;
}

/* The signature of the failure, in |kept|, or NULL when it passed; count it in any case. */
static const char *run_schedule(struct generating *g, uint32_t number, struct shape *shape,
                                struct arena *kept, bool *out_is_hang)
{
    struct arena arena, context_arena;
    struct worker_case what;
    struct case_result result = {.verdict = VERDICT_ERROR, .cause = "not-generated"};
    const char *signature = NULL;
    arena_init(&arena, SCHEDULE_ARENA_MAX);
    arena_init(&context_arena, CONTEXT_ARENA_MAX);
    *out_is_hang = false;
    if (prepare(g, number, &arena, &what)) {
        shape_add(shape, what.steps, what.n_steps);
        worker_run_case(&what, &context_arena, &g->tape, &result, out_is_hang);
    }
    if (result.verdict != VERDICT_PASS)
        signature = arena_printf(kept, "%s|%s", verdict_name(result.verdict),
                                 result.cause ? result.cause : "unknown");
    arena_fini(&context_arena);
    arena_fini(&arena);
    return signature;
}

static enum status run_block(struct generating *g, const struct generate_order *order,
                             struct buffer *out)
{
    struct shape shape = {0};
    struct arena arena;
    struct generate_report report = {.shape = bytes_of(&shape, sizeof(shape))};
    unsigned hangs = 0;
    enum status st = E_NOMEM;
    arena_init(&arena, SCHEDULE_ARENA_MAX);
    struct generate_failed *failed = arena_array(&arena, order->count + 1u, sizeof(*failed));
    if (!failed)
        goto out;
    report.failed = failed;
    for (uint32_t i = 0; i < order->count && hangs < HANGS_IN_A_ROW; i++) {
        bool is_hang;
        const char *signature = run_schedule(g, order->first + i, &shape, &arena, &is_hang);
        if (signature)
            failed[report.n_failed++] = (struct generate_failed){order->first + i, signature};
        hangs = is_hang ? hangs + 1 : 0;
    }
    report.is_down = hangs == HANGS_IN_A_ROW;
    report.target_cpu_us = cpu_of_target(g);
    st = form_write(&generate_report_form, &report, FORM_LINE, out);
out:
    arena_fini(&arena);
    return st;
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

static bool record_failure(struct generating *g, const struct worker_case *what,
                           struct case_result *result, struct arena *arena, struct record_case *out)
{
    const char *id = strchr(what->id, '/') + 1;
    const struct planned *planned =
        generate_planned(g->options->catalogue, id, theme_of_failure(what, result), arena);
    if (!planned)
        return false;
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
    result_record(planned, result, true, repro, arena, out);
    return true;
}

static enum status shrink_schedule(struct generating *g, const struct generate_order *order,
                                   struct buffer *out)
{
    struct arena arena;
    struct worker_case what;
    struct case_result result;
    struct record_case recorded;
    struct reduced reduced;
    struct generate_report report = {.result = NULL};
    bool is_hanging;
    enum status st = E_NOMEM;
    arena_init(&arena, CONTEXT_ARENA_MAX);
    if (prepare(g, order->first, &arena, &what)) {
        worker_run_case(&what, &arena, &g->tape, &result, &is_hanging);
        narrow(g, &what, &arena, &result, &reduced);
        if (record_failure(g, &what, &result, &arena, &recorded))
            report.result = &recorded;
        report.target_cpu_us = cpu_of_target(g);
        st = form_write(&generate_report_form, &report, FORM_LINE, out);
    }
    arena_fini(&arena);
    return st;
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

/* One line. */
static bool send_report(int fd, struct buffer *report)
{
    size_t sent = 0;
    buffer_append_byte(report, '\n');
    while (!report->st && sent < report->len) {
        ssize_t n = write(fd, report->data + sent, report->len - sent);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return !report->st;
}

int generate_worker_main(int fd, const struct generate_options *options)
{
    struct generating g = {.options = options};
    struct generate_order order;
    struct buffer report;
    int code = 0;
    generate_claims(options->run->profile, &g.claims);
    tape_init(&g.tape);
    buffer_init(&report, WORKER_REPORT_MAX);
    while (!code && read_order(fd, &order)) {
        if (!g.driver)
            g.driver = worker_connect(options->run);
        buffer_clear(&report);
        enum status st = order.task == GENERATE_BLOCK ? run_block(&g, &order, &report)
                                                      : shrink_schedule(&g, &order, &report);
        if (st || !send_report(fd, &report))
            code = 1;
    }
    buffer_fini(&report);
    driver_close(g.driver);
    tape_fini(&g.tape);
    return code;
}
