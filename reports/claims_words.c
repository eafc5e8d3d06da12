/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reports/claims_words.h"

#include "reports/words.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *stamp;
    enum claims_tone tone;
} verdicts[N_CONCLUSION] = {
    [CONCLUSION_NONE] = {"ERROR", TONE_BAD},
    [CONCLUSION_EQUIVALENT] = {"EQUIVALENT", TONE_GOOD},
    [CONCLUSION_NOT_EQUIVALENT] = {"NOT EQUIVALENT", TONE_BAD},
    [CONCLUSION_NOT_DEMONSTRATED] = {"NOT DEMONSTRATED", TONE_DOUBT},
};

static const struct {
    const char *words;
    enum claims_tone tone;
} findings[N_FINDING] = {
    [FINDING_NONE] = {"no finding", TONE_BAD},
    [FINDING_NOT_VIOLATED] = {"not violated in", TONE_GOOD},
    [FINDING_REFUTED] = {"refuted", TONE_BAD},
    [FINDING_AS_WEAK_AS_SIGNAL] = {"as weak as Signal", TONE_DOUBT},
    [FINDING_WEAKER_THAN_CLAIMED] = {"weaker than claimed", TONE_BAD},
    [FINDING_WEAKER_THAN_SIGNAL] = {"weaker than Signal", TONE_BAD},
    [FINDING_NOT_DEMONSTRATED] = {"not demonstrated", TONE_DOUBT},
    [FINDING_INVALID] = {"invalid", TONE_DOUBT},
    [FINDING_DOCUMENT_ONLY] = {"document only", TONE_MILD},
    [FINDING_NOT_CLAIMED] = {"not claimed", TONE_MILD},
};

static const char *const claimed_words[N_CLAIMED] = {
    [CLAIMED_NONE] = "not mentioned",
    [CLAIMED_YES] = "yes",
    [CLAIMED_NO] = "no",
    [CLAIMED_UNMENTIONED] = "not mentioned",
};

/* How a state reads: "won in 3 of 20 schedules", "held in 20 schedules", "could not be played". */
enum counting { COUNTS_NOTHING = 0, COUNTS_SCHEDULES, COUNTS_WINS };

struct state_entry {
    const char *words;
    enum counting counting;
};

static const struct state_entry states[N_RESULT_STATE] = {
    [RESULT_NONE] = {"not played", COUNTS_NOTHING},
    [RESULT_HELD] = {"held in", COUNTS_SCHEDULES},
    [RESULT_WON] = {"won in", COUNTS_WINS},
    [RESULT_MEASURED] = {"measured in", COUNTS_SCHEDULES},
    [RESULT_UNABLE] = {"could not be played", COUNTS_NOTHING},
    [RESULT_INVALID] = {"invalid", COUNTS_NOTHING},
    [RESULT_TROUBLE] = {"not decided: honest traffic failed", COUNTS_NOTHING},
};

/* A classification is neither won nor lost: it is shown, or it is not. */
static const struct state_entry classified_states[] = {
    [RESULT_HELD] = {"not shown in", COUNTS_SCHEDULES},
    [RESULT_WON] = {"shown in", COUNTS_WINS},
};

const char *claims_words_side(enum claims_side side)
{
    static const char *const names[N_CLAIMS_SIDE] = {
        [CLAIMS_TARGET] = "target", [CLAIMS_V3] = "Signal v3", [CLAIMS_V4] = "Signal v4"};
    return names[side];
}

const char *claims_words_beside(enum claims_side side)
{
    static const char *const names[N_CLAIMS_SIDE] = {
        [CLAIMS_ALONE] = "", [CLAIMS_V3] = "Signal v3: ", [CLAIMS_V4] = "Signal v4: "};
    return names[side];
}

const char *claims_words_stamp(const struct claims_conclusion *c)
{
    return verdicts[c->verdict].stamp;
}

enum claims_tone claims_words_verdict_tone(const struct claims_conclusion *c)
{
    return verdicts[c->verdict].tone;
}

