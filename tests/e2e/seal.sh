#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A bundle of evidence: sealed, checked by assay and by openssl and sha256sum, and refused when one bit of it is another.
. "$(dirname "$0")/lib.sh"
command -v openssl >/dev/null || { printf 'skipped: install openssl\n'; exit 77; }

openssl genpkey -algorithm ed25519 -out key.pem 2>/dev/null
openssl pkey -in key.pem -pubout -out public.pem
openssl genpkey -algorithm ed25519 2>/dev/null | openssl pkey -pubout -out other.pem
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out p256.pem 2>/dev/null
openssl pkey -in key.pem -aes256 -passout pass:secret -out locked.pem
assay run --suite xeddsa --seed 1 --quiet --out out >/dev/null 2>&1
assay claims --target builtin: --claims "$src/adapters/reference/claims.xml" --game LEN-1 --out out/claims --quiet >/dev/null 2>&1
printf 'a program' >program

expect_exit 0 "a run is sealed" assay seal out --key key.pem --out bundle --program program --claims out/claims --operator "Example Ltd" --commit 0a1b2c
expect "what is left out is said" grep -q "^  *report.html of the run" stdout
expect_exit 0 "it is as it was sealed" assay verify bundle
expect "nobody vouched for the key" grep -q "nobody vouched" stdout
expect_exit 0 "by this signer" assay verify bundle --signer public.pem
expect "that was expected" grep -q "by the signer that was expected" stdout
expect "who ran it is said" grep -q "^operator  *Example Ltd$" stdout
expect_exit 1 "not by another" assay verify bundle --signer other.pem
mkdir elsewhere
cp -r bundle elsewhere/moved
expect_exit 0 "moved elsewhere, without data" env ASSAY_DATA=nowhere "$bin/assay" verify elsewhere/moved

expect_not "no set of a day is said" grep -q "by the requirement set" stdout
assay run --suite xeddsa --seed 1 --requirements 2026-11 --quiet --out dated >/dev/null 2>&1
expect_exit 0 "a run held to a set of a day is sealed" assay seal dated --key key.pem --out bundle-dated
expect_exit 0 "and verified" assay verify bundle-dated
expect "its set is said" grep -q "^run .* by the requirement set 2026-11 (exit " stdout

expect "openssl says the same" openssl pkeyutl -verify -pubin -inkey bundle/signer.pem -rawin -in bundle/statement.json -sigfile bundle/statement.sig
sha() { sha256sum "$1" | cut -d' ' -f1; }
expect "sha256sum gives the digest of the results" grep -q "$(sha out/results.json)" bundle/statement.json
expect "of the claims" grep -q "$(sha out/claims/claims.json)" bundle/statement.json
expect "and of the program" grep -q "$(sha program)" bundle/statement.json
expect "the key that signs is not in it" test "$(grep -rl PRIVATE bundle | wc -l)" = 0

# broken SENTENCE EXIT command...: the command changes a copy, which is refused.
broken() {
    local sentence=$1 code=$2
    shift 2
    rm -rf copy
    cp -r bundle copy
    (cd copy && "$@")
    expect_exit "$code" "$sentence" assay verify copy
}
# One byte of FILE becomes 1, which it is not.
flip() { printf '\001' | dd of="$1" bs=1 seek="${2:-20}" conv=notrunc 2>/dev/null; }
broken "another statement" 1 sed -i 's/Example/Exemple/' statement.json
broken "other results" 1 flip files/results.json 100
broken "other claims" 1 flip files/claims-1.json
broken "another signature" 1 flip statement.sig
broken "a signature cut short" 1 truncate -s 63 statement.sig
broken "another signer" 1 cp ../other.pem signer.pem
broken "text after the signer's key" 1 sh -c 'echo x >>signer.pem'
broken "text before it" 1 sed -i '1i certified' signer.pem
broken "a file that was not sealed" 1 touch files/more.json
broken "a file that is gone" 65 rm files/results.json
broken "a file that is a link" 65 sh -c 'mv files/results.json .. && ln -s ../../results.json files/results.json'
broken "no statement" 65 rm statement.json
broken "a file beside those of a bundle" 1 touch report.html
broken "a folder that is a link" 65 sh -c 'mv files ../moved-files && ln -s ../moved-files files'
broken "a file that is a pipe" 65 sh -c 'rm files/results.json && mkfifo files/results.json'
broken "a file that is too long" 65 truncate -s 300M files/results.json
expect "it says so" grep -q "files/results.json: .*limit" stderr
broken "a signature that is too long" 65 truncate -s 300M statement.sig

# resealed SENTENCE EXIT SAYS command...: the command changes a copy, and whoever has the key signs it again.
resealed() {
    local sentence=$1 code=$2 says=$3
    shift 3
    rm -rf copy
    cp -r bundle copy
    (cd copy && "$@" && openssl pkeyutl -sign -inkey ../key.pem -rawin -in statement.json -out statement.sig)
    expect_exit "$code" "$sentence" assay verify copy
    expect "$sentence: says so" grep -qF "$says" stderr
}
resealed "a name that leads out of the bundle" 65 "outside the bundle" sed -i 's|"claims-1.json"|"../../program"|' statement.json
resealed "an absolute name" 65 "outside the bundle" sed -i 's|"claims-1.json"|"/etc/passwd"|' statement.json
resealed "a statement of another seed" 1 "another thing than files/results.json" sed -i 's|"seed": "1|"seed": "2|' statement.json
resealed "a statement of another requirement set" 1 "another thing than files/results.json" sed -i 's|"requirements": "newest"|"requirements": "2026-11"|' statement.json
resealed "a statement without its set" 1 "another thing than files/results.json" sed -i '/"requirements": "newest",$/d' statement.json
resealed "a member that nobody knows" 1 "not understood" sed -i 's|"operator":|"certified": true, "operator":|' statement.json
resealed "a statement cut short" 65 "statement.json" truncate -s 500 statement.json
expect_exit 65 "no bundle" assay verify out
expect_exit 65 "nothing there" assay verify nowhere

expect_exit 64 "a bundle is not written over" assay seal out --key key.pem --out bundle
expect_exit 64 "nothing is sealed without a key" assay seal out --out new
expect "it says how to make one" grep -q "openssl genpkey -algorithm ed25519" stderr
expect_exit 65 "a key of another kind" assay seal out --key p256.pem --out new
expect_exit 65 "a key with a passphrase" assay seal out --key locked.pem --out new
expect_exit 65 "no run" assay seal nowhere --key key.pem --out new
expect_exit 64 "a file where a run's directory is asked for" assay seal out/results.json --key key.pem --out new
expect "it is said" grep -q "the directory of a run is expected" stderr
expect_exit 65 "claims that are not there" assay seal out --key key.pem --out new --claims nowhere
expect_exit 65 "a program that is not there" assay seal out --key key.pem --out new --program nowhere
expect_not "and nothing was written" test -e new
conclude
