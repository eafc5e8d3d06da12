#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual page of FILE is understood by groff without a warning.
warnings=$(groff -man -Tascii -ww -z "$1" 2>&1)
printf '%s' "$warnings"
[ -z "$warnings" ]
