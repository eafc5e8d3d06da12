/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/published.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

json_t *published_vectors(const char *file)
{
    char path[4096];
    json_error_t error;
    int len = snprintf(path, sizeof(path), "%s/%s", PUBLISHED_VECTORS, file);
    assert_in_range(len, 1, sizeof(path) - 1);
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        print_message("left out: there is no %s, which is no part of the project\n", path);
        skip();
    }
    json_t *all = json_loadf(stream, 0, &error);
    fclose(stream);
    assert_non_null(all);
    return all;
}
