/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/explain.h"
#include "cli/words.h"

#include "experiments/game.h"
#include "cipher/cipher.h"
#include "scenario/capability.h"
#include "scenario/field_ref.h"
#include "scenario/surface.h"
#include "scenario/wire_words.h"
#include "wire/profile.h"

#include <string.h>

struct term {
    const char *name;
    const char *text;
};

static const struct term verdicts[] = {
    {"pass", "Everything a case expects was seen, and after each refusal the target still worked."},
    {"blocked", "What the case needs before it begins did not work, and another case failed for "
                "that: nothing is known about the case's own requirement. It is no pass."},
    {"inconclusive", "What was seen neither shows nor refutes the requirement: a refusal whose "
                     "positive sibling was "
                     "refused too, or an operation the case needs that was declined. It is never "
                     "counted as passed."},
    {"fail", "Something was seen that the requirement forbids: a forged message opened, a genuine "
             "one did not, the "
             "plaintext was another, or the target crashed, hung or closed instead of refusing."},
    {"error", "assay itself could not do its part (a worker died, memory ran out). Nothing is "
              "known about the target."},
    {"not-applicable", "Decided before the case runs: the target does not claim a capability the "
                       "case needs. It never "
                       "counts as passed."},
    {"not-run",
     "The run ended before the case's turn: it was interrupted, or the target was down."},
    {"conformant", "Of the target: every applicable MUST execution of a run of all suites passed. "
                   "Known failures are failures."},
    {"not-conformant", "Of the target: a MUST execution failed, listed as known or not."},
    {"undecided", "Of the target: not all of it was seen, as in a run of chosen cases."},
    {"as-listed", "Of the run: everything that decides passed, or failed as listed in the "
                  "known-failures file. Exit code 0."},
    {"failed", "Of the run: a MUST execution failed that is not listed, or the known-failures file "
               "no longer tells the truth. Exit code 1."},
    {"vacuous", "Of the run: too little was seen to say anything: nothing was selected or "
                "executed, no MUST came to a verdict, or a requirement lacks an acceptance or a "
                "refusal. Exit code 2."},
    {"unreachable", "Of the run: the target did not answer Hello. Exit code 69."},
    {"interrupted",
     "Somebody stopped the run. Reports are written; what was not run is not judged. Exit code 3."},
    {"known", "A failure that is listed, with its reason, in the known-failures file. The list can "
              "only shrink."},
};

static const struct term expectations[] = {
    {"opens",
     "The message opens to exactly the plaintext that was sealed, which nobody can guess."},
    {"refuses", "The target states a refusal. A crash, a close or a silence is none."},
    {"either",
     "To open to the exact plaintext and to refuse are both sound; which it was is measured."},
    {"does", "The operation succeeds."},
    {"holds", "A relation between bytes the target produced holds; the harness checks it."},
    {"absorbs", "The message is taken and has no plaintext for a person."},
    {"not-shown",
     "Nothing of the message is shown to a person; that it is refused need not be said."},
};

static const struct term surfaces[] = {
    {"library", "The target is a library of the cipher, called one operation at a time: "
                "docs/adapter.md."},
    {"client", "The target is a whole client, which dials assay's gatekeeper: docs/wire.md, and "
               "\"The client surface\" in docs/adapter.md."},
};

static const struct term source_classes[] = {
    {"specification", "The requirement stands in a text published by whoever defines the matter: a "
                      "standard, a law, a gatekeeper about its own service."},
    {"profile", "The requirement is a rule or constant of a profile that assay holds clients to: "
                "docs/wire.md."},
    {"field", "The requirement follows from what implementations that work together were seen to "
              "do."},
};

static const struct term levels[] = {
    {"must", "A target that fails it is not conformant."},
    {"should", "Reported with its own score; fails a run only with --strict."},
    {"hardening",
     "Beyond the text of the specifications; reported, fails a run only with --strict."},
    {"measure", "A property that honest implementations choose differently; reported as the "
                "target's profile, and decides nothing."},
    {"added", "Newer than the requirement set that the run was held to (--requirements): run and "
              "reported, and decides nothing."},
};

