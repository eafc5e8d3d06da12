/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of <request> against a host that a test scripts: what an honest service may do holds, what
 * a wrong one does is found.
 */
#include "base/crypto.h"
#include "run/request.h"
#include "run/service_fetch.h"
#include "run/surface.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAME "d0c0ffee00112233"
#define BLOB "the blob of one medium, which is long enough for ranges"
#define USER "alice"

/* What the host answers to a path; the last row has none. */
struct page {
    const char *method, *path; /* |method| NULL: any */
    const char *condition;     /* with this If-None-Match; NULL: whatever there is */
    unsigned status;
    const char *header, *value;         /* NULL for none */
    const char *header_too, *value_too; /* the same */
    const char *body;
};

static struct fixture {
    struct arena arena;
    struct context s;
    struct service_context *c;
    struct http_host *host, *untrusted;
    const struct page *pages; /* the first that fits */
    struct token_key *keys[3];
    struct buffer set;
    struct artifact medium, tokens[2];
    struct step_result out;
    struct request_look look;
} f;

static bool fits(const struct page *p, const struct http_request *r)
{
    const char *condition = http_request_header(r, "If-None-Match");
    return (!p->method || strcmp(p->method, r->method) == 0) && strcmp(p->path, r->path) == 0 &&
           (!p->condition || (condition && strcmp(p->condition, condition) == 0));
}

static void answer(void *context, const struct http_request *r, struct http_answer *out)
{
    (void)context;
    out->status = 404;
    for (const struct page *p = f.pages; p && p->path; p++) {
        if (!fits(p, r))
            continue;
        out->status = p->status;
        if (p->header)
            http_answer_add(out, p->header, "%s", p->value);
        if (p->header_too)
            http_answer_add(out, p->header_too, "%s", p->value_too);
        out->body = p->body ? bytes_of_text(p->body) : buffer_bytes(&f.set);
        return;
    }
}

static void scope(struct http_host *host, const char *path, struct fetch_scope *scope,
                  const char **url)
{
    const char *problem;
    *url = arena_printf(&f.arena, "%s%s", http_host_url(host), path);
    assert_int_equal(fetch_scope_of(*url, NULL, authority_root(f.c->authority), scope, &problem),
                     OK);
}

static void publish(size_t from, size_t n)
{
    buffer_clear(&f.set);
    assert_int_equal(token_key_set(&f.keys[from], n, false, &f.set), OK);
}

static void mint(size_t key)
{
    struct buffer text;
    struct service_token *t = &f.c->tokens[f.c->n_tokens];
    buffer_init(&text, TOKEN_MAX);
    assert_int_equal(token_sign(f.keys[key], NULL, "{\"sub\":\"" USER "\"}", &text), OK);
    *t = (struct service_token){.name = &f.tokens[f.c->n_tokens],
                                .text = arena_text(&f.arena, buffer_text(&text)),
                                .user = USER};
    buffer_fini(&text);
    f.c->n_tokens++;
}

static int set_up(void **state)
{
    static const char *const kids[] = {"one", "two", "three"};
    const struct context_options options = {.timeout_ms = 1000};
    const struct http_host_options host = {.body_max = 1024, .answer = answer};
    uint8_t seed[32] = {0};
    (void)state;
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, 64u * 1024u * 1024u);
    buffer_init(&f.set, KEY_SET_MAX);
    f.s.arena = &f.arena;
    f.s.surface = surface_acts(SURFACE_SERVICE);
    assert_int_equal(random_init(&f.s.random, bytes_of_text("seed"), "request"), OK);
    assert_int_equal(service_context_open(&f.s, &options, &f.c), OK);
    assert_int_equal(http_host_new_under(f.c->authority, AUTHORITY_SOUND, host, &f.host), OK);
    assert_int_equal(http_host_new_under(f.c->authority, AUTHORITY_SELF_SIGNED, host, &f.untrusted),
                     OK);
    scope(f.host, "/media/", &f.c->media, &f.c->where.media);
    scope(f.host, "/keys", &f.c->keys, &f.c->where.keys);
    f.c->media_made[0] =
        (struct service_medium){.name = &f.medium,
                                .url = arena_printf(&f.arena, "%s" NAME, f.c->where.media),
                                .blob = bytes_of_text(BLOB)};
    f.c->n_media = 1;
    for (size_t i = 0; i < 3; i++) {
        seed[0] = (uint8_t)(i + 1);
        assert_int_equal(token_key_new(TOKEN_EDDSA, bytes_of(seed, 32), kids[i], &f.keys[i]), OK);
    }
    publish(0, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    http_host_free(f.host);
    http_host_free(f.untrusted);
    service_context_close(f.c);
    for (size_t i = 0; i < 3; i++)
        token_key_free(f.keys[i]);
    buffer_fini(&f.set);
    arena_fini(&f.arena);
    return 0;
}

