/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Negotiation: downgrade to an older version, a weaker bundle, no encryption at all. */
#include "experiments/insider.h"
#include "experiments/experiment.h"
#include "wire/pb.h"

#include <string.h>

#define PART_LEAST 32u /* bytes: a shorter part is neither key nor signature */
#define PARTS_MAX 32u
#define ERRORS 10u /* failed messages before the next honest one */

static const struct address stranger = {"dave", 1};

/* ---- DWN-1: the version byte */

/* With how many other first bytes |m| still opens for copies of its addressee. */
static long first_bytes_taken(struct experiment *e, const struct stolen_state *reader,
                              const struct message *m)
{
    long taken = 0;
    uint8_t *body = experiment_writable(e, m->body);
    struct experiment_party *copy = experiment_copy(e, reader);
    if (!m->body.len || e->is_void)
        return 0;
    for (unsigned value = 0; value < 256; value++) {
        if (value == m->body.data[0])
            continue;
        body[0] = (uint8_t)value;
        if (experiment_offer(e, copy, m->from, m, bytes_of(body, m->body.len)) == OPENED_EXACTLY) {
            outcome_prove(e, "opened all the same",
                          arena_copy(&e->arena, bytes_of(body, m->body.len)));
            taken++;
            copy = experiment_copy(e, reader); /* the old one has used its key up */
        }
    }
    return taken;
}

static void play_version(struct experiment *e)
{
    experiment_introduce(e);
    struct message *first = experiment_seal(e, e->a, e->b);
    struct stolen_state *before = experiment_steal(e, e->b);
    long of_first = first_bytes_taken(e, before, first);
    experiment_deliver(e, first);
    (void)experiment_send(e, e->b, e->a);
    struct message *later = experiment_seal(e, e->a, e->b);
    long of_later = first_bytes_taken(e, experiment_steal(e, e->b), later);
    outcome_measure(e, of_first + of_later,
                    "of 255 other first bytes, %ld are taken in a first message and %ld in a later "
                    "one",
                    of_first, of_later);
}

/* ---- DWN-2: a part of the bundle cut out */

struct parts {
    struct bytes whole;
    struct {
        size_t at, end;
    } part[PARTS_MAX];
    size_t n;
};

/*
 * Where a bundle can be cut without knowing its protocol. If it parses as protobuf of more than one
 * field: each field, alone and with the one before it (an id and its key go together). Else pieces
 * of 32 and of 64 bytes.
 */
static void find_parts(struct bytes bundle, struct parts *p)
{
    struct pb_message fields;
    memset(p, 0, sizeof(*p));
    p->whole = bundle;
    bool is_protobuf = pb_parse(bundle, &fields) == OK && fields.count > 1;
    for (size_t i = 0; is_protobuf && i < fields.count && p->n + 2 <= PARTS_MAX; i++) {
        if (fields.fields[i].end - fields.fields[i].at < PART_LEAST)
            continue;
        p->part[p->n].at = fields.fields[i].at;
        p->part[p->n++].end = fields.fields[i].end;
        p->part[p->n].at = fields.fields[i ? i - 1 : 0].at;
        p->part[p->n++].end = fields.fields[i].end;
    }
    for (size_t at = 0; !is_protobuf && at + PART_LEAST <= bundle.len && p->n + 2 <= PARTS_MAX;
         at += PART_LEAST) {
        p->part[p->n].at = at;
        p->part[p->n++].end = at + PART_LEAST;
        p->part[p->n].at = at;
        p->part[p->n++].end = at + 2 * PART_LEAST < bundle.len ? at + 2 * PART_LEAST : bundle.len;
    }
}

static struct bytes without_part(struct experiment *e, const struct parts *p, size_t i)
{
    uint8_t *out = experiment_writable(e, p->whole);
    size_t at = p->part[i].at, end = p->part[i].end;
    if (!out)
        return bytes_of(NULL, 0);
    memmove(out + at, out + end, p->whole.len - end);
    return bytes_of(out, p->whole.len - (end - at));
}

/* Does a new party start a session from |bundle|, and does B open its message? */
static bool is_used(struct experiment *e, struct bundle bundle, size_t number)
{
    /* a new party each time, because B remembers keys */
    const char *name = arena_printf(&e->arena, "carol-%zu", number);
    struct experiment_party *c =
        experiment_add_party(e, "C", (struct address){name ? name : "carol", 1}, NULL);
    if (!experiment_start(e, c, e->b, bundle))
        return false;
    struct message *m =
        experiment_try_seal(e, c, e->b, bytes_of("thirty-two bytes of plain text..", 32));
    return m && experiment_offer_again(e, e->b, m) == OPENED_EXACTLY;
}

