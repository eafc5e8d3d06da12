/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docs/claims.md names every property, measure, precondition and game, by id and title, and no
 * other; docs/spec/games.md says what each game does. */
#include "base/buffer.h"
#include "experiments/game.h"
#include "experiments/preconditions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAGE_MAX (1024u * 1024u)

static void read_file(const char *path, struct buffer *page)
{
    char piece[4096];
    size_t n;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buffer_init(page, PAGE_MAX);
    while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
        buffer_append(page, bytes_of(piece, n));
    fclose(file);
    assert_int_equal(buffer_status(page), OK);
}

static void read_page(struct buffer *page) { read_file(CLAIMS_PAGE, page); }

static void assert_row(struct buffer *page, const char *id, const char *title, const char *more)
{
    char row[512];
    snprintf(row, sizeof(row), "\n| %s | %s |%s", id, title, more);
    if (!strstr(buffer_text(page), row))
        fail_msg("docs/claims.md has no row \"| %s | %s |%s\"", id, title, more);
}

static void properties_stand_there(void **state)
{
    (void)state;
    static const char *const words[] = {"", "black-box", "state", "document"};
    static const char *const required[] = {"", "for v4", "yes"};
    size_t n;
    struct buffer page;
    const struct property *all = properties(&n);
    read_page(&page);
    for (size_t i = 0; i < n; i++) {
        char more[64];
        snprintf(more, sizeof(more), " %s | %s |", words[all[i].evidence],
                 required[all[i].required]);
        assert_row(&page, all[i].id, all[i].name, more);
    }
    buffer_fini(&page);
}

static void measures_stand_there(void **state)
{
    (void)state;
    struct buffer page;
    read_page(&page);
    for (int m = MEASURE_NONE + 1; m < N_MEASURE; m++) {
        char quoted[64];
        snprintf(quoted, sizeof(quoted), "`%s`", measure_entry((enum measure)m)->name);
        if (!strstr(buffer_text(&page), quoted))
            fail_msg("docs/claims.md does not name %s", quoted);
    }
    buffer_fini(&page);
}

static void games_and_preconditions_stand_there(void **state)
{
    (void)state;
    struct buffer page;
    const struct game *g;
    read_page(&page);
    for (size_t i = 0; (g = game_at(i)); i++) {
        char more[16];
        snprintf(more, sizeof(more), " %s |", g->property);
        assert_row(&page, g->id, g->title, more);
    }
    for (size_t i = 0; i < N_PRECONDITION; i++)
        assert_row(&page, preconditions()[i].id, preconditions()[i].title, "");
    buffer_fini(&page);
}

static void each_game_is_described(void **state)
{
    (void)state;
    struct buffer page;
    const struct game *g;
    read_file(GAMES_PAGE, &page);
    for (size_t i = 0; (g = game_at(i)); i++) {
        char row[64];
        snprintf(row, sizeof(row), "\n| %s | ", g->id);
        if (!strstr(buffer_text(&page), row))
            fail_msg("docs/spec/games.md has no row for %s", g->id);
    }
    buffer_fini(&page);
}

/* A first cell that begins as ids do: capital letters, then "-" or a digit. */
static bool looks_like_an_id(const char *cell)
{
    size_t n = strspn(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return n > 0 && (cell[n] == '-' || (cell[n] >= '0' && cell[n] <= '9'));
}

static void nothing_else_stands_there(void **state)
{
    (void)state;
    struct buffer page;
    size_t n_seen = 0;
    read_page(&page);
    for (const char *at = strstr(buffer_text(&page), "\n| "); at; at = strstr(at + 1, "\n| ")) {
        char id[32] = "";
        size_t len = strcspn(at + 3, " |\n");
        if (len >= sizeof(id) || !looks_like_an_id(at + 3))
            continue;
        memcpy(id, at + 3, len);
        bool is_precondition = id[0] == 'V' && id[1] >= '1' && id[1] <= '5' && !id[2];
        if (!property_find(id) && !game_find(id) && !is_precondition)
            fail_msg("docs/claims.md has a row for %s, which is none", id);
        n_seen++;
    }
    assert_int_equal(n_seen, 35 + game_count() + N_PRECONDITION - 1); /* ROLL has no number */
    buffer_fini(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(properties_stand_there),
        cmocka_unit_test(measures_stand_there),
        cmocka_unit_test(games_and_preconditions_stand_there),
        cmocka_unit_test(each_game_is_described),
        cmocka_unit_test(nothing_else_stands_there),
    };
    return cmocka_run_group_tests_name("docs/claims.md", tests, NULL, NULL);
}
