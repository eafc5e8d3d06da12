#include "scenario/right_reason.h"

#include <string.h>

/* What one step does with one thing, or (converse, establish) with honest traffic: thing NULL. */
struct act {
    const struct step *step;
    const struct scope_artifact *artifact;
    const struct scope_party *to;   /* who accepts or refuses */
    const struct scope_party *from; /* whom it is said to be from */
    const char *group;
    bool is_as_meant; /* addressee, sender and group are the thing's own */
};

/* ---- what a step does */

static struct act act_of_deliver(const struct reading *r, const struct step *step,
                                 const struct scope_artifact *artifact)
{
    struct act act = {.step = step, .artifact = artifact};
    const char *to = step_text(step, "to"), *from = step_text(step, "from");
    const char *group = step_text(step, "group");
    act.to = to ? scope_party(r->scope, to) : artifact->addressee;
    act.from = from ? scope_party(r->scope, from) : artifact->author;
    act.group = group ? group : artifact->group;
    bool is_same_group = !act.group || (artifact->group && strcmp(act.group, artifact->group) == 0);
    /* A group's message is for every member, a pair's for its addressee only. */
    bool is_for_them = artifact->group ? act.to != artifact->author : act.to == artifact->addressee;
    act.is_as_meant = is_for_them && act.from == artifact->author && is_same_group;
    return act;
}

static struct act act_of_start(const struct reading *r, const struct step *step)
{
    struct act act = {.step = step};
    act.artifact = scope_artifact(r->scope, step_text(step, "bundle"));
    act.to = scope_party_of(r->scope, step, "by");
    act.from = scope_party_of(r->scope, step, "with");
    act.is_as_meant = act.artifact && act.from == act.artifact->author &&
                      !step_text(step, "bend") && !step_text(step, "fetch");
    return act;
}

/* A connection that is refused is judged by one that is not. */
static struct act act_of_connect(const struct reading *r, const struct step *step)
{
    struct act act = {.step = step};
    act.to = scope_party_of(r->scope, step, "at");
    act.is_as_meant = !step_text(step, "handshake") && !step_text(step, "certificate") &&
                      !step_text(step, "like");
    return act;
}

/* A retry that is not answered is judged by one to the same peer that is. */
static struct act act_of_retry(const struct reading *r, const struct step *step)
{
    struct act act = {.step = step};
    act.artifact = scope_artifact(r->scope, step_text(step, "of"));
    act.to = act.artifact ? act.artifact->author : NULL;
    act.from = act.artifact ? act.artifact->addressee : NULL;
    act.is_as_meant = true;
    return act;
}

/* A seal that is refused is judged by seals of the same party to the same party. */
static struct act act_of_seal(const struct reading *r, const struct step *step)
{
    struct act act = {.step = step};
    act.to = scope_party_of(r->scope, step, "by");
    act.from = scope_party_of(r->scope, step, "to");
    act.group = step_text(step, "group");
    act.is_as_meant = true;
    return act;
}

#define NAME_SHOWN (2 * VERB_NAME_MAX + 2)

/* The next name of a list at |*at|, or NULL. */
static const struct scope_artifact *next_artifact(const struct reading *r, const char **at)
{
    char name[NAME_SHOWN];
    *at += strspn(*at, " ");
    size_t len = strcspn(*at, " ");
    if (len == 0 || len >= sizeof(name))
        return NULL;
    memcpy(name, *at, len);
    name[len] = '\0';
    *at += len;
    return scope_artifact(r->scope, name);
}

static const char *names_of_deliver(const struct step *step)
{
    const char *names = step_text(step, "messages");
    return names ? names : step_text(step, "message");
}

static bool is_acceptance(const struct step *step)
{
    enum expect expect = step_expect(step);
    switch (step->verb) {
    case VERB_DELIVER:
        return expect == EXPECT_OPENS || expect == EXPECT_ABSORBS;
    case VERB_START:
    case VERB_SEAL:
    case VERB_CONNECT:
    case VERB_RETRY:
        return expect == EXPECT_DOES;
    case VERB_CONVERSE:
    case VERB_ESTABLISH:
        return true;
    default:
        return false;
    }
}

/* ---- does one acceptance stand beside a refusal? */

struct beside {
    const struct reading *r;
    struct act refusal;
};

