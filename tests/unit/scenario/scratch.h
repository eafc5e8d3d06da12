/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scratch directory to be in, and the shipped requirements to read suites against. Tests write
 * mine.xml there and name it as a user would.
 */
#ifndef ASSAY_TESTS_UNIT_SCENARIO_SCRATCH_H
#define ASSAY_TESTS_UNIT_SCENARIO_SCRATCH_H

#include "scenario/loader.h"

#include <stdbool.h>

struct scratch {
    char dir[64];
    struct loader_options options;
    struct catalogue base; /* requirements and suites as shipped */
    struct diags diags;    /* of the last load */
};

/* cmocka group fixtures: *state becomes a struct scratch. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* Write |text| to |name| in the scratch directory, which is the current one. */
void scratch_write(const char *name, const char *text);

/* A suite around |cases|, which begin in line 2. The caller frees. */
char *scratch_suite(const char *cases);

/* catalogue_load_file of mine.xml with |text| in it, fresh diagnostics. */
enum status scratch_load(struct scratch *s, const char *text, const struct suite **out);

/* "mine.xml:3: text" of complaint |i|; "" when there is none. The caller frees. */
char *scratch_complaint(const struct scratch *s, size_t i);

/* The first complaint is |expected|; there is none. */
void scratch_assert_complaint(const struct scratch *s, const char *expected);
void scratch_assert_no_complaint(const struct scratch *s);

/* Load one case, of a suite's text, without a complaint; its spec. */
const struct case_spec *scratch_case(struct scratch *s, const char *cases);
#define SCRATCH_CASE(attributes)                                                                   \
    "<case id=\"a\" requirement=\"D-05\"" attributes "><purpose>What it shows.</purpose>"
#define SCRATCH_HONEST_AFTER "<deliver message=\"m\"/></case>"

/* One scratch directory for all tests of a program: its group fixtures, and a test in it. */
extern void *scratch_shared;
int scratch_share(void **state);
int scratch_unshare(void **state);
int scratch_use(void **state);
#define SCRATCH_TEST(f) cmocka_unit_test_setup(f, scratch_use)

#endif
