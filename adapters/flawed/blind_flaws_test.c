/*
 * Every flaw of the blind round shows from outside: a party with it answers at least one of these
 * conversations otherwise than an honest party with the same randomness.
 */
#include "flaws.h"

#include "cipher/signal/party.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N_PEERS 12u
#define N_MESSAGES 64u
#define LOG_MAX ((size_t)64 * 1024 * 1024)

/* One conversation: the target, its peers, and all that the target showed. */
struct world {
    struct random random, peers_random;
    const struct rules *rules; /* of the target */
    struct party *target;
    struct party *peers[N_PEERS];
    size_t n_peers;
    struct sealed messages[N_MESSAGES];
    size_t n_messages;
    struct buffer log;
};

static void must(enum status st)
{
    if (st) {
        fprintf(stderr, "the test itself fails: %s\n", status_text(st));
        abort();
    }
}

static void note(struct world *w, const char *what, enum status st, enum refusal why,
                 struct bytes shown)
{
    buffer_printf(&w->log, "%s %d %d %zu ", what, (int)st, (int)why, shown.len);
    must(buffer_append(&w->log, shown));
    must(buffer_append_text(&w->log, "\n"));
}

static struct party *new_party(struct random *random, const struct rules *rules, const char *name,
                               uint32_t device)
{
    const struct party_options options = {.self = {name, device}, .random = random, .rules = rules};
    struct party *p;
    must(party_new(&options, &p));
    return p;
}

static struct party *peer(struct world *w, const char *name, uint32_t device)
{
    struct party *p = new_party(&w->peers_random, NULL, name, device);
    w->peers[w->n_peers++] = p;
    return p;
}

static const struct address target_address = {"target", 1};

static struct bytes text_of(const char *text) { return bytes_of_text(text); }

/* ---- what parties do; what the target shows is noted */

static struct buffer bundle_of(struct world *w, struct party *p, bool rotates, bool with_one_time)
{
    const struct publish_options options = {.without_one_time_prekey = !with_one_time,
                                            .rotate_signed_prekey = rotates};
    struct buffer out;
    buffer_init(&out, 4096);
    enum status st = party_publish(p, &options, &out);
    if (p == w->target)
        note(w, "publish", st, REFUSAL_NONE, buffer_bytes(&out));
    else
        must(st);
    return out;
}

/* The target publishes, and nobody fetches it. */
static void publish(struct world *w, bool rotates)
{
    struct buffer bundle = bundle_of(w, w->target, rotates, true);
    buffer_fini(&bundle);
}

static void start_with(struct world *w, struct party *p, struct address with,
                       const struct buffer *bundle, const struct mutation *mutation)
{
    enum refusal why = REFUSAL_NONE;
    enum status st = party_start(p, with, buffer_bytes(bundle), mutation, &why);
    if (p == w->target)
        note(w, "start", st, why, bytes_of(NULL, 0));
}

/* |p| starts with a fresh bundle of |of|. */
static void start(struct world *w, struct party *p, struct party *of,
                  const struct mutation *mutation)
{
    struct buffer bundle = bundle_of(w, of, false, true);
    start_with(w, p, party_address(of), &bundle, mutation);
    buffer_fini(&bundle);
}

static const struct sealed *seal_mutated(struct world *w, struct party *p, struct address to,
                                         struct bytes text, const struct mutation *mutation)
{
    struct sealed *s = &w->messages[w->n_messages++ % N_MESSAGES];
    enum refusal why = REFUSAL_NONE;
    sealed_fini(s);
    sealed_init(s);
    enum status st = party_seal(p, to, text, mutation, s, &why);
    if (p == w->target) {
        note(w, s->kind == SIGNAL_KIND_PREKEY ? "seal first" : "seal", st, why,
             buffer_bytes(&s->body));
    }
    return s;
}

static const struct sealed *seal(struct world *w, struct party *p, struct address to,
                                 const char *text)
{
    return seal_mutated(w, p, to, text_of(text), NULL);
}

static void open_as(struct world *w, struct party *p, struct address from, enum signal_kind kind,
                    struct bytes body)
{
    enum refusal why = REFUSAL_NONE;
    struct buffer text;
    buffer_init(&text, PARTY_MESSAGE_MAX);
    enum status st = party_open(p, from, kind, body, &text, &why);
    note(w, p == w->target ? "open" : "peer opens", st, why, buffer_bytes(&text));
    buffer_fini(&text);
}

