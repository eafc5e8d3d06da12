/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/repro.h"

#include "base/files.h"
#include "run/surface.h"
#include "scenario/repro_file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define REPRO_MAX (192u * 1024u * 1024u)

/* ---- writing */

static const char *file_name(const char *case_id, struct arena *arena)
{
    char *name = arena_printf(arena, "repro/%s.xml", case_id);
    for (char *c = name ? name + strlen("repro/") : NULL; c && *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
            *c = '_';
    return name;
}

static enum status tape_entries(const struct tape *tape, struct arena *arena,
                                const struct repro_entry **out, size_t *out_count)
{
    static const enum repro_kind kinds[] = {[TAPE_NONE] = REPRO_NONE,
                                            [TAPE_SENT] = REPRO_SENT,
                                            [TAPE_RECEIVED] = REPRO_RECEIVED,
                                            [TAPE_ENDED] = REPRO_ENDED};
    *out_count = tape->st ? 0 : tape->count;
    struct repro_entry *entries = arena_array(arena, tape->count + 1, sizeof(*entries));
    *out = entries;
    if (!entries)
        return E_NOMEM;
    for (size_t i = 0; i < *out_count; i++) {
        const struct tape_entry *e = &tape->entries[i];
        entries[i] = (struct repro_entry){kinds[e->kind], e->seen, tape_bytes(tape, e)};
    }
    return OK;
}

/* One conversation of many is a case of its own. */
static const char *case_id(const struct planned *planned, struct arena *arena)
{
    const struct case_spec *spec = planned->spec;
    if (!spec->conversations)
        return spec->id;
    return arena_printf(arena, "%s-%lu", spec->id, (unsigned long)planned->instance + 1);
}

const char *repro_write(const struct run_options *options, const struct planned *planned,
                        const struct worker_case *what, const struct case_result *result,
                        const struct tape *tape, struct arena *arena)
{
    const struct surface_acts *acts = surface_acts(what->surface);
    struct repro repro = {.surface = what->surface,
                          .wire = acts->keeps_tape ? NULL : options->wire,
                          .label = what->id,
                          .verdict = verdict_name(result->verdict),
                          .target = options->profile->name};
    struct saved_case saved = {.suite_id = planned->spec->suite->id,
                               .title = planned->spec->suite->title,
                               .cipher = planned->spec->suite->cipher,
                               .case_id = case_id(planned, arena),
                               .requirement = planned->spec->requirement->id,
                               .level = planned->spec->level,
                               .purpose = planned->spec->purpose,
                               .origin = what->id,
                               .steps = what->steps,
                               .n_steps = what->n_steps};
    struct buffer extra, file;
    const char *name = file_name(what->id, arena);
    const char *path = name ? arena_printf(arena, "%s/%s", options->out_dir, name) : NULL;

    memcpy(repro.seed, options->seed, sizeof(repro.seed));
    buffer_init(&extra, REPRO_MAX);
    buffer_init(&file, REPRO_MAX);
    bool is_written =
        path && saved.case_id &&
        (!acts->keeps_tape || tape_entries(tape, arena, &repro.entries, &repro.n_entries) == OK) &&
        repro_save(&repro, &extra) == OK;
    saved.extra = buffer_text(&extra);
    is_written = is_written && suite_save(&saved, &file) == OK &&
                 files_write(path, buffer_bytes(&file)) == OK;
    buffer_fini(&extra);
    buffer_fini(&file);
    return is_written ? name : NULL;
}