static void play_strip(struct experiment *e)
{
    struct parts parts;
    long taken = 0;
    struct bundle whole = experiment_publish(e, e->b, false);
    find_parts(whole.body, &parts);
    /* both ways of cutting a part are next to each other in the list, and count once */
    for (size_t i = 0; i + 1 < parts.n && !e->is_void; i += 2) {
        struct bundle cut = {whole.kind, without_part(e, &parts, i)};
        struct bundle more = {whole.kind, without_part(e, &parts, i + 1)};
        bool is_taken = is_used(e, cut, i);
        if (is_taken || is_used(e, more, i + 1)) {
            outcome_prove(e, "bundle without a part, taken", is_taken ? cut.body : more.body);
            taken++;
        }
    }
    if (parts.n == 0)
        experiment_unable(e, "the bundle has no part of 32 bytes or more");
    outcome_measure(e, taken, "of %zu parts of a bundle, %ld can be cut out unnoticed", parts.n / 2,
                    taken);
}

/* ---- DWN-3: no encryption */

static void look_for_plaintext(struct experiment *e, const struct message *m, const char *when)
{
    if (!m || !experiment_shows(e, m->body, m->plaintext))
        return;
    outcome_prove(e, "the message", m->body);
    outcome_prove(e, "the text in it", m->plaintext);
    outcome_win(e, "%s, message %u carries its text readably", when, m->number);
}

/* Random bytes for |reader|, as from the sender of |like|: they fail to open. */
static void fail_once(struct experiment *e, struct experiment_party *reader, struct message *like)
{
    const uint8_t *body = experiment_random_bytes(e, like->body.len);
    if (body)
        (void)experiment_offer(e, reader, like->from, like, bytes_of(body, like->body.len));
}

static void play_fallback(struct experiment *e)
{
    static const char text[] = "nobody but Dave should read this";
    struct experiment_party unknown = {.name = "D", .address = stranger};
    look_for_plaintext(e, experiment_try_seal(e, e->a, &unknown, bytes_of(text, sizeof(text) - 1)),
                       "to somebody without keys");
    experiment_talk(e);
    for (unsigned i = 0; i < ERRORS; i++) {
        struct message *m = experiment_send(e, e->b, e->a);
        fail_once(e, e->a, m);
    }
    look_for_plaintext(e, experiment_seal(e, e->a, e->b), "after ten failures");
    outcome_hold(e, "no text stands readably in a message");
}

/* ---- DWN-4: an older version within a session */

/* With an insider: a message of an older version, correctly authenticated as such. */
static void play_older_by_insider(struct experiment *e)
{
    const struct cipher_insider *knows = insider_cipher(e)->insider;
    struct insider in;
    insider_begin(e, false, &in);
    insider_establish(&in);
    for (size_t i = 0; i < knows->n_older_versions && !e->is_void; i++) {
        const struct cipher_older_version *older = &knows->older_versions[i];
        struct message *m = insider_seal(&in, older->seal, NULL);
        if (experiment_offer_again(e, in.victim, m) == OPENED_EXACTLY) {
            outcome_prove(e, "taken under an older version", m->body);
            outcome_win(e, "a message that says version byte 0x%02x is taken", older->byte);
        }
    }
    insider_end(&in);
    outcome_hold(e, "no message under an older version is taken");
}

/* Where the target speaks an older version: a party with A's identity at that version writes to
 * B. */
static void play_older_party(struct experiment *e)
{
    const struct target_profile *p = e->options.profile;
    experiment_talk(e);
    struct target_party_options options = {.identity = experiment_steal_identity(e, e->a),
                                           .version = p->versions[p->n_versions - 1]};
    struct experiment_party *older_a =
        experiment_add_party(e, "A's double", e->a->address, &options);
    if (!experiment_start_with(e, older_a, e->b)) {
        outcome_hold(e, "no session at version %s is started", options.version);
        return;
    }
    struct message *m = experiment_seal(e, older_a, e->b);
    if (experiment_offer_again(e, e->b, m) == OPENED_EXACTLY && !e->has_warned) {
        outcome_prove(e, "taken at the older version", m->body);
        outcome_win(e, "after a conversation at version %s, B takes a message at version %s",
                    p->versions[0], options.version);
    }
    outcome_hold(e, "nothing at version %s is taken", options.version);
}

static void play_older(struct experiment *e)
{
    if (insider_cipher(e))
        play_older_by_insider(e);
    else if (e->options.profile->n_versions > 1)
        play_older_party(e);
    else if (experiment_has(e, "versions"))
        outcome_hold(e, "the target speaks one version only");
    else
        experiment_unable(e, "the target does not say which versions it speaks (\"versions\")");
}

/* ---- DWN-5: without what makes the protocol strong */

/* Round trips into the conversation at which weaker messages are tried; the last is past the first
 * epoch of Signal v4. */
static const unsigned moments[] = {0, 1, 3, 10, 45};

