/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proxy.h - a proxy of our own as a target of assay: each OpenServer starts it in a process of its
 * own, which ends with the next Reset.
 * Depends on: serving, proxy_flaws.
 */
#ifndef PROXY_H
#define PROXY_H

#include "serve.h"

/* Its configuration is a struct proxy_rules. */
const struct implementation *proxy_implementation(void);

#endif