const char *claims_words_rest(const struct claims_conclusion *c)
{
    const char *stamp = claims_words_stamp(c), *line = c->line;

    while (*stamp && *line && toupper((unsigned char)*line) == *stamp) {
        stamp++;
        line++;
    }
    return *stamp ? c->line : line;
}

void claims_words_stamps(struct buffer *out, const struct record_claims *v)
{
    size_t begun = out->len;

    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side])
            buffer_printf(out, "%s%s%s", out->len > begun ? ", " : "",
                          claims_words_beside((enum claims_side)side),
                          claims_words_stamp(v->conclusions[side]));
}

void claims_words_finding(struct buffer *out, const struct record_claims *v,
                          const struct claims_property *p, const struct claims_finding *f)
{
    bool is_counted = strncmp(f->detail, "not violated in ", strlen("not violated in ")) == 0;

    if (f->finding == FINDING_NOT_VIOLATED && is_counted) {
        buffer_append_text(out, f->detail);
        return;
    }
    buffer_append_text(out, findings[f->finding].words);
    if (f->finding != FINDING_NOT_VIOLATED)
        return;
    buffer_append_text(out, " ");
    words_count(out, (unsigned long long)claims_view_schedules(v, p, CLAIMS_TARGET), "schedule",
                "schedules");
}

enum claims_tone claims_words_finding_tone(enum finding finding) { return findings[finding].tone; }

/* "1 round trip" of the unit "round trips", "1 delivery" of "deliveries". */
static void append_unit(struct buffer *out, long n, const char *unit)
{
    size_t len = strlen(unit);
    bool is_one = n == 1 && len > 3 && unit[len - 1] == 's';
    bool has_y = is_one && strcmp(unit + len - 3, "ies") == 0;

    if (len == 0)
        return;
    buffer_append_text(out, " ");
    buffer_append(out, bytes_of(unit, has_y ? len - 3 : is_one ? len - 1 : len));
    buffer_append_text(out, has_y ? "y" : "");
}

/* Without end: a healing that never comes, or anything else that goes on for ever. */
static const char *endless(const struct claims_measure *m)
{
    static const char *const heals[] = {"healing-round-trips", "healing-steps",
                                        "quantum-healing-messages"};

    for (size_t i = 0; i < sizeof heals / sizeof heals[0]; i++)
        if (strcmp(m->name, heals[i]) == 0)
            return "never";
    return "never ends";
}

void claims_words_bare(struct buffer *out, const struct claims_measure *m, long value)
{
    if (value < 0)
        buffer_append_text(out, "not measured");
    else if (value == CLAIMS_NEVER)
        buffer_append_text(out, endless(m));
    else
        buffer_append_number(out, (unsigned long long)value);
}

void claims_words_value(struct buffer *out, const struct claims_measure *m, long value)
{
    claims_words_bare(out, m, value);
    if (value >= 0 && value != CLAIMS_NEVER)
        append_unit(out, value, m->unit);
}

void claims_words_claimed(struct buffer *out, const struct claims_property *p)
{
    buffer_append_text(out, claimed_words[p->claimed]);
    if (p->claimed != CLAIMED_YES)
        return;
    for (size_t i = 0; i < p->n_measures; i++) {
        if (p->measures[i].claimed < 0)
            continue;
        buffer_printf(out, "; %s: at most ", p->measures[i].title);
        claims_words_value(out, &p->measures[i], p->measures[i].claimed);
    }
}

void claims_words_outcome(struct buffer *out, const struct claims_game *g, enum claims_side side)
{
    const struct game_result *o = claims_view_result(g, side);
    const struct state_entry *state = &states[o->state];

    if (g->kind == GAME_CLASSIFIES && state->counting != COUNTS_NOTHING &&
        o->state < RESULT_MEASURED)
        state = &classified_states[o->state];
    buffer_append_text(out, state->words);
    if (state->counting == COUNTS_NOTHING)
        return;
    buffer_append_text(out, " ");
    if (state->counting == COUNTS_WINS) {
        buffer_append_number(out, (unsigned long long)o->n_wins);
        buffer_append_text(out, " of ");
    }
    words_count(out, (unsigned long long)o->n_schedules, "schedule", "schedules");
}

