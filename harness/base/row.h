/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * base/row.h - the braces of a row that a macro makes: TABLE_ROW(.name = n, .len = 3).
 * Depends on: nothing.
 */
#ifndef ASSAY_BASE_ROW_H
#define ASSAY_BASE_ROW_H

/* clang-format off */
#define TABLE_ROW(...) {__VA_ARGS__}
/* clang-format on */

#endif
