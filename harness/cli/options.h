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

#define OPTIONS_MAX 24u        /* rows of a table */
#define OPTION_VALUES_MAX 256u /* values of one repeated option */
#define OPERANDS_MAX 8u
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

bool option_given(const struct options *o, size_t row);
/* The value, or |otherwise|. */
const char *option_text(const struct options *o, size_t row, const char *otherwise);
uint32_t option_number(const struct options *o, size_t row, uint32_t otherwise);

#endif
