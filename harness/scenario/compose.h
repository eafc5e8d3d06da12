/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/compose.h - the parts of one combination, one after the other, as a <case>.
 * Depends on: base, scenario/xml.
 *
 * The steps of a case come in this order:
 *
 *   beginning                its steps
 *   beginning's <reply>      unless the moment is of="start"
 *   moment, condition, probe their steps
 *   aftermath                its steps; <refused/> and <opened/> in it stand for the steps that
 *                            the moment has in blocks of these names
 *   condition's <end>, beginning's <end>
 *
 * A part may say who is meant by "target" and "peer" in what follows (target="again"): after a
 * restart another party of the target is there. A beginning's <end> has the peer of the file again.
 */
#ifndef ASSAY_SCENARIO_COMPOSE_H
#define ASSAY_SCENARIO_COMPOSE_H

#include "scenario/xml.h"

struct composition {
    const char *id;
    const struct element *probe, *moment, *beginning;
    const struct element *condition; /* NULL: nothing happened before */
    const struct element *aftermath;
};

/* Everything lives in |arena| or with the parts. E_NOMEM. */
MUST_USE enum status compose(const struct composition *what, struct arena *arena,
                             struct element *out);

#endif