static void hear(struct world *w, struct party *p, struct address from, const struct sealed *s)
{
    open_as(w, p, from, s->kind, buffer_bytes(&s->body));
}

/* The same with the last byte but |at| changed. */
static void hear_forged(struct world *w, struct party *p, struct address from,
                        const struct sealed *s, size_t at)
{
    struct buffer forged;
    buffer_init(&forged, PARTY_MESSAGE_MAX);
    must(buffer_append(&forged, buffer_bytes(&s->body)));
    forged.data[forged.len - 1 - at] ^= 1;
    open_as(w, p, from, s->kind, buffer_bytes(&forged));
    buffer_fini(&forged);
}

/* A forged MAC: the MAC ends an ordinary message; of a first one, ids stand behind it. */
static void hear_bad_mac(struct world *w, struct party *p, const struct sealed *s,
                         struct address from)
{
    struct prekey_message outer;
    size_t behind = 0;
    if (s->kind == SIGNAL_KIND_PREKEY) {
        must(prekey_message_decode(buffer_bytes(&s->body), &outer));
        behind = (size_t)(s->body.data + s->body.len - (outer.message.data + outer.message.len));
    }
    hear_forged(w, p, from, s, behind);
}

/* |p| says |text| to the target, and it arrives. */
static void tell(struct world *w, struct party *p, const char *text)
{
    hear(w, w->target, party_address(p), seal(w, p, target_address, text));
}

/* The target says |text| to |p|, and it arrives. */
static void say(struct world *w, struct party *p, const char *text)
{
    hear(w, p, target_address, seal(w, w->target, party_address(p), text));
}

/* A conversation that |p| began, and both have been heard. */
static void converse(struct world *w, struct party *p)
{
    start(w, p, w->target, NULL);
    tell(w, p, "first");
    say(w, p, "answer");
    tell(w, p, "second");
}

static void restart(struct world *w)
{
    struct buffer state;
    buffer_init(&state, LOG_MAX);
    must(party_save(w->target, &state));
    party_free(w->target);
    must(party_load(buffer_bytes(&state), &w->random, w->rules, &w->target));
    buffer_fini(&state);
}

static void accept_key(struct world *w, struct address of, struct bytes key)
{
    note(w, "accept", party_accept_identity(w->target, of, key), REFUSAL_NONE, bytes_of(NULL, 0));
}

static void accept_of(struct world *w, struct address of, const struct party *p)
{
    accept_key(w, of, party_identity_public(p));
}

static void show_fingerprint(struct world *w, struct address of, const char *peer_id)
{
    enum refusal why = REFUSAL_NONE;
    char digits[61];
    enum status st =
        party_fingerprint(w->target, of, text_of("target"), text_of(peer_id), digits, &why);
    note(w, "fingerprint", st, why, bytes_of((const uint8_t *)digits, 60));
}

/* ---- the conversations */

/* Bundles whose signature is wrong, of other devices and of known peers. */
static void bad_bundles(struct world *w)
{
    struct party *one = peer(w, "alice", 1), *two = peer(w, "alice", 2), *bob = peer(w, "bob", 1);
    struct buffer bundle = bundle_of(w, two, false, true), other = bundle_of(w, bob, false, true);
    struct buffer changed;
    struct signal_bundle b, of_bob;
    uint8_t signature[SIGNAL_SIGNATURE_LEN];
    start(w, w->target, one, NULL);
    must(signal_bundle_decode(buffer_bytes(&bundle), &b));
    must(signal_bundle_decode(buffer_bytes(&other), &of_bob));
    buffer_init(&changed, 4096);
    memcpy(signature, b.signature.data, sizeof(signature));
    signature[3] ^= 1;
    b.signature = bytes_of(signature, sizeof(signature));
    must(signal_bundle_encode(&b, &changed));
    start_with(w, w->target, party_address(two), &changed, NULL);
    start_with(w, w->target, party_address(two), &bundle, NULL);
    buffer_clear(&changed);
    signature[3] ^= 1;
    signature[63] ^= 0x80;
    must(signal_bundle_encode(&b, &changed));
    start_with(w, w->target, party_address(two), &changed, NULL);
    buffer_clear(&changed);
    signature[63] ^= 0x80;
    b.signed_prekey = of_bob.signed_prekey; /* under the id that verified before */
    must(signal_bundle_encode(&b, &changed));
    start_with(w, w->target, party_address(two), &changed, NULL);
    buffer_fini(&changed);
    buffer_fini(&bundle);
    buffer_fini(&other);
}

