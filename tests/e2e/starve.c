/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Linked into assay-starved beside all of assay: one allocation of the whole run fails.
 *
 *   ASSAY_STARVE=N          the N-th fails, from 1, counted over all processes of assay; 0: none
 *   ASSAY_STARVE_LOG=FILE   in which their number is, when all have ended
 *   ASSAY_STARVE_LIBRARIES  when it is there: of those by OpenSSL and jansson, which let somebody
 *                           else allocate; else of those by assay's own code
 *
 * libxml2 lets somebody else allocate, too, but its validator (2.9.14) follows pointers that are
 * not there when it has no memory: what assay makes of that cannot be looked at.
 * A target is another program, and none of them.
 */
#include <fcntl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The linker's --wrap gives these names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);

/* Of all processes: the file is mapped before the first of them forks. */
static _Atomic uint64_t *n_allocations;
static uint64_t fails_at;
static bool is_of_libraries;

static bool is_starved(bool is_library)
{
    return n_allocations && is_library == is_of_libraries &&
           atomic_fetch_add(n_allocations, 1) + 1 == fails_at;
}

void *__wrap_malloc(size_t size) { return is_starved(false) ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t n, size_t size)
{
    return is_starved(false) ? NULL : __real_calloc(n, size);
}
void *__wrap_realloc(void *old, size_t size)
{
    return is_starved(false) ? NULL : __real_realloc(old, size);
}
char *__wrap_strdup(const char *text) { return is_starved(false) ? NULL : __real_strdup(text); }

/* ---- libraries */

static void *library_malloc(size_t size) { return is_starved(true) ? NULL : __real_malloc(size); }
static void *library_realloc(void *old, size_t size)
{
    return is_starved(true) ? NULL : __real_realloc(old, size);
}

static void *crypto_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return library_malloc(size);
}

static void *crypto_realloc(void *old, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return library_realloc(old, size);
}

static void crypto_free(void *old, const char *file, int line)
{
    (void)file;
    (void)line;
    free(old);
}

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("ASSAY_STARVE_LOG"), *at = getenv("ASSAY_STARVE");
    int fd = log ? open(log, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || !at || ftruncate(fd, sizeof(*n_allocations)))
        return;
    void *shared = mmap(NULL, sizeof(*n_allocations), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED ||
        CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) != 1)
        _exit(127);
    json_set_alloc_funcs(library_malloc, free);
    fails_at = strtoull(at, NULL, 10);
    is_of_libraries = getenv("ASSAY_STARVE_LIBRARIES") != NULL;
    n_allocations = shared;
}
