/* SPDX-License-Identifier: 0BSD */
#include "library_log.h"

#include <string.h>

/* The beginnings of known lines. */
static const struct {
    const char *begins;
    int code;
} lines[] = {
    {"Incomplete message", LOG_E_INCOMPLETE},
    {"Unknown version", LOG_E_VERSION},
    {"Message version", LOG_E_VERSION},
    {"Bad MAC", LOG_E_MAC},
    {"MAC length mismatch", LOG_E_MAC},
    {"Invalid signature!", LOG_E_MAC},
    {"Signature failed!", LOG_E_MAC},
    {"No keys for", LOG_E_NO_KEY},
    {"Over 2000 messages into the future", LOG_E_TOO_FAR},
};

void library_log_clear(struct library_log *h) { h->code = 0; }

static void take_line(int level, const char *line, size_t len, void *user_data)
{
    struct library_log *h = user_data;
    (void)level;
    for (size_t i = 0; h->code == 0 && i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t begins_len = strlen(lines[i].begins);
        if (len >= begins_len && memcmp(line, lines[i].begins, begins_len) == 0)
            h->code = lines[i].code;
    }
}

int library_log_explain(const struct library_log *h, int result)
{
    return result == SG_ERR_INVALID_MESSAGE && h->code ? h->code : result;
}

int library_log_attach(signal_context *context)
{
    return signal_context_set_log_function(context, take_line);
}
