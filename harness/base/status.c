/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/status.h"

static const char *const texts[] = {
    [OK] = "ok",
    [E_NOMEM] = "out of memory",
    [E_IO] = "input or output failed",
    [E_CLOSED] = "the other end closed the connection",
    [E_TIMEOUT] = "no answer before the deadline",
    [E_LIMIT] = "a limit was exceeded",
    [E_PARSE] = "malformed bytes",
    [E_CRYPTO] = "a cryptographic check failed",
    [E_MISSING] = "not found",
    [E_INPUT] = "an input file is wrong",
};

const char *status_text(enum status st)
{
    if ((unsigned)st >= sizeof(texts) / sizeof(texts[0]))
        return "unknown status";
    return texts[st];
}