static bool print_word(const struct cli *cli, const char *word, const char *what,
                       const struct term *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].name, word) == 0) {
            fprintf(cli->out, "%s (%s)\n  %s\n", word, what, table[i].text);
            return true;
        }
    }
    return false;
}

/* As it stands in a suite: <deliver message="first" expect="opens"/>. */
static void print_step(FILE *out, const struct step *step)
{
    fprintf(out, "<%s", verb_rule(step->verb)->name);
    for (size_t i = 0; i < step->n_attributes; i++)
        fprintf(out, " %s=\"%s\"", step->attributes[i].name, step->attributes[i].value);
    fputs("/>", out);
}

static void print_clause(const struct cli *cli, const struct requirement *r)
{
    fprintf(cli->out, "  %s, %s: %s\n", r->source, r->section, r->text);
    fprintf(cli->out, "  Class: %s. %s\n", r->kind, r->url);
    if (r->quote)
        fprintf(cli->out, "  \"%s\"\n", r->quote);
    fprintf(cli->out, "  When it is violated: %s\n", r->impact);
}

static void print_case(const struct cli *cli, const struct case_spec *spec)
{
    fprintf(cli->out, "%s (case, %s, requirement %s)\n  %s\n\n", spec->full_id,
            level_name(spec->level), spec->requirement->id, spec->purpose);
    print_clause(cli, spec->requirement);
    fprintf(cli->out, "\n  %s:%u\n", spec->file, spec->line);
    for (size_t i = 0; i < spec->n_steps; i++) {
        fprintf(cli->out, "  %3zu  ", i + 1);
        print_step(cli->out, &spec->steps[i]);
        fputc('\n', cli->out);
    }
    if (spec->conversations)
        fprintf(
            cli->out,
            "\n  %u conversations, %u with --quick, made from the seed \"%s\" and what the target "
            "claims.\n",
            spec->n_instances, spec->conversations->quick, spec->conversations->seed);
    else if (spec->sweep_kind)
        fprintf(cli->out, "\n  Executed %u times: step %zu, %s=\"%s\".\n", spec->n_instances,
                spec->sweep_step + 1, spec->sweep_attribute, spec->sweep_kind);
    for (size_t i = 0; i < CASE_NEEDS_MAX && spec->needs[i]; i++)
        fprintf(cli->out, "  Needs the capability \"%s\".\n", spec->needs[i]);
    for (size_t i = 0; i < CASE_NEEDS_MAX && spec->unless[i]; i++)
        fprintf(cli->out, "  Does not apply to a target that claims \"%s\".\n", spec->unless[i]);
    if (spec->origin)
        fprintf(cli->out, "  Origin: %s\n", spec->origin);
}

static void print_requirement(const struct cli *cli, const struct catalogue *c,
                              const struct requirement *r)
{
    fprintf(cli->out, "%s (requirement, %s)\n", r->id, level_name(r->level));
    print_clause(cli, r);
    if (r->reason)
        fprintf(cli->out, "  %s: %s\n",
                strcmp(r->testable, "later") == 0 ? "Not built yet" : "Not observable", r->reason);
    for (size_t s = 0; s < c->n_suites; s++) {
        for (size_t i = 0; i < c->suites[s]->n_cases; i++) {
            const struct case_spec *spec = &c->suites[s]->cases[i];
            if (spec->requirement == r)
                fprintf(cli->out, "\n  %s\n    %s\n", spec->full_id, spec->purpose);
        }
    }
}

static void print_suite(const struct cli *cli, const struct suite *suite)
{
    fprintf(cli->out, "%s (suite, layer %s)\n  %s\n  %s\n", suite->id, suite->layer, suite->title,
            suite->file);
    for (size_t i = 0; i < suite->n_cases; i++)
        fprintf(cli->out, "\n  %s\n    %s\n", suite->cases[i].full_id, suite->cases[i].purpose);
}

