#include "experiments/insider.h"

#include "base/crypto.h"
#include "experiments/experiment_internal.h"
#include "cipher/signal3/keys.h"
#include "cipher/signal3/xeddsa.h"

#include <openssl/crypto.h>
#include <string.h>

#define SIGNED_PREKEY_ID 7u
#define ONE_TIME_PREKEY_ID 11u

static const struct address alice = {"alice", 1}, bob = {"bob", 1};

bool insider_can(const struct experiment *e)
{
    return strcmp(experiment_profile(e)->protocol, "signal-v3") == 0;
}

/* ---- keys of the victim that the harness made */

static enum status make_keys(struct insider *in)
{
    struct random *random = experiment_random(in->experiment);
    struct key_pair identity, signed_prekey, one_time_prekey;
    enum status st = keys_generate(random, &identity);
    if (!st)
        st = keys_generate(random, &signed_prekey);
    if (!st)
        st = keys_generate(random, &one_time_prekey);
    if (st)
        return st;
    in->signed_prekey.id = SIGNED_PREKEY_ID;
    in->one_time_prekey.id = ONE_TIME_PREKEY_ID;
    memcpy(in->keys.identity_private, identity.private_key, 32);
    memcpy(in->keys.identity_public, identity.public_key, SIGNAL_KEY_LEN);
    memcpy(in->signed_prekey.private_key, signed_prekey.private_key, 32);
    memcpy(in->signed_prekey.public_key, signed_prekey.public_key, SIGNAL_KEY_LEN);
    memcpy(in->one_time_prekey.private_key, one_time_prekey.private_key, 32);
    memcpy(in->one_time_prekey.public_key, one_time_prekey.public_key, SIGNAL_KEY_LEN);
    in->keys.registration_id = 4711;
    in->keys.signed_prekeys = &in->signed_prekey;
    in->keys.n_signed_prekeys = 1;
    in->keys.one_time_prekeys = &in->one_time_prekey;
    in->keys.n_one_time_prekeys = 1;
    st = xeddsa_sign(identity.private_key, bytes_of(in->signed_prekey.public_key, SIGNAL_KEY_LEN),
                     random, in->signed_prekey.signature);
    OPENSSL_cleanse(&identity, sizeof(identity));
    OPENSSL_cleanse(&signed_prekey, sizeof(signed_prekey));
    OPENSSL_cleanse(&one_time_prekey, sizeof(one_time_prekey));
    return st;
}

static struct target_import_prekey import_of(const struct party_prekey *k, bool is_signed)
{
    return (struct target_import_prekey){
        .id = k->id,
        .private_key = bytes_of(k->private_key, 32),
        .public_key = bytes_of(k->public_key, SIGNAL_KEY_LEN),
        .signature = bytes_of(k->signature, is_signed ? SIGNAL_SIGNATURE_LEN : 0)};
}

static void import_victim(struct insider *in)
{
    struct experiment *e = in->experiment;
    if (!experiment_has(e, "import-keys")) {
        experiment_unable(e, "the target does not offer \"import-keys\"");
        return;
    }
    if (make_keys(in)) {
        experiment_void(e, "keys could not be made");
        return;
    }
    const struct target_import_prekey signed_prekey = import_of(&in->signed_prekey, true);
    const struct target_import_prekey one_time_prekey = import_of(&in->one_time_prekey, false);
    const struct target_import import = {
        .identity_private = bytes_of(in->keys.identity_private, 32),
        .identity_public = bytes_of(in->keys.identity_public, SIGNAL_KEY_LEN),
        .registration_id = in->keys.registration_id,
        .signed_prekeys = &signed_prekey,
        .n_signed_prekeys = 1,
        .one_time_prekeys = &one_time_prekey,
        .n_one_time_prekeys = 1};
    in->victim =
        experiment_add_party_with_keys(e, "B", (struct target_peer){bob.name, bob.device}, &import);
}

/* ---- begin and end */

void insider_begin(struct experiment *e, bool knows_keys, struct insider *out)
{
    memset(out, 0, sizeof(*out));
    out->experiment = e;
    out->alice = experiment_a(e);
    out->victim = experiment_b(e);
    const struct party_options options = {.self = alice, .random = experiment_random(e)};
    if (experiment_is_void(e))
        return;
    if (party_new(&options, &out->party))
        experiment_void(e, "assay's own party could not be made");
    if (knows_keys)
        import_victim(out);
    experiment_tell(e, "assay plays A itself, and knows every key of A's");
}

void insider_end(struct insider *in)
{
    party_free(in->party);
    in->party = NULL;
    OPENSSL_cleanse(&in->keys, sizeof(in->keys));
    OPENSSL_cleanse(&in->signed_prekey, sizeof(in->signed_prekey));
    OPENSSL_cleanse(&in->one_time_prekey, sizeof(in->one_time_prekey));
}

void insider_start(struct insider *in, const struct mutation *mutation)
{
    enum refusal why = REFUSAL_NONE;
    struct bundle bundle = experiment_publish(in->experiment, in->victim, false);
    if (!experiment_is_void(in->experiment) &&
        party_start(in->party, bob, bundle.body, mutation, &why))
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

struct message *insider_seal(struct insider *in, const struct mutation *mutation,
                             struct sealed *out_keys)
{
    static struct message nothing;
    struct experiment *e = in->experiment;
    struct sealed sealed;
    struct message *m = NULL;
    enum refusal why = REFUSAL_NONE;
    uint8_t *text = arena_alloc(&e->arena, EXPERIMENT_PLAINTEXT);
    sealed_init(&sealed);
    if (out_keys)
        sealed_init(out_keys);
    nothing.from = in->alice;
    nothing.to = in->victim;
    if (experiment_is_void(e))
        return &nothing;
    if (!text || random_fill(&e->random, text, EXPERIMENT_PLAINTEXT) ||
        party_seal(in->party, bob, bytes_of(text, EXPERIMENT_PLAINTEXT), mutation, &sealed, &why))
        experiment_void(e, "assay's own party cannot seal: %s", refusal_name(why));
    else
        m = experiment_add_message(e, in->alice, in->victim, (uint32_t)sealed.kind,
                                   buffer_bytes(&sealed.body),
                                   bytes_of(text, EXPERIMENT_PLAINTEXT));
    if (m && out_keys)
        *out_keys = sealed;
    else
        sealed_fini(&sealed);
    if (m)
        experiment_tell(e, "assay, as A, seals message %u to B", m->number);
    return m ? m : &nothing;
}

struct bytes insider_chain_key(const struct experiment *e, struct bytes distribution)
{
    struct distribution_message m;
    if (!insider_can(e) || distribution_message_decode(distribution, &m))
        return bytes_of(NULL, 0);
    return m.chain_key;
}

struct message *insider_receive(struct insider *in)
{
    struct experiment *e = in->experiment;
    struct buffer text;
    enum refusal why = REFUSAL_NONE;
    struct message *m = experiment_seal(e, in->victim, in->alice);
    if (experiment_is_void(e))
        return m;
    buffer_init(&text, PARTY_PLAINTEXT_MAX);
    if (party_open(in->party, bob, (enum signal_kind)m->kind, m->body, &text, &why) ||
        !bytes_equal(buffer_bytes(&text), m->plaintext))
        experiment_void(e, "assay's own party does not open B's message: %s", refusal_name(why));
    buffer_fini(&text);
    m->is_delivered = true;
    return m;
}
