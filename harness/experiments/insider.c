/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/insider.h"

#include "experiments/experiment_internal.h"

#include <string.h>

static const struct address alice = {"alice", 1}, bob = {"bob", 1};

const struct cipher *insider_cipher(const struct experiment *e)
{
    const struct cipher *c = cipher_from_name(e->options.profile->protocol);
    return c && c->insider ? c : NULL;
}

const struct cipher *insider_needed(struct experiment *e, const char *does)
{
    const struct cipher *c = insider_cipher(e);
    if (!c)
        experiment_unable(e, "only where assay speaks the protocol itself %s", does);
    return c;
}

/* ---- keys of the victim that the harness made */

static struct target_import_prekey lent(const struct cipher_key_pair *k)
{
    return (struct target_import_prekey){.id = k->id,
                                         .private_key = k->private_key,
                                         .public_key = k->public_key,
                                         .signature = k->signature};
}

static void import_victim(struct insider *in)
{
    struct experiment *e = in->experiment;
    if (!experiment_has(e, "import-keys") || !in->cipher->insider->make_keys) {
        experiment_unable(e, "the target does not offer \"import-keys\"");
        return;
    }
    if (in->cipher->insider->make_keys(&e->random, &e->arena, &in->keys)) {
        experiment_void(e, "keys could not be made");
        return;
    }
    const struct target_import_prekey signed_prekey = lent(&in->keys.signed_prekey);
    const struct target_import_prekey one_time_prekey = lent(&in->keys.one_time_prekey);
    const struct target_import import = {.identity_private = in->keys.identity.private_key,
                                         .identity_public = in->keys.identity.public_key,
                                         .registration_id = in->keys.registration_id,
                                         .signed_prekeys = &signed_prekey,
                                         .n_signed_prekeys = 1,
                                         .one_time_prekeys = &one_time_prekey,
                                         .n_one_time_prekeys = 1};
    const struct target_party_options options = {.keys = &import};
    in->victim = experiment_add_party(e, "B", bob, &options);
}

/* ---- begin and end */

void insider_begin(struct experiment *e, bool knows_keys, struct insider *out)
{
    memset(out, 0, sizeof(*out));
    out->experiment = e;
    out->alice = e->a;
    out->victim = e->b;
    out->cipher = insider_cipher(e);
    const struct cipher_party_options options = {.self = alice, .random = &e->random};
    if (e->is_void)
        return;
    if (out->cipher->party_new(&options, &out->party))
        experiment_void(e, "assay's own party could not be made");
    if (knows_keys)
        import_victim(out);
    experiment_tell(e, "assay plays A itself, and knows every key of A's");
}

void insider_end(struct insider *in)
{
    in->cipher->party_free(in->party);
    in->party = NULL;
}

/* The mutation called |name|, or NULL. Voids the experiment when there is none. */
static const struct cipher_mutation *mutation_named(struct insider *in, const char *name)
{
    const struct cipher_mutation *m = NULL;
    if (name && in->cipher->mutations->parse(name, &in->experiment->arena, &m))
        experiment_void(in->experiment, "there is no mutation %s", name);
    return m;
}

void insider_start(struct insider *in, const char *mutation_name)
{
    enum refusal why = REFUSAL_NONE;
    const struct cipher_mutation *mutation = mutation_named(in, mutation_name);
    struct bundle bundle = experiment_publish(in->experiment, in->victim, false);
    if (!in->experiment->is_void && in->cipher->start(in->party, bob, bundle.body, mutation, &why))
        experiment_void(in->experiment, "assay's own party does not take B's bundle: %s",
                        refusal_name(why));
}

void insider_establish(struct insider *in)
{
    insider_start(in, NULL);
    struct message *m = insider_seal(in, NULL, NULL);
    if (experiment_offer_again(in->experiment, in->victim, m) != OPENED_EXACTLY)
        experiment_void(in->experiment,
                        "B does not open an honest first message of assay's own party");
    (void)insider_receive(in);
}

/* ---- messages */

struct message *insider_seal(struct insider *in, const char *mutation_name,
                             struct cipher_sealed **out_keys)
{
    static struct message nothing;
    struct experiment *e = in->experiment;
    struct cipher_sealed *sealed = NULL;
    struct message *m = NULL;
    enum refusal why = REFUSAL_NONE;
    uint8_t *text = arena_alloc(&e->arena, EXPERIMENT_PLAINTEXT);
    const struct cipher_mutation *mutation = mutation_named(in, mutation_name);
    if (out_keys)
        *out_keys = NULL;
    nothing.from = in->alice;
    nothing.to = in->victim;
    if (e->is_void)
        return &nothing;
    if (!text || random_fill(&e->random, text, EXPERIMENT_PLAINTEXT) ||
        in->cipher->seal(in->party, bob, bytes_of(text, EXPERIMENT_PLAINTEXT), mutation, &sealed,
                         &why))
        experiment_void(e, "assay's own party cannot seal: %s", refusal_name(why));
    else
        m = experiment_add_message(e, in->alice, in->victim, in->cipher->sealed_kind(sealed),
                                   in->cipher->sealed_body(sealed),
                                   bytes_of(text, EXPERIMENT_PLAINTEXT));
    if (m && out_keys)
        *out_keys = sealed;
    else
        in->cipher->sealed_free(sealed);
    if (m)
        experiment_tell(e, "assay, as A, seals message %u to B", m->number);
    return m ? m : &nothing;
}

struct message *insider_impersonate(struct insider *in, struct experiment_party *as,
                                    struct bytes plaintext)
{
    struct experiment *e = in->experiment;
    const struct cipher *c = in->cipher;
    struct cipher_bundle bundle;
    struct buffer body;
    struct message *m = NULL;
    struct bundle published = experiment_publish(e, as, false);
    if (e->is_void)
        return NULL;
    buffer_init(&body, c->limits.message_max);
    enum status st = c->bundle_read(published.body, &bundle);
    if (!st)
        st = c->insider->impersonate(&in->keys, bundle.identity_key, plaintext, &e->random, &body);
    if (st)
        experiment_void(e, "the forgery could not be made: %s", status_text(st));
    else
        m = experiment_add_message(e, as, in->victim,
                                   cipher_kind_of(c, CIPHER_FIRST_MESSAGE)->number,
                                   buffer_bytes(&body), plaintext);
    experiment_tell(e, "the adversary makes a first message in %s's name from B's private keys",
                    as->name);
    buffer_fini(&body);
    return m;
}

struct bytes insider_distributed_secret(const struct experiment *e, struct bytes distribution)
{
    const struct cipher *c = insider_cipher(e);
    return c ? c->insider->distributed_secret(distribution) : bytes_of(NULL, 0);
}

void insider_deliver(struct insider *in, const struct message *m)
{
    if (experiment_offer_again(in->experiment, in->victim, m) != OPENED_EXACTLY)
        experiment_void(in->experiment, "B does not open an honest message of assay's own party");
}

struct message *insider_receive(struct insider *in)
{
    struct experiment *e = in->experiment;
    struct buffer text;
    enum refusal why = REFUSAL_NONE;
    struct message *m = experiment_seal(e, in->victim, in->alice);
    if (e->is_void)
        return m;
    buffer_init(&text, in->cipher->limits.plaintext_max);
    if (in->cipher->open(in->party, bob, m->kind, m->body, &text, &why) ||
        !bytes_equal(buffer_bytes(&text), m->plaintext))
        experiment_void(e, "assay's own party does not open B's message: %s", refusal_name(why));
    buffer_fini(&text);
    m->is_delivered = true;
    return m;
}
