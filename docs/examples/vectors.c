// SPDX-License-Identifier: 0BSD
// Runs vectors/published/xeddsa.json: vectors FILE. Put your own function in the place of verifies.
// cc vectors.c -o vectors $(pkg-config --cflags --libs libsignal-protocol-c jansson) -lprotobuf-c
#include <jansson.h>
#include <signal/curve.h>
#include <signal/signal_protocol.h>
#include <stdio.h>
#include <string.h>

static size_t unhex(const json_t *object, const char *name, uint8_t *out, size_t max)
{
    const char *text = json_string_value(json_object_get(object, name));
    size_t n = 0;
    for (unsigned byte; text && n < max && sscanf(text + 2 * n, "%2x", &byte) == 1; n++)
        out[n] = (uint8_t)byte;
    return n;
}

static int verifies(const uint8_t *key, size_t key_len, const uint8_t *message, size_t message_len,
                    const uint8_t *signature, size_t signature_len)
{
    ec_public_key *point = NULL;
    if (curve_decode_point(&point, key, key_len, NULL) < 0)
        return 0;
    int is_good =
        curve_verify_signature(point, message, message_len, signature, signature_len) == 1;
    SIGNAL_UNREF(point);
    return is_good;
}

int main(int argc, char **argv)
{
    json_t *file = json_load_file(argc == 2 ? argv[1] : "", 0, NULL), *group, *test;
    size_t i, j, done = 0, wrong = file == NULL;
    json_array_foreach(json_object_get(file, "testGroups"), i, group)
    {
        json_array_foreach(json_object_get(group, "tests"), j, test)
        {
            static uint8_t key[64], message[4096], signature[256];
            const char *result = json_string_value(json_object_get(test, "result"));
            int taken = verifies(key, unhex(group, "publicKey", key, sizeof(key)), message,
                                 unhex(test, "msg", message, sizeof(message)), signature,
                                 unhex(test, "sig", signature, sizeof(signature)));
            int is_so =
                strcmp(result, "acceptable") == 0 || taken == (strcmp(result, "valid") == 0);
            done += (size_t)is_so;
            wrong += (size_t)!is_so;
            if (!is_so)
                printf("test %d is %s\n", (int)json_integer_value(json_object_get(test, "tcId")),
                       result);
        }
    }
    printf("%zu as expected, %zu not\n", done, wrong);
    json_decref(file);
    return wrong ? 1 : 0;
}
