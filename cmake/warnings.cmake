# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings for everything written here, tests included; generated code links assay_warnings not.
add_library(assay_warnings INTERFACE)
target_compile_options(assay_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes
    -Wcast-qual -Wwrite-strings -Wvla -Werror)
