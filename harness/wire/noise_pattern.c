/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "wire/noise_pattern.h"

static const struct noise_pattern_table tables[N_NOISE_PATTERN] = {
    /* NN:
     *   -> e
     *   <- e, ee
     */
    [NOISE_NN] = {"NN", TOKEN_END, TOKEN_END, false, {{TOKEN_E}, {TOKEN_E, TOKEN_EE}}, 2},
    /* NK:
     *   <- s
     *   ...
     *   -> e, es
     *   <- e, ee
     */
    [NOISE_NK] = {"NK", TOKEN_END, TOKEN_S, false, {{TOKEN_E, TOKEN_ES}, {TOKEN_E, TOKEN_EE}}, 2},
    /* XX:
     *   -> e
     *   <- e, ee, s, es
     *   -> s, se
     */
    [NOISE_XX] = {"XX",
                  TOKEN_END,
                  TOKEN_END,
                  false,
                  {{TOKEN_E}, {TOKEN_E, TOKEN_EE, TOKEN_S, TOKEN_ES}, {TOKEN_S, TOKEN_SE}},
                  3},
    /* IK:
     *   <- s
     *   ...
     *   -> e, es, s, ss
     *   <- e, ee, se
     */
    [NOISE_IK] = {"IK",
                  TOKEN_END,
                  TOKEN_S,
                  false,
                  {{TOKEN_E, TOKEN_ES, TOKEN_S, TOKEN_SS}, {TOKEN_E, TOKEN_EE, TOKEN_SE}},
                  2},
    /* XXfallback:
     *   -> e
     *   ...
     *   <- e, ee, s, es
     *   -> s, se
     */
    [NOISE_XXFALLBACK] = {"XXfallback",
                          TOKEN_E,
                          TOKEN_END,
                          true,
                          {{TOKEN_E, TOKEN_EE, TOKEN_S, TOKEN_ES}, {TOKEN_S, TOKEN_SE}},
                          2},
};

const struct noise_pattern_table *noise_pattern_table(enum noise_pattern p)
{
    return (unsigned)p < N_NOISE_PATTERN && tables[p].name ? &tables[p] : NULL;
}