static void separate(struct buffer *out, size_t begun)
{
    if (out->len > begun)
        buffer_append_text(out, "; ");
}

static void append_measures(struct buffer *out, const struct claims_property *p,
                            enum claims_side side, size_t begun)
{
    for (size_t i = 0; i < p->n_measures; i++) {
        const struct claims_measure *m = &p->measures[i];
        if (m->sides[side] < 0)
            continue;
        separate(out, begun);
        buffer_printf(out, "%s: ", m->title);
        claims_words_value(out, m, m->sides[side]);
    }
}

/* Games that say more than that nothing was won: wins, classifications, what was not played. */
static void append_telling_games(struct buffer *out, const struct record_claims *v,
                                 const struct claims_property *p, enum claims_side side,
                                 size_t begun)
{
    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        const struct game_result *o = g ? claims_view_result(g, side) : NULL;
        if (!o || !o->state || g->kind == GAME_REPORTS || o->state == RESULT_MEASURED ||
            (o->state == RESULT_HELD && g->kind != GAME_CLASSIFIES))
            continue;
        separate(out, begun);
        buffer_printf(out, "%s ", g->id);
        claims_words_outcome(out, g, side);
    }
}

/* Schedules in which the adversary could have won, and won none; 0 when one was won. */
static long schedules_without_win(const struct record_claims *v, const struct claims_property *p,
                                  enum claims_side side)
{
    long n = 0;

    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        if (g && claims_view_is_refuted(g, side))
            return 0;
        if (g && g->kind == GAME_REFUTES && claims_view_result(g, side)->state == RESULT_HELD)
            n += claims_view_result(g, side)->n_schedules;
    }
    return n;
}

void claims_words_measured(struct buffer *out, const struct record_claims *v,
                           const struct claims_property *p, enum claims_side side)
{
    size_t begun = out->len;
    long n = schedules_without_win(v, p, side);

    append_measures(out, p, side, begun);
    if (n > 0) {
        separate(out, begun);
        buffer_append_text(out, "no win in ");
        words_count(out, (unsigned long long)n, "schedule", "schedules");
    }
    append_telling_games(out, v, p, side, begun);
    if (out->len == begun)
        buffer_append_text(out, v->sides[side] ? "nothing measured" : "not run");
}

const char *claims_words_precondition(const struct claims_holding *side)
{
    return !side ? "not looked at" : side->holds ? "holds" : "does not hold";
}

enum claims_tone claims_words_precondition_tone(const struct claims_holding *side)
{
    return !side ? TONE_MILD : side->holds ? TONE_GOOD : TONE_BAD;
}

void claims_words_party(struct buffer *out, const struct record_target *party)
{
    if (!party) {
        buffer_append_text(out, "nobody");
        return;
    }
    buffer_append_text(out, party->name[0] ? party->name : "a target without a name");
    if (party->version[0])
        buffer_printf(out, " %s", party->version);
}

void claims_words_weakness(struct buffer *out, const struct record_claims *v,
                           const struct claims_property *p, enum claims_side side)
{
    size_t begun = out->len;

    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        if (!g || !claims_view_is_refuted(g, side))
            continue;
        separate(out, begun);
        buffer_printf(out, "%s (%s): ", g->id, g->title);
        claims_words_outcome(out, g, side);
        buffer_printf(out, " against %s, ", claims_words_side(side));
        claims_words_outcome(out, g, CLAIMS_TARGET);
        buffer_append_text(out, " against this target");
    }
    if (out->len > begun)
        return;
    append_measures(out, p, side, begun);
    if (out->len > begun)
        buffer_printf(out, " for %s", claims_words_side(side));
    else
        buffer_append_text(out, "see its games");
}

