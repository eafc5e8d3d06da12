#include "cli/inputs.h"

#include "cli/files.h"

#include <string.h>

enum exit_code inputs_load(const struct cli *cli, const char *const *more_dirs, size_t n_more_dirs,
                           struct inputs *out)
{
    memset(out, 0, sizeof(*out));
    diags_init(&out->diags);
    out->loader.suite_dir = files_join(cli->arena, cli->data_dir, "suites");
    out->loader.vector_dir = files_join(cli->arena, cli->data_dir, "vectors");
    out->loader.more_suite_dirs = more_dirs;
    out->loader.n_more_suite_dirs = n_more_dirs;
    if (!out->loader.suite_dir || !out->loader.vector_dir)
        return cli_complain_status(cli, "suites", E_NOMEM);
    enum status st = catalogue_load(&out->loader, &out->catalogue, &out->diags);
    if (st == E_INPUT)
        return cli_complain_input(cli, &out->diags, "nothing run");
    return st ? cli_complain_status(cli, "suites", st) : EXIT_CONFORMANT;
}

void inputs_fini(struct inputs *in)
{
    catalogue_free(&in->catalogue);
    diags_fini(&in->diags);
}

enum exit_code inputs_address(const struct cli *cli, const char *text, struct target_address *out)
{
    const char *problem = NULL;
    enum status st = target_address_parse(text, cli->reference, cli->arena, out, &problem);
    if (st == E_PARSE)
        return cli_complain(cli, EXIT_USAGE, "--target %.256s: %s", text, problem);
    return st ? cli_complain_status(cli, "--target", st) : EXIT_CONFORMANT;
}

static enum exit_code say_unreachable(const struct cli *cli, const struct target_address *address,
                                      const char *why)
{
    const char *tame = cli_tame(cli, why);
    return cli_complain(cli, EXIT_UNREACHABLE, "target %.256s is not reachable: %s (exit %d)",
                        address->text, *tame ? tame : "no answer", EXIT_UNREACHABLE);
}

static enum exit_code hello(const struct cli *cli, const struct target_address *address,
                            uint64_t start_ms, struct driver *driver,
                            struct target_profile *out_profile)
{
    struct answer answer;
    enum status st = driver_hello(driver, ASSAY_VERSION, cli->arena, out_profile, &answer);
    if (st)
        return cli_complain_status(cli, "Hello", st);
    if (answer.seen == SEEN_DONE)
        return EXIT_CONFORMANT;
    const char *why =
        arena_printf(cli->arena, "it did not answer Hello with a Profile; seen: %s%s%s%s",
                     seen_name(answer.seen), *answer.detail ? ", " : "", answer.detail,
                     answer.seen == SEEN_SILENCE && start_ms ? " (--start-timeout)" : "");
    return say_unreachable(cli, address, why ? why : "");
}

enum exit_code inputs_greet(const struct cli *cli, const struct target_address *address,
                            uint64_t timeout_ms, uint64_t start_ms, struct driver **out_client,
                            struct target_profile *out_profile)
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
        code = hello(cli, address, start_ms, *out_client, out_profile);
    else if (st == E_NOMEM)
        code = cli_complain_status(cli, "target", st);
    else
        code = say_unreachable(cli, address, buffer_text(&detail));
    if (code != EXIT_CONFORMANT) {
        driver_close(*out_client);
        *out_client = NULL;
    }
    buffer_fini(&detail);
    return code;
}
