/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * support/published.h - vectors that others published. They are no part of the project, but may
 * stand beside it (ASSAY_PUBLISHED_VECTORS of CMake).
 * Depends on: jansson, cmocka.
 */
#ifndef ASSAY_TESTS_SUPPORT_PUBLISHED_H
#define ASSAY_TESTS_SUPPORT_PUBLISHED_H

#include <jansson.h>

/*
 * The document |file|, a path within the folder of published vectors; the caller ends it with
 * json_decref. Where there is no such file, the running test is left out, and says so. One that
 * does not parse fails the test.
 */
json_t *published_vectors(const char *file);

#endif