/* A case by its full id, also with "#17" behind it; or a requirement; or a suite. */
static bool print_from_catalogue(const struct cli *cli, const struct catalogue *c, const char *word)
{
    size_t len = strcspn(word, "#");
    for (size_t s = 0; s < c->n_suites; s++) {
        const struct suite *suite = c->suites[s];
        for (size_t i = 0; i < suite->n_cases; i++) {
            const char *id = suite->cases[i].full_id;
            if (strlen(id) == len && strncmp(id, word, len) == 0) {
                print_case(cli, &suite->cases[i]);
                return true;
            }
        }
        if (strcmp(suite->id, word) == 0) {
            print_suite(cli, suite);
            return true;
        }
    }
    for (size_t i = 0; i < c->n_requirements; i++) {
        if (strcmp(c->requirements[i].id, word) == 0) {
            print_requirement(cli, c, &c->requirements[i]);
            return true;
        }
    }
    return false;
}

static bool print_seen(const struct cli *cli, const char *word)
{
    enum seen seen = seen_from_name(word);
    if (seen == SEEN_NOTHING_YET)
        return false;
    fprintf(cli->out, "%s (seen)\n  %s\n", word, seen_text(seen));
    return true;
}

static bool print_reason(const struct cli *cli, const char *word)
{
    enum refusal reason = refusal_from_name(word);
    if (reason == REFUSAL_NONE)
        return false;
    fprintf(cli->out,
            "%s (reason of a refusal, %d in proto/target.proto)\n"
            "  What the target gave as its reason. A wrong reason is a note, not a failure.\n",
            word, (int)reason);
    return true;
}

static bool print_verb(const struct cli *cli, const char *word)
{
    const struct verb_rule *rule = verb_rule(verb_from_name(word));
    if (!rule)
        return false;
    fprintf(cli->out, "%s (verb of a step)\n  %s\n", rule->name, rule->explanation);
    for (size_t i = 0; i < VERB_ATTRIBUTES_MAX && rule->attributes[i].name; i++) {
        const struct attribute_rule *a = &rule->attributes[i];
        fprintf(cli->out, "    %-22s %s%s\n", a->name, a->explanation,
                a->is_required ? " (required)" : "");
    }
    return true;
}

static bool print_field(const struct cli *cli, const char *word)
{
    struct field_ref f;
    size_t i = 0;
    while (ciphers[i] && !field_ref_find(ciphers[i], word, &f))
        i++;
    if (!ciphers[i])
        return false;
    fprintf(cli->out, "%s (field)\n  %s.\n  %s", word, f.explanation,
            f.is_number           ? "A number"
            : f.cipher.number > 0 ? "Bytes"
                                  : "A part of the object's bytes");
    if (f.cipher.number > 0)
        fprintf(cli->out, ", protobuf field %u", f.cipher.number);
    if (f.cipher.fixed_len > 0)
        fprintf(cli->out, ", %zu bytes", f.cipher.fixed_len);
    fprintf(cli->out, ".\n  <tamper field=\"%s\" .../> changes it%s.\n", word,
            f.wire ? ", where the target is a whole client" : "");
    return true;
}

