/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "driver/address.h"

#include <string.h>
#include <sys/un.h>

#define UNIX_PATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

/* What is parsed so far, and where complaints go. */
struct parse {
    struct arena *arena;
    const char *builtin_command;
    struct target_address *out;
    const char **out_problem;
};

/* |sentence| is NULL when the arena was full. */
static enum status complain(struct parse *p, const char *sentence)
{
    if (!sentence)
        return E_NOMEM;
    *p->out_problem = sentence;
    return E_PARSE;
}

static enum status keep(struct parse *p, const char *from, size_t len, const char **out)
{
    char *copy = (char *)arena_alloc(p->arena, len + 1);
    if (!copy)
        return E_NOMEM;
    memcpy(copy, from, len);
    *out = copy;
    return OK;
}

static enum status parse_builtin(struct parse *p, const char *rest)
{
    if (*rest)
        return complain(p, "\"builtin:\" takes nothing after the colon");
    if (!p->builtin_command)
        return complain(p, "this build has no builtin target; name one with exec:COMMAND");
    p->out->kind = TARGET_EXEC;
    p->out->is_builtin = true;
    return keep(p, p->builtin_command, strlen(p->builtin_command), &p->out->command);
}

static enum status parse_exec(struct parse *p, const char *rest)
{
    if (!rest[strspn(rest, " \t\n")])
        return complain(p, "\"exec:\" needs a command, as in exec:./my-adapter");
    p->out->kind = TARGET_EXEC;
    return keep(p, rest, strlen(rest), &p->out->command);
}

static enum status parse_unix(struct parse *p, const char *rest)
{
    if (!*rest)
        return complain(p, "\"unix:\" needs a path, as in unix:/run/adapter.sock");
    if (strlen(rest) > UNIX_PATH_MAX)
        return complain(p, arena_printf(p->arena,
                                        "the path after \"unix:\" is %zu bytes long; the system "
                                        "takes %zu: use a shorter one",
                                        strlen(rest), (size_t)UNIX_PATH_MAX));
    p->out->kind = TARGET_UNIX;
    return keep(p, rest, strlen(rest), &p->out->path);
}

static bool is_port(const char *text)
{
    size_t len = strlen(text);
    unsigned value = 0;
    if (len == 0 || len > 5 || strspn(text, "0123456789") != len)
        return false;
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    return value >= 1 && value <= 65535;
}

static enum status parse_tcp(struct parse *p, const char *rest)
{
    const char *colon = strrchr(rest, ':');
    if (!colon)
        return complain(p, "\"tcp:\" needs a host and a port, as in tcp:localhost:7000");
    if (!is_port(colon + 1))
        return complain(p, "the port after \"tcp:HOST:\" must be a number from 1 to 65535");

    const char *host = rest;
    size_t host_len = (size_t)(colon - rest);
    bool has_brackets = host_len >= 2 && host[0] == '[' && host[host_len - 1] == ']';
    if (has_brackets) {
        host++;
        host_len -= 2;
    }
    if (!has_brackets && memchr(host, ':', host_len))
        return complain(p, "an IPv6 address stands in brackets, as in tcp:[::1]:7000");
    if (host_len == 0)
        return complain(p, "the host after \"tcp:\" is missing, as in tcp:localhost:7000");

    p->out->kind = TARGET_TCP;
    enum status st = keep(p, host, host_len, &p->out->host);
    return st ? st : keep(p, colon + 1, strlen(colon + 1), &p->out->port);
}

static enum status parse_tls(struct parse *p, const char *rest)
{
    (void)rest;
    return complain(p, "\"tls:\" is not spoken; put a TLS proxy in front of the target and use "
                       "tcp:HOST:PORT or unix:PATH");
}

static const struct scheme {
    const char *prefix;
    enum status (*parse)(struct parse *p, const char *rest);
} schemes[] = {
    {"builtin:", parse_builtin}, {"exec:", parse_exec}, {"unix:", parse_unix},
    {"tcp:", parse_tcp},         {"tls:", parse_tls},
};

enum status target_address_parse(const char *text, const char *builtin_command, struct arena *arena,
                                 struct target_address *out, const char **out_problem)
{
    struct parse p = {arena, builtin_command, out, out_problem};
    memset(out, 0, sizeof(*out));
    *out_problem = "";

    enum status st = keep(&p, text, strlen(text), &out->text);
    if (st)
        return st;
    for (size_t i = 0; i < COUNT_OF(schemes); i++) {
        size_t len = strlen(schemes[i].prefix);
        if (strncmp(text, schemes[i].prefix, len) == 0)
            return schemes[i].parse(&p, text + len);
    }
    return complain(&p, arena_printf(arena,
                                     "\"%s\" is no address of a target: write builtin:, "
                                     "exec:COMMAND, unix:PATH or tcp:HOST:PORT",
                                     text));
}
