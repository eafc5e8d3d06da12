/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http/fetch against http/host, over TLS with a root made for the test: what is taken, what is not,
 * and that nothing is asked elsewhere.
 */
#include "http/authority.h"
#include "http/fetch.h"
#include "http/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LIMIT_MS 5000u

static struct fixture {
    struct authority *authority;
    struct http_host *host;
    struct http_host *other; /* where nothing must be asked */
    struct fetch_scope scope;
    struct arena arena;
    unsigned asked_elsewhere;
    char last_path[256], last_body[64];
} f;

static long endless(void *context, uint64_t at, uint8_t *out, size_t max)
{
    (void)context;
    (void)at;
    memset(out, 'x', max);
    return (long)max;
}

static long slow(void *context, uint64_t at, uint8_t *out, size_t max)
{
    (void)context;
    (void)at;
    (void)max;
    usleep(20000);
    *out = 'x';
    return 1;
}

/* The head of a gzip file. */
static const uint8_t compressed[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x63, 0x60, 0x18};

/* Less than was announced. */
static long ends_early(void *context, uint64_t at, uint8_t *out, size_t max)
{
    (void)context;
    (void)max;
    *out = 'x';
    return at < 3 ? 1 : -1;
}

static void answer(void *context, const struct http_request *r, struct http_answer *out)
{
    (void)context;
    snprintf(f.last_path, sizeof(f.last_path), "%s", r->path);
    snprintf(f.last_body, sizeof(f.last_body), "%.*s", (int)r->body.len,
             (const char *)r->body.data);
    out->status = 200;
    if (strcmp(r->path, "/endless") == 0) {
        out->produce = endless;
        out->produced_len = HTTP_LENGTH_UNKNOWN;
    } else if (strcmp(r->path, "/slow") == 0) {
        out->produce = slow;
        out->produced_len = HTTP_LENGTH_UNKNOWN;
    } else if (strcmp(r->path, "/short") == 0) {
        out->produce = ends_early;
        out->produced_len = 10;
    } else if (strcmp(r->path, "/away") == 0) {
        out->status = 302;
        http_answer_add(out, "Location", "%s/secret", http_host_url(f.other));
    } else if (strcmp(r->path, "/file") == 0) {
        out->status = 302;
        http_answer_add(out, "Location", "file:///etc/passwd");
    } else if (strcmp(r->path, "/loop") == 0) {
        out->status = 302;
        http_answer_add(out, "Location", "/loop");
    } else if (strcmp(r->path, "/near") == 0) {
        out->status = 302;
        http_answer_add(out, "Location", "there");
        out->body = bytes_of_text("it is there");
    } else if (strcmp(r->path, "/near-away") == 0) {
        out->status = 307;
        http_answer_add(out, "Location", "/away");
    } else if (strcmp(r->path, "/clear") == 0) {
        out->status = 308;
        http_answer_add(out, "Location", "http://127.0.0.1:%u/a", (unsigned)f.scope.port);
    } else if (strcmp(r->path, "/user") == 0) {
        out->status = 301;
        http_answer_add(out, "Location", "https://somebody@127.0.0.1:%u/a", (unsigned)f.scope.port);
    } else if (strcmp(r->path, "/metadata") == 0) {
        out->status = 303;
        http_answer_add(out, "Location", "https://169.254.169.254/latest/");
    } else if (strcmp(r->path, "/compressed") == 0) {
        http_answer_add(out, "Content-Encoding", "gzip");
        out->body = bytes_of(compressed, sizeof(compressed));
    } else if (strcmp(r->path, "/none") == 0) {
        out->status = 0;
    } else if (r->is_too_long) {
        out->status = 413;
    } else {
        http_answer_add(out, "X-Kind", "plain");
        out->body = bytes_of_text("hello");
    }
}

static void answer_elsewhere(void *context, const struct http_request *r, struct http_answer *out)
{
    (void)context;
    (void)r;
    f.asked_elsewhere++;
    out->status = 200;
}

static struct http_host *start(enum authority_certificate what)
{
    struct buffer key, certificate;
    struct http_host *host;
    buffer_init(&key, AUTHORITY_PEM_MAX);
    buffer_init(&certificate, AUTHORITY_PEM_MAX);
    assert_int_equal(authority_issue(f.authority, what, &key, &certificate), OK);
    struct http_host_options o = {.key = buffer_text(&key),
                                  .certificate = buffer_text(&certificate),
                                  .body_max = 16,
                                  .answer = answer};
    assert_int_equal(http_host_new(&o, &host), OK);
    buffer_fini(&key);
    buffer_fini(&certificate);
    return host;
}

