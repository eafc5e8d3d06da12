/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/config.h"

#include "base/files.h"
#include "reports/words.h"

#include <ini.h>
#include <string.h>

#define ENTRIES_MAX 1024u
#define NAMES_MAX 1024u /* options of all commands */
#define TEXT_MAX 65536u

struct entry {
    const char *section; /* "" before any */
    const char *name, *value;
    unsigned line;
};

struct config {
    const struct cli *cli;
    struct diags *diags;
    FILE *file;
    unsigned line; /* that was read last */
    struct entry *entries;
    size_t n_entries;
};

/* ---- reading */

/* As libinih asks for it, which takes what is left of a long line for another one. */
static char *read_line(char *text, int size, void *stream)
{
    struct config *c = stream;
    size_t len;
    if (!files_read_line(c->file, text, (size_t)size, &len))
        return NULL;
    c->line++;
    if (strlen(text) != len)
        diags_add(c->diags, c->cli->config, c->line, "a NUL character; text is expected");
    else if (len + 1 == (size_t)size && text[len - 1] != '\n')
        diags_add(c->diags, c->cli->config, c->line, "a line of more than %d bytes", size - 3);
    return text;
}

static int keep_entry(void *user, const char *section, const char *name, const char *value)
{
    struct config *c = user;
    struct arena *arena = c->cli->arena;
    const struct entry entry = {.section = arena_text(arena, section),
                                .name = arena_text(arena, name),
                                .value = arena_text(arena, value),
                                .line = c->line};
    if (c->n_entries == ENTRIES_MAX || !entry.section || !entry.name || !entry.value) {
        diags_add(c->diags, c->cli->config, c->line, "more than assay takes");
        return 0;
    }
    c->entries[c->n_entries++] = entry;
    return 1;
}

static void read_all(struct config *c)
{
    int line = ini_parse_stream(read_line, c, keep_entry, c);
    if (line && c->diags->count == 0)
        diags_add(c->diags, c->cli->config, line > 0 ? (unsigned)line : 0u,
                  "\"name = value\" or \"[command]\" is expected");
}

/* ---- is each of them an option? */

static const struct command *command_called(const char *name)
{
    size_t n;
    const struct command *const *all = commands_all(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

/* Append the names of |command|'s options. */
static size_t add_names(const struct command *command, const char **names, size_t n)
{
    for (size_t i = 0; i < command->n_rules && n < NAMES_MAX; i++)
        names[n++] = command->rules[i].name;
    return n;
}

/* Those that |entry| can be: of its command, or of any. */
static size_t names_for(const struct entry *entry, const char **names)
{
    size_t n_all, n = 0;
    const struct command *const *all = commands_all(&n_all);
    if (entry->section[0])
        return add_names(command_called(entry->section), names, 0);
    for (size_t i = 0; i < n_all; i++)
        n = add_names(all[i], names, n);
    return n;
}

static void check_entry(const struct config *c, const struct entry *entry)
{
    const char *names[NAMES_MAX];
    if (entry->section[0] && !command_called(entry->section)) {
        diags_add(c->diags, c->cli->config, entry->line, "[%.64s]: no command is called so",
                  entry->section);
        return;
    }
    size_t n = names_for(entry, names);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], entry->name) == 0)
            return;
    const char *nearest = diag_nearest(entry->name, names, n);
    diags_add(c->diags, c->cli->config, entry->line, "no option is called \"%.64s\"%s%s%s",
              entry->name, nearest ? " (did you mean \"" : "", nearest ? nearest : "",
              nearest ? "\"?)" : "");
}

/* ---- applying */

/* Add what |section| says of options that are not |decided|, which they are then; what was added to
 * |said|. */
static void apply_section(const struct config *c, const struct command *command,
                          const char *section, struct options *o, bool *decided,
                          struct buffer *said)
{
    bool is_named[OPTIONS_MAX] = {false};
    struct buffer problem;
    buffer_init(&problem, TEXT_MAX);
    for (size_t i = 0; i < c->n_entries; i++) {
        const struct entry *entry = &c->entries[i];
        size_t row = options_row(command->rules, command->n_rules, entry->name);
        if (strcmp(entry->section, section) != 0 || row == command->n_rules || decided[row])
            continue;
        is_named[row] = true;
        buffer_clear(&problem);
        if (options_add(&command->rules[row], entry->value, &o->given[row], &problem))
            diags_add(c->diags, c->cli->config, entry->line, "%s", buffer_text(&problem));
        if (!option_given(o, row))
            continue; /* a flag that is not set */
        buffer_printf(said, " --%s", entry->name);
        if (command->rules[row].kind != OPTION_FLAG) {
            buffer_append_text(said, " ");
            words_shell(said, entry->value);
        }
    }
    for (size_t row = 0; row < command->n_rules; row++)
        decided[row] |= is_named[row];
    buffer_fini(&problem);
}

static bool is_given(const struct command *command, const struct options *o, const char *name)
{
    size_t row = options_row(command->rules, command->n_rules, name);
    return row < command->n_rules && option_given(o, row);
}

/* What was read, which is sound so far. */
static void apply(const struct config *c, const struct command *command, struct options *o)
{
    bool decided[OPTIONS_MAX] = {false};
    struct buffer said;
    buffer_init(&said, TEXT_MAX);
    for (size_t row = 0; row < command->n_rules; row++)
        decided[row] = option_given(o, row);
    apply_section(c, command, command->name, o, decided, &said);
    apply_section(c, command, "", o, decided, &said);
    if (said.len && c->diags->count == 0 && !is_given(command, o, "quiet"))
        cli_complain(c->cli, EXIT_CONFORMANT, "with %s:%s", c->cli->config,
                     cli_tame(c->cli, buffer_text(&said)));
    buffer_fini(&said);
}

enum exit_code config_apply(const struct cli *cli, const struct command *command, struct options *o)
{
    struct diags diags;
    struct config c = {.cli = cli, .diags = &diags};
    enum exit_code code = EXIT_CONFORMANT;
    if (!cli->config || is_given(command, o, "resume"))
        return code;
    c.file = fopen(cli->config, "r");
    if (!c.file)
        return cli_complain_file(cli, EXIT_BAD_INPUT, cli->config, E_IO);
    diags_init(&diags);
    c.entries = arena_array(cli->arena, ENTRIES_MAX, sizeof(*c.entries));
    if (!c.entries)
        code = cli_complain_status(cli, cli->config, E_NOMEM);
    else
        read_all(&c);
    for (size_t i = 0; i < c.n_entries; i++)
        check_entry(&c, &c.entries[i]);
    if (!code && diags.count == 0)
        apply(&c, command, o);
    if (diags.count)
        code = cli_complain_input(cli, &diags, "nothing done");
    diags_fini(&diags);
    fclose(c.file);
    return code;
}
