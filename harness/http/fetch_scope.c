/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/fetch.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LOOPBACK_NET 127u
#define LINK_LOCAL_NET 0xA9FEu /* 169.254 */

struct parts {
    char *scheme, *host, *port, *user;
};

static void parts_free(struct parts *p)
{
    curl_free(p->scheme);
    curl_free(p->host);
    curl_free(p->port);
    curl_free(p->user);
}

/* Only http and https, absolute. */
static bool take_apart(const char *url, struct parts *out)
{
    CURLU *u = curl_url();
    memset(out, 0, sizeof(*out));
    bool is_url = u && strlen(url) <= FETCH_URL_MAX && !curl_url_set(u, CURLUPART_URL, url, 0) &&
                  !curl_url_get(u, CURLUPART_SCHEME, &out->scheme, 0) &&
                  !curl_url_get(u, CURLUPART_HOST, &out->host, 0) &&
                  !curl_url_get(u, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT);
    if (u)
        curl_url_get(u, CURLUPART_USER, &out->user, 0);
    curl_url_cleanup(u);
    return is_url && (strcmp(out->scheme, "http") == 0 || strcmp(out->scheme, "https") == 0);
}

static bool is_loopback_host(const char *host)
{
    struct in_addr four;
    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == LOOPBACK_NET;
    return strcmp(host, "[::1]") == 0 || strcasecmp(host, "localhost") == 0;
}

enum status fetch_scope_of(const char *url, const char *named_host, const char *roots,
                           struct fetch_scope *out, const char **out_problem)
{
    struct parts p;
    memset(out, 0, sizeof(*out));
    *out_problem = NULL;
    if (!take_apart(url, &p))
        *out_problem = "it is no http or https URL";
    else if (p.user)
        *out_problem = "it has a user's name in it";
    else if (strlen(p.host) >= FETCH_HOST_MAX)
        *out_problem = "its host's name is too long";
    else if (!is_loopback_host(p.host) && (!named_host || strcasecmp(named_host, p.host) != 0))
        *out_problem = "its host is neither on loopback nor the one that the target was named with";
    if (!*out_problem) {
        snprintf(out->host, sizeof(out->host), "%s", p.host);
        out->port = (uint16_t)strtoul(p.port, NULL, 10);
        out->is_https = strcmp(p.scheme, "https") == 0;
        out->is_loopback = is_loopback_host(p.host);
        out->roots = roots;
    }
    parts_free(&p);
    return *out_problem ? E_INPUT : OK;
}

bool fetch_scope_has(const struct fetch_scope *scope, const char *url)
{
    struct parts p;
    bool is_within =
        take_apart(url, &p) && !p.user && (strcmp(p.scheme, "https") == 0) == scope->is_https &&
        strcasecmp(p.host, scope->host) == 0 && strtoul(p.port, NULL, 10) == scope->port;
    parts_free(&p);
    return is_within;
}

/* An IPv4 address, in the host's byte order. */
static bool has_four(const struct fetch_scope *scope, uint32_t address)
{
    bool is_loopback = address >> 24 == LOOPBACK_NET;
    bool is_for_nobody = address >> 24 == 0 || address >> 16 == LINK_LOCAL_NET ||
                         address >> 28 >= 14; /* multicast, reserved */
    return scope->is_loopback ? is_loopback : !is_loopback && !is_for_nobody;
}

static bool has_six(const struct fetch_scope *scope, const struct in6_addr *address)
{
    if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address)) {
        uint32_t four;
        if (IN6_IS_ADDR_LOOPBACK(address))
            return scope->is_loopback;
        memcpy(&four, &address->s6_addr[12], sizeof(four));
        return has_four(scope, ntohl(four));
    }
    if (scope->is_loopback)
        return IN6_IS_ADDR_LOOPBACK(address);
    return !IN6_IS_ADDR_LOOPBACK(address) && !IN6_IS_ADDR_UNSPECIFIED(address) &&
           !IN6_IS_ADDR_LINKLOCAL(address) && !IN6_IS_ADDR_MULTICAST(address);
}

bool fetch_scope_has_address(const struct fetch_scope *scope, const void *address, size_t len)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    sa_family_t family;
    if (len < offsetof(struct sockaddr, sa_data))
        return false;
    memcpy(&family, (const uint8_t *)address + offsetof(struct sockaddr, sa_family),
           sizeof(family));
    if (family == AF_INET && len >= sizeof(four)) {
        memcpy(&four, address, sizeof(four));
        return has_four(scope, ntohl(four.sin_addr.s_addr));
    }
    if (family == AF_INET6 && len >= sizeof(six)) {
        memcpy(&six, address, sizeof(six));
        return has_six(scope, &six.sin6_addr);
    }
    return false;
}
