#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A media host and a key set that nobody here wrote: nginx serves what our own party's provider puts into a folder, and every rule about a
# host is asked of it. Two mistakes of its configuration are found.
. "$(dirname "$0")/lib.sh"
for tool in nginx openssl curl; do
    command -v "$tool" >/dev/null || { printf '%s is not installed\n' "$tool"; exit 77; }
done

make_certificates() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 2 -subj "/CN=test root" \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" &&
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key -out server.csr -subj "/CN=test server" &&
        printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,CA:FALSE\n' >server.ext &&
        openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
}

# nginx_conf PORT [DIRECTIVE]: with what is wrong about it in the location of media.
nginx_conf() {
    cat <<END
daemon off;
master_process off;
pid $scratch/nginx.pid;
error_log $scratch/error.log;
events {}
http {
    access_log $scratch/access.log;
    client_body_temp_path $scratch/body;
    proxy_temp_path $scratch/proxy;
    fastcgi_temp_path $scratch/fastcgi;
    uwsgi_temp_path $scratch/uwsgi;
    scgi_temp_path $scratch/scgi;
    types {}
    server {
        listen 127.0.0.1:$1 ssl;
        ssl_certificate $scratch/server.pem;
        ssl_certificate_key $scratch/server.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root $scratch/web;
        default_type application/octet-stream;
        location /media/ { ${2:-} }
        location = /keys {
            default_type application/jwk-set+json;
            add_header Cache-Control "public, max-age=60";
        }
    }
}
END
}

answers() { curl -sS --cacert root.pem -o answer "https://127.0.0.1:$port/media/nothing"; }

# serve [DIRECTIVE]: start it, at a port that is free.
serve() {
    for port in $(shuf -i 20000-29999 -n 20); do
        nginx_conf "$port" "${1:-}" >nginx.conf
        start nginx -p "$scratch" -c "$scratch/nginx.conf"
        wait_until answers && return 0
    done
    return 1
}
stop() { kill "$child" && wait "$child"; }

# The provider whose media and keys nginx serves, as HOST names it.
provider() { printf 'exec:%s' "$bin/assay-flawed --web-url https://$1:$port --web-folder $scratch/web --web-roots $scratch/root.pem"; }

# run OUT OPTION...: assay against it.
run() {
    local out=$1
    shift
    assay run --target "$(provider 127.0.0.1)" --jobs 1 --seed 7 --timeout 20 --out "$out" --quiet "$@"
}

# asked: how often nginx was.
asked() { wc -l <access.log; }

mkdir -p web/media
expect "a root and a certificate are made" make_certificates
expect "nginx serves" serve
hosting=""
for case in image-opens video-opens voice-opens file-opens "sizes-open*" repeated concurrent head range resumed conditional opaque-type \
    nothing-readable no-key-in-url each-its-own-key no-cookie read-only expired unknown not-listed no-traversal plain-errors trusted; do
    hosting="$hosting --case media/$case"
done
set -f # a pattern is for assay
expect_exit 0 "every rule about a media host holds of nginx" run media $hosting
expect "each was asked" test "$(results count media/results.json pass)" -ge 30
expect_exit 0 "and every rule about a key set" run keys --suite keys
# "NAME.localhost" is loopback (RFC 6761, 6.3), and libcurl knows: whoever names such a host leads assay where it must not ask.
before=$(asked)
expect_exit 1 "a host that the user did not name is not asked" assay doctor --target "$(provider provider.localhost)"
expect "and that is said" grep -q "^Service .*FAILED .*is not asked: its host is neither on loopback nor" stdout
expect_exit 1 "one that the user named, and whose name leads to loopback, is not either" \
    assay doctor --target "$(provider provider.localhost)" --service-host provider.localhost
expect "and that is said" grep -q "^Service  *FAILED .*https://provider.localhost:$port/media/.*: nothing was asked: it leads to another host or address than allowed" stdout
expect "nginx was not asked" test "$(asked)" = "$before"
stop
serve "autoindex on;"
expect_exit 1 "a listing is found" run listing --case media/not-listed
stop
serve "add_header Set-Cookie reader=1;"
expect_exit 0 "a cookie is only a SHOULD" run cookie --case media/not-listed --case media/no-cookie
expect "and found" test "$(results count cookie/results.json fail)" = 1
expect_exit 1 "which is a failure to whoever is strict" run cookie --case media/no-cookie --strict
conclude