static bool holds(request_rule *rule, const struct page *pages)
{
    f.pages = pages;
    f.out = (struct step_result){.detail = ""};
    f.look = (struct request_look){.s = &f.s,
                                   .c = f.c,
                                   .out = &f.out,
                                   .medium = &f.c->media_made[0],
                                   .token = f.c->n_tokens ? &f.c->tokens[f.c->n_tokens - 1] : NULL};
    bool is_held = rule(&f.look);
    assert_int_equal(f.look.st, OK);
    assert_true(is_held || f.out.detail[0]); /* it says why */
    return is_held;
}

static bool holds_of(request_rule *rule, size_t token)
{
    static const struct page set[] = {{.path = "/keys", .status = 200}, {.path = NULL}};
    f.pages = set;
    f.out = (struct step_result){.detail = ""};
    f.look =
        (struct request_look){.s = &f.s, .c = f.c, .out = &f.out, .token = &f.c->tokens[token]};
    return rule(&f.look);
}

#define BLOB_PAGE                                                                                  \
    {                                                                                              \
        .path = "/media/" NAME, .status = 200, .body = BLOB                                        \
    }
#define PAGES(...) ((const struct page[]){__VA_ARGS__, {.path = NULL}})

/* ---- conditions */

#define WITH_TAG(condition_, status_, body_)                                                       \
    {                                                                                              \
        .path = "/media/" NAME, .condition = (condition_), .status = (status_), .header = "ETag",  \
        .value = "\"a\"", .body = (body_)                                                          \
    }

static void own_tag_may_bring_304_or_the_blob(void **state)
{
    (void)state;
    assert_true(
        holds(request_conditional, PAGES(WITH_TAG("\"a\"", 304, ""), WITH_TAG(NULL, 200, BLOB))));
    assert_true(holds(request_conditional, PAGES(WITH_TAG(NULL, 200, BLOB))));
}

static void own_tag_brings_nothing_else(void **state)
{
    (void)state;
    assert_false(holds(request_conditional,
                       PAGES(WITH_TAG("\"a\"", 200, "others"), WITH_TAG(NULL, 200, BLOB))));
    assert_false(
        holds(request_conditional, PAGES(WITH_TAG("\"a\"", 0, ""), WITH_TAG(NULL, 200, BLOB))));
}

static void another_tag_brings_the_blob(void **state)
{
    (void)state;
    assert_false(holds(request_conditional,
                       PAGES(WITH_TAG("\"of-another-blob\"", 304, ""), WITH_TAG(NULL, 200, BLOB))));
}

/* ---- rules that need something to be there */

static void a_host_that_serves_nothing_keeps_no_rule(void **state)
{
    static request_rule *const rules[] = {
        request_head,        request_range,       request_range_beyond, request_resumed,
        request_conditional, request_opaque_type, request_no_cookie,    request_nothing_readable,
        request_read_only,   request_not_listed,  request_no_traversal, request_plain_errors,
        request_repeated};
    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        assert_false(holds(rules[i], NULL));
}

static void a_type_may_have_parameters(void **state)
{
    (void)state;
    assert_true(
        holds(request_opaque_type, PAGES({.path = "/media/" NAME,
                                          .status = 200,
                                          .header = "Content-Type",
                                          .value = "application/Octet-Stream;charset=binary",
                                          .body = BLOB})));
    assert_false(holds(request_opaque_type, PAGES({.path = "/media/" NAME,
                                                   .status = 200,
                                                   .header = "Content-Type",
                                                   .value = "application/octet-streams",
                                                   .body = BLOB})));
}

