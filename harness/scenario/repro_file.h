/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario/repro_file.h - the <repro> at the end of a suite file: one failure's seed and tape.
 * Depends on: base, verdict, scenario/xml.
 *
 *     <repro seed="HEX" target="NAME" case="suite/case#17" verdict="fail"
 *            [format="2" surface="client" profile="ID"]>
 *       <constant name="frame.max" value="65535"/> ...
 *       <sent>HEX</sent> <received>HEX</received> ... <ended seen="silence">HEX</ended>
 *     </repro>
 *
 * The case before it is concrete: no sweep is left in it, so a person can read what happened. The
 * loader takes the case and leaves the tape; this file takes the tape and leaves the case.
 *
 * Of a case on another surface than the library there is no tape; instead the whole profile stands
 * there, constant by constant. Files of format 1, which have no number, hold its id only.
 */
#ifndef ASSAY_SCENARIO_REPRO_FILE_H
#define ASSAY_SCENARIO_REPRO_FILE_H

#include "base/buffer.h"
#include "base/diag.h"
#include "scenario/surface.h"
#include "verdict/oracle.h"
#include "wire/profile.h"

enum repro_kind { REPRO_NONE = 0, REPRO_SENT, REPRO_RECEIVED, REPRO_ENDED };

struct repro_entry {
    enum repro_kind kind;
    enum seen seen;     /* of REPRO_ENDED */
    struct bytes bytes; /* a frame's payload, or the ending's detail */
};

struct repro {
    uint8_t seed[32];
    const char *label;    /* "suite/case#17": the label all randomness of the case derives from */
    const char *verdict;  /* "fail" */
    const char *target;   /* who it was */
    enum surface surface; /* written unless it is the library */
    const struct wire_profile *wire; /* on another surface than the library; NULL: not known */
    const struct repro_entry *entries;
    size_t n_entries; /* 0: no tape was kept */
};

/* Read |path|; everything lives in |arena|. E_INPUT with a complaint, E_NOMEM. */
MUST_USE enum status repro_load(const char *path, struct arena *arena, struct repro *out,
                                struct diags *diags);

/* Append the <repro> element to |out|, as suite_save's extra. E_NOMEM, E_LIMIT from |out|. */
MUST_USE enum status repro_save(const struct repro *what, struct buffer *out);

#endif
