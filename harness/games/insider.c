#include "games/insider.h"

#include "base/crypto.h"
#include "games/world_internal.h"
#include "peer/keys.h"
#include "peer/xeddsa.h"

#include <openssl/crypto.h>
#include <string.h>

#define SIGNED_PREKEY_ID 7u
#define ONE_TIME_PREKEY_ID 11u

static const struct address alice = {"alice", 1}, bob = {"bob", 1};

bool insider_can(const struct world *w)
{
    return strcmp(world_profile(w)->protocol, "signal-v3") == 0;
}

/* ---- keys of the victim that the harness made */

static enum status make_keys(struct insider *in)
{
    struct random *random = world_random(in->world);
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

static struct target_import_prekey lent(const struct party_prekey *k, bool is_signed)
{
    return (struct target_import_prekey){
        .id = k->id,
        .private_key = bytes_of(k->private_key, 32),
        .public_key = bytes_of(k->public_key, SIGNAL_KEY_LEN),
        .signature = bytes_of(k->signature, is_signed ? SIGNAL_SIGNATURE_LEN : 0)};
}

static void import_victim(struct insider *in)
{
    struct world *w = in->world;
    if (!world_has(w, "import-keys")) {
        world_unable(w, "the target does not offer \"import-keys\"");
        return;
    }
    if (make_keys(in)) {
        world_spoil(w, "keys could not be made");
        return;
    }
    const struct target_import_prekey signed_prekey = lent(&in->signed_prekey, true);
    const struct target_import_prekey one_time_prekey = lent(&in->one_time_prekey, false);
    const struct target_import import = {
        .identity_private = bytes_of(in->keys.identity_private, 32),
        .identity_public = bytes_of(in->keys.identity_public, SIGNAL_KEY_LEN),
        .registration_id = in->keys.registration_id,
        .signed_prekeys = &signed_prekey,
        .n_signed_prekeys = 1,
        .one_time_prekeys = &one_time_prekey,
        .n_one_time_prekeys = 1};
    in->victim = world_imported(w, "B", (struct target_peer){bob.name, bob.device}, &import);
}

/* ---- begin and end */

void insider_begin(struct world *w, bool knows_keys, struct insider *out)
{
    memset(out, 0, sizeof(*out));
    out->world = w;
    out->alice = world_a(w);
    out->victim = world_b(w);
    const struct party_options options = {.self = alice, .random = world_random(w)};
    if (world_is_spoilt(w))
        return;
    if (party_new(&options, &out->party))
        world_spoil(w, "assay's own party could not be made");
    if (knows_keys)
        import_victim(out);
    world_tell(w, "assay plays A itself, and knows every key of A's");
}

void insider_end(struct insider *in)
{
    party_free(in->party);
    in->party = NULL;
    OPENSSL_cleanse(&in->keys, sizeof(in->keys));
    OPENSSL_cleanse(&in->signed_prekey, sizeof(in->signed_prekey));
    OPENSSL_cleanse(&in->one_time_prekey, sizeof(in->one_time_prekey));
}

void insider_start(struct insider *in, const struct bend *bend)
{
    enum refusal why = REFUSAL_NONE;
    struct bundle bundle = world_publish(in->world, in->victim, false);
    if (!world_is_spoilt(in->world) && party_start(in->party, bob, bundle.body, bend, &why))
        world_spoil(in->world, "assay's own party does not take B's bundle: %s", refusal_name(why));
}

void insider_establish(struct insider *in)
{
    insider_start(in, NULL);
    struct message *m = insider_seal(in, NULL, NULL);
    if (world_offer_again(in->world, in->victim, m) != OPENED_EXACTLY)
        world_spoil(in->world, "B does not open an honest first message of assay's own party");
    (void)insider_hear(in);
}

/* ---- messages */

struct message *insider_seal(struct insider *in, const struct bend *bend, struct sealed *out_keys)
{
    static struct message nothing;
    struct world *w = in->world;
    struct sealed sealed;
    struct message *m = NULL;
    enum refusal why = REFUSAL_NONE;
    uint8_t *text = arena_alloc(&w->arena, WORLD_PLAINTEXT);
    sealed_init(&sealed);
    if (out_keys)
        sealed_init(out_keys);
    nothing.from = in->alice;
    nothing.to = in->victim;
    if (world_is_spoilt(w))
        return &nothing;
    if (!text || random_fill(&w->random, text, WORLD_PLAINTEXT) ||
        party_seal(in->party, bob, bytes_of(text, WORLD_PLAINTEXT), bend, &sealed, &why))
        world_spoil(w, "assay's own party cannot seal: %s", refusal_name(why));
    else
        m = world_outside(w, in->alice, in->victim, (uint32_t)sealed.kind,
                          buffer_bytes(&sealed.body), bytes_of(text, WORLD_PLAINTEXT));
    if (m && out_keys)
        *out_keys = sealed;
    else
        sealed_fini(&sealed);
    if (m)
        world_tell(w, "assay, as A, seals message %u to B", m->number);
    return m ? m : &nothing;
}

struct bytes insider_chain_key(const struct world *w, struct bytes distribution)
{
    struct distribution_message m;
    if (!insider_can(w) || distribution_message_decode(distribution, &m))
        return bytes_of(NULL, 0);
    return m.chain_key;
}

struct message *insider_hear(struct insider *in)
{
    struct world *w = in->world;
    struct buffer text;
    enum refusal why = REFUSAL_NONE;
    struct message *m = world_seal(w, in->victim, in->alice);
    if (world_is_spoilt(w))
        return m;
    buffer_init(&text, PARTY_PLAINTEXT_MAX);
    if (party_open(in->party, bob, (enum signal_kind)m->kind, m->body, &text, &why) ||
        !bytes_equal(buffer_bytes(&text), m->plaintext))
        world_spoil(w, "assay's own party does not open B's message: %s", refusal_name(why));
    buffer_fini(&text);
    m->is_delivered = true;
    return m;
}