/* ---- lists and paths */

static void pages_that_name_no_medium_are_no_list(void **state)
{
    (void)state;
    assert_true(holds(request_not_listed, PAGES(BLOB_PAGE)));
    assert_true(holds(request_not_listed,
                      PAGES(BLOB_PAGE, {.path = "/media/", .status = 200, .body = "welcome"})));
    assert_true(holds(request_not_listed,
                      PAGES(BLOB_PAGE, {.path = "/media/", .status = 200, .body = ""})));
    assert_true(
        holds(request_not_listed, PAGES(BLOB_PAGE, {.path = "/media/", .status = 0, .body = ""})));
    assert_true(holds(request_not_listed,
                      PAGES(BLOB_PAGE, {.path = "/media/", .status = 503, .body = ""})));
    assert_true(holds(request_not_listed, PAGES(BLOB_PAGE, {.path = "/media/",
                                                            .status = 302,
                                                            .header = "Location",
                                                            .value = "https://provider.example/",
                                                            .body = ""})));
}

static void a_page_that_names_a_medium_is_a_list(void **state)
{
    (void)state;
    assert_false(
        holds(request_not_listed,
              PAGES(BLOB_PAGE, {.path = "/media/", .status = 200, .body = "<a href=" NAME ">"})));
    assert_false(
        holds(request_not_listed,
              PAGES(BLOB_PAGE, {.path = "/media/index.html", .status = 403, .body = NAME})));
}

#define UP "/media/../../../../etc/passwd"
#define UNKNOWN "0123456789abcdef0123456789abcdef"

static void a_path_may_lead_to_the_page_of_what_is_unknown(void **state)
{
    (void)state;
    assert_true(holds(request_no_traversal, PAGES(BLOB_PAGE)));
    assert_true(
        holds(request_no_traversal, PAGES(BLOB_PAGE, {.path = UP, .status = 0, .body = ""})));
    assert_true(holds(request_no_traversal,
                      PAGES(BLOB_PAGE, {.path = UP, .status = 500, .body = "broken"})));
    assert_true(
        holds(request_no_traversal, PAGES(BLOB_PAGE, {.path = UP, .status = 200, .body = ""})));
    assert_true(holds(request_no_traversal,
                      PAGES(BLOB_PAGE, {.path = UP, .status = 200, .body = "welcome"},
                            {.path = "/" UNKNOWN, .status = 200, .body = "welcome"})));
    assert_true(holds(request_no_traversal,
                      PAGES(BLOB_PAGE, {.path = UP, .status = 200, .body = "welcome"},
                            {.path = "/media/" UNKNOWN, .status = 200, .body = "welcome"})));
}

static void a_path_leads_to_no_other_page(void **state)
{
    (void)state;
    assert_false(holds(request_no_traversal,
                       PAGES(BLOB_PAGE, {.path = UP, .status = 200, .body = "[global]"})));
    assert_false(holds(request_no_traversal,
                       PAGES(BLOB_PAGE, {.path = UP, .status = 404, .body = "root:x:0:0:root"})));
}

/* ---- what strangers do, and what is gone */

static void a_stranger_may_be_turned_away_in_any_way(void **state)
{
    (void)state;
    assert_true(holds(request_read_only,
                      PAGES({.method = "PUT", .path = "/media/" NAME, .status = 405, .body = ""},
                            {.method = "DELETE", .path = "/media/" NAME, .status = 0, .body = ""},
                            BLOB_PAGE)));
    assert_false(holds(
        request_read_only,
        PAGES({.method = "DELETE", .path = "/media/" NAME, .status = 405, .body = ""}, BLOB_PAGE)));
}

static void what_is_gone_does_not_come_with_the_answer(void **state)
{
    (void)state;
    assert_true(
        holds(request_gone, PAGES({.path = "/media/" NAME, .status = 410, .body = "gone"})));
    assert_false(holds(request_gone, PAGES({.path = "/media/" NAME, .status = 410, .body = BLOB})));
    assert_false(holds(request_gone, PAGES(BLOB_PAGE)));
}

