/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assay-flawed: the harness's own party as a target, honest or with one named flaw. */
#include "client_flaw.h"
#include "flawed_state.h"
#include "flaws.h"
#include "implementation.h"
#include "protocol_flaws.h"
#include "service_flaws.h"
#include "wire_flaws.h"
#include "listen.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 64
#define FLAWS_MAX 64u

static const char help[] =
    "usage: assay-flawed [--cipher v3|v4] [--flaw NAME ... [--when WHEN]] [--listen "
    "unix:PATH|tcp:HOST:PORT] | --list-flaws | --list-flaws-v4 | --list-flaws-blind | "
    "--list-protocol-flaws | --list-protocol-flaws-v4\n"
    "\n"
    "The harness's own Signal party as a target of assay: without a flaw a second, independent "
    "correct target;\n"
    "with one, a target that makes exactly one wrong decision. It proves that the suites bite.\n"
    "\n"
    "  --cipher v3|v4     Signal v3 (X3DH; without the option) or v4 (PQXDH and the Triple "
    "Ratchet)\n"
    "  --flaw NAME        make this one wrong decision; again for another one beside it\n"
    "  --when WHEN        only then: after-restore, archived, as-initiator, as-responder, "
    "from-session=N,\n"
    "                     from-counter=N, from-turn=N, after-refusals=N\n"
    "  --list-flaws       every flaw: name, requirement it violates, what it does, why unseen, "
    "surface, "
    "which decisions\n"
    "                     it makes (tab between); those with no decision in common can be had "
    "together\n"
    "  --list-flaws-v4    those that only v4 can have; of the others it can have those of the "
    "library and of a client\n"
    "  --list-flaws-blind  those of the blind rounds, docs/detection.md: name, section, what it "
    "does, round, cipher, surface\n"
    "  --list-protocol-flaws  flaws both ends have, for assay claims: name, property, what it "
    "does\n"
    "  --list-protocol-flaws-v4  those that only v4 can have\n"
    "  --web-url URL      a web server that is not its own serves its media and keys, from\n"
    "  --web-folder DIR   DIR/media and DIR/keys, under the certificate authorities in\n"
    "  --web-roots FILE\n"
    "  --listen ADDRESS   serve connections there until SIGTERM; port 0 lets the kernel choose\n"
    "  --help             print this\n"
    "\n"
    "example: assay run --target \"exec:assay-flawed --flaw skips-signature-check\" --suite x3dh\n";

static void list_of_library(const struct flaw *f)
{
    char decides[FLAW_DECIDES_LEN];
    flaws_decides(f->name, decides);
    flaw_list_print(f, "library", decides);
}

static int list_flaws(void)
{
    for (size_t i = 0; i < flaws_count(); i++)
        list_of_library(flaws_at(i));
    flaw_table_print(&wire_flaws, "client");
    flaw_table_print(&service_flaws, "service");
    return 0;
}

static int list_flaws_of_v4(void)
{
    for (size_t i = 0; i < flaws_of_v4_count(); i++)
        list_of_library(flaws_of_v4_at(i));
    flaw_table_print(&wire_flaws_v4, "client");
    return 0;
}

static int list_flaws_of_blind_rounds(void)
{
    struct blind_flaw f;
    for (size_t i = 0; flaws_of_blind_rounds_at(i, &f); i++)
        printf("%s\t%s\t%s\tround %u\t%s\t%s\n", f.flaw->name, f.flaw->requirement, f.flaw->text,
               f.round, f.is_of_v4 ? "v4" : "v3", f.is_of_client ? "client" : "library");
    return 0;
}

static int list_protocol_flaws(bool is_v4)
{
    const struct protocol_flaw *f;
    for (size_t i = 0; (f = protocol_flaws_at(is_v4, i)); i++)
        printf("%s\t%s\t%s\n", f->name, f->property, f->text);
    return 0;
}

static int misused(const char *what, const char *problem)
{
    fprintf(stderr, "assay-flawed: %s: %s; --help lists the options\n", what, problem);
    return EXIT_USAGE;
}

static const struct {
    const char *name;
    enum rules_when when;
    bool has_number;
} occasions[] = {
    {"after-restore", RULES_AFTER_RESTORE, false}, {"archived", RULES_ON_ARCHIVED, false},
    {"as-initiator", RULES_AS_INITIATOR, false},   {"as-responder", RULES_AS_RESPONDER, false},
    {"from-session", RULES_FROM_SESSION, true},    {"from-counter", RULES_FROM_COUNTER, true},
    {"from-turn", RULES_FROM_TURN, true},          {"from-epoch", RULES_FROM_EPOCH, true},
    {"after-refusals", RULES_AFTER_REFUSAL, true},
};