static int set_up(void **state)
{
    const char *problem;
    const struct http_host_options o = {.answer = answer_elsewhere};
    (void)state;
    memset(&f, 0, sizeof(f));
    arena_init(&f.arena, 4u * 1024u * 1024u);
    assert_int_equal(authority_new(&f.authority), OK);
    f.host = start(AUTHORITY_SOUND);
    assert_int_equal(http_host_new(&o, &f.other), OK);
    assert_int_equal(fetch_scope_of(http_host_url(f.host), NULL, authority_root(f.authority),
                                    &f.scope, &problem),
                     OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(f.asked_elsewhere, 0);
    http_host_free(f.host);
    http_host_free(f.other);
    authority_free(f.authority);
    arena_fini(&f.arena);
    return 0;
}

static struct fetch_answer ask_with(const char *path, struct fetch_request r)
{
    struct fetch_answer a;
    r.url = arena_printf(&f.arena, "%s%s", http_host_url(f.host), path);
    if (!r.body_max)
        r.body_max = 1024;
    if (!r.timeout_ms)
        r.timeout_ms = LIMIT_MS;
    assert_int_equal(fetch(&f.scope, &r, &f.arena, &a), OK);
    return a;
}

static struct fetch_answer ask(const char *path)
{
    return ask_with(path, (struct fetch_request){.redirects_max = 3});
}

static void an_answer_is_status_headers_and_body(void **state)
{
    struct fetch_answer a = ask("/a");
    (void)state;
    assert_int_equal(a.outcome, FETCH_ANSWERED);
    assert_int_equal(a.status, 200);
    assert_string_equal(fetch_header(&a, "x-kind"), "plain");
    assert_null(fetch_header(&a, "X-Other"));
    assert_true(bytes_equal(a.body, bytes_of_text("hello")));
}

static void a_path_goes_out_as_it_is_given(void **state)
{
    (void)state;
    ask("/a/%2e%2e/../x%2Fy");
    assert_string_equal(f.last_path, "/a/%2e%2e/../x%2Fy");
}

static void a_body_is_sent_and_is_bounded_there(void **state)
{
    (void)state;
    struct fetch_request r = {.method = "POST", .body = bytes_of_text("0123456789abcdef")};
    assert_int_equal(ask_with("/a", r).status, 200);
    assert_string_equal(f.last_body, "0123456789abcdef");
    r.body = bytes_of_text("0123456789abcdefg");
    assert_int_equal(ask_with("/a", r).status, 413);
}

static void head_has_no_body(void **state)
{
    struct fetch_answer a = ask_with("/a", (struct fetch_request){.method = "HEAD"});
    (void)state;
    assert_int_equal(a.status, 200);
    assert_int_equal(a.body.len, 0);
    assert_string_equal(fetch_header(&a, "content-length"), "5");
}

static void a_session_uses_its_connection_again(void **state)
{
    (void)state;
    struct fetch_session *s = fetch_session_new();
    const struct fetch_request get = {.session = s}, post = {.session = s,
                                                             .method = "POST",
                                                             .body = bytes_of_text("0123")};
    assert_int_equal(ask_with("/a", get).connections, 1);
    struct fetch_answer a = ask_with("/b", post);
    assert_int_equal(a.connections, 0);
    assert_int_equal(a.status, 200);
    assert_string_equal(f.last_body, "0123");
    a = ask_with("/c", get);
    assert_int_equal(a.connections, 0);
    assert_string_equal(f.last_body, ""); /* nothing is left of the request before */
    assert_int_equal(ask("/a").connections, 1);
    fetch_session_free(s);
}

/* A connection that was trusted is none for a request that trusts another root, or none. */
static void a_session_does_not_pass_trust_on(void **state)
{
    (void)state;
    struct fetch_session *s = fetch_session_new();
    const struct fetch_request r = {.session = s}, careless = {.session = s, .ignores_roots = true};
    assert_int_equal(ask_with("/a", careless).status, 200);
    f.scope.roots = NULL;
    assert_int_equal(ask_with("/a", r).outcome, FETCH_UNTRUSTED);
    fetch_session_free(s);
}

static void a_session_outlives_a_broken_answer(void **state)
{
    (void)state;
    struct fetch_session *s = fetch_session_new();
    const struct fetch_request r = {.session = s};
    assert_int_equal(ask_with("/short", r).outcome, FETCH_BROKEN);
    assert_int_equal(ask_with("/endless", r).outcome, FETCH_TOO_LONG);
    assert_int_equal(ask_with("/a", r).status, 200);
    fetch_session_free(s);
}

/* It would unpack to a million times as much; nothing is unpacked. */
static void a_compressed_answer_stays_as_it_is(void **state)
{
    (void)state;
    struct fetch_answer a = ask("/compressed");
    assert_int_equal(a.outcome, FETCH_ANSWERED);
    assert_true(bytes_equal(a.body, bytes_of(compressed, sizeof(compressed))));
}

/* "NAME.localhost" is looked up by libcurl itself, and leads to loopback (RFC 6761, 6.3). */
static void a_name_that_leads_to_loopback_is_not_asked(void **state)
{
    struct fetch_answer a;
    const char *problem;
    (void)state;
    const char *url =
        arena_printf(&f.arena, "https://provider.localhost:%u/a", (unsigned)http_host_port(f.host));
    assert_int_equal(
        fetch_scope_of(url, "provider.localhost", authority_root(f.authority), &f.scope, &problem),
        OK);
    struct fetch_request r = {.url = url, .timeout_ms = LIMIT_MS, .ignores_roots = true};
    f.last_path[0] = '\0';
    assert_int_equal(fetch(&f.scope, &r, &f.arena, &a), OK);
    assert_int_equal(a.outcome, FETCH_ELSEWHERE);
    assert_string_equal(f.last_path, "");
}

static void a_redirect_within_and_then_elsewhere_is_not_followed(void **state)
{
    (void)state;
    struct fetch_answer a = ask("/near-away");
    assert_int_equal(a.outcome, FETCH_ELSEWHERE);
    assert_int_equal(a.redirects, 2);
}

static void a_redirect_to_the_same_port_in_clear_is_not_followed(void **state)
{
    (void)state;
    assert_int_equal(ask("/clear").outcome, FETCH_ELSEWHERE);
    assert_int_equal(ask("/user").outcome, FETCH_ELSEWHERE);
    assert_int_equal(ask("/metadata").outcome, FETCH_ELSEWHERE);
}

static void an_endless_answer_is_too_long(void **state)
{
    (void)state;
    assert_int_equal(ask("/endless").outcome, FETCH_TOO_LONG);
}

static void a_slow_answer_is_silence(void **state)
{
    (void)state;
    struct fetch_answer a = ask_with("/slow", (struct fetch_request){.timeout_ms = 300});
    assert_int_equal(a.outcome, FETCH_SILENT);
}

static void an_answer_that_ends_early_is_broken(void **state)
{
    (void)state;
    assert_int_equal(ask("/short").outcome, FETCH_BROKEN);
    assert_int_equal(ask("/none").outcome, FETCH_BROKEN);
}

static void a_redirect_elsewhere_is_not_followed(void **state)
{
    (void)state;
    assert_int_equal(ask("/away").outcome, FETCH_ELSEWHERE);
    assert_int_equal(ask("/file").outcome, FETCH_ELSEWHERE);
}

static void a_url_elsewhere_is_not_asked(void **state)
{
    struct fetch_answer a;
    (void)state;
    struct fetch_request r = {.url = http_host_url(f.other), .timeout_ms = LIMIT_MS};
    assert_int_equal(fetch(&f.scope, &r, &f.arena, &a), OK);
    assert_int_equal(a.outcome, FETCH_ELSEWHERE);
}

static void redirects_within_are_followed_so_often(void **state)
{
    (void)state;
    struct fetch_answer a = ask("/near");
    assert_int_equal(a.outcome, FETCH_ANSWERED);
    assert_int_equal(a.redirects, 1);
    assert_string_equal(f.last_path, "/there");
    assert_int_equal(ask("/loop").outcome, FETCH_REDIRECTS);
    a = ask_with("/near", (struct fetch_request){0});
    assert_int_equal(a.status, 302);
}

static void expect_untrusted(enum authority_certificate what)
{
    http_host_free(f.host);
    f.host = start(what);
    f.scope.port = http_host_port(f.host);
    assert_int_equal(ask("/a").outcome, FETCH_UNTRUSTED);
    struct fetch_answer a = ask_with("/a", (struct fetch_request){.ignores_roots = true});
    assert_int_equal(a.status, 200);
}

static void an_expired_certificate_is_refused(void **state)
{
    (void)state;
    expect_untrusted(AUTHORITY_EXPIRED);
}

static void a_self_signed_certificate_is_refused(void **state)
{
    (void)state;
    expect_untrusted(AUTHORITY_SELF_SIGNED);
}

static void a_certificate_for_another_name_is_refused(void **state)
{
    (void)state;
    expect_untrusted(AUTHORITY_OTHER_NAME);
}

static void without_its_root_nothing_is_trusted(void **state)
{
    (void)state;
    f.scope.roots = NULL;
    assert_int_equal(ask("/a").outcome, FETCH_UNTRUSTED);
}

static void old_tls_is_refused_by_the_host(void **state)
{
    (void)state;
    struct fetch_answer a = ask_with("/a", (struct fetch_request){.only_old_tls = true});
    assert_int_equal(a.outcome, FETCH_UNTRUSTED);
}

static void a_host_of_old_tls_answers_who_asks_for_it(void **state)
{
    const struct http_host_options o = {.answer = answer, .speaks_old_tls = true};
    (void)state;
    http_host_free(f.host);
    assert_int_equal(http_host_new_under(f.authority, AUTHORITY_SOUND, o, &f.host), OK);
    f.scope.port = http_host_port(f.host);
    struct fetch_answer a = ask_with("/a", (struct fetch_request){.only_old_tls = true});
    assert_int_equal(a.outcome, FETCH_ANSWERED);
    assert_int_equal(ask("/a").status, 200);
}

static void a_host_that_stalls_is_silence_long_before_the_end(void **state)
{
    (void)state;
    struct fetch_answer a =
        ask_with("/slow", (struct fetch_request){.timeout_ms = 60000, .stall_seconds = 1});
    assert_int_equal(a.outcome, FETCH_SILENT);
}

static void who_connects_is_counted_whatever_they_say(void **state)
{
    (void)state;
    assert_int_equal(http_host_accepted(f.host), 0);
    f.scope.roots = NULL;
    ask("/a");
    assert_int_equal(http_host_accepted(f.host), 1);
}

/* ---- who takes the body */

static struct taken {
    unsigned begun;
    char text[64];
} taken;

static bool begin_anew(void *context)
{
    struct taken *t = context;
    t->begun++;
    t->text[0] = '\0';
    return true;
}

static bool take_text(void *context, struct bytes part)
{
    struct taken *t = context;
    size_t len = strlen(t->text);
    snprintf(t->text + len, sizeof(t->text) - len, "%.*s", (int)part.len, (const char *)part.data);
    return true;
}

static void a_taker_is_told_where_each_answer_begins(void **state)
{
    (void)state;
    memset(&taken, 0, sizeof(taken));
    struct fetch_answer a = ask_with("/near", (struct fetch_request){.redirects_max = 3,
                                                                     .take = take_text,
                                                                     .begin = begin_anew,
                                                                     .context = &taken});
    assert_int_equal(a.status, 200);
    assert_int_equal(taken.begun, 2);
    assert_string_equal(taken.text, "hello");
}

static void what_is_compressed_is_unpacked_where_that_is_asked_for(void **state)
{
    (void)state;
    struct fetch_answer a = ask_with("/compressed", (struct fetch_request){.unpacks = true});
    assert_true(a.body_len < sizeof(compressed));
    assert_int_equal(ask("/compressed").body_len, sizeof(compressed));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_status_headers_and_body),
        TEST(a_path_goes_out_as_it_is_given),
        TEST(a_body_is_sent_and_is_bounded_there),
        TEST(head_has_no_body),
        TEST(a_session_uses_its_connection_again),
        TEST(a_session_does_not_pass_trust_on),
        TEST(a_session_outlives_a_broken_answer),
        TEST(a_compressed_answer_stays_as_it_is),
        TEST(a_name_that_leads_to_loopback_is_not_asked),
        TEST(a_redirect_within_and_then_elsewhere_is_not_followed),
        TEST(a_redirect_to_the_same_port_in_clear_is_not_followed),
        TEST(an_endless_answer_is_too_long),
        TEST(a_slow_answer_is_silence),
        TEST(an_answer_that_ends_early_is_broken),
        TEST(a_redirect_elsewhere_is_not_followed),
        TEST(a_url_elsewhere_is_not_asked),
        TEST(redirects_within_are_followed_so_often),
        TEST(an_expired_certificate_is_refused),
        TEST(a_self_signed_certificate_is_refused),
        TEST(a_certificate_for_another_name_is_refused),
        TEST(without_its_root_nothing_is_trusted),
        TEST(old_tls_is_refused_by_the_host),
        TEST(a_host_of_old_tls_answers_who_asks_for_it),
        TEST(a_host_that_stalls_is_silence_long_before_the_end),
        TEST(who_connects_is_counted_whatever_they_say),
        TEST(a_taker_is_told_where_each_answer_begins),
        TEST(what_is_compressed_is_unpacked_where_that_is_asked_for),
    };
    return cmocka_run_group_tests_name("http fetch", tests, NULL, NULL);
}