/* Something honest of the same kind, between the same two. */
static bool is_honest_twin(const struct act *accepted, const struct act *refused)
{
    const struct scope_artifact *a = accepted->artifact, *b = refused->artifact;
    return !a->origin && !a->is_mutated && accepted->is_as_meant && a->sort == b->sort &&
           accepted->to == refused->to && accepted->from == refused->from && a != b;
}

static bool artifact_stands_beside(const struct beside *beside, const struct act *accepted)
{
    const struct act *refused = &beside->refusal;
    if (!accepted->artifact || !refused->artifact)
        return false;
    if (refused->artifact->origin)
        return accepted->artifact == scope_root(refused->artifact);
    /* the very same bytes: what differs is the moment, the receiver or the name they came under */
    if (accepted->artifact == refused->artifact)
        return true;
    return is_honest_twin(accepted, refused);
}

/* Honest traffic shows that honest messages of either open at the other;
 * it is no twin of a copy. */
static bool traffic_stands_beside(const struct beside *beside, const struct scope_party *a,
                                  const struct scope_party *b)
{
    const struct act *refused = &beside->refusal;
    bool is_between =
        (refused->to == a && refused->from == b) || (refused->to == b && refused->from == a);
    bool is_pairs = !refused->artifact || refused->artifact->sort == SORT_MESSAGE;
    bool is_copy = refused->artifact && refused->artifact->origin;
    return is_between && is_pairs && !is_copy && refused->step->verb != VERB_START;
}

static bool stands_beside(const struct beside *beside, const struct step *step)
{
    const struct reading *r = beside->r;
    enum verb refused = beside->refusal.step->verb;
    if (!is_acceptance(step))
        return false;
    if (step->verb == VERB_CONVERSE)
        return traffic_stands_beside(beside, scope_party_of(r->scope, step, "with"),
                                     scope_party_of(r->scope, step, "at"));
    if (step->verb == VERB_SEAL && refused == VERB_SEAL) {
        struct act act = act_of_seal(r, step);
        return act.to == beside->refusal.to && act.from == beside->refusal.from;
    }
    if (step->verb == VERB_CONNECT && refused == VERB_CONNECT) {
        struct act act = act_of_connect(r, step);
        return act.is_as_meant && act.to == beside->refusal.to;
    }
    if (step->verb == VERB_RETRY && refused == VERB_RETRY)
        return act_of_retry(r, step).to == beside->refusal.to;
    if (step->verb == VERB_START && refused == VERB_START) {
        struct act act = act_of_start(r, step);
        return artifact_stands_beside(beside, &act);
    }
    if (step->verb != VERB_DELIVER || refused != VERB_DELIVER)
        return false;
    const char *at = names_of_deliver(step);
    for (const struct scope_artifact *t = next_artifact(r, &at); t; t = next_artifact(r, &at)) {
        struct act act = act_of_deliver(r, step, t);
        if (artifact_stands_beside(beside, &act))
            return true;
    }
    return false;
}

static bool has_acceptance_beside(const struct reading *r, const struct judged_case *c,
                                  const struct act *refusal)
{
    struct beside beside = {.r = r, .refusal = *refusal};
    for (size_t i = 0; i < c->n_steps; i++)
        if (&c->steps[i] != refusal->step && stands_beside(&beside, &c->steps[i]))
            return true;
    return false;
}

/* ---- after the refusal */

static bool is_accepted_by(const struct reading *r, const struct step *step,
                           const struct scope_party *who)
{
    if (!is_acceptance(step))
        return false;
    if (step->verb == VERB_CONVERSE)
        return scope_party_of(r->scope, step, "with") == who ||
               scope_party_of(r->scope, step, "at") == who;
    if (step->verb == VERB_ESTABLISH)
        return scope_party_of(r->scope, step, "by") == who ||
               scope_party_of(r->scope, step, "with") == who;
    if (step->verb == VERB_START || step->verb == VERB_SEAL)
        return scope_party_of(r->scope, step, "by") == who;
    if (step->verb == VERB_CONNECT)
        return scope_party_of(r->scope, step, "at") == who;
    if (step->verb == VERB_RETRY)
        return act_of_retry(r, step).to == who;
    const char *at = names_of_deliver(step);
    const struct scope_artifact *t = next_artifact(r, &at);
    return t && act_of_deliver(r, step, t).to == who;
}

