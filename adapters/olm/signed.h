/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed.h - signed JSON as Matrix has it (the specification's appendix "Signing JSON").
 * Depends on: account, reasons; jansson.
 *
 * What is signed is the canonical form of the object without "signatures" and "unsigned". Who
 * signed is a user and a device; here they are an address's name and its device number.
 */
#ifndef ADAPTER_OLM_SIGNED_H
#define ADAPTER_OLM_SIGNED_H

#include "account.h"

#include <jansson.h>

#define SIGNED_DEVICE_SIZE 11u /* a device number in decimal */

void signed_device_id(uint32_t device, char out[SIGNED_DEVICE_SIZE]);
/* Canonical JSON of what is signed of |object|; the caller frees it with free. NULL when memory is
 * short. */
char *signed_text(const json_t *object);
/* Add "signatures" to |object|. 0, OLM_E_NOMEM or OLM_E_LIBRARY. */
int signed_add(json_t *object, OlmAccount *account, struct served_address who);
/* Is |object| signed by |who| under |ed25519|? 0, OLM_E_SIGNATURE or OLM_E_NOMEM. */
int signed_check(const json_t *object, struct served_address who, const char *ed25519);

#endif
