/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a suite file, to the last check of the loader: read beside the shipped requirements
 * and no other suite, as a repro file or a private suite is.
 */
#define _XOPEN_SOURCE 700 /* mkdtemp, symlink */
#include "memory_file.h"
#include "scenario/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INPUTS_A_CATALOGUE 500u /* what is read lives as long as the catalogue */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const shipped[] = {"suite.rng",           "requirements.rng",
                                      "requirements.xml",    "requirements-stanza.xml",
                                      "requirements-v4.xml", "sources.xml"};

static struct loader_options options;
static struct catalogue catalogue;
static unsigned n_inputs;
static char folder[] = "/tmp/assay-fuzz-XXXXXX";

static void remove_folder(void)
{
    char path[256];
    for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, shipped[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void make_folder(void)
{
    char path[256];
    if (!mkdtemp(folder) || atexit(remove_folder))
        __builtin_trap();
    for (size_t i = 0; i < sizeof(shipped) / sizeof(shipped[0]); i++) {
        char target[1024];
        snprintf(target, sizeof(target), "%s/%s", SUITES_DIR, shipped[i]);
        snprintf(path, sizeof(path), "%s/%s", folder, shipped[i]);
        if (symlink(target, path))
            __builtin_trap();
    }
    options = (struct loader_options){.suite_dir = folder, .vector_dir = VECTORS_DIR};
}

static void fresh_catalogue(void)
{
    struct diags diags;
    if (!options.suite_dir)
        make_folder();
    else
        catalogue_free(&catalogue);
    diags_init(&diags);
    if (catalogue_load(&options, &catalogue, &diags))
        __builtin_trap();
    diags_fini(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file file;
    struct diags diags;
    const struct suite *suite;
    if (n_inputs++ % INPUTS_A_CATALOGUE == 0)
        fresh_catalogue();
    memory_file_open(&file, data, size);
    diags_init(&diags);
    enum status st = catalogue_load_file(&catalogue, &options, file.path, &suite, &diags);
    if ((st == E_INPUT) != (diags.count > 0))
        __builtin_trap();
    diags_fini(&diags);
    memory_file_close(&file);
    return 0;
}
