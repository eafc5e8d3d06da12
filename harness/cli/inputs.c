/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/inputs.h"

#include "base/files.h"
#include "run/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST_MAX 65536u /* bytes */

enum exit_code inputs_load(const struct cli *cli, const char *const *more_dirs, size_t n_more_dirs,
                           struct inputs *out)
{
    memset(out, 0, sizeof(*out));
    diags_init(&out->diags);
    out->loader.suite_dir = files_join(cli->arena, cli->data_dir, "suites");
    out->loader.vector_dir = files_join(cli->arena, cli->data_dir, "vectors");
    out->loader.more_suite_dirs = more_dirs;
    out->loader.n_more_suite_dirs = n_more_dirs;
    out->loader.is_first_cipher_enough = true;
    if (!out->loader.suite_dir || !out->loader.vector_dir)
        return cli_complain_status(cli, "suites", E_NOMEM);
    if (access(out->loader.suite_dir, R_OK))
        return cli_complain(cli, EXIT_BAD_INPUT,
                            "%s: %s; ASSAY_DATA names the folder that suites/ and vectors/ are in "
                            "(exit %d)",
                            out->loader.suite_dir, strerror(errno), EXIT_BAD_INPUT);
    enum status st = catalogue_load(&out->loader, &out->catalogue, &out->diags);
    return cli_conclude(cli, st, "suites", &out->diags, "nothing run");
}

enum exit_code inputs_add_cipher(const struct cli *cli, const char *protocol, struct inputs *in)
{
    enum status st = catalogue_add_cipher(&in->catalogue, &in->loader, protocol, &in->diags);
    return cli_conclude(cli, st, "suites", &in->diags, "nothing run");
}

void inputs_fini(struct inputs *in)
{
    catalogue_free(&in->catalogue);
    diags_fini(&in->diags);
}

static bool has_suite(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->n_suites; i++)
        if (strcmp(c->suites[i]->id, id) == 0)
            return true;
    return false;
}

enum exit_code inputs_not_found(const struct cli *cli, const struct inputs *in,
                                struct record_texts *out)
{
    const char *path = files_join(cli->arena, cli->data_dir, "suites/MANIFEST");
    const char **ids = arena_array(cli->arena, MANIFEST_MAX / 2, sizeof(*ids));
    struct buffer text;
    char *rest = NULL;
    *out = (struct record_texts){.items = ids};
    buffer_init(&text, MANIFEST_MAX);
    enum status st = path && ids ? files_read(path, &text) : E_NOMEM;
    char *copy = st ? NULL : arena_text(cli->arena, buffer_text(&text));
    buffer_fini(&text);
    if (st == E_IO)
        return cli_complain(cli, EXIT_BAD_INPUT, "%s: %s", path, strerror(errno));
    if (!copy)
        return cli_complain_status(cli, "suites/MANIFEST", st ? st : E_NOMEM);
    for (const char *id = strtok_r(copy, "\n", &rest); id; id = strtok_r(NULL, "\n", &rest))
        if (id[0] != '#' && !has_suite(&in->catalogue, id))
            ids[out->n++] = id;
    return EXIT_CONFORMANT;
}

enum exit_code inputs_address(const struct cli *cli, const char *option, const char *text,
                              struct target_address *out)
{
    const char *problem = NULL;
    enum status st = target_address_parse(text, cli->reference, cli->arena, out, &problem);
    if (st == E_PARSE)
        return cli_complain(cli, EXIT_USAGE, "--%s %.256s: %s", option, text, problem);
    return st ? cli_complain_status(cli, option, st) : EXIT_CONFORMANT;
}

enum exit_code inputs_own_v4(const struct cli *cli, struct target_address *out)
{
    const char *path = files_join(cli->arena, cli->bin_dir, "assay-flawed");
    const char *program = path ? files_quoted(cli->arena, path) : NULL;
    *out = (struct target_address){.kind = TARGET_EXEC, .text = "exec:assay-flawed --cipher v4"};
    out->command = program ? arena_printf(cli->arena, "exec %s --cipher v4", program) : NULL;
    return out->command ? EXIT_CONFORMANT : cli_complain_status(cli, "assay-flawed", E_NOMEM);
}

uint64_t inputs_start_ms(const struct options *o, size_t row)
{
    return (uint64_t)option_number(o, row, RUN_START_MS / 1000) * 1000;
}

static enum exit_code say_unreachable(const struct cli *cli, const struct target_address *address,
                                      const char *why, const char **out_why)
{
    const char *tame = cli_tame(cli, why);
    const char *text = arena_printf(
        cli->arena, "%s%s %.256s is not reachable: %s", address->option ? "--" : "",
        address->option ? address->option : "target", address->text, *tame ? tame : "no answer");
    if (out_why)
        *out_why = text;
    return cli_complain(cli, EXIT_UNREACHABLE, "%s (exit %d)",
                        text ? text : "the target is not reachable", EXIT_UNREACHABLE);
}

static enum exit_code hello(const struct cli *cli, const struct target_address *address,
                            uint64_t start_ms, struct driver *driver,
                            struct target_profile *out_profile, const char **out_why)
{
    struct answer answer;
    enum status st = driver_hello(driver, ASSAY_VERSION, cli->arena, out_profile, &answer);
    if (st)
        return cli_complain_status(cli, "Hello", st);
    if (answer.seen == SEEN_DONE)
        return EXIT_CONFORMANT;
    if (answer.seen == SEEN_HARNESS_TROUBLE)
        return cli_complain(cli, EXIT_TROUBLE, "Hello: %s", cli_tame(cli, answer.detail));
    const char *why =
        arena_printf(cli->arena, "it did not answer Hello with a Profile; seen: %s%s%s%s",
                     seen_name(answer.seen), *answer.detail ? ", " : "", answer.detail,
                     answer.seen == SEEN_SILENCE && start_ms ? " (--start-timeout)" : "");
    return say_unreachable(cli, address, why ? why : "", out_why);
}

enum exit_code inputs_greet(const struct cli *cli, const struct target_address *address,
                            uint64_t timeout_ms, uint64_t start_ms, struct driver **out_client,
                            struct target_profile *out_profile, const char **out_why)
{
    struct driver_options options = {.address = *address,
                                     .clock = clock_monotonic(),
                                     .timeout_ms = timeout_ms,
                                     .start_ms = start_ms};
    struct buffer detail;
    enum exit_code code;
    *out_client = NULL;
    buffer_init(&detail, TRANSPORT_STDERR_MAX + 1024);
    enum status st = driver_open(&options, out_client, &detail);
    if (st == OK)
        code = hello(cli, address, start_ms, *out_client, out_profile, out_why);
    else if (st == E_NOMEM)
        code = cli_complain_status(cli, "target", st);
    else
        code = say_unreachable(cli, address, buffer_text(&detail), out_why);
    if (code != EXIT_CONFORMANT) {
        driver_close(*out_client);
        *out_client = NULL;
    }
    buffer_fini(&detail);
    return code;
}
