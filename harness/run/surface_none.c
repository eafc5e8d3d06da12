/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Acts that no verb asks for on a surface where no party of the harness speaks the cipher. */
#include "run/surface.h"

enum status surface_no_publish(struct context *s, struct case_party *by,
                               const struct publish_options *options, struct answer *out)
{
    (void)s, (void)by, (void)options, (void)out;
    return E_MISSING;
}

enum status surface_no_start(struct context *s, struct case_party *by, struct case_party *with,
                             const struct artifact *bundle, const struct word_use *fetch_mutation,
                             struct answer *out)
{
    (void)s, (void)by, (void)with, (void)bundle, (void)fetch_mutation, (void)out;
    return E_MISSING;
}

enum status surface_no_seal(struct context *s, struct case_party *by, struct artifact *made,
                            struct answer *out)
{
    (void)s, (void)by, (void)made, (void)out;
    return E_MISSING;
}

enum status surface_no_open(struct context *s, struct artifact *message, struct case_party *to,
                            struct case_party *from, struct answer *out)
{
    (void)s, (void)message, (void)to, (void)from, (void)out;
    return E_MISSING;
}

enum status surface_no_restore(struct context *s, struct case_party *copy,
                               const struct artifact *snapshot, struct answer *out)
{
    (void)s, (void)copy, (void)snapshot, (void)out;
    return E_MISSING;
}

enum status surface_no_content(struct context *s, const struct seal_what *what,
                               struct artifact *made)
{
    (void)s, (void)what, (void)made;
    return E_MISSING;
}

enum status surface_no_pack(struct context *s, const struct seal_what *what,
                            const struct artifact *made, struct bytes *out)
{
    (void)s, (void)what, (void)made, (void)out;
    return E_MISSING;
}

bool surface_no_comparison(const struct context *s, const struct artifact *message,
                           struct bytes opened, const char **out_violates)
{
    (void)s, (void)message, (void)opened, (void)out_violates;
    return false;
}
