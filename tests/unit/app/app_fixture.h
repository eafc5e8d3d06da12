/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/app/app_fixture.h - two apps and a server in one process: bytes are passed by hand, and the
 * clock moves only when a test moves it.
 * Depends on: base, app/app, server/server, cmocka.
 */
#ifndef ASSAY_TESTS_UNIT_APP_APP_FIXTURE_H
#define ASSAY_TESTS_UNIT_APP_APP_FIXTURE_H

#include "app/app.h"
#include "server/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_SIDES 2u
#define N_TOLD 16u

/* One app, its connection, and its events. */
struct side {
    struct fixture *fixture;
    struct random random;
    const struct rules *version; /* of its Signal party; NULL: v3's */
    struct app *app;
    struct server_connection *connection; /* NULL: not connected */
    uint64_t account;
    unsigned told[N_TOLD]; /* by kind of event */
    unsigned dials;
    unsigned reason;  /* of the last event that had one */
    char shown[4096]; /* texts, each followed by '|' */
};

struct fixture {
    struct wire_profile profile;
    struct random random;
    struct server *server;
    struct token_key *key;
    uint64_t now_ms;
    bool refuses_dials, is_lossy; /* |is_lossy|: what clients send does not arrive */
    struct side sides[N_SIDES];
    unsigned unreadable, n_refused;
    /* Every byte that crosses and every event, with its time; borrowed, NULL: nobody keeps it. */
    struct buffer *transcript;
};

/* Numbers of proto/target.proto's EventKind. */
enum { CONNECTED = 1, CLOSED, GAVE_UP, SHOWN, SENT, FAILED, PREPARED, REFUSED, WARNED, DELIVERED };

/* |is_observed|: the second profile's constants. */
void fixture_init(struct fixture *f, bool is_observed, const struct app_rules *alices_rules);
/* The same under any profile. What server_new says: unless OK, there is nothing to end. */
enum status fixture_init_profile(struct fixture *f, const struct wire_profile *profile,
                                 struct buffer *transcript, const struct app_rules *alices_rules);
/* Under the first profile, with parties by these rules. */
void fixture_init_versions(struct fixture *f, const struct rules *alices, const struct rules *bobs);
void fixture_fini(struct fixture *f);
/* Pass bytes and dial until there is nothing left to do. */
void fixture_settle(struct fixture *f);
/* Move the clock to the next moment an app waits for; false when there is none. */
bool fixture_wait(struct fixture *f);
void side_connect(struct side *s);
void side_say(struct side *from, struct side *to, const char *text);
/* Pass what |s| has written, and nothing else. */
bool side_pass_up(struct side *s);
/* The connection breaks without notice. */
void side_lose(struct side *s);
/* Save, free and load the app; it must be told to connect. */
void side_restart(struct side *s, const struct app_rules *rules);

#endif
