#include "reports/claims_view.h"

#include <math.h>
#include <string.h>

#define ARENA_MAX ((size_t)64 * 1024 * 1024)
#define LIST_MAX 256u  /* properties, games, gates, documents, words of a command */
#define ROWS_MAX 1024u /* schedules with their flights, lines of a story */
#define CELLS_MAX 64u  /* flights of one schedule */
#define POINTS_MAX 4096u
#define NUMBER_MAX 1000000000000L
#define POINT_MAX 1e15

static const char *const verdict_words[] = {"", "equivalent", "not-equivalent", "not-demonstrated",
                                            NULL};
static const char *const claimed_words[] = {"", "yes", "no", "unmentioned", NULL};
static const char *const kind_words[] = {"", "refutes", "measures", "classifies", "reports", NULL};
static const char *const state_words[] = {"",       "held",    "won",     "measured",
                                          "unable", "invalid", "trouble", NULL};
static const char *const side_words[N_CLAIMS_SIDE] = {
    [CLAIMS_TARGET] = "target", [CLAIMS_BASELINE] = "baseline"};
static const char *const finding_words[] = {"",
                                            "not-violated",
                                            "refuted",
                                            "as-weak-as-signal",
                                            "weaker-than-claimed",
                                            "weaker-than-signal",
                                            "not-demonstrated",
                                            "invalid",
                                            "document-only",
                                            "not-claimed",
                                            NULL};

/* ---- outcomes */

static void read_flights(struct reader *r, const json_t *in, const char *where,
                         struct claims_flights *out)
{
    out->schedule = reader_text(r, in, where, "schedule", NEED_REQUIRED);
    out->family = reader_text(r, in, where, "family", NEED_OPTIONAL);
    out->exposed = reader_text(r, in, where, "exposed", NEED_REQUIRED);
    out->from = reader_text(r, in, where, "from", NEED_REQUIRED);
    out->n = strlen(out->exposed);
    if (out->n > CELLS_MAX || strspn(out->exposed, "01") != out->n)
        reader_fail(r, where, "exposed", "not a row of 0 and 1");
    if (strlen(out->from) != out->n || strspn(out->from, "AB") != out->n)
        reader_fail(r, where, "from", "not as many of A and B");
}

static void read_all_flights(struct reader *r, const json_t *in, const char *where,
                             struct claims_outcome *out)
{
    const json_t *list = reader_array(r, in, where, "flights", ROWS_MAX, NEED_OPTIONAL);
    struct claims_flights *all = reader_room(r, json_array_size(list), sizeof *all);

    for (size_t i = 0; all && i < json_array_size(list); i++)
        read_flights(r, json_array_get(list, i), reader_place(r, where, "flights", (long)i),
                     &all[i]);
    out->flights = all;
    out->n_flights = all ? json_array_size(list) : 0;
}

static void read_series(struct reader *r, const json_t *in, const char *where,
                        struct claims_outcome *out)
{
    const json_t *list = reader_array(r, in, where, "series", POINTS_MAX, NEED_OPTIONAL);
    struct claims_point *all = reader_room(r, json_array_size(list), sizeof *all);

    for (size_t i = 0; all && i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        const json_t *x = json_array_get(pair, 0), *y = json_array_get(pair, 1);
        all[i] = (struct claims_point){json_number_value(x), json_number_value(y)};
        if (json_array_size(pair) != 2 || !json_is_number(x) || !json_is_number(y) ||
            fabs(all[i].x) > POINT_MAX || fabs(all[i].y) > POINT_MAX)
            reader_fail(r, where, "series", "holds what is no pair of numbers");
    }
    out->series = all;
    out->n_series = all ? json_array_size(list) : 0;
}

static void read_proof(struct reader *r, const json_t *in, const char *where,
                       struct claims_proof *out)
{
    long length;
    size_t digits;

