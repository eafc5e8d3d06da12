/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wire/media_message: what a message says of a medium comes back as it was said, and nothing else
 * is taken for it. */
#include "wire/media_message.h"
#include "support/hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t key[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static struct media_message sample(void)
{
    return (struct media_message){.kind = CONTENT_VIDEO,
                                  .url = bytes_of_text("https://127.0.0.1:1/media/a"),
                                  .mimetype = bytes_of_text("video/mp4"),
                                  .file_name = bytes_of_text("a.mp4"),
                                  .media_key = bytes_of(key, 32),
                                  .file_sha256 = bytes_of(key, 32),
                                  .file_enc_sha256 = bytes_of(key, 32),
                                  .file_length = 5000000000ull};
}

static void what_is_said_comes_back(void **state)
{
    struct media_message m = sample(), again;
    struct buffer content;
    (void)state;
    buffer_init(&content, 4096);
    assert_int_equal(media_message_encode(&m, &content), OK);
    assert_int_equal(media_message_decode(buffer_bytes(&content), &again), OK);
    assert_int_equal(again.kind, CONTENT_VIDEO);
    assert_true(bytes_equal(again.url, m.url));
    assert_true(bytes_equal(again.file_name, m.file_name));
    assert_true(bytes_equal(again.media_key, m.media_key));
    assert_true(again.file_length == 5000000000ull);
    assert_int_equal(again.caption.len, 0);
    buffer_fini(&content);
}

static void a_key_or_digest_of_another_length_is_none(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct media_message m = sample(), again;
        struct bytes *cut[] = {&m.media_key, &m.file_sha256, &m.file_enc_sha256};
        struct buffer content;
        cut[i]->len = 31;
        buffer_init(&content, 4096);
        assert_int_equal(media_message_encode(&m, &content), OK);
        assert_int_equal(media_message_decode(buffer_bytes(&content), &again), E_PARSE);
        buffer_fini(&content);
    }
}

static void a_text_is_no_medium(void **state)
{
    struct media_message again;
    struct buffer content;
    (void)state;
    buffer_init(&content, 4096);
    assert_int_equal(content_encode_text(bytes_of_text("hello"), &content), OK);
    assert_int_equal(media_message_decode(buffer_bytes(&content), &again), E_PARSE);
    assert_int_equal(media_message_decode(bytes_of_text("\xff"), &again), E_PARSE);
    buffer_fini(&content);
}

/* The first bytes of the key derived under each label, from the page's worked values. */
static void each_kind_has_its_label(void **state)
{
    static const struct {
        enum content_kind kind;
        const char *iv;
    } rows[] = {{CONTENT_IMAGE, "aa6a127218397cbd2383e4ccf7176a79"},
                {CONTENT_VIDEO, "f1dee5782cc4e2e7b07233b1e25de59b"},
                {CONTENT_VOICE, "13f8935709c20e2e8b0680f81b0dd5fb"},
                {CONTENT_FILE, "25e9d370804de0bb33ea5db79453db66"}};
    struct wire_profile profile;
    (void)state;
    profile_defaults(&profile);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct media_message m = sample();
        struct media_keys keys;
        m.kind = rows[i].kind;
        assert_int_equal(media_message_keys(&m, &profile, &keys), OK);
        assert_hex(bytes_of(keys.iv, 16), rows[i].iv);
        assert_non_null(media_type_of(m.kind));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_comes_back),
        cmocka_unit_test(a_key_or_digest_of_another_length_is_none),
        cmocka_unit_test(a_text_is_no_medium),
        cmocka_unit_test(each_kind_has_its_label),
    };
    return cmocka_run_group_tests_name("media message", tests, NULL, NULL);
}