static void a_key_stands_in_no_url_in_any_half_or_writing(void **state)
{
    static const uint8_t key[32] = {0xfb, 0xff, 0xfe, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
                                    0xfb, 0xff, 0xfe, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14};
    static const char *const with_key[] = {
        "https://127.0.0.1/m?k=fbfffe0102030405060708090a0b0c0d",
        "https://127.0.0.1/m?k=fbfffe0202030405060708090a0b0c0e",
        "https://127.0.0.1/m?k=%2B%2F%2F%2BAQIDBAUGBwgJCgsMDQ%3D%3D"};
    (void)state;
    assert_int_equal(canaries_plant(&f.c->canaries, "a", bytes_of(key, 16)), OK);
    assert_int_equal(canaries_plant(&f.c->canaries, "b", bytes_of(key + 16, 16)), OK);
    f.c->media_made[0].message.url = bytes_of_text("https://127.0.0.1/m?k=%2B%41%00zz%");
    assert_true(holds(request_no_key_in_url, NULL));
    for (size_t i = 0; i < sizeof(with_key) / sizeof(with_key[0]); i++) {
        f.c->media_made[0].message.url = bytes_of_text(with_key[i]);
        assert_false(holds(request_no_key_in_url, NULL));
    }
}

/* ---- certificates */

static void each_host_proves_its_own_name_whatever_it_answers(void **state)
{
    (void)state;
    assert_true(holds(request_trusted, NULL));
    assert_true(holds(request_trusted, PAGES({.path = "/media/",
                                              .status = 302,
                                              .header = "Location",
                                              .value = "https://provider.example/",
                                              .body = ""})));
    scope(f.untrusted, "/keys", &f.c->keys, &f.c->where.keys);
    assert_true(holds(request_trusted, NULL));
    assert_false(holds(request_keys_trusted, NULL));
    scope(f.host, "/keys", &f.c->keys, &f.c->where.keys);
    scope(f.untrusted, "/media/", &f.c->media, &f.c->where.media);
    assert_true(holds(request_keys_trusted, NULL));
    assert_false(holds(request_trusted, NULL));
}

static void a_host_that_must_not_be_asked_proves_nothing(void **state)
{
    (void)state;
    f.c->media.is_loopback = f.c->keys.is_loopback = false; /* a name that leads to loopback */
    assert_false(holds(request_trusted, NULL));
    assert_non_null(strstr(f.out.detail, "nothing was asked"));
    assert_false(holds(request_no_old_tls, NULL));
    assert_non_null(strstr(f.out.detail, "nothing was asked"));
    assert_false(holds(request_keys_trusted, NULL));
}

static void a_host_that_speaks_tls_1_1_is_found(void **state)
{
    const struct http_host_options o = {.answer = answer, .speaks_old_tls = true};
    struct http_host *old;
    (void)state;
    assert_true(holds(request_no_old_tls, NULL));
    assert_int_equal(http_host_new_under(f.c->authority, AUTHORITY_SOUND, o, &old), OK);
    scope(old, "/media/", &f.c->media, &f.c->where.media);
    assert_false(holds(request_no_old_tls, NULL));
    assert_false(holds(request_no_old_tls, PAGES({.path = "/media/",
                                                  .status = 302,
                                                  .header = "Location",
                                                  .value = "https://provider.example/",
                                                  .body = ""})));
    assert_string_equal(f.out.detail, "it speaks TLS 1.1");
    assert_false(holds(request_no_old_tls, PAGES({.path = "/media/", .status = 0, .body = ""})));
    assert_string_equal(f.out.detail, "it speaks TLS 1.1");
    http_host_free(old);
}

/* A message that says so many bytes, and a blob behind a redirect that has a body, too. */
static void a_blob_may_stand_behind_a_redirect(void **state)
{
    static const char blob[] = "0123456789abcdefMAC-of-ten";
    struct service_blob b;
    (void)state;
    f.c->context = &f.s;
    f.c->media_made[0].message.file_length = 15;
    f.pages = PAGES({.path = "/media/" NAME,
                     .status = 302,
                     .header = "Location",
                     .value = "/other",
                     .body = "it stands on another path of this host, and this is no blob"},
                    {.path = "/other", .status = 200, .body = blob});
    assert_int_equal(service_fetch_blob(f.c, &f.c->media_made[0], &b), OK);
    assert_null(b.problem);
    assert_int_equal(b.len, strlen(blob));
    uint8_t digest[32];
    assert_int_equal(crypto_sha256(bytes_of_text(blob), digest), OK);
    assert_memory_equal(b.digest, digest, sizeof(digest));
    service_blob_free(&b);
}