/* Somebody else under a known name after the sessions were forgotten. */
static void impostor_after_forgetting(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *other = peer(w, "alice", 1);
    struct party *third = peer(w, "alice", 1);
    converse(w, alice);
    party_forget(w->target, party_address(alice));
    start(w, w->target, other, NULL);
    start(w, third, w->target, NULL);
    tell(w, third, "somebody else");
}

static void impostor_after_restart(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *other = peer(w, "alice", 1);
    converse(w, alice);
    party_forget(w->target, party_address(alice));
    restart(w);
    start(w, other, w->target, NULL);
    tell(w, other, "somebody else");
}

static void unanswered(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *two = peer(w, "alice", 2);
    start(w, w->target, alice, NULL);
    say(w, alice, "hello");
    start(w, w->target, alice, NULL);
    say(w, alice, "hello again");
    start(w, w->target, two, NULL);
    say(w, two, "hello too");
    hear_bad_mac(w, w->target, seal(w, two, target_address, "forged"), party_address(two));
    seal(w, w->target, party_address(two), "still a first message");
    restart(w);
    say(w, two, "after a restart");
    say(w, alice, "after a restart");
    tell(w, alice, "answer");
    seal(w, w->target, party_address(two), "still a first message");
}

static void prekeys(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *bob = peer(w, "bob", 1), *eve = peer(w, "eve", 1);
    const struct mutation wide = {.one_time_prekey_id = {true, 65536 + 1}};
    struct buffer first = bundle_of(w, w->target, false, true);
    struct buffer second = bundle_of(w, w->target, false, true);
    start_with(w, eve, target_address, &first, &wide);
    tell(w, eve, "wide id");
    start_with(w, alice, target_address, &second, NULL);
    tell(w, alice, "uses the second");
    start_with(w, bob, target_address, &second, NULL);
    tell(w, bob, "uses it too");
    start_with(w, bob, target_address, &first, NULL);
    tell(w, bob, "uses the first");
    buffer_fini(&first);
    buffer_fini(&second);
    restart(w);
    publish(w, false);
    publish(w, false);
}

static void prekey_of_empty(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *bob = peer(w, "bob", 1);
    struct buffer bundle = bundle_of(w, w->target, false, true);
    start_with(w, alice, target_address, &bundle, NULL);
    tell(w, alice, "");
    start_with(w, bob, target_address, &bundle, NULL);
    tell(w, bob, "uses it too");
    buffer_fini(&bundle);
}

static void known_peer(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *bob = peer(w, "bob", 1);
    const struct mutation unknown = {.claimed_one_time_prekey = {true, 9999}};
    struct buffer bundle;
    converse(w, alice);
    start(w, alice, w->target, &unknown);
    tell(w, alice, "names an unknown prekey");
    bundle = bundle_of(w, w->target, false, true);
    start_with(w, alice, target_address, &bundle, NULL);
    tell(w, alice, "again");
    start_with(w, bob, target_address, &bundle, NULL);
    tell(w, bob, "uses it too");
    buffer_fini(&bundle);
}

static void forged_first_of_known(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *other = peer(w, "alice", 1);
    const struct mutation moved = {.registration_id = {true, 4711}};
    struct buffer state;
    converse(w, alice);
    buffer_init(&state, LOG_MAX);
    must(party_save(alice, &state));
    party_free(other);
    must(party_load(buffer_bytes(&state), &w->peers_random, NULL, &w->peers[1]));
    buffer_fini(&state);
    other = w->peers[1];
    start(w, other, w->target, &moved);
    hear_bad_mac(w, w->target, seal(w, other, target_address, "forged"), party_address(alice));
    say(w, alice, "still here");
    tell(w, alice, "so am I");
}

