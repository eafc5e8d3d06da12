/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * assay init - an adapter to begin with: files of docs/examples and what they stand on, copied into
 * a directory of the user's.
 */
#include "base/files.h"
#include "cli/commands.h"

#include <string.h>

#define COPIED_MAX (1024u * 1024u) /* bytes of a file */
#define NAMES_MAX 24u
#define PARTS_MAX 5u

/* Files of one directory, and where they come to stand. */
struct part {
    const char *from;             /* below the data directory; NULL after the last part */
    const char *to;               /* below the new directory; "." for itself */
    const char *names[NAMES_MAX]; /* NULL after the last */
};

#define CONTRACT                                                                                   \
    {                                                                                              \
        "proto", "proto", { "target.proto", "signal.proto" }                                       \
    }

static const struct skeleton {
    const char *language;
    struct part parts[PARTS_MAX];
} skeletons[] = {
    {"python", {{"docs/examples/python", ".", {"README.md", "adapter.py", "serving.py"}}}},
    {"node",
     {{"docs/examples/node", ".", {"README.md", "adapter.mjs", "package.json"}},
      {"adapters/libsignal-node",
       "adapters/signal",
       {"bundle.mjs", "ciphers.mjs", "party.mjs", "quantum.mjs", "reasons.mjs", "snapshot.mjs",
        "stores.mjs"}},
      {"adapters/serving-node",
       "adapters/serving-node",
       {"contract.mjs", "frames.mjs", "listen.mjs", "main.mjs", "results.mjs", "serve.mjs"}},
      CONTRACT}},
    {"c",
     {{"docs/examples/c", ".", {"README.md", "CMakeLists.txt", "adapter.c"}},
      {"adapters/reference",
       "library",
       {"callbacks.c", "group.c", "keys.c", "library_log.c", "library_log.h", "party.c", "party.h",
        "provider.c", "provider.h", "store.c", "store.h"}},
      {"adapters/serving",
       "serving",
       {"answer.c", "client_operations.c", "compromise.c", "events.c", "events.h", "listen.c",
        "listen.h", "operations.c", "program.c", "program.h", "serve.c", "serve.h",
        "serve_service.h", "service.h", "service_operations.c", "stash.c", "stash.h"}},
      CONTRACT}},
    {"go",
     {{"docs/examples/go",
       ".",
       {"README.md", "adapter.go", "go.mod", "keys.go", "library.go", "party.go"}},
      {"docs/examples/go/serving", "serving", {"fields.go", "serving.go"}}}},
};

/* |writes| false: only read, so that nothing is begun which cannot be ended. */
static enum exit_code copy(const struct cli *cli, const char *from, const char *to, bool writes)
{
    struct buffer text;
    enum exit_code code = EXIT_CONFORMANT;
    if (!from || !to)
        return cli_complain_status(cli, "init", E_NOMEM);
    buffer_init(&text, COPIED_MAX);
    enum status st = files_read(from, &text);
    if (st)
        code = cli_complain_file(cli, EXIT_BAD_INPUT, from, st);
    else if (writes && (st = files_write(to, buffer_bytes(&text))))
        code = cli_complain_file(cli, EXIT_TROUBLE, to, st);
    buffer_fini(&text);
    return code;
}

static enum exit_code copy_part(const struct cli *cli, const struct part *part, const char *dir,
                                bool writes)
{
    const char *from = files_join(cli->arena, cli->data_dir, part->from);
    const char *to = strcmp(part->to, ".") == 0 ? dir : files_join(cli->arena, dir, part->to);
    enum exit_code code = EXIT_CONFORMANT;
    if (!from || !to)
        return cli_complain_status(cli, "init", E_NOMEM);
    enum status st = writes ? files_make_dirs(to) : OK;
    if (st)
        return cli_complain_file(cli, EXIT_TROUBLE, to, st);
    for (size_t i = 0; !code && i < NAMES_MAX && part->names[i]; i++)
        code = copy(cli, files_join(cli->arena, from, part->names[i]),
                    files_join(cli->arena, to, part->names[i]), writes);
    return code;
}

static enum exit_code make(const struct cli *cli, const struct skeleton *skeleton, const char *dir)
{
    enum exit_code code = EXIT_CONFORMANT;
    if (!files_is_new(dir)) /* nothing of the user's is written over */
        return cli_complain(cli, EXIT_USAGE, "%s is not an empty directory; name a new one", dir);
    for (int writes = 0; writes <= 1; writes++)
        for (size_t i = 0; !code && i < PARTS_MAX && skeleton->parts[i].from; i++)
            code = copy_part(cli, &skeleton->parts[i], dir, writes != 0);
    if (!code)
        fprintf(cli->out,
                "%s: an adapter in %s to begin with. Its README.md says how to run it; what is "
                "yours to write\nis marked \">>> YOURS\", and assay doctor says after each step "
                "what is missing.\n",
                dir, skeleton->language);
    return code;
}

static enum exit_code run(const struct cli *cli, const struct options *o)
{
    for (size_t i = 0; i < COUNT_OF(skeletons); i++)
        if (strcmp(skeletons[i].language, o->operands[0]) == 0)
            return make(cli, &skeletons[i], o->operands[1]);
    return cli_complain(cli, EXIT_USAGE,
                        "there is no skeleton in \"%.64s\"; there are: python, node, c, go",
                        o->operands[0]);
}

const struct command command_init = {
    .name = "init",
    .operands = "LANGUAGE DIR",
    .summary = "an adapter to begin with, in python, node, c or go",
    .example = "  assay init python my-adapter\n  assay init node my-adapter\n",
    .least_operands = 2,
    .most_operands = 2,
    .run = run,
};