/* Is a weaker message of the insider's taken by a copy of the victim's, as it is now? */
static void try_weaker(struct insider *in, const struct cipher_downgrade *weaker, unsigned rounds)
{
    struct experiment *e = in->experiment;
    struct message *m = insider_seal(in, weaker->seal, NULL);
    struct experiment_party *asked = experiment_stand_in(e, in->victim, "B, asked");
    if (e->is_void || experiment_offer_again(e, asked, m) != OPENED_EXACTLY)
        return;
    outcome_prove(e, "taken all the same", m->body);
    if (weaker->start)
        outcome_win(e, "a first message %s is taken", weaker->what);
    else
        outcome_win(e, "after %u round trips a message %s is taken", rounds, weaker->what);
}

/* A session that begins weaker, each with an insider of its own. */
static void play_weaker_start(struct experiment *e, const struct cipher_downgrade *weaker)
{
    struct insider in;
    insider_begin(e, false, &in);
    insider_start(&in, weaker->start);
    try_weaker(&in, weaker, 0);
    insider_end(&in);
}

static void play_weaker_later(struct experiment *e, const struct cipher_insider *knows,
                              bool is_tolerated)
{
    struct insider in;
    unsigned rounds = 0;
    insider_begin(e, false, &in);
    insider_establish(&in);
    for (size_t i = 0; i < COUNT_OF(moments) && !e->is_void; i++) {
        for (; rounds < moments[i] && !e->is_void; rounds++) {
            insider_deliver(&in, insider_seal(&in, NULL, NULL));
            (void)insider_receive(&in);
        }
        for (size_t k = 0; k < knows->n_downgrades; k++)
            if (!knows->downgrades[k].start && knows->downgrades[k].is_tolerated == is_tolerated)
                try_weaker(&in, &knows->downgrades[k], rounds);
    }
    insider_end(&in);
}

static bool has_weaker_form(const struct cipher_insider *knows, bool is_tolerated)
{
    for (size_t i = 0; i < knows->n_downgrades; i++)
        if (knows->downgrades[i].is_tolerated == is_tolerated)
            return true;
    return false;
}

/* Those forms of which |is_tolerated| is so. */
static void play_weaker_forms(struct experiment *e, bool is_tolerated)
{
    const struct cipher *c = insider_needed(e, "can it leave parts out");
    if (!c)
        return;
    if (!has_weaker_form(c->insider, is_tolerated)) {
        experiment_unable(e, "the protocol has no such form");
        return;
    }
    for (size_t i = 0; i < c->insider->n_downgrades; i++)
        if (c->insider->downgrades[i].start &&
            c->insider->downgrades[i].is_tolerated == is_tolerated)
            play_weaker_start(e, &c->insider->downgrades[i]);
    play_weaker_later(e, c->insider, is_tolerated);
    outcome_hold(e, "no weaker form is taken, first or at any of %zu moments", COUNT_OF(moments));
}

static void play_weaker(struct experiment *e) { play_weaker_forms(e, false); }

static void play_tolerated(struct experiment *e) { play_weaker_forms(e, true); }

/* clang-format off */
const struct game games_of_negotiation[] = {
    {.id = "DWN-1", .title = "Every other version byte", .property = "SP-29",
     .sentence = "Somebody on the network can change which version a message claims to be.",
     .kind = GAME_MEASURES, .is_core = true, .measure = MEASURE_VERSIONS_TAKEN, .wants_none = true,
     WITH_COPIES, .n_schedules = 1, .play = play_version},
    {.id = "DWN-2", .title = "A bundle with a part cut out", .property = "SP-14",
     .sentence = "The server can take a key or a signature away, and the session is weaker than "
                 "both sides could have had.",
     .kind = GAME_MEASURES, .is_core = true, .measure = MEASURE_STRIPPED_TAKEN, .wants_none = true,
     .n_schedules = 1, .play = play_strip},
    {.id = "DWN-3", .title = "Errors, and no keys at all", .property = "SP-31",
     .sentence = "When encryption fails, what a person wrote goes out readable.",
     .kind = GAME_REFUTES, .is_core = true, .n_flights = 3, .play = play_fallback},
    {.id = "DWN-4", .title = "An older version in mid-session", .property = "SP-29",
     .sentence = "A conversation that began at a strong version goes on at a weak one, unnoticed.",
     .kind = GAME_REFUTES, .n_flights = 3, .play = play_older},
    {.id = "DWN-5", .title = "A weaker form of the protocol", .property = "SP-29",
     .sentence = "One side, or who has its elliptic keys, can do without the keys that withstand a "
                 "quantum computer, and the other goes along.",
     .kind = GAME_REFUTES, .preconditions = PRECONDITION_SNAPSHOT, .needs = {"snapshot"},
     .n_schedules = 1, .play = play_weaker},
    {.id = "DWN-5-no-key", .title = "A weaker form that the protocol itself has",
     .property = "SP-29",
     .sentence = "Who has the elliptic keys alone can write as if the keys that withstand a "
                 "quantum computer were not there yet.",
     .kind = GAME_REFUTES, .preconditions = PRECONDITION_SNAPSHOT, .needs = {"snapshot"},
     .n_schedules = 1, .play = play_tolerated},
    {.id = NULL},
};
/* clang-format on */
