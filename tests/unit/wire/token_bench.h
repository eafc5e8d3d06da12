/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys, a key set and an expectation for the tests of tokens; the parts of a sound token's claims.
 * Depends on: wire/token.
 */
#ifndef ASSAY_TESTS_UNIT_WIRE_TOKEN_BENCH_H
#define ASSAY_TESTS_UNIT_WIRE_TOKEN_BENCH_H

#include "wire/token.h"

#define NOW 1700000000u
#define ISS "\"iss\":\"https://provider.example\""
#define AUD "\"aud\":\"gatekeeper.example\""
#define SUB "\"sub\":\"user\""
#define TIMES "\"iat\":1700000000,\"exp\":1700000600"
#define JTI "\"jti\":\"one\""
/* SHA-256 of the bytes 1 to 32, and of another key: by Python's hashlib. */
#define CNF "\"cnf\":{\"x5t#noise\":\"riFsLvUkejeCwTXvonmj5M3GEJQnD10r5YxiBLemEsk\"}"
#define CNF_OTHER "\"cnf\":{\"x5t#noise\":\"S7Bvjk46dxXSAdVz0KpCN2LlXavWGiwCJ4-lbMbSlOA\"}"
#define WHO ISS "," AUD "," SUB
#define REST JTI "," CNF
#define SOUND "{" WHO "," TIMES "," REST "}"
#define WITH(claim) "{" WHO "," TIMES "," REST "," claim "}"
#define AT(times) "{" WHO "," times "," REST "}"

struct token_bench {
    struct token_key *ours[3], *another;
    struct buffer keys, token;
    struct arena arena;
    struct wire_profile profile;
    struct token_report report;
};

void token_bench_init(struct token_bench *b);
void token_bench_fini(struct token_bench *b);
MUST_USE enum status token_bench_check(struct token_bench *b, struct bytes token);

#endif