    out->name = reader_text(r, in, where, "name", NEED_REQUIRED);
    out->hex = reader_text(r, in, where, "hex", NEED_REQUIRED);
    digits = strlen(out->hex);
    if (digits % 2 || strspn(out->hex, "0123456789abcdef") != digits)
        reader_fail(r, where, "hex", "not hexadecimal");
    out->length = digits / 2;
    if (!reader_number_or_null(r, in, where, "length", NUMBER_MAX, &length))
        return;
    if ((size_t)length < out->length)
        reader_fail(r, where, "length", "less than the bytes that are there");
    out->length = (size_t)length;
}

static void read_counterexample(struct reader *r, const json_t *in, const char *where,
                                struct claims_outcome *out)
{
    const json_t *from = reader_object(r, in, where, "counterexample", NEED_OPTIONAL), *proofs;
    struct claims_counterexample *c = reader_room(r, from ? 1 : 0, sizeof *c);
    struct claims_proof *all;

    if (!c)
        return;
    where = reader_place(r, where, "counterexample", -1);
    c->schedule = reader_text(r, from, where, "schedule", NEED_REQUIRED);
    c->number = reader_number(r, from, where, "number", NUMBER_MAX);
    c->repro = reader_text(r, from, where, "repro", NEED_OPTIONAL);
    c->story = reader_texts(r, from, where, "story", ROWS_MAX, &c->n_story);
    proofs = reader_array(r, from, where, "proofs", LIST_MAX, NEED_OPTIONAL);
    all = reader_room(r, json_array_size(proofs), sizeof *all);
    for (size_t i = 0; all && i < json_array_size(proofs); i++)
        read_proof(r, json_array_get(proofs, i), reader_place(r, where, "proofs", (long)i),
                   &all[i]);
    c->proofs = all;
    c->n_proofs = all ? json_array_size(proofs) : 0;
    out->counterexample = c;
}

static void read_outcome(struct reader *r, const json_t *game, const char *where,
                         enum claims_side side, struct claims_outcome *out)
{
    const json_t *in = reader_object(r, game, where, side_words[side], NEED_OPTIONAL);

    if (!in)
        return;
    where = reader_place(r, where, side_words[side], -1);
    out->is_there = true;
    out->state = (enum claims_state)reader_word(r, in, where, "state", state_words);
    out->schedules = reader_number(r, in, where, "schedules", NUMBER_MAX);
    out->wins = reader_number(r, in, where, "wins", NUMBER_MAX);
    if (out->wins > out->schedules)
        reader_fail(r, where, "wins", "more than schedules");
    out->has_measure = reader_number_or_null(r, in, where, "measure", NUMBER_MAX, &out->measure);
    out->detail = reader_text(r, in, where, "detail", NEED_OPTIONAL);
    read_all_flights(r, in, where, out);
    read_series(r, in, where, out);
    read_counterexample(r, in, where, out);
}

/* ---- the lists */

static void read_game(struct reader *r, const json_t *in, const char *where, void *item)
{
    struct claims_game *out = item;

    out->id = reader_text(r, in, where, "id", NEED_REQUIRED);
    out->title = reader_text(r, in, where, "title", NEED_REQUIRED);
    out->property = reader_text(r, in, where, "property", NEED_REQUIRED);
    out->sentence = reader_text(r, in, where, "sentence", NEED_REQUIRED);
    out->measure = reader_text(r, in, where, "measure", NEED_OPTIONAL);
    out->kind = (enum claims_kind)reader_word(r, in, where, "kind", kind_words);
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        read_outcome(r, in, where, (enum claims_side)side, &out->sides[side]);
}

static void read_value(struct reader *r, const json_t *in, const char *where, const char *key,
                       struct claims_value *out)
{
    out->is_there = reader_number_or_null(r, in, where, key, NUMBER_MAX, &out->n);
}

