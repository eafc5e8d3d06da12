/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a token, against a key set; and as a key set. None is sound: nobody here signs. */
#include "wire/token.h"
#include "support/wire_names.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char key_set[] = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"key-1\","
                              "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[32] = {1};
    struct wire_profile p;
    struct arena arena;
    struct token_report report;
    enum token_rule first;
    const struct token_expectation e = {"https://provider.example", "gatekeeper.example", "user",
                                        1700000000u, bytes_of(key, 32)};
    profile_defaults(&p);
    arena_init(&arena, (size_t)4 * 1024 * 1024);
    if (token_check(bytes_of(data, size), bytes_of_text(key_set), &p, &e, &arena, &report) == OK &&
        token_is_sound(&report, &first))
        __builtin_trap();
    arena_reset(&arena);
    if (token_check(bytes_of_text("e30.e30.AA"), bytes_of(data, size), &p, &e, &arena, &report) ==
            OK &&
        token_is_sound(&report, &first))
        __builtin_trap();
    arena_fini(&arena);
    return 0;
}