/* A word may be a verb's, too: "snapshot". */
static bool print_capability(const struct cli *cli, const char *word, bool is_after_other)
{
    static const char *const prefixes[] = {CAPABILITY_OF_CLIENT, CAPABILITY_OF_SERVICE};
    size_t len = 0;
    for (size_t i = 0; !len && i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
        if (strncmp(word, prefixes[i], strlen(prefixes[i])) == 0)
            len = strlen(prefixes[i]);
    const struct capability *c = capability_find(word + len);
    if (!c)
        return false;
    fprintf(cli->out, "%s%s (capability)\n  %s.\n", is_after_other ? "\n" : "", c->name, c->what);
    if (c->why_of_all)
        fprintf(cli->out, "  Why every client has it: %s.\n", c->why_of_all);
    if (c->excused_by)
        fprintf(cli->out, "  Not asked of who claims \"%s\".\n", c->excused_by);
    return true;
}

static bool print_constant(const struct cli *cli, const char *word)
{
    const struct profile_constant *c = profile_constant_find(word);
    struct wire_profile standard;
    char value[2 * PROFILE_TEXT_MAX];
    if (!c)
        return false;
    profile_defaults(&standard);
    profile_get(&standard, c, value, sizeof(value));
    fprintf(cli->out, "%s (constant of a profile)\n  %s.\n  In the profile public: %s%s\n", c->name,
            c->explanation, value[0] ? value : "(empty)",
            c->is_fixed ? "; assay can hold a target to no other value." : "");
    return true;
}

/* A word may be of several layers, and mean something else beside. */
static bool print_layer_word(const struct cli *cli, const char *word, bool is_after_other)
{
    const struct word_table *t;
    bool is_found = false;
    for (size_t k = 0; (t = words_table(k)); k++) {
        const char *sign = strchr(word, t->sign);
        unsigned i = word_find(t, word, strlen(word));
        if (!i && sign)
            i = word_find(t, word, (size_t)(sign - word));
        const struct word *w = word_at(t, i);
        if (!w || words_has_earlier(k, i))
            continue;
        fprintf(cli->out, "%s%s (word of the layer %s", is_found || is_after_other ? "\n" : "",
                w->name, t->layer);
        if (w->most)
            fprintf(cli->out, ", with a number from %u to %u", w->least, w->most);
        fprintf(cli->out, ")\n  %s\n  Follows from: %s.\n", w->why, word_by(t, w));
        if (w->is_tolerated)
            fprintf(cli->out, "  An honest client goes on as if it were not there%s.\n",
                    w->may_be_refused ? ", or refuses it" : "");
        is_found = true;
    }
    return is_found;
}

static void print_games_of(const struct cli *cli, const char *property)
{
    const struct game *g;
    for (size_t i = 0; (g = game_at(i)); i++)
        if (strcmp(g->property, property) == 0)
            fprintf(cli->out, "    %-16s %s\n", g->id, g->title);
}

static bool print_property(const struct cli *cli, const char *word)
{
    static const char *const required[] = {[REQUIRED_NEVER] = "",
                                           [REQUIRED_FOR_V4] = ", required to be as secure as v4",
                                           [REQUIRED_ALWAYS] = ", required for equivalence"};
    const struct property *p = property_find(word);
    if (!p)
        return false;
    fprintf(cli->out, "%s %s (property of a claim%s)\n  When it does not hold: %s\n  Source: %s\n",
            p->id, p->name, required[p->required], p->sentence, p->source);
    print_games_of(cli, p->id);
    return true;
}

static bool print_game(const struct cli *cli, const char *word)
{
    static const char *const kinds[] = {
        [GAME_REFUTES] = "the adversary's success refutes the property",
        [GAME_MEASURES] = "it yields a number, held against the claim's and Signal's",
        [GAME_CLASSIFIES] = "it says whether there is something, beside Signal",
        [GAME_REPORTS] = "its figures are told",
    };
    const struct game *g = game_find(word);
    if (!g)
        return false;
    fprintf(cli->out, "%s %s (game of %s; %s)\n  %s\n", g->id, g->title, g->property,
            kinds[g->kind], g->sentence);
    return true;
}

bool explain_print(const struct cli *cli, const struct catalogue *catalogue, const char *word)
{
    bool is_other =
        print_from_catalogue(cli, catalogue, word) ||
        print_word(cli, word, "verdict", verdicts, COUNT_OF(verdicts)) ||
        print_word(cli, word, "expectation", expectations, COUNT_OF(expectations)) ||
        print_word(cli, word, "level", levels, COUNT_OF(levels)) ||
        print_word(cli, word, "surface", surfaces, COUNT_OF(surfaces)) ||
        print_word(cli, word, "class of a source", source_classes, COUNT_OF(source_classes)) ||
        print_constant(cli, word) || print_seen(cli, word) || print_reason(cli, word) ||
        print_verb(cli, word) || print_field(cli, word) || print_property(cli, word) ||
        print_game(cli, word);
    is_other |= print_capability(cli, word, is_other);
    return print_layer_word(cli, word, is_other) || is_other;
}

/* The nearest so far and one more table of names: diag_nearest over the winner of each table. */
struct search {
    const char *word;
    const char *winners[40];
    size_t n_winners;
};

static void search_names(struct search *s, const char *const *names, size_t count)
{
    const char *nearest = diag_nearest(s->word, names, count);
    if (nearest && s->n_winners < COUNT_OF(s->winners))
        s->winners[s->n_winners++] = nearest;
}

static void search_terms(struct search *s, const struct term *table, size_t count)
{
    const char *names[24];
    for (size_t i = 0; i < count && i < COUNT_OF(names); i++)
        names[i] = table[i].name;
    search_names(s, names, count);
}

static void search_enums(struct search *s)
{
    const char *names[N_SEEN + N_REFUSAL + N_VERB];
    size_t count = 0;
    for (int i = 1; i < N_SEEN; i++)
        names[count++] = seen_name((enum seen)i);
    for (int i = 1; i < N_REFUSAL; i++)
        names[count++] = refusal_name((enum refusal)i);
    for (int i = 1; i < N_VERB; i++)
        names[count++] = verb_rule((enum verb)i)->name;
    search_names(s, names, count);
}

static void search_catalogue(struct search *s, struct arena *arena, const struct catalogue *c)
{
    size_t n = c->n_requirements, count = 0;
    for (size_t i = 0; i < c->n_suites; i++)
        n += 1 + c->suites[i]->n_cases;
    const char **names = arena_array(arena, n + 1, sizeof(*names));
    if (!names)
        return;
    for (size_t i = 0; i < c->n_requirements; i++)
        names[count++] = c->requirements[i].id;
    for (size_t i = 0; i < c->n_suites; i++) {
        names[count++] = c->suites[i]->id;
        for (size_t k = 0; k < c->suites[i]->n_cases; k++)
            names[count++] = c->suites[i]->cases[k].full_id;
    }
    search_names(s, names, count);
}

static void search_claims(struct search *s, struct arena *arena)
{
    size_t n_properties, n_games = game_count();
    const struct property *all = properties(&n_properties);
    const char **names = arena_array(arena, n_properties + n_games + 1, sizeof(*names));
    if (!names)
        return;
    for (size_t i = 0; i < n_properties; i++)
        names[i] = all[i].id;
    for (size_t i = 0; i < n_games; i++)
        names[n_properties + i] = game_at(i)->id;
    search_names(s, names, n_properties + n_games);
}

static void search_constants(struct search *s, struct arena *arena)
{
    size_t count = 0;
    const struct profile_constant *all = profile_constants(&count);
    const char **names = arena_array(arena, count + 1, sizeof(*names));
    for (size_t i = 0; names && i < count; i++)
        names[i] = all[i].name;
    if (names)
        search_names(s, names, count);
}

const char *explain_nearest(const struct cli *cli, const struct catalogue *catalogue,
                            const char *word)
{
    struct search s = {.word = word};
    size_t count = 0;
    search_catalogue(&s, cli->arena, catalogue);
    search_terms(&s, verdicts, COUNT_OF(verdicts));
    search_terms(&s, expectations, COUNT_OF(expectations));
    search_terms(&s, levels, COUNT_OF(levels));
    search_terms(&s, surfaces, COUNT_OF(surfaces));
    search_terms(&s, source_classes, COUNT_OF(source_classes));
    search_constants(&s, cli->arena);
    const char *const *names = capability_names(cli->arena, &count);
    search_names(&s, names, names ? count : 0);
    search_enums(&s);
    search_claims(&s, cli->arena);
    for (size_t i = 0; ciphers[i]; i++) {
        const char *const *fields = field_ref_names(ciphers[i], cli->arena, &count);
        if (fields)
            search_names(&s, fields, count);
    }
    for (size_t i = 0; words_table(i); i++) {
        const char *const *words = word_names(words_table(i), cli->arena, &count);
        if (words)
            search_names(&s, words, count);
    }
    return diag_nearest(word, s.winners, s.n_winners);
}
