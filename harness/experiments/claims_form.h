/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * experiments/claims_form.h - which elements and attributes a claims file has: mistakes are
 * reported in plain words, before the schema reports them in its own.
 * Depends on: base/diag, scenario/xml.
 */
#ifndef ASSAY_EXPERIMENTS_CLAIMS_FORM_H
#define ASSAY_EXPERIMENTS_CLAIMS_FORM_H

#include "base/diag.h"
#include "scenario/xml.h"

/* Complaints about |root| of |path|, each with its line; none when its form is right. */
void claims_form_check(const struct element *root, const char *path, struct diags *diags);

#endif
