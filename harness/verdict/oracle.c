/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verdict/oracle.h"

#include <string.h>

#define P VERDICT_PASS
#define F VERDICT_FAIL
#define E VERDICT_ERROR

/*
 * Rows: expected. Columns: seen, in the order of enum seen. SEEN_NOTHING_YET and
 * SEEN_HARNESS_TROUBLE say nothing about the target, so they are errors everywhere. The layout is
 * made by hand, to be read as one table.
 */
/* clang-format off */
static const enum verdict oracle[N_EXPECT][N_SEEN] = {
    /*                  none  plain other absrb done  refus unrd  holds brokn
     *                  unsup fault garbg seq   over  close death silnc leak  trouble */
    [EXPECT_NONE]    = {E,    E,    E,    E,    E,    E,    E,    E,    E,
                        E,    E,    E,    E,    E,    E,    E,    E,    E,    E},
    [EXPECT_OPENS]   = {E,    P,    F,    F,    F,    F,    F,    E,    E,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
    [EXPECT_REFUSES] = {E,    F,    F,    F,    F,    P,    F,    E,    E,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
    [EXPECT_EITHER]  = {E,    P,    F,    F,    P,    P,    F,    E,    E,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
    [EXPECT_DOES]    = {E,    F,    F,    F,    P,    F,    F,    E,    E,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
    [EXPECT_HOLDS]   = {E,    E,    E,    E,    E,    E,    F,    P,    F,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
    [EXPECT_ABSORBS] = {E,    F,    F,    P,    F,    F,    F,    E,    E,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
    [EXPECT_NOT_SHOWN] = {E,  F,    F,    P,    F,    P,    F,    E,    E,
                        F,    F,    F,    F,    F,    F,    F,    F,    F,    E},
};
/* clang-format on */

#undef P
#undef F
#undef E

static const char *const expect_names[N_EXPECT] = {
    [EXPECT_NONE] = "none",       [EXPECT_OPENS] = "opens",         [EXPECT_REFUSES] = "refuses",
    [EXPECT_EITHER] = "either",   [EXPECT_DOES] = "does",           [EXPECT_HOLDS] = "holds",
    [EXPECT_ABSORBS] = "absorbs", [EXPECT_NOT_SHOWN] = "not-shown",
};

static const char *const seen_names[N_SEEN] = {
    [SEEN_NOTHING_YET] = "nothing-yet",
    [SEEN_PLAINTEXT] = "plaintext",
    [SEEN_OTHER_PLAINTEXT] = "other-plaintext",
    [SEEN_ABSORBED] = "absorbed",
    [SEEN_DONE] = "done",
    [SEEN_REFUSAL] = "refusal",
    [SEEN_UNREADABLE] = "unreadable",
    [SEEN_RELATION_HOLDS] = "relation-holds",
    [SEEN_RELATION_BROKEN] = "relation-broken",
    [SEEN_UNSUPPORTED] = "unsupported",
    [SEEN_FAULT] = "fault",
    [SEEN_GARBAGE] = "garbage",
    [SEEN_OUT_OF_SEQUENCE] = "out-of-sequence",
    [SEEN_OVERSIZE] = "oversize",
    [SEEN_CLOSE] = "close",
    [SEEN_DEATH] = "death",
    [SEEN_SILENCE] = "silence",
    [SEEN_LEAK] = "leak",
    [SEEN_HARNESS_TROUBLE] = "harness-trouble",
};

static const char *const seen_texts[N_SEEN] = {
    [SEEN_NOTHING_YET] = "nothing has happened yet",
    [SEEN_PLAINTEXT] = "it opened to exactly the plaintext that was sealed",
    [SEEN_OTHER_PLAINTEXT] = "it opened to something that nobody sealed",
    [SEEN_ABSORBED] = "it was taken without a plaintext",
    [SEEN_DONE] = "the operation succeeded",
    [SEEN_REFUSAL] = "the target refused",
    [SEEN_UNREADABLE] =
        "a party that follows the specification cannot use what the target produced",
    [SEEN_RELATION_HOLDS] = "the relation holds",
    [SEEN_RELATION_BROKEN] = "the relation does not hold",
    [SEEN_UNSUPPORTED] = "the target answered unsupported to an operation it claims or must have",
    [SEEN_FAULT] = "something broke in the target, by its own word",
    [SEEN_GARBAGE] = "the reply does not parse, or does not answer the request",
    [SEEN_OUT_OF_SEQUENCE] = "the reply belongs to another request",
    [SEEN_OVERSIZE] = "the target announced a frame longer than the maximum",
    [SEEN_CLOSE] = "the target closed the connection",
    [SEEN_DEATH] = "the target's process ended",
    [SEEN_SILENCE] = "no reply came before the deadline",
    [SEEN_LEAK] = "what must stay secret stands in bytes that the target sent",
    [SEEN_HARNESS_TROUBLE] = "assay itself could not go on; nothing is known about the target",
};

static const char *const verdict_names[N_VERDICT] = {
    [VERDICT_NONE] = "none", [VERDICT_PASS] = "pass",   [VERDICT_INCONCLUSIVE] = "inconclusive",
    [VERDICT_FAIL] = "fail", [VERDICT_ERROR] = "error",
};

static const char *const level_names[N_LEVEL] = {
    [LEVEL_NONE] = "none",           [LEVEL_MUST] = "must",       [LEVEL_SHOULD] = "should",
    [LEVEL_HARDENING] = "hardening", [LEVEL_MEASURE] = "measure", [LEVEL_ADDED] = "added",
};

enum verdict oracle_judge(enum expect expect, enum seen seen)
{
    if ((unsigned)expect >= N_EXPECT || (unsigned)seen >= N_SEEN)
        return VERDICT_ERROR;
    return oracle[expect][seen];
}

enum verdict verdict_worst(enum verdict a, enum verdict b) { return a > b ? a : b; }

static const char *name_at(const char *const *names, size_t count, unsigned i)
{
    return i < count ? names[i] : "?";
}

static unsigned index_of(const char *const *names, size_t count, const char *name)
{
    for (unsigned i = 0; name && i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return 0;
}

const char *expect_name(enum expect e) { return name_at(expect_names, N_EXPECT, (unsigned)e); }

const char *seen_name(enum seen s) { return name_at(seen_names, N_SEEN, (unsigned)s); }

const char *verdict_name(enum verdict v) { return name_at(verdict_names, N_VERDICT, (unsigned)v); }

const char *level_name(enum level l) { return name_at(level_names, N_LEVEL, (unsigned)l); }

enum expect expect_from_name(const char *name)
{
    return (enum expect)index_of(expect_names, N_EXPECT, name);
}

enum seen seen_from_name(const char *name) { return (enum seen)index_of(seen_names, N_SEEN, name); }

enum verdict verdict_from_name(const char *name)
{
    return (enum verdict)index_of(verdict_names, N_VERDICT, name);
}

enum level level_from_name(const char *name)
{
    return (enum level)index_of(level_names, N_LEVEL, name);
}

const char *seen_text(enum seen s) { return name_at(seen_texts, N_SEEN, (unsigned)s); }
