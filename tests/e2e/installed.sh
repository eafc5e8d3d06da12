#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What cmake --install puts below a prefix works from there: from any directory, moved elsewhere, as another user.
. "$(dirname "$0")/lib.sh"
unset ASSAY_DATA

build=$(realpath "$bin/..")
expect "an installation" cmake --install "$build" --prefix "$scratch/first"
mv first second
chmod 755 "$scratch"
installed=$scratch/second
ours=$installed/bin/assay
# whole runs as another user where this one may choose
as=""
[ "$(id -u)" -eq 0 ] && as="setpriv --reuid=65534 --regid=65534 --clear-groups"
install -d -m 777 "$scratch/elsewhere"
cd elsewhere || exit 1

expect_exit 0 "it lists its cases" $as "$ours" list
expect "as many as the sources have" cmp stdout <(ASSAY_DATA=$src assay list)
expect_exit 0 "the doctor finds its reference" $as "$ours" doctor --target builtin:
expect_exit 0 "a suite runs, as another user, from another directory" $as "$ours" run --suite xeddsa --seed 1 --quiet --out out
expect "with a report" test -s out/report.html
expect "that names files as they lie in the sources" grep -q '"suites/xeddsa.xml"' out/results.json
expect_exit 0 "vectors are what their manifest says" "$ours" vectors check --quiet
expect_exit 0 "a profile is found" "$ours" profile show observed
for language in python node c go; do
    expect_exit 0 "it has what an adapter in $language begins with" $as "$ours" init $language adapter-$language
done
expect_exit 0 "a flaw is caught" "$ours" mutants --short --flaw skips-mac

for program in assay assay-reference assay-flawed; do
    expect_not "no path of the sources in $program" grep -aqF "$src" "$installed/bin/$program"
done

# Pages lead where they say.
links() {
    local page target
    find "$installed/share/assay" -name '*.md' | while read -r page; do
        grep -oE '\]\([A-Za-z./][^)#: ]*[)# ]' "$page" | sed 's/^](//; s/.$//' | while read -r target; do
            [ -e "$(dirname "$page")/$target" ] || printf '%s: %s\n' "${page#"$installed"/}" "$target"
        done
    done
}
links >broken
expect "links of the pages lead to what is there: $(head -n 3 broken | tr '\n' ' ')" test ! -s broken

# The page and the completions have every option of every command.
complete=$installed/share/bash-completion/completions/assay
answers() { bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _assay; printf "%s\n" "${COMPREPLY[@]}"' - "$complete" "$@"; }
options() { "$ours" "$1" --help | grep -oE '^  --[a-z0-9-]+' | tr -d ' ' | sort; }
page=$installed/share/man/man1/assay.1
for command in $("$ours" help | sed -n 's/^  assay \([a-z]*\) .*/\1/p' | sort -u); do
    options "$command" >wanted
    answers assay "$command" -- | sort >seen
    expect "bash completes the options of $command" cmp wanted seen
    sed -n "/^\.SS assay $command /,/^\.SS/p" "$page" | sed -n 's/\\//g; s/^fB\(--[a-z0-9-]*\)fR.*/\1/p' | sort >seen
    expect "the manual page has those of $command" cmp <(grep -vx -- --help wanted) seen
done
expect "bash completes commands" test "$(answers assay dia doc)" = "" -a "$(answers assay doc)" = doctor
expect "bash completes choices" test "$(answers assay run --level sh)" = should
touch known.txt
expect "bash completes files" test "$(answers assay run --known-failures kno)" = known.txt
expect "bash completes words of an operand" test "$(answers assay profile ch)" = check
expect_exit 64 "a shell that nobody knows" "$ours" completion tcsh

# A shell starts the programs that lie beside assay, whatever their folder is called.
mv "$installed" "$scratch/it's"
quoted="$scratch/it's/bin/assay"
expect_exit 0 "the reference starts from a folder with a quote in its name" "$quoted" doctor --target builtin:
expect_exit 2 "so does assay's own party of Signal v4" \
    "$quoted" claims --claims "$src/adapters/reference/claims.xml" --baseline v4 --game LEN-1 --out quoted --quiet
expect_exit 0 "and a target with a flaw" "$quoted" mutants --short --flaw skips-mac
mv "$scratch/it's" "$installed"

mv "$installed/share/assay" "$installed/share/gone"
expect_exit 65 "without its data" "$ours" list
expect "it says where they are looked for, and how to say otherwise" grep -q "share/assay/suites.*ASSAY_DATA" stderr
expect_exit 0 "data that lie elsewhere" env ASSAY_DATA="$installed/share/gone" "$ours" list --quiet
conclude