static void crossing(struct world *w)
{
    struct party *alice = peer(w, "alice", 1);
    const struct sealed *ours, *theirs;
    start(w, w->target, alice, NULL);
    start(w, alice, w->target, NULL);
    ours = seal(w, w->target, party_address(alice), "mine");
    theirs = seal(w, alice, target_address, "theirs");
    hear(w, w->target, party_address(alice), theirs);
    hear(w, alice, target_address, ours);
    seal(w, w->target, party_address(alice), "which session");
    tell(w, alice, "on your session");
}

static void late_and_archived(struct world *w)
{
    struct party *alice = peer(w, "alice", 1);
    const struct sealed *late, *repeated, *held[3];
    start(w, alice, w->target, NULL);
    tell(w, alice, "");
    late = seal(w, alice, target_address, "late");
    repeated = seal(w, alice, target_address, "repeated");
    seal(w, w->target, party_address(alice), "not yet seen");
    hear(w, w->target, party_address(alice), late);
    say(w, alice, "answer");
    tell(w, alice, "second");
    held[0] = seal(w, alice, target_address, "held");
    held[1] = seal(w, alice, target_address, "held too");
    held[2] = seal(w, alice, target_address, "and this");
    start(w, alice, w->target, NULL);
    tell(w, alice, "second session");
    hear(w, w->target, party_address(alice), repeated);
    start(w, alice, w->target, NULL);
    tell(w, alice, "third session");
    start(w, alice, w->target, NULL);
    tell(w, alice, "fourth session");
    hear_forged(w, w->target, party_address(alice), held[0], 0);
    hear_forged(w, w->target, party_address(alice), held[0], 7);
    hear_forged(w, w->target, party_address(alice), held[1], 7);
    hear(w, w->target, party_address(alice), held[0]);
    hear(w, w->target, party_address(alice), held[1]);
    hear(w, w->target, party_address(alice), held[2]);
}

static void restarts(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *bob = peer(w, "bob", 1), *eve = peer(w, "eve", 1);
    const struct mutation unknown = {.signed_prekey_id = {true, 4711}};
    struct buffer before = bundle_of(w, w->target, false, true);
    publish(w, true);
    publish(w, true);
    publish(w, true);
    converse(w, alice);
    restart(w);
    start_with(w, bob, target_address, &before, NULL);
    tell(w, bob, "under the old prekey");
    start(w, eve, w->target, &unknown);
    tell(w, eve, "under an unknown one");
    say(w, alice, "after the restart");
    tell(w, alice, "a new key");
    say(w, alice, "another");
    buffer_fini(&before);
}

static void identities(struct world *w)
{
    struct party *alice = peer(w, "alice", 1), *other = peer(w, "alice", 1);
    struct party *third = peer(w, "alice", 1), *two = peer(w, "alice", 2), *bob = peer(w, "bob", 1);
    uint8_t near[SIGNAL_KEY_LEN];
    const struct sealed *held;
    converse(w, alice);
    converse(w, two);
    converse(w, bob);
    held = seal(w, alice, target_address, "of the old identity");
    accept_of(w, party_address(alice), other);
    seal(w, w->target, party_address(alice), "to whom");
    show_fingerprint(w, party_address(alice), "alice");
    start(w, other, w->target, NULL);
    tell(w, other, "the new one");
    hear(w, w->target, party_address(alice), held);
    tell(w, two, "the other device");
    start(w, third, w->target, NULL);
    tell(w, third, "nobody accepted me");
    memcpy(near, party_identity_public(bob).data, sizeof(near));
    near[5] ^= 1;
    accept_key(w, party_address(bob), bytes_of(near, sizeof(near)));
    tell(w, bob, "nearly the same");
    show_fingerprint(w, party_address(bob), "a long stable id, one");
    show_fingerprint(w, party_address(bob), "a long stable id, two");
}

static void devices_and_names(struct world *w)
{
    static const struct address as[] = {{"alice", 2}, {"Alice", 1}, {"alice.b", 1}, {"alice", 257}};
    struct party *alice = peer(w, "alice", 1), *three = peer(w, "alice", 3);
    converse(w, alice);
    for (size_t i = 0; i < sizeof(as) / sizeof(as[0]); i++) {
        hear(w, w->target, as[i], seal(w, alice, target_address, "under another address"));
        seal(w, w->target, as[i], "to another address");
    }
    converse(w, three);
    party_forget(w->target, party_address(alice));
    say(w, three, "still there");
}

