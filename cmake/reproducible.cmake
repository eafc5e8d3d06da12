# SPDX-License-Identifier: GPL-3.0-or-later
# The same sources give the same bytes, whatever folder they are built in.
add_compile_options(
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=./build)