static void read_measure(struct reader *r, const json_t *in, const char *where, void *item)
{
    struct claims_measure *out = item;

    out->name = reader_text(r, in, where, "name", NEED_REQUIRED);
    out->title = reader_text(r, in, where, "title", NEED_REQUIRED);
    out->unit = reader_text(r, in, where, "unit", NEED_REQUIRED);
    read_value(r, in, where, "claimed", &out->claimed);
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        read_value(r, in, where, side_words[side], &out->sides[side]);
}

static void read_gate(struct reader *r, const json_t *in, const char *where, void *item)
{
    struct claims_gate *out = item;

    out->id = reader_text(r, in, where, "id", NEED_REQUIRED);
    out->title = reader_text(r, in, where, "title", NEED_REQUIRED);
    for (int side = 0; side < N_CLAIMS_SIDE; side++) {
        const json_t *result = reader_object(r, in, where, side_words[side], NEED_OPTIONAL);
        if (!result)
            continue;
        const char *place = reader_place(r, where, side_words[side], -1);
        out->sides[side].is_there = true;
        out->sides[side].holds = reader_flag(r, result, place, "holds");
        out->sides[side].detail = reader_text(r, result, place, "detail", NEED_OPTIONAL);
    }
}

static void read_document(struct reader *r, const json_t *in, const char *where, void *item)
{
    struct claims_document *out = item;

    out->id = reader_text(r, in, where, "id", NEED_REQUIRED);
    out->kind = reader_text(r, in, where, "kind", NEED_REQUIRED);
    out->title = reader_text(r, in, where, "title", NEED_REQUIRED);
    out->url = reader_text(r, in, where, "url", NEED_OPTIONAL);
    out->sha256 = reader_text(r, in, where, "sha256", NEED_OPTIONAL);
}

/* Every object of the array |key|, each |size| bytes; their number in |out_n|. */
static void *
read_list(struct reader *r, const json_t *in, const char *where, const char *key, size_t size,
          void (*read)(struct reader *r, const json_t *in, const char *where, void *item),
          size_t *out_n)
{
    const json_t *list = reader_array(r, in, where, key, LIST_MAX, NEED_REQUIRED);
    size_t n = json_array_size(list);
    char *all = reader_room(r, n, size);

    for (size_t i = 0; all && i < n; i++) {
        const json_t *item = json_array_get(list, i);
        const char *place = reader_place(r, where, key, (long)i);
        if (!json_is_object(item))
            reader_fail(r, place, "", "not an object");
        read(r, item, place, all + i * size);
    }
    *out_n = all ? n : 0;
    return all;
}

static void read_property(struct reader *r, const json_t *in, const char *where, void *item)
{
    struct claims_property *out = item;

    out->id = reader_text(r, in, where, "id", NEED_REQUIRED);
    out->name = reader_text(r, in, where, "name", NEED_REQUIRED);
    out->sentence = reader_text(r, in, where, "sentence", NEED_REQUIRED);
    out->source = reader_text(r, in, where, "source", NEED_OPTIONAL);
    out->note = reader_text(r, in, where, "note", NEED_OPTIONAL);
    out->detail = reader_text(r, in, where, "detail", NEED_OPTIONAL);
    out->asked = reader_text(r, in, where, "asked", NEED_OPTIONAL);
    out->decided_by = reader_text(r, in, where, "decided_by", NEED_OPTIONAL);
    out->is_required = reader_flag(r, in, where, "required");
    out->signal_is_weak = reader_flag(r, in, where, "signal_is_weak");
    out->claimed = (enum claims_claimed)reader_word(r, in, where, "claimed", claimed_words);
    out->finding = (enum claims_finding)reader_word(r, in, where, "finding", finding_words);
    out->documents = reader_texts(r, in, where, "documents", LIST_MAX, &out->n_documents);
    out->games = reader_texts(r, in, where, "games", LIST_MAX, &out->n_games);
    out->measures =
        read_list(r, in, where, "measures", sizeof *out->measures, read_measure, &out->n_measures);
}

/* ---- the document */