static void messages(struct world *w)
{
    static const uint8_t zeros[] = {'a', 0, 'b'};
    struct party *alice = peer(w, "alice", 1);
    const struct sealed *held, *old;
    uint8_t *long_text = calloc(1, 70000);
    converse(w, alice);
    held = seal(w, alice, target_address, "held back");
    tell(w, alice, "next");
    hear_bad_mac(w, w->target, held, party_address(alice));
    hear(w, w->target, party_address(alice), held);
    hear(w, w->target, party_address(alice),
         seal_mutated(w, alice, target_address, bytes_of(zeros, sizeof(zeros)), NULL));
    hear_bad_mac(w, w->target,
                 seal_mutated(w, alice, target_address, bytes_of(long_text, 70000), NULL),
                 party_address(alice));
    hear(w, alice, target_address,
         seal_mutated(w, w->target, party_address(alice), bytes_of(long_text, 70000), NULL));
    say(w, alice, "sixteen bytes!!!");
    old = seal(w, alice, target_address, "of the chain before");
    tell(w, alice, "passes over it");
    say(w, alice, "turn");
    held = seal(w, alice, target_address, "the chain's first");
    hear(w, w->target, party_address(alice), held);
    hear(w, w->target, party_address(alice), held);
    hear(w, w->target, party_address(alice), old);
    hear(w, w->target, party_address(alice), old);
    for (size_t i = 0; i < 8; i++)
        hear_bad_mac(w, w->target, seal(w, alice, target_address, "forged"), party_address(alice));
    say(w, alice, "still here");
    free(long_text);
}

static void group_message(struct world *w, const char *group, struct address from,
                          const struct sealed *s, bool is_forged)
{
    enum refusal why = REFUSAL_NONE;
    struct buffer text, body;
    buffer_init(&text, PARTY_MESSAGE_MAX);
    buffer_init(&body, PARTY_MESSAGE_MAX);
    must(buffer_append(&body, buffer_bytes(&s->body)));
    if (is_forged)
        body.data[body.len - 10] ^= 1;
    enum status st = party_open_group(w->target, group, from, buffer_bytes(&body), &text, &why);
    note(w, "open in the group", st, why, buffer_bytes(&text));
    buffer_fini(&text);
    buffer_fini(&body);
}

static const struct sealed *group_seal(struct world *w, struct party *p, const char *text)
{
    struct sealed *s = &w->messages[w->n_messages++ % N_MESSAGES];
    enum refusal why = REFUSAL_NONE;
    sealed_fini(s);
    sealed_init(s);
    enum status st = party_seal_group(p, "group", text_of(text), NULL, s, &why);
    if (p == w->target)
        note(w, "seal to the group", st, why, buffer_bytes(&s->body));
    return s;
}

static const struct sealed *distribute(struct world *w, struct party *p, bool is_fresh)
{
    struct sealed *s = &w->messages[w->n_messages++ % N_MESSAGES];
    sealed_fini(s);
    sealed_init(s);
    enum status st = party_distribute(p, "group", is_fresh, NULL, s);
    if (p == w->target)
        note(w, "distribute", st, REFUSAL_NONE, buffer_bytes(&s->body));
    return s;
}

static void absorb(struct world *w, struct address from, const struct sealed *s)
{
    enum refusal why = REFUSAL_NONE;
    enum status st = party_absorb(w->target, "group", from, buffer_bytes(&s->body), &why);
    note(w, "absorb", st, why, bytes_of(NULL, 0));
}

