#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# openssl's command line opens what media-seal seals, step by step. Usage: media_openssl.sh MEDIA_SEAL
set -euo pipefail
seal=$1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/assay-media.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# keys LABEL: the expanded keys, in hexadecimal.
keys() {
    openssl kdf -keylen 112 -kdfopt digest:SHA256 -kdfopt hexkey:$key -kdfopt info:"$1" HKDF | tr -d ':\n' | tr A-F a-f
}

# opens LABEL LENGTH
opens() {
    local all iv cipher_key mac_key n
    all=$(keys "$1") n=0
    iv=${all:0:32} cipher_key=${all:32:64} mac_key=${all:96:64}
    head -c "$2" /dev/urandom >plain
    "$seal" $key "$1" <plain >blob
    n=$(($(stat -c %s blob) - 10))
    head -c $n blob >ciphertext
    { printf %s "$iv" | sed 's/../\\x&/g' | xargs -0 printf '%b'; cat ciphertext; } >covered
    openssl dgst -sha256 -mac HMAC -macopt hexkey:"$mac_key" -binary covered | head -c 10 >mac
    cmp mac <(tail -c 10 blob)
    openssl enc -d -aes-256-cbc -K "$cipher_key" -iv "$iv" -in ciphertext -out again
    cmp plain again
}

for length in 0 1 15 16 17 1000 100000; do
    opens "WhatsApp Image Keys" $length
    opens "WhatsApp Audio Keys" $length
done
echo "openssl opens what was sealed"
