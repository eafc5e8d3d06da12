#include "heard.h"

#include <string.h>

/* How a line begins, and what it means. */
static const struct {
    const char *begins;
    int code;
} lines[] = {
    {"Incomplete message", HEARD_E_INCOMPLETE},
    {"Unknown version", HEARD_E_VERSION},
    {"Message version", HEARD_E_VERSION},
    {"Bad MAC", HEARD_E_MAC},
    {"MAC length mismatch", HEARD_E_MAC},
    {"Invalid signature!", HEARD_E_MAC},
    {"Signature failed!", HEARD_E_MAC},
    {"No keys for", HEARD_E_NO_KEY},
    {"Over 2000 messages into the future", HEARD_E_TOO_FAR},
};

void heard_clear(struct heard *h) { h->code = 0; }

void heard_line(struct heard *h, const char *line, size_t len)
{
    for (size_t i = 0; h->code == 0 && i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t begins_len = strlen(lines[i].begins);
        if (len >= begins_len && memcmp(line, lines[i].begins, begins_len) == 0)
            h->code = lines[i].code;
    }
}

int heard_explain(const struct heard *h, int result)
{
    return result == SG_ERR_INVALID_MESSAGE && h->code ? h->code : result;
}

static void hear(int level, const char *message, size_t len, void *user_data)
{
    (void)level;
    heard_line(user_data, message, len);
}

int heard_listen(signal_context *context) { return signal_context_set_log_function(context, hear); }
