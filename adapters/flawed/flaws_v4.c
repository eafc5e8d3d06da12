#include "flaw_entry.h"

const struct flaw_entry flaws_v4[] = {
    /* PQXDH. */
    {FLAW("goes-on-without-kem", "P-06",
          "takes bundles and first messages without a KEM for ones of X3DH"),
     FLAG(kem.is_required, false)},
    {FLAW("leaves-kem-secret-out", "P-07", "derives without the KEM's secret"),
     FLAG(kem.mixes_secret, false)},
    {FLAW("leaves-kem-secret-out-as-responder", "P-07",
          "derives without the KEM's secret in sessions that others start"),
     FLAG(kem.mixes_secret, false), WHEN(RULES_AS_RESPONDER, 0)},
    {FLAW("puts-kem-secret-first", "P-07", "has the KEM's secret before the agreements"),
     FLAG(kem.secret_comes_first, true)},
    {FLAW("skips-kem-signature-check", "P-05", "takes any signature of a KEM prekey"),
     FLAG(kem.checks_signature, false)},
    {FLAW("signs-raw-kem-key", "P-04", "leaves the type byte out of what it signs of a KEM prekey"),
     NUMBER(kem.covers, SIGNED_RAW_KEY)},
    {FLAW("ignores-kem-type", "P-17", "takes KEM keys and ciphertexts of any type"),
     FLAG(kem.checks_type, false)},
    {FLAW("ignores-unknown-kem-prekey", "P-09",
          "goes on with its newest KEM prekey when it does not know the one that is named"),
     NUMBER(kem.unknown_prekey, UNKNOWN_PREKEY_IS_CURRENT)},
    {FLAW("never-deletes-kem-prekeys", "P-12", "keeps used one-time KEM prekeys"),
     NUMBER(kem.deletes_one_time_prekey, DELETE_NEVER),
     ALSO(handshake.deletes_one_time_prekey, DELETE_NEVER)},
    {FLAW("burns-kem-prekey", "P-03", "deletes the KEM prekey of a first message that is forged"),
     NUMBER(kem.deletes_one_time_prekey, DELETE_BEFORE_AUTHENTICATION)},
    {FLAW("forgets-kem-uses", "P-13", "lets a last-resort KEM prekey serve a base key again"),
     FLAG(kem.refuses_reuse, false)},
    {FLAW("takes-any-base-key", "P-18", "does not look at what point a base key is"),
     FLAG(kem.checks_base_key, false)},
    /* The Triple Ratchet. */
    {FLAW("goes-on-without-spqr", "Q-18", "opens messages without field 5 as ones of before"),
     FLAG(spqr.is_required, false)},
    {FLAW("leaves-spqr-key-out", "Q-01", "does not mix SPQR's key into a message's keys"),
     FLAG(spqr.salts, false)},
    {FLAW("leaves-spqr-key-out-late", "Q-01",
          "does not mix SPQR's key into a message's keys after ten turns"),
     FLAG(spqr.salts, false), WHEN(RULES_FROM_TURN, 10)},
};

const size_t flaws_v4_count = sizeof(flaws_v4) / sizeof(flaws_v4[0]);
