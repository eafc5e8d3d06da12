#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# House rules a machine can check. lint.sh --list names them; lint.sh NAME... runs them; silence is good.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

checks="format comments tidy shell suites words paths references banned tags globs licences vectors"
jobs=$(nproc)

# Tracked files whose name ends in one of the arguments; all files when there is no git.
tracked() {
    local ending patterns=()
    [ $# -gt 0 ] || set -- ""
    for ending in "$@"; do patterns+=("*$ending"); done
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -- "${patterns[@]}"
    else
        for ending in "$@"; do
            find . \( -name build -o -name out -o -name node_modules \) -prune -o -type f -name "*$ending" -printf '%P\n'
        done
    fi
}

# forbid TEXT EXTENDED-REGEX [file...]: complain about each line that matches.
forbid() {
    local text=$1 regex=$2 hits
    shift 2
    [ $# -eq 0 ] && return 0
    hits=$(grep -nE -- "$regex" "$@" /dev/null) || return 0
    printf '%s\n' "$hits" | while IFS= read -r hit; do printf '%s: %s\n' "$hit" "$text"; done
    return 1
}

check_format() {
    local result=0 unformatted
    tracked .c .h | xargs -r -P "$jobs" -n 16 clang-format --dry-run -Werror || result=1
    unformatted=$(tracked .go | xargs -r gofmt -l) || result=1
    [ -z "$unformatted" ] || { printf '%s: not as gofmt writes it\n' $unformatted; result=1; }
    return $result
}

# What a formatter does to comments: "*/" alone under a comment that began with text, a header's "Depends on:" in the
# middle of a line.
check_comments() {
    local result=0
    tracked .c .h | xargs -r awk '
        FNR == 1 { began_with_text = 0 }
        /^[ \t]*\*\/$/ && began_with_text { print FILENAME ":" FNR ": the comment ends on a line of its own"; bad = 1 }
        /\/\*/ { began_with_text = $0 !~ /\/\*[ \t]*([A-Za-z]+:)?$/ && $0 !~ /\*\// }
        /\*\// { began_with_text = 0 }
        END { exit bad }' || result=1
    forbid "longer than 100 columns" "^.{101,}$" $(tracked .c .h) || result=1
    forbid "\"Depends on:\" begins a line" "^ \* .+Depends on:" $(tracked .h) || result=1
    return $result
}

# Warnings in clang-tidy's output are errors (.clang-tidy); its statistics on standard error are of no interest.
check_tidy() {
    tracked .c | xargs -r -P "$jobs" -n 2 clang-tidy -p build/clang --quiet 2>/dev/null
}

check_shell() {
    local file result=0
    for file in dev .ci/run adapters/node/node $(tracked .sh); do
        bash -n "$file" || result=1
    done
    return $result
}

# The schema by another validator than assay's own, then everything assay's loader knows: unique ids, names, siblings.
# Each testable requirement has a case, and README.md says how many there are.
check_suites() {
    local file schema line result=0
    for file in suites/*.xml; do
        schema=suites/suite.rng
        case "$file" in suites/requirements.xml | suites/requirements-*.xml | suites/sources.xml) schema=suites/requirements.rng ;; esac
        xmllint --nonet --noout --relaxng "$schema" "$file" 2>/dev/null || {
            xmllint --nonet --noout --relaxng "$schema" "$file"
            result=1
        }
    done
    build/clang/bin/assay list --quiet || return 1
    if build/clang/bin/assay list --uncovered | grep -B1 -- '- no case$'; then
        printf 'a testable requirement has no case\n'
        result=1
    fi
    check_sections || result=1
    while IFS= read -r line; do
        printf 'suites/budget.txt: %s is no case; make the file anew (tests/budget_order.py)\n' "$line"
        result=1
    done < <(grep -v '^#' suites/budget.txt | grep -vxFf <(build/clang/bin/assay list --levels | awk '{print $1}'))
    check_obligations || result=1
    while IFS= read -r line; do
        grep -qF -- "$line" README.md && continue
        printf 'README.md does not say: %s\n' "$line"
        result=1
    done < <(build/clang/bin/assay list | tail -n 2)
    return $result
}

# A requirement that stands on a page of this tree names a heading of that page, and every source is used.
check_sections() {
    local name url section result=0
    while IFS='|' read -r name url; do
        while IFS= read -r section; do
            case "$url" in https://*) continue ;; esac
            grep -qE "^##* $section\$" "$url" && continue
            printf 'suites/sources.xml: %s has no heading "%s"\n' "$url" "$section"
            result=1
        done < <(sed -n "s/.* source=\"$name\" section=\"\([^\"]*\)\".*/\1/p" suites/requirements*.xml | sort -u)
        grep -q " source=\"$name\" " suites/requirements*.xml && continue
        printf 'suites/sources.xml: no requirement comes from "%s"\n' "$name"
        result=1
    done < <(sed -n 's/.*<source name="\([^"]*\)".* url="\([^"]*\)".*/\1|\2/p' suites/sources.xml)
    return $result
}

# print.html tells of each requirement under one heading: by the letters of its id, or by the id.
check_obligations() {
    awk 'NR == FNR { rows[$1]++; next }
        { split($1, part, "-") }
        rows[$1] + rows[part[1]] != 1 { printf "reports/print.c: %s is in %d rows of obligations\n", $1, rows[$1] + rows[part[1]]; bad = 1 }
        END { exit bad }' \
        <(grep -o '" [A-Z0-9 -]* "' reports/print.c | tr -s ' "' '\n' | grep .) \
        <(sed -n 's/.*<requirement id="\([^"]*\)".*/\1/p' suites/requirements*.xml)
}

check_words() {
    # The words are put together here so that this file does not contain them.
    forbid "unfinished work belongs in an issue" "\b(TO""DO|FIX""ME|XX""X|HA""CK)\b" \
        $(tracked .c .h .txt .cmake .sh .md .xml .proto .mjs .go dev)
}

check_paths() {
    forbid "a path of one machine" "(^|[^A-Za-z0-9_.])/(home|work|root|Users)/[A-Za-z0-9]" \
        $(tracked .c .h .txt .cmake .sh .md .xml .json .proto .mjs .go .rng dev .ci/run)
}

# Pages and sources that a comment, a text or a page names are in the tree. (summary.md is what a run writes.)
check_references() {
    local file line name folder headers result=0
    headers=" $(tracked .h | sed 's|.*/||' | tr '\n' ' ')"
    while IFS=: read -r file line name; do
        for folder in "" "${file%/*}/" docs/ docs/spec/ harness/ tests/ tests/unit/ adapters/ adapters/reference/; do
            [ -e "$folder$name" ] && continue 2
        done
        case "$headers" in *" $name "*) continue ;; esac
        printf '%s:%s: there is no %s\n' "$file" "$line" "$name"
        result=1
    done < <(tracked .c .h .md .xml .proto .mjs .py .go .sh CMakeLists.txt | grep -vE '^(vectors|reports/golden)/' | xargs -r awk '
        /#include/ { next }
        {
            gsub(/https?:[^ ]+/, "")
            while (match($0, /[A-Za-z0-9_][A-Za-z0-9_.\/-]*\.(md|h|c|proto)/)) {
                name = substr($0, RSTART, RLENGTH)
                before = RSTART > 1 ? substr($0, RSTART - 1, 1) : ""
                $0 = substr($0, RSTART + RLENGTH)
                if (before !~ /[\/.$*{}-]/ && $0 !~ /^\.?[A-Za-z0-9_]/ && name !~ /summary\.md$/ && name ~ /\/|\.md$|\.h$/)
                    print FILENAME ":" FNR ":" name
            }
        }' | sort -u)
    return $result
}

check_banned() {
    local result=0
    forbid "banned: use the bounded form" \
        "\b(strcpy|strcat|strncat|sprintf|vsprintf|strtok|atoi|atol|gmtime|localtime|gets|alloca)\(" \
        $(tracked .c .h) || result=1
    forbid "effects come in by argument; only cli reads the environment" "\b(getenv|rand|srand)\(" \
        $(tracked .c .h | grep -E '^(harness|reports)/' | grep -v '^harness/cli/') || result=1
    forbid "assert is for nobody" "\bassert\(" $(tracked .c .h | grep -E '^(harness|reports|adapters)/') || result=1
    return $result
}

# A tag that two headers define cannot be used where both are included.
check_tags() {
    local twice
    twice=$(tracked .h | grep '^harness/' | xargs -r grep -hoE '^(struct|enum|union) [a-z_0-9]+ \{' | sort | uniq -d)
    [ -z "$twice" ] || { printf '%s: defined in two headers of harness/\n' "${twice% \{}"; return 1; }
}

check_globs() {
    forbid "name the sources" "file\(GLOB" $(tracked CMakeLists.txt) cmake/*.cmake
}

# Each source says its licence at its top. What a provider copies from is under 0BSD.
check_licences() {
    local file result=0 reference='(callbacks|group|keys|library_log|party|provider|store)\.[ch]'
    local node='(bundle|ciphers|party|quantum|reasons|snapshot|stores)\.mjs'
    for file in $(tracked | grep -E "^((proto|docs/examples|adapters/serving|adapters/serving-node|ci)/|action\.yml$|adapters/reference/$reference$|adapters/libsignal-node/$node$)"); do
        head -n 2 "$file" | grep -qE '^(//|#|/\*|<!--) SPDX-License-Identifier: 0BSD( \*/| -->)?$' && continue
        case "$file" in */package.json) grep -qF '"license": "0BSD"' "$file" && continue ;; esac
        printf '%s: does not begin with its licence: SPDX-License-Identifier: 0BSD\n' "$file"
        result=1
    done
    tests/spdx.sh || result=1
    return $result
}

check_vectors() {
    build/clang/bin/assay vectors check --quiet
}

case "${1:-}" in
--list) printf '%s\n' $checks ;;
"")
    printf 'lint.sh: which check? There are: %s\n' "$checks" >&2
    exit 64
    ;;
*)
    result=0
    for name in "$@"; do
        case " $checks " in
        *" $name "*) "check_$name" || result=1 ;;
        *)
            printf 'lint.sh: no check called "%s"; there are: %s\n' "$name" "$checks" >&2
            exit 64
            ;;
        esac
    done
    exit $result
    ;;
esac
