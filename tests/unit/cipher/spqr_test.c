/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cipher/spqr/spqr: two parties that agree on epochs, whatever is lost; and its parts. */
#include "cipher/spqr/spqr.h"
#include "support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t pq_key[SPQR_KEY_LEN] = {7};

struct pair {
    struct spqr party[2]; /* the initiator first */
    struct random random;
    uint64_t newest[2]; /* the newest epoch of the chain of each */
};

static void pair_start(struct pair *pair, const char *label)
{
    assert_int_equal(random_init(&pair->random, bytes_of_text("spqr"), label), OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(spqr_start(&pair->party[i], pq_key, i == 0, true), OK);
}

static void pair_end(struct pair *pair)
{
    spqr_fini(&pair->party[0]);
    spqr_fini(&pair->party[1]);
}

static uint64_t newest_epoch(const struct spqr *spqr)
{
    return spqr->chain.epochs[spqr->chain.n_epochs - 1].number;
}

struct sent {
    uint8_t bytes[SPQR_FIELD_MAX];
    size_t len;
    uint8_t key[SPQR_KEY_LEN];
};

static void send_one(struct pair *pair, int from, struct sent *sent)
{
    struct spqr_field field;
    struct buffer bytes;
    assert_int_equal(spqr_send(&pair->party[from], &pair->random, &field, sent->key), OK);
    buffer_init(&bytes, SPQR_FIELD_MAX);
    spqr_write_field(&field, &bytes);
    assert_int_equal(buffer_status(&bytes), OK);
    sent->len = bytes.len;
    memcpy(sent->bytes, bytes.data, bytes.len);
    buffer_fini(&bytes);
}

static enum status receive_one(struct pair *pair, int to, const struct sent *sent)
{
    struct spqr next;
    struct spqr_field field;
    uint8_t key[SPQR_KEY_LEN];
    bool has_key;
    assert_int_equal(spqr_read_field(SPQR_HONEST, bytes_of(sent->bytes, sent->len), &field), OK);
    assert_int_equal(spqr_copy(&pair->party[to], &next), OK);
    enum status st = spqr_receive(&next, &field, &has_key, key);
    if (st) {
        spqr_fini(&next);
        return st;
    }
    assert_true(has_key);
    assert_memory_equal(key, sent->key, sizeof(key));
    spqr_fini(&pair->party[to]);
    pair->party[to] = next;
    return OK;
}

static void both_hold(const struct pair *pair, uint64_t epoch)
{
    assert_int_equal(newest_epoch(&pair->party[0]), epoch);
    assert_int_equal(newest_epoch(&pair->party[1]), epoch);
}

/* Measured with the deployed library: taking turns strictly, both hold epoch e after 87 e - 1. */
static void an_epoch_takes_87_turns(void **state)
{
    struct pair pair;
    struct sent sent;
    (void)state;
    pair_start(&pair, "alternation");
    for (unsigned turn = 1; turn <= 87 * 5; turn++) {
        int from = turn % 2 == 0;
        send_one(&pair, from, &sent);
        assert_int_equal(receive_one(&pair, !from, &sent), OK);
        if (turn % 87 == 86)
            both_hold(&pair, (turn + 1) / 87);
        else if (turn % 87 == 85)
            assert_false(newest_epoch(&pair.party[0]) == newest_epoch(&pair.party[1]));
    }
    pair_end(&pair);
}

static void what_is_lost_costs_turns_only(void **state)
{
    struct pair pair;
    struct sent sent;
    unsigned turns = 0;
    uint32_t dice;
    (void)state;
    pair_start(&pair, "loss");
    for (int from = 0; newest_epoch(&pair.party[0]) < 6; from = !from, turns++) {
        assert_true(turns < 6 * 400);
        send_one(&pair, from, &sent);
        assert_int_equal(random_below(&pair.random, 3, &dice), OK);
        if (dice > 0)
            assert_int_equal(receive_one(&pair, !from, &sent), OK);
    }
    assert_in_range(turns, 6 * 100, 6 * 200);
    pair_end(&pair);
}

/* All of the initiator's are held back, and delivered the last first. */
static void late_messages_open_in_any_order(void **state)
{
    enum { N = 60 };
    struct pair pair;
    struct sent sent[N];
    (void)state;
    pair_start(&pair, "order");
    for (int i = 0; i < N; i++)
        send_one(&pair, 0, &sent[i]);
    for (int i = N; i > 0; i--) {
        assert_int_equal(receive_one(&pair, 1, &sent[i - 1]), OK);
        assert_int_equal(receive_one(&pair, 1, &sent[i - 1]), E_MISSING); /* given once */
    }
    pair_end(&pair);
}

static void a_jump_has_a_bound(void **state)
{
    struct pair pair;
    struct sent sent, first;
    (void)state;
    pair_start(&pair, "jump");
    send_one(&pair, 0, &first);
    for (unsigned i = 2; i <= SPQR_JUMP_MAX; i++)
        send_one(&pair, 0, &sent);
    struct sent last_allowed = sent;
    send_one(&pair, 0, &sent);
    assert_int_equal(receive_one(&pair, 1, &sent), E_LIMIT);
    assert_int_equal(receive_one(&pair, 1, &last_allowed), OK);
    assert_int_equal(receive_one(&pair, 1, &first), E_MISSING); /* 24,999 behind: not kept */
    assert_int_equal(receive_one(&pair, 1, &sent), OK);
    pair_end(&pair);
}

/* A key is had while it is at most 2,000 behind the newest. */
static void skipped_keys_are_kept_by_distance(void **state)
{
    enum { N = SPQR_KEPT_DISTANCE + 3 };
    static struct sent sent[N + 1];
    struct pair pair;
    (void)state;
    pair_start(&pair, "distance");
    for (int i = 1; i <= N; i++)
        send_one(&pair, 0, &sent[i]);
    assert_int_equal(receive_one(&pair, 1, &sent[N]), OK);
    assert_int_equal(receive_one(&pair, 1, &sent[2]), E_MISSING);
    assert_int_equal(receive_one(&pair, 1, &sent[3]), OK);
    assert_int_equal(receive_one(&pair, 1, &sent[4]), OK);
    pair_end(&pair);
}

static void a_forged_header_changes_nothing(void **state)
{
    struct pair pair;
    struct sent sent;
    (void)state;
    pair_start(&pair, "forged");
    for (int i = 0; i < 3; i++) {
        send_one(&pair, 0, &sent);
        struct sent forged = sent;
        forged.bytes[forged.len - 1] ^= 1;
        if (i == 2) /* the one that completes the header */
            assert_int_equal(receive_one(&pair, 1, &forged), E_PARSE);
        assert_int_equal(receive_one(&pair, 1, &sent), OK);
    }
    assert_int_equal(pair.party[1].braid.state, BRAID_HEADER_RECEIVED);
    pair_end(&pair);
}

static void an_epoch_to_come_is_refused(void **state)
{
    struct pair pair;
    struct sent sent;
    (void)state;
    pair_start(&pair, "to come");
    send_one(&pair, 0, &sent);
    assert_int_equal(sent.bytes[1], 1);
    sent.bytes[1] = 2;
    assert_int_equal(receive_one(&pair, 1, &sent), E_MISSING);
    pair_end(&pair);
}

static void fields_are_read_as_they_were_written(void **state)
{
    static const struct {
        const char *hex;
        enum status status;
    } rows[] = {
        {"", E_PARSE},
        {"00", E_PARSE},
        {"01", E_PARSE},
        {"010101", E_PARSE},
        {"01010100", OK},
        {"0101010000", OK}, /* bytes after the end */
        {"02010100", E_PARSE},
        {"01000100", E_PARSE},
        {"01010104", OK},
        {"01010107", E_PARSE},
        {"01010101", E_PARSE},
        {"01818000ffffffff0f00", OK},
        {"010180808080"
         "1000",
         E_PARSE},
        {"0101010100"
         "00000000000000000000000000000000000000000000000000000000000000",
         E_PARSE},
        {"0101010100"
         "0000000000000000000000000000000000000000000000000000000000000000",
         OK},
        {"01010101ffff03"
         "0000000000000000000000000000000000000000000000000000000000000000",
         OK},
        {"01010101808004"
         "0000000000000000000000000000000000000000000000000000000000000000",
         E_PARSE},
        {"01ffffffffffffffffffff0100", E_PARSE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buffer in;
        struct spqr_field field;
        buffer_init(&in, 128);
        unhex(rows[i].hex, &in);
        if (spqr_read_field(SPQR_HONEST, buffer_bytes(&in), &field) != rows[i].status)
            fail_msg("row %zu: %s", i, rows[i].hex);
        buffer_fini(&in);
    }
}

/* What an honest reader refuses, each taken by one that deviates so. */
static void a_deviation_takes_what_is_refused(void **state)
{
    static const struct {
        enum spqr_deviation deviates;
        const char *hex;
    } rows[] = {
        {SPQR_TAKES_ANY_VERSION, "02010100"},
        {SPQR_TAKES_EPOCH_ZERO, "01000100"},
        {SPQR_TAKES_ANY_TYPE, "01010107"},
        {SPQR_CUTS_INDEX, "0101808080801000"},
        {SPQR_CUTS_CHUNK_INDEX, "01010101808004"
                                "0000000000000000000000000000000000000000000000000000000000000000"},
        {SPQR_FILLS_SHORT_CHUNK, "010101010000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buffer in;
        struct spqr_field field;
        buffer_init(&in, 128);
        unhex(rows[i].hex, &in);
        assert_int_equal(spqr_read_field(SPQR_HONEST, buffer_bytes(&in), &field), E_PARSE);
        assert_int_equal(spqr_read_field(rows[i].deviates, buffer_bytes(&in), &field), OK);
        buffer_fini(&in);
    }
}

/* Turns until what an honest party sent is not taken, or keys differ; 0: never in |turns|. */
static unsigned turns_until_trouble(enum spqr_deviation deviates, int who, unsigned turns)
{
    struct pair pair;
    struct sent sent;
    unsigned turn = 1;
    bool is_well = true;
    pair_start(&pair, "deviation");
    spqr_deviate(&pair.party[who], deviates);
    for (; is_well && turn <= turns; turn++) {
        struct spqr_field field;
        struct spqr *to = &pair.party[turn % 2];
        uint8_t key[SPQR_KEY_LEN];
        bool has_key;
        send_one(&pair, turn % 2 == 0, &sent);
        assert_int_equal(spqr_read_field(SPQR_HONEST, bytes_of(sent.bytes, sent.len), &field), OK);
        is_well =
            !spqr_receive(to, &field, &has_key, key) && memcmp(key, sent.key, sizeof(key)) == 0;
    }
    pair_end(&pair);
    return is_well ? 0 : turn - 1;
}

/* In conversations without loss, for each side that deviates. */
static void a_deviation_ends_the_agreement(void **state)
{
    static const struct {
        enum spqr_deviation deviates;
        unsigned least, most; /* turns */
    } rows[] = {
        {SPQR_SWAPS_DIRECTIONS, 80, 100},   {SPQR_SECRET_WHEN_SENDING, 80, 100},
        {SPQR_FORGETS_ROOT, 80, 100},       {SPQR_AUTHENTICATOR_STAYS, 80, 90},
        {SPQR_LABELS_FIRST_EPOCH, 87, 180},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int who = 0; who < 2; who++)
            assert_in_range(turns_until_trouble(rows[i].deviates, who, 400), rows[i].least,
                            rows[i].most);
    assert_int_equal(turns_until_trouble(SPQR_HONEST, 0, 400), 0);
}

static void any_enough_chunks_give_the_piece_back(void **state)
{
    uint8_t piece[36 * ERASURE_CHUNK_LEN], again[sizeof(piece)], chunk[ERASURE_CHUNK_LEN];
    struct random random;
    (void)state;
    assert_int_equal(random_init(&random, bytes_of_text("erasure"), "pieces"), OK);
    for (unsigned needed = 1; needed <= 36; needed += 5) {
        struct erasure_collector collector = {.needed = needed};
        struct bytes whole = bytes_of(piece, (size_t)needed * ERASURE_CHUNK_LEN);
        bool is_complete = false;
        assert_int_equal(random_fill(&random, piece, whole.len), OK);
        erasure_chunk(whole, (uint16_t)(needed - 1), chunk); /* a slice of the piece */
        assert_memory_equal(chunk, piece + whole.len - ERASURE_CHUNK_LEN, ERASURE_CHUNK_LEN);
        for (unsigned n = 0; n < needed; n++) {
            uint16_t index = (uint16_t)(65535 - 3 * n);
            assert_false(is_complete);
            memset(chunk, 0xee, sizeof(chunk));
            if (n + 1 < needed) /* of two with one index the later stays */
                assert_false(erasure_collect(&collector, index, chunk));
            erasure_chunk(whole, index, chunk);
            is_complete = erasure_collect(&collector, index, chunk);
        }
        assert_true(is_complete);
        erasure_piece(&collector, again);
        assert_memory_equal(piece, again, whole.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_takes_87_turns),
        cmocka_unit_test(what_is_lost_costs_turns_only),
        cmocka_unit_test(late_messages_open_in_any_order),
        cmocka_unit_test(a_jump_has_a_bound),
        cmocka_unit_test(skipped_keys_are_kept_by_distance),
        cmocka_unit_test(a_forged_header_changes_nothing),
        cmocka_unit_test(an_epoch_to_come_is_refused),
        cmocka_unit_test(fields_are_read_as_they_were_written),
        cmocka_unit_test(a_deviation_takes_what_is_refused),
        cmocka_unit_test(a_deviation_ends_the_agreement),
        cmocka_unit_test(any_enough_chunks_give_the_piece_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