static void groups(struct world *w)
{
    static const struct address one = {"alice", 1}, two = {"alice", 2};
    struct party *alice = peer(w, "alice", 1);
    const struct sealed *key = distribute(w, alice, false), *sent[4], *next;
    for (size_t i = 0; i < 4; i++)
        sent[i] = group_seal(w, alice, "in the group");
    absorb(w, one, key);
    group_message(w, "group", one, sent[1], false);
    group_message(w, "group", one, sent[0], true);
    group_message(w, "group", one, sent[0], false);
    group_message(w, "group", two, sent[2], false);
    group_message(w, "other group", one, sent[2], false);
    next = distribute(w, alice, true);
    absorb(w, one, next);
    group_message(w, "group", one, sent[3], true);
    group_message(w, "group", one, sent[3], false);
    distribute(w, w->target, false);
    group_seal(w, w->target, "one");
    restart(w);
    group_seal(w, w->target, "two");
    distribute(w, w->target, true);
    distribute(w, w->target, true);
    absorb(w, one, key);
    group_message(w, "group", one, sent[1], false);
}

static void long_chain(struct world *w)
{
    struct party *alice = peer(w, "alice", 1);
    const struct sealed *held = NULL;
    converse(w, alice);
    for (size_t i = 0; i < 300; i++) {
        const struct sealed *s = seal(w, alice, target_address, "text");
        if (i == 0)
            hear(w, w->target, party_address(alice), s);
        if (i == 270)
            held = s;
        if (i == 271) {
            hear(w, w->target, party_address(alice), s);
            hear(w, w->target, party_address(alice), held);
        }
    }
}

static void longer_chain(struct world *w)
{
    struct party *alice = peer(w, "alice", 1);
    converse(w, alice);
    for (size_t i = 0; i < 33000; i++) {
        const struct sealed *s = seal(w, alice, target_address, "text");
        if (i % 1900 == 0 || i > 32990)
            hear(w, w->target, party_address(alice), s);
    }
}

static const struct {
    const char *name;
    void (*run)(struct world *w);
} conversations[] = {
    {"bad-bundles", bad_bundles},
    {"impostor-after-forgetting", impostor_after_forgetting},
    {"impostor-after-restart", impostor_after_restart},
    {"unanswered", unanswered},
    {"prekeys", prekeys},
    {"prekey-of-empty", prekey_of_empty},
    {"known-peer", known_peer},
    {"forged-first-of-known", forged_first_of_known},
    {"crossing", crossing},
    {"late-and-archived", late_and_archived},
    {"restarts", restarts},
    {"identities", identities},
    {"devices-and-names", devices_and_names},
    {"messages", messages},
    {"groups", groups},
    {"long-chain", long_chain},
    {"longer-chain", longer_chain},
};

#define N_CONVERSATIONS (sizeof(conversations) / sizeof(conversations[0]))

/* What a target of |rules| shows in conversation |at|. */
static struct buffer shown(size_t at, const struct rules *rules)
{
    static struct world w;
    memset(&w, 0, sizeof(w));
    w.rules = rules;
    buffer_init(&w.log, LOG_MAX);
    must(random_init(&w.random, bytes_of_text("target"), "blind"));
    must(random_init(&w.peers_random, bytes_of_text("peers"), "blind"));
    w.target = new_party(&w.random, rules, target_address.name, target_address.device);
    conversations[at].run(&w);
    for (size_t i = 0; i < w.n_peers; i++)
        party_free(w.peers[i]);
    party_free(w.target);
    for (size_t i = 0; i < N_MESSAGES; i++)
        sealed_fini(&w.messages[i]);
    return w.log;
}

int main(void)
{
    struct buffer honest[N_CONVERSATIONS];
    size_t n_unseen = 0;
    for (size_t i = 0; i < N_CONVERSATIONS; i++)
        honest[i] = shown(i, rules_honest());
    for (size_t f = 0; f < flaws_of_blind_round_count(); f++) {
        const char *name = flaws_of_blind_round_at(f)->name;
        struct rules rules;
        size_t i = 0;
        bool is_seen = false;
        if (!flaws_rules(name, rules_honest(), &rules))
            abort();
        for (; i < N_CONVERSATIONS && !is_seen; i++) {
            struct buffer log = shown(i, &rules);
            is_seen = !bytes_equal(buffer_bytes(&log), buffer_bytes(&honest[i]));
            buffer_fini(&log);
        }
        printf("%-44s %s\n", name, is_seen ? conversations[i - 1].name : "NOT SEEN");
        n_unseen += is_seen ? 0 : 1;
    }
    for (size_t i = 0; i < N_CONVERSATIONS; i++)
        buffer_fini(&honest[i]);
    return n_unseen != 0;
}
