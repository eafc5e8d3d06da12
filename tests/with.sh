#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: with.sh PROGRAM HINT command...
# Run the command of a test that needs PROGRAM; where that does not run, say so and how to get it, and skip (code 77).
if ! "$1" --version >/dev/null 2>&1; then
    echo "skipped: $1 does not run here: $2"
    exit 77
fi
shift 2
exec "$@"
