#include "run/worker.h"

#include "base/version.h"
#include "run/repro.h"
#include "run/context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DETAIL_MAX 4096u

/* ---- the target connection */

/* Hello again after a reopen; a target that no longer says Hello is down. */
static bool says_hello(struct driver *c)
{
    struct arena arena;
    struct answer answer;
    arena_init(&arena, 1024u * 1024u);
    struct target_profile *profile = arena_alloc(&arena, sizeof(*profile));
    bool is_fine = profile && driver_hello(c, ASSAY_VERSION, &arena, profile, &answer) == OK &&
                   answer.seen == SEEN_DONE;
    arena_fini(&arena);
    return is_fine;
}

struct driver *worker_connect(const struct run_options *o)
{
    struct driver *driver = NULL;
    struct buffer detail;
    struct driver_options options = {
        .address = *o->address, .clock = clock_monotonic(), .timeout_ms = o->timeout_ms};
    buffer_init(&detail, DETAIL_MAX);
    enum status st = driver_open(&options, &driver, &detail);
    buffer_fini(&detail);
    if (st || !says_hello(driver)) {
        driver_close(driver);
        return NULL;
    }
    return driver;
}

static bool refresh(struct driver *c)
{
    struct buffer detail;
    buffer_init(&detail, DETAIL_MAX);
    enum status st = driver_reopen(c, &detail);
    buffer_fini(&detail);
    return !st && says_hello(c);
}

/* ---- one case */

static bool is_hang(const struct case_result *r)
{
    return r->n_steps && r->steps[r->n_steps - 1].seen == SEEN_SILENCE;
}

static bool has_same_cause(const struct case_result *a, const struct case_result *b)
{
    return a->cause && b->cause && strcmp(a->cause, b->cause) == 0;
}

static void explain(struct case_result *out, const char *text, const char *otherwise)
{
    out->why = text ? text : otherwise;
}

static void run_once(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out)
{
    struct case_run run = {.id = w->id,
                           .steps = w->steps,
                           .n_steps = w->n_steps,
                           .run_seed = bytes_of(w->options->seed, sizeof(w->options->seed)),
                           .vector_dir = w->options->vector_dir,
                           .driver = w->driver,
                           .cipher = w->cipher,
                           .wire = w->is_client ? w->options->wire : NULL,
                           .capture = w->options->capture,
                           .timeout_ms = w->options->timeout_ms,
                           .clock = clock_monotonic(),
                           .case_ms = w->options->case_ms};
    case_run(&run, arena, tape, out);
}

/*
 * The second run decides whether the first can be relied on. Failing in two ways is failing: else a
 * target could hide by failing in another way each time.
 */
static void confirm(const struct worker_case *w, struct arena *arena, struct tape *tape,
                    struct case_result *out)
{
    const struct case_result first = *out;
    run_once(w, arena, tape, out);
    if (out->verdict == first.verdict) {
        if (!has_same_cause(&first, out))
            explain(out, arena_printf(arena, "%s; the first time: %s", out->why, first.why),
                    out->why);
        return;
    }
    explain(out,
            arena_printf(arena, "not the same twice: first %s (%s), then from a fresh start %s",
                         verdict_name(first.verdict), first.why, verdict_name(out->verdict)),
            "not the same twice");
    if (out->verdict != VERDICT_ERROR)
        out->verdict = VERDICT_INCONCLUSIVE;
    if (!out->cause)
        out->cause = "not-the-same-twice";
}

static void unreachable(struct case_result *out)
{
    memset(out, 0, sizeof(*out));
    out->verdict = VERDICT_ERROR;
    out->why = "the target cannot be reached any more";
    out->cause = "target-unreachable";
}

void worker_run_case(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out, bool *out_is_hang)
{
    *out_is_hang = true;
    if (!w->driver || (driver_is_broken(w->driver) && !refresh(w->driver))) {
        unreachable(out);
        return;
    }
    run_once(w, arena, tape, out);
    if (out->verdict != VERDICT_PASS && !w->options->trusts_once) {
        if (refresh(w->driver))
            confirm(w, arena, tape, out);
        else if (!is_hang(out))
            unreachable(out);
    }
    *out_is_hang = out->cause && (is_hang(out) || strcmp(out->cause, "target-unreachable") == 0);
}

void worker_try_case(const struct worker_case *w, struct arena *arena, struct tape *tape,
                     struct case_result *out)
{
    if (!w->driver || (driver_is_broken(w->driver) && !refresh(w->driver)))
        unreachable(out);
    else
        run_once(w, arena, tape, out);
}

/* ---- the loop */

static const char *with_requirement(const struct planned *p, const char *cause, struct arena *arena)
{
    return cause ? arena_printf(arena, "%s|%s", p->spec->requirement->id, cause) : NULL;
}

static json_t *run_planned(const struct run_options *o, struct driver *driver, uint32_t index,
                           struct tape *tape)
{
    const struct planned *planned = &o->plan->items[index].planned;
    struct arena arena;
    struct case_result result;
    struct worker_case what = {
        .options = o, .cipher = planned->spec->suite->cipher, .driver = driver};
    bool is_hanging = false;
    json_t *report = NULL;

    arena_init(&arena, CONTEXT_ARENA_MAX);
    what.id = planned_id(planned, &arena);
    what.n_steps = planned->spec->n_steps;
    what.is_client = planned->is_client;
    if (!what.id || planned_steps(planned, &arena, &what.steps))
        goto out;
    tape_clear(tape);
    worker_run_case(&what, &arena, tape, &result, &is_hanging);
    result.cause = with_requirement(planned, result.cause, &arena);
    const char *repro = NULL;
    if (result.verdict != VERDICT_PASS && o->out_dir)
        repro = repro_write(o, planned, &what, &result, tape, &arena);
    bool with_steps =
        result.verdict != VERDICT_PASS || !planned->spec->sweep_kind || planned->instance == 0;
    report = json_pack("{s:o, s:b, s:I}", "case",
                       case_result_json(planned, &result, with_steps, repro), "is_hang", is_hanging,
                       "target_cpu_us", (json_int_t)(driver ? driver_target_cpu_us(driver) : 0));
out:
    arena_fini(&arena);
    return report;
}

static bool read_exactly(int fd, uint8_t *out, size_t len)
{
    while (len) {
        ssize_t n = read(fd, out, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        out += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_exactly(int fd, const uint8_t *in, size_t len)
{
    while (len) {
        ssize_t n = send(fd, in, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        in += n;
        len -= (size_t)n;
    }
    return true;
}

static bool send_report(int fd, const json_t *report)
{
    char *text = report ? json_dumps(report, JSON_COMPACT) : NULL;
    if (!text)
        return false;
    size_t len = strlen(text);
    uint8_t head[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                       (uint8_t)len};
    bool is_sent = write_exactly(fd, head, 4) && write_exactly(fd, (const uint8_t *)text, len);
    free(text);
    return is_sent;
}

int worker_main(int fd, const struct run_options *options)
{
    struct tape tape;
    uint8_t order[4];
    int code = 0;
    struct driver *driver = worker_connect(options);

    tape_init(&tape);
    while (!code && read_exactly(fd, order, 4)) {
        uint32_t index = (uint32_t)order[0] << 24 | (uint32_t)order[1] << 16 |
                         (uint32_t)order[2] << 8 | order[3];
        if (!driver)
            driver = worker_connect(options);
        json_t *report = run_planned(options, driver, index, &tape);
        if (!send_report(fd, report))
            code = 1;
        json_decref(report);
    }
    driver_close(driver);
    tape_fini(&tape);
    return code;
}