static void read_party(struct reader *r, const json_t *document, enum claims_side side,
                       struct claims_party *out)
{
    const char *where = side_words[side];
    enum need need = side == CLAIMS_TARGET ? NEED_REQUIRED : NEED_OPTIONAL;
    const json_t *in = reader_object(r, document, "", where, need);

    if (!in)
        return;
    out->is_there = true;
    out->name = reader_text(r, in, where, "name", NEED_REQUIRED);
    out->version = reader_text(r, in, where, "version", NEED_OPTIONAL);
    out->adapter_version = reader_text(r, in, where, "adapter_version", NEED_OPTIONAL);
    out->protocol = reader_text(r, in, where, "protocol", NEED_OPTIONAL);
    out->address = reader_text(r, in, where, "address", NEED_OPTIONAL);
    out->capabilities = reader_texts(r, in, where, "capabilities", LIST_MAX, &out->n_capabilities);
}

static void read_claims(struct reader *r, const json_t *document, struct claims_view *v)
{
    const json_t *claims = reader_object(r, document, "", "claims", NEED_REQUIRED);

    v->file = reader_text(r, claims, "claims", "file", NEED_OPTIONAL);
    v->protocol = reader_text(r, claims, "claims", "protocol", NEED_REQUIRED);
    v->version = reader_text(r, claims, "claims", "version", NEED_OPTIONAL);
    v->documents = read_list(r, claims, "claims", "documents", sizeof *v->documents, read_document,
                             &v->n_documents);
}

static void read_conclusion(struct reader *r, const json_t *document, struct claims_view *v)
{
    const json_t *in = reader_object(r, document, "", "conclusion", NEED_REQUIRED);

    v->verdict = (enum claims_verdict)reader_word(r, in, "conclusion", "verdict", verdict_words);
    v->line = reader_text(r, in, "conclusion", "line", NEED_REQUIRED);
    v->because = reader_texts(r, in, "conclusion", "because", LIST_MAX, &v->n_because);
}

bool claims_view_is(const json_t *document)
{
    const char *kind = json_string_value(json_object_get(document, "kind"));
    return kind && strcmp(kind, "claims") == 0;
}

enum status claims_view_init(struct claims_view *v, const json_t *document, struct buffer *problem)
{
    struct reader r = {.arena = &v->arena, .problem = problem};

    memset(v, 0, sizeof *v);
    arena_init(&v->arena, ARENA_MAX);
    if (!claims_view_is(document))
        reader_fail(&r, "", "kind", "not \"claims\"");
    v->assay = reader_text(&r, document, "", "assay", NEED_REQUIRED);
    v->started = reader_text(&r, document, "", "started", NEED_OPTIONAL);
    v->seed = reader_text(&r, document, "", "seed", NEED_REQUIRED);
    v->interrupted = reader_text(&r, document, "", "interrupted", NEED_OPTIONAL);
    v->schedules = reader_number(&r, document, "", "schedules", NUMBER_MAX);
    v->command = reader_texts(&r, document, "", "command", LIST_MAX, &v->n_command);
    for (int side = 0; side < N_CLAIMS_SIDE; side++)
        read_party(&r, document, (enum claims_side)side, &v->sides[side]);
    read_claims(&r, document, v);
    read_conclusion(&r, document, v);
    v->gates = read_list(&r, document, "", "gates", sizeof *v->gates, read_gate, &v->n_gates);
    v->properties = read_list(&r, document, "", "properties", sizeof *v->properties, read_property,
                              &v->n_properties);
    v->games = read_list(&r, document, "", "games", sizeof *v->games, read_game, &v->n_games);
    return r.st;
}

void claims_view_fini(struct claims_view *v) { arena_fini(&v->arena); }

/* ---- questions */

const struct claims_game *claims_view_game(const struct claims_view *v, const char *id)
{
    for (size_t i = 0; i < v->n_games; i++)
        if (strcmp(v->games[i].id, id) == 0)
            return &v->games[i];
    return NULL;
}

