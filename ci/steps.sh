#!/usr/bin/env bash
# SPDX-License-Identifier: 0BSD
# The steps of action.yml and ci/gitlab.yml, for any other CI as well: install assay, run it, say what changed. docs/ci.md.
#
#   steps.sh install     ASSAY_PACKAGE   its Debian package, a path or an https:// address; unset: assay is there already
#   steps.sh run         ASSAY_TARGET    where the target is: exec:./my-adapter
#                        ASSAY_WHOLE     true: every execution; otherwise one of each sweep
#                        ASSAY_OPTIONS   more words for assay run, with spaces between: --known-failures interop/known.txt
#                        ASSAY_OUT       where the reports go (assay-out)
#                        ASSAY_BASELINE  results.json of an earlier run: where it is there, what broke since then decides
#                        ASSAY_KEEP      where to keep this run's results.json, as the baseline of later ones
#
# Exit code: that of assay run without a baseline, else that of assay diff: 1 when something broke, 2 when less was looked at.
set -euo pipefail

fail() { printf 'steps.sh: %s\n' "$*" >&2; exit 64; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

step_install() {
    local package=${ASSAY_PACKAGE:-} folder
    if [ -z "$package" ]; then
        command -v assay >/dev/null || fail "assay is not here, and ASSAY_PACKAGE names none"
        return 0
    fi
    case $package in
    https://*)
        folder=$(mktemp -d)
        curl --fail --silent --show-error --location --proto =https --output "$folder/assay.deb" "$package"
        package=$folder/assay.deb
        chmod 755 "$folder"
        ;;
    esac
    as_root apt-get update -q
    as_root apt-get install -y -q --no-install-recommends "$(realpath "$package")"
}

# tell FILE: to the page of the job, where there is one.
tell() {
    [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$1" >>"$GITHUB_STEP_SUMMARY"
}

# The exit code of this run against the baseline.
compare() {
    local out=$1 code=0
    assay diff "$ASSAY_BASELINE" "$out/results.json" >"$out/diff.txt" || code=$?
    cat "$out/diff.txt"
    { printf '\n### Since the baseline\n\n```\n'; cat "$out/diff.txt"; printf '```\n'; } >"$out/diff.md"
    tell "$out/diff.md"
    return $code
}

step_run() {
    local out=${ASSAY_OUT:-assay-out} code=0 how=(--quick) options=()
    [ -n "${ASSAY_TARGET:-}" ] || fail "ASSAY_TARGET is not set"
    [ "${ASSAY_WHOLE:-}" != true ] || how=()
    if [ -n "${ASSAY_BASELINE:-}" ] && [ -s "$ASSAY_BASELINE" ]; then how+=(--since "$ASSAY_BASELINE"); fi
    read -r -a options <<<"${ASSAY_OPTIONS:-}"
    # one seed, so that two runs differ by the target alone
    assay run --target "$ASSAY_TARGET" --seed 1 "${how[@]}" --out "$out" "${options[@]}" || code=$?
    if [ -s "$out/summary.md" ]; then tell "$out/summary.md"; fi
    # 0, 1 and 2 are a run's; anything else is none, and nothing can be compared
    case $code in 0 | 1 | 2) ;; *) return $code ;; esac
    if [ -n "${ASSAY_BASELINE:-}" ] && [ -s "$ASSAY_BASELINE" ]; then
        code=0
        compare "$out" || code=$?
    fi
    if [ -n "${ASSAY_KEEP:-}" ]; then
        mkdir -p "$(dirname "$ASSAY_KEEP")"
        cp "$out/results.json" "$ASSAY_KEEP"
    fi
    return $code
}

case "${1:-}" in
install | run) "step_$1" ;;
*) fail "steps: install, run" ;;
esac
