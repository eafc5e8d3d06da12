/*
 * unit/app/app_fixture.h - assay's own clients and its gatekeeper in one process, bytes passed by
 * hand, and a clock that only moves when it is told to.
 * Depends on: base, app/app, server/server, cmocka.
 */
#ifndef ASSAY_TESTS_UNIT_APP_FIXTURE_H
#define ASSAY_TESTS_UNIT_APP_FIXTURE_H

#include "app/app.h"
#include "server/server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N_SIDES 2u
#define N_TOLD 16u

/* One person, their connection, and what they were told. */
struct side {
    struct fixture *fixture;
    struct random random;
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
    unsigned unreadable, turned_away;
    /* Every byte that crosses and every event, with its time; borrowed, NULL: nobody keeps it. */
    struct buffer *transcript;
};

/* Numbers of proto/target.proto's EventKind. */
enum { CONNECTED = 1, CLOSED, GAVE_UP, SHOWN, SENT, FAILED, PREPARED, REFUSED, WARNED, DELIVERED };

/* |is_observed|: the second profile's constants. */
void fixture_init(struct fixture *w, bool is_observed, const struct app_rules *alices_rules);
/* The same under any profile. What server_new says: unless OK, there is nothing to end. */
enum status fixture_init_profile(struct fixture *w, const struct wire_profile *profile,
                                 struct buffer *transcript, const struct app_rules *alices_rules);
void fixture_fini(struct fixture *w);
/* Pass bytes, and dial where somebody wants to, until nothing moves any more. */
void fixture_settle(struct fixture *w);
/* The clock goes on to the next thing somebody waits for; false when nobody waits. */
bool fixture_wait(struct fixture *w);
void side_connect(struct side *s);
void side_say(struct side *from, struct side *to, const char *text);
/* What |s| has written arrives, and no more is passed. */
bool side_pass_up(struct side *s);
/* The connection breaks without a word. */
void side_lose(struct side *s);
/* Saved, thrown away, and loaded again; it must be told to connect. */
void side_restart(struct side *s, const struct app_rules *rules);

#endif