long claims_view_schedules(const struct claims_view *v, const struct claims_property *p,
                           enum claims_side side)
{
    long n = 0;

    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        const struct claims_outcome *o = g ? &g->sides[side] : NULL;
        bool can_violate = g && (g->kind == KIND_REFUTES || g->kind == KIND_MEASURES);
        bool was_played =
            o && o->is_there &&
            (o->state == CLAIMS_HELD || o->state == CLAIMS_WON || o->state == CLAIMS_MEASURED);
        n += can_violate && was_played ? o->schedules : 0;
    }
    return n;
}

bool claims_view_is_refuted(const struct claims_game *g, enum claims_side side)
{
    const struct claims_outcome *o = &g->sides[side];
    return o->is_there && o->state == CLAIMS_WON &&
           (g->kind == KIND_REFUTES || g->kind == KIND_MEASURES);
}

/* Is the number |g| yielded against the target over |bound|? */
static bool is_over(const struct claims_game *g, const struct claims_value *bound)
{
    const struct claims_outcome *o = &g->sides[CLAIMS_TARGET];
    return o->has_measure && bound->is_there && o->measure > bound->n;
}

bool claims_view_signal_is_weak(const struct claims_view *v, const struct claims_property *p)
{
    for (size_t i = 0; i < p->n_games; i++) {
        const struct claims_game *g = claims_view_game(v, p->games[i]);
        if (g && claims_view_is_refuted(g, CLAIMS_BASELINE))
            return true;
    }
    return p->signal_is_weak;
}

static const struct claims_property *property_of(const struct claims_view *v,
                                                 const struct claims_game *g)
{
    for (size_t i = 0; i < v->n_properties; i++)
        if (strcmp(v->properties[i].id, g->property) == 0)
            return &v->properties[i];
    return NULL;
}

const struct claims_measure *claims_view_measure(const struct claims_view *v,
                                                 const struct claims_game *g)
{
    const struct claims_property *p = property_of(v, g);

    for (size_t k = 0; p && k < p->n_measures; k++)
        if (strcmp(p->measures[k].name, g->measure) == 0)
            return &p->measures[k];
    return NULL;
}

/* What the finding says of the game that decided it. */
static enum claims_defeat decided_defeat(const struct claims_view *v, const struct claims_game *g)
{
    static const enum claims_defeat defeats[N_FINDING] = {
        [FINDING_REFUTED] = DEFEAT_REFUTED,
        [FINDING_WEAK_AS_SIGNAL] = DEFEAT_SHARED,
        [FINDING_WEAKER_THAN_CLAIMED] = DEFEAT_WEAKER,
        [FINDING_WEAKER_THAN_SIGNAL] = DEFEAT_WEAKER,
    };
    const struct claims_property *p = property_of(v, g);

    return p && strcmp(p->decided_by, g->id) == 0 ? defeats[p->finding] : DEFEAT_NONE;
}

/* What nobody claimed cannot be refuted: it is where the protocol is weaker. */
static enum claims_defeat won_defeat(const struct claims_view *v, const struct claims_game *g)
{
    const struct claims_property *p = property_of(v, g);

    if (claims_view_is_refuted(g, CLAIMS_BASELINE))
        return DEFEAT_SHARED;
    return p && p->claimed == CLAIMED_YES ? DEFEAT_REFUTED : DEFEAT_WEAKER;
}

enum claims_defeat claims_view_defeat(const struct claims_view *v, const struct claims_game *g)
{
    const struct claims_measure *m = g->kind == KIND_MEASURES ? claims_view_measure(v, g) : NULL;
    const struct claims_value signal = {m && g->sides[CLAIMS_BASELINE].has_measure,
                                        g->sides[CLAIMS_BASELINE].measure};

    if (claims_view_is_refuted(g, CLAIMS_TARGET))
        return won_defeat(v, g);
    if (is_over(g, &signal) || (m && is_over(g, &m->claimed)))
        return DEFEAT_WEAKER;
    return decided_defeat(v, g);
}