/* Which Signals lose |g|, too. */
static void append_shared(struct buffer *out, const struct record_claims *v,
                          const struct claims_game *g)
{
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        if (v->conclusions[side] && side != CLAIMS_ALONE &&
            claims_view_defeat_beside(v, g, (enum claims_side)side) == DEFEAT_SHARED)
            buffer_printf(out, "; %s loses this game too",
                          claims_words_side((enum claims_side)side));
}

void claims_words_defeat(struct buffer *out, const struct record_claims *v,
                         const struct claims_game *g)
{
    const struct claims_measure *m = claims_view_measure(v, g);
    long own = claims_view_result(g, CLAIMS_TARGET)->measured;

    if (!m || own < 0) {
        claims_words_outcome(out, g, CLAIMS_TARGET);
        append_shared(out, v, g);
        return;
    }
    buffer_printf(out, "%s: ", m->title);
    claims_words_value(out, m, own);
    if (m->claimed >= 0) {
        buffer_append_text(out, "; claimed: at most ");
        claims_words_value(out, m, m->claimed);
    }
    for (int side = CLAIMS_V3; side < N_CLAIMS_SIDE; side++) {
        if (!v->sides[side])
            continue;
        buffer_printf(out, "; %s: ", claims_words_side((enum claims_side)side));
        claims_words_value(out, m, claims_view_result(g, (enum claims_side)side)->measured);
    }
}

bool claims_words_is_told(size_t step, size_t n_steps, size_t head, size_t tail)
{
    return step < head || step + tail >= n_steps;
}

bool claims_words_limit(struct buffer *out, const struct record_claims *v, size_t index)
{
    static const char *const limits[] = {
        "A win of the adversary is proof. That nothing was won is no proof of security: it means "
        "no violation was found in the schedules that were played, by an adversary who reads "
        "stolen state with the target's own code. A cleverer one may do better.",
        "It speaks of one build of the target behind one adapter, in one run, between two "
        "conversation partners.",
        "Equivalent means: no required property refuted, none left undemonstrated, no measure "
        "worse than that Signal's in the same run. Properties that are not in the table were not "
        "looked at.",
        "Documents are listed as the claims name them. Their contents were not judged.",
        "It is no certificate from any gatekeeper.",
    };
    size_t n = sizeof limits / sizeof limits[0];

    if (index < n) {
        buffer_append_text(out, limits[index]);
        return true;
    }
    if (index - n >= (size_t)(v->interrupted[0] != '\0'))
        return false;
    buffer_printf(out, "The run was interrupted (%s): what is missing counts as not demonstrated.",
                  v->interrupted);
    return true;
}

void claims_words_again(struct buffer *out, const struct record_claims *v,
                        const struct game_result *o, const char *out_dir)
{
    const char *address = v->sides[CLAIMS_TARGET]->address;
    struct buffer path;

    if (!o->counterexample || !o->counterexample->repro[0])
        return;
    buffer_init(&path, 1u << 16);
    buffer_printf(&path, "%s%s%s", out_dir ? out_dir : "", out_dir ? "/" : "",
                  o->counterexample->repro);
    buffer_append_text(out, "assay repro ");
    words_shell(out, buffer_text(&path));
    if (address[0]) {
        buffer_append_text(out, " --target ");
        words_shell(out, address);
    }
    buffer_fini(&path);
}

void claims_words_command(struct buffer *out, const struct record_claims *v)
{
    for (size_t i = 0; i < v->command.n; i++) {
        buffer_append_text(out, i ? " " : "");
        words_shell(out, v->command.items[i]);
    }
    if (v->command.n)
        return;
    buffer_append_text(out, "assay claims --target ");
    words_shell(out, v->sides[CLAIMS_TARGET]->address);
    buffer_append_text(out, " --claims ");
    words_shell(out, v->file);
    buffer_append_text(out, " --seed ");
    words_shell(out, v->seed);
}
