#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# <tamper> changes a field of every layer on the wire: the reference client refuses what it must, and what it must not
# notice by itself assay notices.
. "$(dirname "$0")/lib.sh"

suites="--suite-dir $src/tests/e2e/tamper"
expect_exit 0 "a changed field of each layer is refused" assay run $suites --suite layers --seed 7 --out layers --quiet
expect "in every case" test "$(results count layers/results.json pass)" -ge 9
expect_exit 1 "what arrives changed is seen" assay run $suites --suite seen --seed 7 --out seen --quiet
expect "in every case of these" test "$(results count seen/results.json fail)" -eq 3
expect_exit 2 "a library has none of these layers" \
    assay run $suites --suite layers --surface library --out library --quiet
expect "and it is said why" grep -q 'whole client' library/results.json
expect_exit 0 "a field is explained" assay explain stanza.enc.type
expect "with what it needs" grep -q 'whole client' stdout
conclude