/* Parses "archived" or "from-session=3". False for an unknown occasion. */
static bool parse_when(const char *text, struct rules_trigger *out)
{
    for (size_t i = 0; i < sizeof(occasions) / sizeof(occasions[0]); i++) {
        size_t len = strlen(occasions[i].name);
        if (strncmp(text, occasions[i].name, len) != 0)
            continue;
        const char *rest = text + len;
        char *end = NULL;
        unsigned long n = *rest == '=' ? strtoul(rest + 1, &end, 10) : 0;
        bool is_right = occasions[i].has_number
                            ? end && *end == '\0' && end != rest + 1 && n > 0 && n <= UINT32_MAX
                            : *rest == '\0';
        *out = (struct rules_trigger){occasions[i].when, (uint32_t)n};
        return is_right;
    }
    return false;
}

struct arguments {
    struct flawed_configuration configuration;
    const struct rules *honest; /* of the cipher */
    const char *flaws[FLAWS_MAX];
    size_t n_flaws;
    struct rules_trigger when;
    const char *address;
    bool has_when;
};

/* Where the value of an option belongs that is kept as it is given; NULL: it is no such option. */
static const char **kept_as_given(struct arguments *a, const char *name)
{
    const struct {
        const char *name;
        const char **value;
    } kept[] = {{"--listen", &a->address},
                {"--web-url", &a->configuration.place.url},
                {"--web-folder", &a->configuration.place.folder},
                {"--web-roots", &a->configuration.place.roots}};
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (strcmp(kept[i].name, name) == 0)
            return kept[i].value;
    return NULL;
}

/* 0, or the exit code after a complaint. */
static int take_option(struct arguments *a, const char *name, const char *value)
{
    const char **kept = kept_as_given(a, name);
    bool is_when = strcmp(name, "--when") == 0, is_cipher = strcmp(name, "--cipher") == 0;
    bool is_flaw = strcmp(name, "--flaw") == 0;
    if (!kept && !is_when && !is_cipher && !is_flaw)
        return misused(name, "unknown option");
    if (!value)
        return misused(name, "wants a value");
    if (is_flaw && a->n_flaws == FLAWS_MAX)
        return misused(value, "there are too many flaws before it");
    if (is_flaw)
        a->flaws[a->n_flaws++] = value;
    if (kept)
        *kept = value;
    if (is_cipher && strcmp(value, "v3") != 0 && strcmp(value, "v4") != 0)
        return misused(value, "there is no such cipher, only v3 and v4");
    if (is_cipher)
        a->honest = strcmp(value, "v4") == 0 ? rules_honest_v4() : rules_honest();
    if (is_when && !parse_when(value, &a->when))
        return misused(value, "there is no such occasion");
    a->has_when |= is_when;
    return 0;
}

/* 0, or the exit code after a complaint. */
static int apply_flaw(struct arguments *a, const char *flaw)
{
    struct flawed_configuration *c = &a->configuration;
    bool is_v4 = a->honest->kem.is_used; /* without a service */
    if (!flaws_add(flaw, &c->rules) && !flaw_table_set(&wire_flaws, flaw, &c->wire) &&
        !blind_rounds_set_client(flaw, is_v4, &c->wire) &&
        !(is_v4 ? flaw_table_set(&wire_flaws_v4, flaw, &c->wire)
                : flaw_table_set(&service_flaws, flaw, &c->provider)) &&
        !protocol_flaws_apply(is_v4, flaw, c))
        return misused(flaw, is_v4 ? "a party of v4 has no such flaw (--list-flaws-v4, and those "
                                     "of --list-flaws whose surface is library or client)"
                                   : "there is no such flaw (--list-flaws)");
    return 0;
}

static int apply_flaws(struct arguments *a)
{
    struct rules *rules = &a->configuration.rules;
    int code = 0;
    *rules = *a->honest;
    for (size_t i = 0; !code && i < a->n_flaws; i++)
        code = apply_flaw(a, a->flaws[i]);
    if (a->has_when)
        rules->trigger = a->when;
    return code;
}

int main(int argc, char **argv)
{
    struct arguments a = {.configuration = {.wire = *app_rules_honest()}, .honest = rules_honest()};
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i += 2) { /* an option and its value */
        if (strcmp(argv[i], "--help") == 0)
            return fputs(help, stdout) < 0;
        if (strcmp(argv[i], "--list-flaws") == 0)
            return list_flaws();
        if (strcmp(argv[i], "--list-flaws-v4") == 0)
            return list_flaws_of_v4();
        if (strcmp(argv[i], "--list-flaws-blind") == 0)
            return list_flaws_of_blind_rounds();
        if (strcmp(argv[i], "--list-protocol-flaws") == 0)
            return list_protocol_flaws(false);
        if (strcmp(argv[i], "--list-protocol-flaws-v4") == 0)
            return list_protocol_flaws(true);
        int code = take_option(&a, argv[i], argv[i + 1]);
        if (code)
            return code;
    }
    int code = apply_flaws(&a);
    if (code)
        return code;
    const struct provider_place *place = &a.configuration.place;
    if (!place->url != !place->folder || !place->url != !place->roots)
        return misused("--web-url", "goes with --web-folder and --web-roots");
    const struct implementation what = flawed_implementation(&a.configuration.rules);
    return a.address ? listen_and_serve(&what, &a.configuration, a.address)
                     : serve(&what, &a.configuration, STDIN_FILENO, STDOUT_FILENO);
}
