/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shows that a medium of ours is the same whether it is made at once or while it is sent, and that
 * a long one takes no more memory than a short one. */
#include "run/service_fetch.h"
#include "run/service_stream.h"
#include "run/surface.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#define LONG_ONE (64u * 1024u * 1024u)
#define MEMORY_MAX_KB (16u * 1024u) /* that a long one may take */

/* A sanitizer keeps what was freed for a while, so that memory says nothing there. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

static const uint8_t media_key[MEDIA_KEY_LEN] = {1, 2, 3};
static const char pattern[] = "a pattern of a length that no block has, over and over: 0123456789";

static void stream_of(uint64_t length, struct service_stream *s, struct media_digests *digests)
{
    *s = (struct service_stream){.pattern = bytes_of(pattern, sizeof(pattern) - 1),
                                 .length = length};
    assert_int_equal(media_expand(media_key, bytes_of_text("label"), &s->keys), OK);
    assert_int_equal(service_stream_measure(s, digests), OK);
}

/* The blob, made at once. */
static void seal(const struct service_stream *s, struct buffer *out, struct media_digests *digests)
{
    struct media_sealer *sealer;
    struct buffer plain;
    buffer_init(&plain, 1u << 20);
    while (plain.len < s->length)
        assert_int_equal(
            buffer_append(&plain, bytes_slice(s->pattern, 0, (size_t)s->length - plain.len)), OK);
    assert_int_equal(media_sealer_new(&s->keys, &sealer), OK);
    assert_int_equal(media_seal(sealer, buffer_bytes(&plain), out), OK);
    assert_int_equal(media_seal_end(sealer, out, digests), OK);
    media_sealer_free(sealer);
    buffer_fini(&plain);
}

/* At most |max| bytes of |r| to |out|. False at the end. */
static bool read_some(struct service_reading *r, size_t max, struct buffer *out)
{
    uint8_t part[4096];
    long n = service_reading_next(r, out->len, part, max);
    assert_true(n >= 0 && (size_t)n <= max);
    assert_int_equal(buffer_append(out, bytes_of(part, (size_t)n)), OK);
    return n > 0;
}

static void bytes_are_those_that_are_made_at_once(void **state)
{
    static const uint64_t lengths[] = {0, 1, 15, 16, 17, 65, 66, 4096, 65535, 65536, 65537, 300000};
    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct service_stream s;
        struct media_digests said, wanted;
        struct service_reading *r;
        struct buffer blob, read;
        buffer_init(&blob, 1u << 20);
        buffer_init(&read, 1u << 20);
        stream_of(lengths[i], &s, &said);
        seal(&s, &blob, &wanted);
        assert_memory_equal(&said, &wanted, sizeof(said));
        assert_int_equal(service_reading_new(&s, &r), OK);
        for (size_t max = 1; read_some(r, max, &read); max = max % 4096 + 1)
            ;
        assert_true(bytes_equal(buffer_bytes(&read), buffer_bytes(&blob)));
        assert_int_equal(read.len, media_blob_len(lengths[i]));
        service_reading_free(r);
        buffer_fini(&blob);
        buffer_fini(&read);
    }
}

static void readings_do_not_disturb_each_other(void **state)
{
    struct service_stream s;
    struct media_digests digests;
    struct service_reading *r[2];
    struct buffer read[2];
    (void)state;
    stream_of(100000, &s, &digests);
    for (size_t i = 0; i < 2; i++) {
        buffer_init(&read[i], 1u << 20);
        assert_int_equal(service_reading_new(&s, &r[i]), OK);
    }
    for (bool goes_on = true; goes_on;) {
        bool is_first_on = read_some(r[0], 1000, &read[0]);
        goes_on = read_some(r[1], 700, &read[1]) || is_first_on;
    }
    assert_int_equal(read[0].len, media_blob_len(100000));
    assert_true(bytes_equal(buffer_bytes(&read[0]), buffer_bytes(&read[1])));
    for (size_t i = 0; i < 2; i++) {
        buffer_fini(&read[i]);
        service_reading_free(r[i]);
    }
}

/* ---- at our host */

static struct fixture {
    struct arena arena;
    struct context s;
    struct service_context *c;
} f;

static int begin(void **state)
{
    const struct context_options options = {.timeout_ms = 60000};
    (void)state;
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena,
               512u * 1024u * 1024u); /* as a case has it: room for what it must not take */
    f.s.arena = &f.arena;
    f.s.surface = surface_acts(SURFACE_SERVICE);
    assert_int_equal(random_init(&f.s.random, bytes_of_text("seed"), "offer"), OK);
    assert_int_equal(service_context_open(&f.s, &options, &f.c), OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    service_context_close(f.c);
    arena_fini(&f.arena);
    return 0;
}

/* Offer a file of |length| bytes, fetch it as a target would, and verify it. */
static void offer_and_take(uint64_t length)
{
    const struct media_message what = {.kind = CONTENT_FILE, .file_length = length};
    const char *problem;
    struct service_medium medium = {.length = length};
    struct service_blob blob;
    struct bytes plain, content;
    assert_int_equal(service_pattern(f.c, false, &plain), OK);
    assert_int_equal(service_digest(plain, length, medium.digest), OK);
    assert_int_equal(service_offer(f.c, &what, plain, (struct word_use){0}, &content), OK);
    assert_int_equal(media_message_decode(content, &medium.message), OK);
    medium.url = arena_printf(&f.arena, "%.*s", (int)medium.message.url.len,
                              (const char *)medium.message.url.data);
    assert_int_equal(fetch_scope_of(http_host_url(f.c->host), NULL, authority_root(f.c->authority),
                                    &f.c->media, &problem),
                     OK);
    assert_int_equal(service_fetch_blob(f.c, &medium, &blob), OK);
    assert_null(blob.problem);
    assert_int_equal(blob.len, media_blob_len(length));
    assert_int_equal(service_verify(f.c, &medium, &blob), OK);
    assert_null(blob.problem);
    service_blob_free(&blob);
}

static uint64_t peak_kb(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return (uint64_t)usage.ru_maxrss;
}

static void media_of_all_lengths_are_taken(void **state)
{
    static const uint64_t lengths[] = {0, 1, 16, 5000, 1000000};
    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
        offer_and_take(lengths[i]);
}

static void a_long_one_takes_no_more_memory(void **state)
{
    (void)state;
    offer_and_take(1000000);
    uint64_t before = peak_kb();
    offer_and_take(LONG_ONE);
    assert_true(IS_SANITIZED || peak_kb() - before < MEMORY_MAX_KB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_that_are_made_at_once),
        cmocka_unit_test(readings_do_not_disturb_each_other),
        cmocka_unit_test_setup_teardown(media_of_all_lengths_are_taken, begin, end),
        cmocka_unit_test_setup_teardown(a_long_one_takes_no_more_memory, begin, end),
    };
    return cmocka_run_group_tests_name("media of ours", tests, NULL, NULL);
}
