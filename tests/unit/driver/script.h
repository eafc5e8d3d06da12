/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unit/driver/script.h - a transport with scripted replies, which keeps the last request.
 * Depends on: driver/transport.
 */
#ifndef ASSAY_TESTS_UNIT_DRIVER_SCRIPT_H
#define ASSAY_TESTS_UNIT_DRIVER_SCRIPT_H

#include "driver/transport.h"

#define SCRIPT_MAX 8u

struct script {
    /* In order, what receive returns: a reply in hexadecimal, or a status other than OK. */
    struct {
        const char *hex;
        enum status st;
    } replies[SCRIPT_MAX];
    enum status send_st;
    enum seen ending;
    const char *last_words;
    size_t n_received;
    size_t n_sent;
    bool is_closed;
    struct buffer sent; /* the last request */
};

void script_init(struct script *s);
void script_fini(struct script *s);
struct transport script_transport(struct script *s);

#endif
