#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The service surface: two targets serve it soundly, a flaw is caught and done again, and what assay calls a good blob and a bad one is
# confirmed with curl and openssl alone.
. "$(dirname "$0")/lib.sh"

flawed="exec:$bin/assay-flawed"
tool="$bin/../tests/service-tool"
short="--suite keys --suite enlist --suite push"
[ -n "$whole" ] && short="--suite keys --suite enlist"

expect_exit 0 "the reference provider keeps to every rule of keys, enlistment and pushes" \
    assay run --target builtin: $short --seed 7 --timeout 20 --out sound --quiet
expect "its cases say where they ran" grep -q '"surface": "service"' sound/results.json
few="--case media/image-opens --case media/range --case media/no-key-in-url --case media/refuses-a-wrong-mac"
expect_exit 0 "it hosts and takes media" assay run --target "$flawed" $few --seed 7 --timeout 20 --out media --quiet
expect_exit 1 "a key in the URL is found" \
    assay run --target "$flawed --flaw key-in-the-url" $few --seed 7 --timeout 20 --out caught --quiet
repro=$(ls caught/repro/*.xml | head -n 1)
expect_exit 1 "its repro fails again" assay repro "$repro" --target "$flawed --flaw key-in-the-url" --timeout 20 --quiet
expect_exit 0 "and passes on a sound provider" assay repro "$repro" --target "$flawed" --timeout 20 --quiet
expect_exit 2 "a library has no service" assay run --surface library --suite keys --out nothing --quiet

# by_hand FLAW: host one picture, fetch it with curl, and check it step by step with openssl, as docs/media.md does. Of what assay's own code
# worked out only what a message says is used: URL, media key, digests, length. Leaves what each step said in the file steps.
by_hand() {
    local line host
    coproc HOST { "$tool" "$flawed${1:+ --flaw $1}" roots.pem; }
    host=$HOST_PID
    children="$children $host"
    read -r -u "${HOST[0]}" url _ _ _ blob_digest digest media_key length
    keys=$(openssl kdf -keylen 112 -kdfopt digest:SHA256 -kdfopt "hexkey:$media_key" -kdfopt info:'WhatsApp Image Keys' -binary HKDF |
        od -An -v -tx1 | tr -d ' \n')
    iv=${keys:0:32} cipher_key=${keys:32:64} mac_key=${keys:96:64}
    curl -sS --cacert roots.pem --tlsv1.2 -o blob "$url" || printf 'curl: failed\n'
    head -c -10 blob >ciphertext
    tail -c 10 blob | od -An -v -tx1 | tr -d ' \n' >mac
    printf '%s' "$iv" | sed 's/../\\x&/g' | xargs -0 printf >signed
    cat ciphertext >>signed
    {
        printf 'length %s\n' "$([ "$(wc -c <blob)" = $(((length / 16 + 1) * 16 + 10)) ] && printf good || printf bad)"
        printf 'blob %s\n' "$([ "$(sha256sum <blob | cut -d' ' -f1)" = "$blob_digest" ] && printf good || printf bad)"
        line=$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$mac_key" -r signed | cut -c1-20)
        printf 'mac %s\n' "$([ "$line" = "$(cat mac)" ] && printf good || printf bad)"
        openssl enc -d -aes-256-cbc -K "$cipher_key" -iv "$iv" -in ciphertext -out plaintext 2>/dev/null
        printf 'plaintext length %s\n' "$([ "$(wc -c <plaintext)" = "$length" ] && printf good || printf bad)"
        printf 'plaintext %s\n' "$([ "$(sha256sum <plaintext | cut -d' ' -f1)" = "$digest" ] && printf good || printf bad)"
    } >steps
    exec {HOST[1]}>&-
    wait "$host"
}

if command -v curl >/dev/null && command -v openssl >/dev/null; then
    by_hand ""
    expect "curl and openssl confirm a good blob" test "$(grep -c good steps)" = 5
    by_hand says-another-blob-digest
    expect "and a bad one" grep -q '^blob bad' steps
    expect "whose lengths, MAC and plaintext are right" test "$(grep -c good steps)" = 4
fi
conclude
