#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The steps that action.yml and ci/gitlab.yml share, against our own party: what they write, and when they fail.
. "$(dirname "$0")/lib.sh"
export PATH=$bin:$PATH
steps=$src/ci/steps.sh
few="--suite xeddsa --suite x3dh"
sound="exec:$bin/assay-flawed"

expect_exit 0 "assay that is installed already" "$steps" install
expect_exit 64 "no step" "$steps"
expect_exit 64 "no target" "$steps" run
expect "it names the setting" grep -q "ASSAY_TARGET" stderr

expect_exit 0 "a first run, of chosen suites" env ASSAY_TARGET="$sound" ASSAY_OPTIONS="$few" ASSAY_KEEP=kept/results.json GITHUB_STEP_SUMMARY=page "$steps" run
for file in report.html junit.xml sarif.json results.json; do
    expect "it leaves $file" test -s assay-out/$file
done
expect "its results are kept" cmp kept/results.json assay-out/results.json
expect "its summary is shown" grep -q "assay" page
expect_exit 0 "against itself nothing broke" env ASSAY_TARGET="$sound" ASSAY_OPTIONS="$few" ASSAY_BASELINE=kept/results.json "$steps" run
expect_exit 1 "a target that got worse fails" \
    env ASSAY_TARGET="$sound --flaw skips-signature-check" ASSAY_OPTIONS="$few" ASSAY_BASELINE=kept/results.json GITHUB_STEP_SUMMARY=page "$steps" run
expect "what broke is shown" grep -q "^Broken: " page
expect "and annotated" grep -q '"level": "error"' assay-out/sarif.json
expect_exit 2 "a run that looks at less fails" env ASSAY_TARGET="$sound" ASSAY_OPTIONS="--suite xeddsa" ASSAY_BASELINE=kept/results.json "$steps" run
expect_exit 69 "no target there is no regression, and fails" env ASSAY_TARGET=exec:false ASSAY_OPTIONS="$few" ASSAY_BASELINE=kept/results.json "$steps" run

expect_exit 0 "every execution" env ASSAY_WHOLE=true ASSAY_TARGET="$sound" ASSAY_OPTIONS="--suite xeddsa" ASSAY_OUT=whole ASSAY_KEEP=whole.json "$steps" run
expect_exit 2 "is more than one of each sweep" env ASSAY_TARGET="$sound" ASSAY_OPTIONS="--suite xeddsa" ASSAY_BASELINE=whole.json "$steps" run

# The names in the templates are those of the script.
for name in $(grep -ohE 'ASSAY_[A-Z]+' "$src/action.yml" "$src/ci/gitlab.yml" | sort -u); do
    expect "the script knows $name of the templates" grep -q "$name" "$steps"
done
# GitLab's baseline is written by the default branch only: a merge request that began before it would put the older one back.
expect "each cache of the template has the policy" \
    test "$(grep -c '^  cache:' "$src/ci/gitlab.yml")" = "$(grep -c '^    policy: \$BASELINE_POLICY$' "$src/ci/gitlab.yml")"
expect "which reads, and does not write" grep -q '^    BASELINE_POLICY: pull\( #.*\)\?$' "$src/ci/gitlab.yml"
expect "but in a rule of the default branch" awk '/- if:/ { rule = $0 }
    /pull-push/ { n++; if (rule !~ /CI_COMMIT_BRANCH == \$CI_DEFAULT_BRANCH/) bad = 1 }
    END { exit bad || n != 2 }' "$src/ci/gitlab.yml"
# What is installed as root comes over TLS, wherever the address leads.
downloads() { grep -hE 'curl -' "$src/action.yml" "$src/ci/gitlab.yml" "$steps"; }
expect "each download" test "$(downloads | wc -l)" -ge 2
expect "follows to https only" test -z "$(downloads | grep -v -- ' --proto =https ')"
conclude
