/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/sets.h"

#include "base/files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define ENDING ".txt"

static bool is_set(const char *file)
{
    size_t len = strlen(file), ending = strlen(ENDING);
    return file[0] != '.' && len > ending && strcmp(file + len - ending, ENDING) == 0;
}

/* All there are, in the order of their days; is |wanted| one of them? NULL: no memory. */
static const char *names_in(const struct cli *cli, const char *dir, const char *wanted,
                            bool *out_is_known)
{
    struct dirent **files = NULL;
    const char *names = "";
    int n = scandir(dir, &files, NULL, alphasort);
    *out_is_known = false;
    for (int i = 0; i < n; i++) {
        if (is_set(files[i]->d_name) && names) {
            size_t len = strlen(files[i]->d_name) - strlen(ENDING);
            *out_is_known |= strlen(wanted) == len && strncmp(files[i]->d_name, wanted, len) == 0;
            names = arena_printf(cli->arena, "%s%s%.*s", names, names[0] ? ", " : "", (int)len,
                                 files[i]->d_name);
        }
        free(files[i]);
    }
    free(files);
    return names;
}

enum exit_code sets_read(const struct cli *cli, const char *name, enum exit_code unknown,
                         struct requirement_set *out, const char **out_path)
{
    const char *dir = files_join(cli->arena, cli->data_dir, "suites/sets");
    const char *path = dir ? arena_printf(cli->arena, "%s/%s%s", dir, name, ENDING) : NULL;
    bool is_known = false;
    const char *names = path ? names_in(cli, dir, name, &is_known) : NULL;
    struct diags diags;
    memset(out, 0, sizeof(*out));
    *out_path = path;
    if (!names)
        return cli_complain_status(cli, "requirement sets", E_NOMEM);
    if (!is_known)
        return cli_complain(cli, unknown, "there is no requirement set \"%.64s\"; there %s: %s",
                            cli_tame(cli, name), strchr(names, ',') ? "are" : "is",
                            names[0] ? names : "none");
    diags_init(&diags);
    enum status st = requirement_set_load(path, out, &diags);
    enum exit_code code = cli_conclude(cli, st, "requirement set", &diags, "nothing run");
    diags_fini(&diags);
    return code;
}