static bool is_end(const struct reading *r, const struct judged_case *c, const struct act *refusal)
{
    const struct step *end = c->steps + c->n_steps;
    for (const struct step *step = refusal->step + 1; step < end; step++)
        if (is_accepted_by(r, step, refusal->to))
            return false;
    return true;
}

/* ---- the rule */

static void complain_no_sibling(struct reading *r, const struct act *refusal)
{
    const struct step *step = refusal->step;
    const struct scope_artifact *t = refusal->artifact;
    if (t && t->origin && step->verb == VERB_START)
        reading_complain(
            r, step->line,
            "<start bundle=\"%s\" expect=\"refuses\">: nothing shows that \"%s\", which "
            "it was made from, is accepted: add <start bundle=\"%s\"/>, or name a case "
            "that does in sibling=\"\"",
            t->name, scope_root(t)->name, scope_root(t)->name);
    else if (t && t->origin)
        reading_complain(r, step->line,
                         "<deliver message=\"%s\" expect=\"refuses\">: nothing shows that \"%s\", "
                         "which it was made from, is accepted: add <deliver message=\"%s\" "
                         "expect=\"opens\"/>, or name a case that does in sibling=\"\"",
                         t->name, scope_root(t)->name, scope_root(t)->name);
    else
        reading_complain(r, step->line,
                         "<%s%s%s%s expect=\"refuses\">: nothing shows that %s is accepted when "
                         "nothing is wrong: let an honest one, from the same party to the same "
                         "party, be accepted in this case, or name a case that does in "
                         "sibling=\"\"",
                         verb_rule(step->verb)->name, t ? " of \"" : "", t ? t->name : "",
                         t ? "\"" : "", t ? "its like" : "the same");
}

static bool check_refusal(struct reading *r, const struct judged_case *c, const struct act *refusal)
{
    if (!c->has_sibling && !has_acceptance_beside(r, c, refusal)) {
        complain_no_sibling(r, refusal);
        return false;
    }
    if (!step_text(refusal->step, "costs") && is_end(r, c, refusal)) {
        reading_complain(r, refusal->step->line,
                         "<%s expect=\"refuses\">: after a refusal \"%s\" must be seen to accept "
                         "something: add a step, or costs=\"session\" where the specification lets "
                         "the session die",
                         verb_rule(refusal->step->verb)->name,
                         refusal->to ? refusal->to->name : "?");
        return false;
    }
    return true;
}

static bool check_step(struct reading *r, const struct judged_case *c, const struct step *step)
{
    struct act refusal;
    if (step_expect(step) != EXPECT_REFUSES && step_expect(step) != EXPECT_NOT_SHOWN)
        return true;
    if (step->verb != VERB_DELIVER) {
        refusal = step->verb == VERB_START     ? act_of_start(r, step)
                  : step->verb == VERB_SEAL    ? act_of_seal(r, step)
                  : step->verb == VERB_CONNECT ? act_of_connect(r, step)
                                               : act_of_retry(r, step);
        return check_refusal(r, c, &refusal);
    }
    const char *at = names_of_deliver(step);
    for (const struct scope_artifact *t = next_artifact(r, &at); t; t = next_artifact(r, &at)) {
        refusal = act_of_deliver(r, step, t);
        if (!check_refusal(r, c, &refusal))
            return false;
    }
    return true;
}

bool right_reason_check(struct reading *r, const struct judged_case *c)
{
    for (size_t i = 0; i < c->n_steps; i++)
        if (!check_step(r, c, &c->steps[i]))
            return false;
    return true;
}

bool right_reason_accepts(const struct step *steps, size_t n_steps, enum verb verb)
{
    for (size_t i = 0; i < n_steps; i++) {
        bool is_traffic = steps[i].verb == VERB_CONVERSE || steps[i].verb == VERB_ESTABLISH;
        if (is_acceptance(&steps[i]) && (steps[i].verb == verb || is_traffic))
            return true;
    }
    return false;
}

enum verb right_reason_refuses(const struct step *steps, size_t n_steps)
{
    for (size_t i = 0; i < n_steps; i++)
        if (step_expect(&steps[i]) == EXPECT_REFUSES)
            return steps[i].verb;
    return VERB_NONE;
}