/* ---- the key set */

#define CACHED(value_)                                                                             \
    PAGES({.path = "/keys", .status = 200, .header = "Cache-Control", .value = (value_)})

static void an_age_is_said_in_any_letters_and_lines(void **state)
{
    (void)state;
    assert_true(holds(request_keys_cached, CACHED("public, max-age=60")));
    assert_true(holds(request_keys_cached, CACHED("public ,Max-Age=\"60\"")));
    assert_true(holds(request_keys_cached, PAGES({.path = "/keys",
                                                  .status = 200,
                                                  .header = "Cache-Control",
                                                  .value = "public",
                                                  .header_too = "cache-control",
                                                  .value_too = "max-age=60"})));
    assert_false(holds(request_keys_cached, CACHED("public, x-max-age=60")));
    assert_false(holds(request_keys_cached, CACHED("max-age=0")));
    assert_false(holds(request_keys_cached, CACHED("max-age=86401")));
    assert_false(holds(request_keys_cached, PAGES({.path = "/keys", .status = 200})));
}

static void a_condition_on_the_set_is_never_owed_304(void **state)
{
    const struct page set = {.path = "/keys", .status = 200, .header = "ETag", .value = "\"a\""};
    (void)state;
    assert_true(holds(request_keys_conditional, PAGES(set)));
    assert_true(
        holds(request_keys_conditional,
              PAGES({.path = "/keys", .condition = "\"a\"", .status = 304, .body = ""}, set)));
    assert_false(
        holds(request_keys_conditional,
              PAGES({.path = "/keys", .condition = "\"a\"", .status = 412, .body = ""}, set)));
    assert_false(
        holds(request_keys_conditional,
              PAGES({.path = "/keys", .condition = "\"of-another-set\"", .status = 304, .body = ""},
                    set)));
}

static void a_key_may_be_published_ahead(void **state)
{
    (void)state;
    publish(0, 2);
    mint(0);
    publish(0, 3);
    mint(1);
    assert_true(holds_of(request_keys_kept, 0));
    assert_true(holds_of(request_keys_changed, 1));
    publish(1, 2);
    assert_true(holds_of(request_keys_retired, 0));
}

static void a_key_that_is_gone_or_stays_is_found(void **state)
{
    (void)state;
    mint(0);
    mint(0);
    assert_false(holds_of(request_keys_changed, 1));
    assert_false(holds_of(request_keys_retired, 0));
    publish(1, 1);
    assert_false(holds_of(request_keys_kept, 0));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(own_tag_may_bring_304_or_the_blob),
        T(own_tag_brings_nothing_else),
        T(another_tag_brings_the_blob),
        T(a_host_that_serves_nothing_keeps_no_rule),
        T(a_type_may_have_parameters),
        T(pages_that_name_no_medium_are_no_list),
        T(a_page_that_names_a_medium_is_a_list),
        T(a_path_may_lead_to_the_page_of_what_is_unknown),
        T(a_path_leads_to_no_other_page),
        T(a_stranger_may_be_turned_away_in_any_way),
        T(what_is_gone_does_not_come_with_the_answer),
        T(a_key_stands_in_no_url_in_any_half_or_writing),
        T(each_host_proves_its_own_name_whatever_it_answers),
        T(a_host_that_must_not_be_asked_proves_nothing),
        T(a_host_that_speaks_tls_1_1_is_found),
        T(a_blob_may_stand_behind_a_redirect),
        T(an_age_is_said_in_any_letters_and_lines),
        T(a_condition_on_the_set_is_never_owed_304),
        T(a_key_may_be_published_ahead),
        T(a_key_that_is_gone_or_stays_is_found),
    };
    return cmocka_run_group_tests_name("rules of the service", tests, NULL, NULL);
}
