/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/service_fetch.h"

#include "base/crypto_stream.h"
#include "wire/media_file.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define READERS_MAX 16u
#define BYTES_A_MS (32u * 1024u) /* that come at least, of a long blob */
#define READER_ARENA (1u << 20)

/* ---- fetching */

struct taking {
    FILE *file;
    struct crypto_hash *hash;
};

static bool take_part(void *context, struct bytes part)
{
    struct taking *t = context;
    return !crypto_hash_add(t->hash, part) && fwrite(part.data, 1, part.len, t->file) == part.len;
}

/* Of a redirect nothing is kept. */
static bool begin_anew(void *context)
{
    struct taking *t = context;
    crypto_hash_free(t->hash);
    t->hash = NULL;
    rewind(t->file);
    return !crypto_hash_new(&t->hash) && ftruncate(fileno(t->file), 0) == 0;
}

static const char *problem_of(const struct service_medium *m, const struct fetch_answer *a,
                              struct arena *arena)
{
    if (a->outcome == FETCH_TOO_LONG)
        return "more bytes come than the message's length makes";
    if (a->outcome != FETCH_ANSWERED)
        return arena_printf(arena, "%s %s", fetch_outcome_text(a->outcome), a->detail);
    if (a->status != 200)
        return arena_printf(arena, "it was answered with %u", a->status);
    if (a->body_len > media_blob_len(m->message.file_length))
        return "more bytes come than the message's length makes";
    return a->body_len == media_blob_len(m->message.file_length)
               ? NULL
               : "fewer bytes come than the message's length makes";
}

static enum status fetch_into(struct service_context *c, const struct service_medium *m,
                              struct arena *arena, struct service_blob *out, struct fetch_answer *a)
{
    struct taking t = {.file = out->file};
    size_t most = (size_t)media_blob_len(m->message.file_length);
    struct fetch_request r = {.url = m->url,
                              .body_max = most > SERVICE_ANSWER_MAX ? most : SERVICE_ANSWER_MAX,
                              .timeout_ms = c->timeout_ms + most / BYTES_A_MS,
                              .redirects_max = SERVICE_REDIRECTS_MAX,
                              .take = take_part,
                              .begin = begin_anew,
                              .context = &t};
    enum status st = fetch(&c->media, &r, arena, a);
    if (!st && !t.hash)
        st = crypto_hash_new(&t.hash); /* nothing was asked */
    if (!st)
        st = crypto_hash_end(t.hash, out->digest);
    crypto_hash_free(t.hash);
    out->len = st ? 0 : a->body_len;
    return st;
}

enum status service_fetch_blob(struct service_context *c, const struct service_medium *m,
                               struct service_blob *out)
{
    struct fetch_answer a;
    struct arena *arena = c->context->arena;
    memset(out, 0, sizeof(*out));
    if (!(out->file = tmpfile()))
        return E_IO;
    enum status st = fetch_into(c, m, arena, out, &a);
    if (st)
        return st;
    canaries_look(&c->canaries, "the headers of a blob", a.raw_headers);
    out->problem = problem_of(m, &a, arena);
    out->outcome = a.outcome;
    return OK;
}

void service_blob_free(struct service_blob *b)
{
    if (b->file)
        fclose(b->file);
    b->file = NULL;
}

/* ---- verifying */

struct reading {
    struct service_context *c;
    struct crypto_hash *hash;
    bool has_looked;
};

/* The beginning is looked at for what must not be readable. */
static void look_at_blob(void *context, struct bytes part)
{
    struct reading *r = context;
    if (!r->has_looked)
        canaries_look(&r->c->canaries, "a blob", part);
    r->has_looked = true;
}

static enum status hash_plaintext(void *context, struct bytes part)
{
    return crypto_hash_add(((struct reading *)context)->hash, part);
}

enum status service_verify(struct service_context *c, const struct service_medium *m,
                           struct service_blob *b)
{
    struct media_keys keys;
    struct media_digests wanted;
    struct reading r = {.c = c};
    struct media_reader *reader = NULL;
    const struct media_file_watch watch = {look_at_blob, hash_plaintext, &r};
    enum media_fault fault = MEDIA_GOOD;
    uint8_t digest[32];
    if (b->problem)
        return OK;
    media_message_digests(&m->message, &wanted);
    enum status st = media_message_keys(&m->message, &c->profile, &keys);
    if (!st)
        st = media_reader_new(&keys, &wanted, &reader);
    if (!st)
        st = crypto_hash_new(&r.hash);
    if (!st)
        st = media_file_read(b->file, reader, &watch, &fault);
    if (!st)
        st = crypto_hash_end(r.hash, digest);
    if (!st && fault)
        b->problem = media_fault_text(fault);
    else if (!st && memcmp(digest, m->digest, sizeof(digest)) != 0)
        b->problem = "it decrypts to something else than was given to the client";
    media_reader_free(reader);
    crypto_hash_free(r.hash);
    return st;
}

/* ---- several at once */

struct reader {
    struct service_context *c;
    const struct service_medium *m;
    struct service_blob blob;
    struct arena arena; /* threads share none */
    enum status st;
    pthread_t thread;
};

static void *read_one(void *context)
{
    struct reader *r = context;
    struct fetch_answer a;
    r->blob.file = tmpfile();
    r->st = r->blob.file ? fetch_into(r->c, r->m, &r->arena, &r->blob, &a) : E_IO;
    if (!r->st)
        r->blob.problem = problem_of(r->m, &a, &r->arena);
    return NULL;
}

static enum status join_all(struct service_context *c, struct reader *readers, unsigned n,
                            const char **out_problem)
{
    enum status st = OK;
    for (unsigned i = 0; i < n; i++) {
        struct reader *r = &readers[i];
        pthread_join(r->thread, NULL);
        if (r->st)
            st = r->st;
        else if (r->blob.problem)
            *out_problem = arena_text(c->context->arena, r->blob.problem);
        else if (memcmp(r->blob.digest, readers[0].blob.digest, sizeof(r->blob.digest)) != 0)
            *out_problem = "readers who asked at once were given different bytes";
    }
    for (unsigned i = 0; i < n; i++) {
        service_blob_free(&readers[i].blob);
        arena_fini(&readers[i].arena);
    }
    return st;
}

enum status service_fetch_at_once(struct service_context *c, const struct service_medium *m,
                                  unsigned n, const char **out_problem)
{
    struct reader readers[READERS_MAX];
    unsigned started = 0;
    *out_problem = NULL;
    memset(readers, 0, sizeof(readers));
    for (; started < n && started < READERS_MAX; started++) {
        struct reader *r = &readers[started];
        r->c = c;
        r->m = m;
        arena_init(&r->arena, READER_ARENA);
        if (pthread_create(&r->thread, NULL, read_one, r)) {
            arena_fini(&r->arena);
            break;
        }
    }
    enum status st = join_all(c, readers, started, out_problem);
    return st ? st : started == n ? OK : E_NOMEM;
}
