#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The inner part of ./dev bare, as root in mount and process namespaces of its own, so that nothing is left mounted or running.
# Usage: bare.sh ROOT MIRROR command...: make a bare Debian 12 in ROOT, put the files of ROOT.files into it, run the command in
# ROOT/srv/assay. MIRROR may be empty. ROOT.env has NAME=VALUE lines, all of the environment that the command sees.
set -eu
root=$1
mirror=$2
shift 2

debootstrap --variant=minbase bookworm "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || {
    tail -n 20 "$root.log"
    echo "bare: debootstrap failed"
    exit 1
}
cp -a "$root.files/." "$root/"
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
ln -sf pts/ptmx "$root/dev/ptmx"

# env -i NAME=VALUE... chroot ROOT sh ...
set -- chroot "$root" /bin/sh -c 'cd /srv/assay && exec "$@"' sh "$@"
while IFS= read -r line; do
    set -- "$line" "$@"
done <"$root.env"
exec env -i "$@"
