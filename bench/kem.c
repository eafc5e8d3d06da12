/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bench-kem - how many keys a second cipher/kem generates, how many it encapsulates to, and how
 * many ciphertexts it opens, of each KEM of Signal v4.
 *
 *   bench-kem SECONDS     for each of these
 *
 * Prints "NAME GENERATED ENCAPSULATED DECAPSULATED", a line a KEM; bench/kem.mjs prints the same.
 */
#include "cipher/kem/kem.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ROUNDS 64u /* between two looks at the clock */

static _Noreturn void give_up(void)
{
    fputs("bench-kem: an operation failed\n", stderr);
    exit(1);
}

/* What an operation reads and writes. */
struct work {
    const struct kem *kem;
    uint8_t seed[KEM_SEED_LEN], secret[KEM_SECRET_LEN];
    uint8_t ek[KEM_EK_MAX], dk[KEM_DK_MAX], ciphertext[KEM_CIPHERTEXT_MAX];
};

static enum status generate(struct work *w)
{
    return kem_keygen(w->kem, w->seed, w->seed, w->ek, w->dk);
}

static enum status encapsulate(struct work *w)
{
    struct bytes ek = {w->ek, w->kem->ek_len};
    return kem_encaps(w->kem, ek, w->seed, w->ciphertext, w->secret);
}

static enum status decapsulate(struct work *w)
{
    struct bytes dk = {w->dk, w->kem->dk_len};
    struct bytes ciphertext = {w->ciphertext, w->kem->ciphertext_len};
    return kem_decaps(w->kem, dk, ciphertext, w->secret);
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Operations in a second of CPU time, each with another seed. */
static double rate(struct work *w, enum status (*operation)(struct work *), double seconds)
{
    double began = cpu_s(), took;
    unsigned long n = 0;
    do {
        for (unsigned i = 0; i < ROUNDS; i++) {
            w->seed[n % KEM_SEED_LEN]++;
            if (operation(w))
                give_up();
            n++;
        }
        took = cpu_s() - began;
    } while (took < seconds);
    return (double)n / took;
}

int main(int argc, char **argv)
{
    static const struct kem *const kems[] = {&kem_ml_kem_768, &kem_ml_kem_1024, &kem_kyber_1024};
    double seconds = argc == 2 ? strtod(argv[1], NULL) : 0;
    if (seconds <= 0) {
        fputs("usage: bench-kem SECONDS\n", stderr);
        return 64;
    }
    for (size_t i = 0; i < sizeof(kems) / sizeof(kems[0]); i++) {
        struct work w = {.kem = kems[i]};
        double generated = rate(&w, generate, seconds);
        double encapsulated = rate(&w, encapsulate, seconds);
        printf("%s %.0f %.0f %.0f\n", w.kem->name, generated, encapsulated,
               rate(&w, decapsulate, seconds));
    }
    return 0;
}
