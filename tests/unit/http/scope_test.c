/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http/fetch: which URLs and which addresses assay asks, a row each. */
#include "http/fetch.h"
#include "support/rows.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct url_row {
    const char *sentence, *endpoint, *named_host, *url;
    bool is_scope, is_within;
};

static const struct url_row url_rows[] = {
    {"the endpoint itself", "https://127.0.0.1:8443/media", NULL, "https://127.0.0.1:8443/x", true,
     true},
    {"another port is elsewhere", "https://127.0.0.1:8443/", NULL, "https://127.0.0.1:8444/", true,
     false},
    {"another scheme is elsewhere", "https://127.0.0.1:8443/", NULL, "http://127.0.0.1:8443/", true,
     false},
    {"another loopback address is elsewhere", "https://127.0.0.1:8443/", NULL,
     "https://127.0.0.2:8443/", true, false},
    {"a number that means the same address is that address", "https://127.0.0.1:8443/", NULL,
     "https://2130706433:8443/", true, true},
    {"a user in front of the host", "https://127.0.0.1:8443/", NULL, "https://a@127.0.0.1:8443/",
     true, false},
    {"the host as a user of another", "https://127.0.0.1:8443/", NULL,
     "https://127.0.0.1:8443@example.com/", true, false},
    {"a file is elsewhere", "https://127.0.0.1:8443/", NULL, "file:///etc/passwd", true, false},
    {"a metadata address is no endpoint", "http://169.254.169.254/", NULL, "", false, false},
    {"a stranger is no endpoint", "https://example.com/", NULL, "", false, false},
    {"the host that the user named is one", "https://provider.example/", "provider.example",
     "https://provider.example/keys", true, true},
    {"localhost is loopback", "https://localhost:1/", NULL, "https://localhost:1/", true, true},
    {"a file is no endpoint", "file:///etc/passwd", NULL, "", false, false},
    {"no URL", "127.0.0.1", NULL, "", false, false},
};

static void url(void **state)
{
    const struct url_row *r = *state;
    struct fetch_scope scope;
    const char *problem;
    enum status st = fetch_scope_of(r->endpoint, r->named_host, NULL, &scope, &problem);
    assert_int_equal(st, r->is_scope ? OK : E_INPUT);
    assert_true(r->is_scope == (problem == NULL));
    if (r->is_scope)
        assert_true(fetch_scope_has(&scope, r->url) == r->is_within);
}

struct address_row {
    const char *sentence, *host, *address;
    bool is_within;
};

static const struct address_row address_rows[] = {
    {"loopback of a loopback scope", "127.0.0.1", "127.0.0.1", true},
    {"IPv6 loopback of it", "localhost", "::1", true},
    {"localhost that leads away", "localhost", "192.0.2.1", false},
    {"a name that leads to loopback", "provider.example", "127.0.0.1", false},
    {"a name that leads to IPv6 loopback", "provider.example", "::1", false},
    {"a name that leads to loopback, mapped", "provider.example", "::ffff:127.0.0.1", false},
    {"a name that leads to metadata", "provider.example", "169.254.169.254", false},
    {"a name that leads to metadata, mapped", "provider.example", "::ffff:169.254.169.254", false},
    {"a name that leads to a link-local address", "provider.example", "fe80::1", false},
    {"a name that leads to this host", "provider.example", "0.0.0.0", false},
    {"a name that leads to everybody", "provider.example", "224.0.0.1", false},
    {"a name that leads to a host", "provider.example", "192.0.2.1", true},
    {"a name that leads to an IPv6 host", "provider.example", "2001:db8::1", true},
};

static void address(void **state)
{
    const struct address_row *r = *state;
    char endpoint[128];
    struct fetch_scope scope;
    const char *problem;
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    snprintf(endpoint, sizeof(endpoint), "https://%s/", r->host);
    assert_int_equal(fetch_scope_of(endpoint, "provider.example", NULL, &scope, &problem), OK);
    bool is_four = inet_pton(AF_INET, r->address, &four.sin_addr) == 1;
    assert_true(is_four || inet_pton(AF_INET6, r->address, &six.sin6_addr) == 1);
    const void *where = is_four ? (const void *)&four : (const void *)&six;
    size_t len = is_four ? sizeof(four) : sizeof(six);
    assert_true(fetch_scope_has_address(&scope, where, len) == r->is_within);
    assert_false(fetch_scope_has_address(&scope, where, 1));
}

int main(void)
{
    struct CMUnitTest tests[COUNT(url_rows) + COUNT(address_rows)];
    size_t n = 0;
    ADD_ROWS(tests, n, url_rows, sentence, url);
    ADD_ROWS(tests, n, address_rows, sentence, address);
    return cmocka_run_group_tests_name("http scope", tests, NULL, NULL);
}
