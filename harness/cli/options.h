/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cli/options.h - a command's options and operands, by a table.
 * Depends on: base.
 *
 * Options are long: "--name=value" or "--name value", flags "--name". "--" ends them; a lone "-" is
 * an operand. Values are checked here as far as the table can say: numbers against their range,
 * choices against their list.
 */
#ifndef ASSAY_CLI_OPTIONS_H
#define ASSAY_CLI_OPTIONS_H

#include "base/buffer.h"
#include "base/row.h"

#define OPTIONS_MAX 40u        /* rows of a table */
#define OPTION_VALUES_MAX 256u /* values of one repeated option */
#define OPERANDS_MAX 257u      /* of assay merge: a directory and 256 shards */
#define OPTION_CHOICES_MAX 8u

enum option_kind {
    OPTION_FLAG = 1,
    OPTION_TEXT,   /* one value; given twice is an error */
    OPTION_NUMBER, /* decimal, between |least| and |most| */
    OPTION_CHOICE, /* one of |choices| */
    OPTION_LIST    /* any number of values */
};

struct option_rule {
    const char *name; /* without the dashes */
    enum option_kind kind;
    const char *value;       /* what the value is called in help, "ADDRESS"; NULL for a flag */
    const char *explanation; /* half a sentence for --help */
    uint32_t least, most;    /* OPTION_NUMBER */
    const char *choices[OPTION_CHOICES_MAX]; /* OPTION_CHOICE; NULL after the last */
};

/* Rows of a table. */
#define OPTION_ROW(n, k, v, ...)                                                                   \
    TABLE_ROW(.name = (n), .kind = (k), .value = (v), .explanation = __VA_ARGS__)
#define FLAG_OPTION(n, e) OPTION_ROW(n, OPTION_FLAG, NULL, e)
#define TEXT_OPTION(n, v, e) OPTION_ROW(n, OPTION_TEXT, v, e)
#define LIST_OPTION(n, v, e) OPTION_ROW(n, OPTION_LIST, v, e)
#define NUMBER_OPTION(n, v, l, m, e) OPTION_ROW(n, OPTION_NUMBER, v, e, .least = (l), .most = (m))
#define CHOICE_OPTION(n, v, e, ...) OPTION_ROW(n, OPTION_CHOICE, v, e, .choices = {__VA_ARGS__})

/* Those that several commands have. */
#define TARGET_OPTION                                                                              \
    TEXT_OPTION("target", "ADDRESS", "builtin: (default), exec:COMMAND, unix:PATH, tcp:HOST:PORT")
#define SERVICE_HOST_OPTION                                                                        \
    TEXT_OPTION(                                                                                   \
        "service-host", "HOST",                                                                    \
        "where the target's service may stand, beside loopback (default: the host of tcp:)")
#define TIMEOUT_OPTION NUMBER_OPTION("timeout", "SECONDS", 1, 3600, "for one reply (default 10)")
#define START_TIMEOUT_OPTION                                                                       \
    NUMBER_OPTION("start-timeout", "SECONDS", 1, 3600,                                             \
                  "for the target to start and answer Hello (default 30)")
#define SINCE_OPTION                                                                               \
    TEXT_OPTION("since", "OLD", "the results of an earlier run, or its directory: what changed")
#define SUITE_DIR_OPTION LIST_OPTION("suite-dir", "DIR", "private suites besides the shipped ones")

struct option_values {
    const char *values[OPTION_VALUES_MAX];
    size_t count;
};

/* What was given, by row of the table. Values are borrowed from argv. */
struct options {
    struct option_values given[OPTIONS_MAX];
    const char *operands[OPERANDS_MAX];
    size_t n_operands;
    bool wants_help; /* --help or -h anywhere before "--" */
};

/*
 * Parse |argc| words of |argv| against |n_rules| (at most OPTIONS_MAX) rows.
 *
 * E_INPUT  an unknown option, a value missing or out of range, too many operands; |problem| gets
 * one sentence, with the nearest name where there is one
 */
MUST_USE enum status options_parse(const struct option_rule *rules, size_t n_rules, int argc,
                                   const char *const *argv, struct options *out,
                                   struct buffer *problem);

/* The row called |name|, or |n_rules|. */
size_t options_row(const struct option_rule *rules, size_t n_rules, const char *name);
/*
 * Add a value that stands in no command line, borrowed, to what was |given| of |rule|; of a flag
 * "yes" or "no". E_INPUT: |problem| gets one sentence.
 */
MUST_USE enum status options_add(const struct option_rule *rule, const char *value,
                                 struct option_values *given, struct buffer *problem);

bool option_given(const struct options *o, size_t row);
/* The value, or |otherwise|. */
const char *option_text(const struct options *o, size_t row, const char *otherwise);
uint32_t option_number(const struct options *o, size_t row, uint32_t otherwise);

#endif
