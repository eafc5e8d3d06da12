/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver/peer.h - whose a loopback connection is.
 * Depends on: nothing.
 *
 * Anybody on this machine can dial a port: a scanner, another user. The kernel says which socket is
 * the other end (/proc/net/tcp), and a process's descriptors say which sockets it has.
 */
#ifndef ASSAY_DRIVER_PEER_H
#define ASSAY_DRIVER_PEER_H

#include <sys/types.h>

enum peer {
    PEER_UNKNOWN = 0, /* the kernel does not say, or nobody knows the target's process */
    PEER_TARGET,      /* a process of the group that |target| leads, or below it */
    PEER_OTHER
};

/* Whose is the other end of the accepted IPv4 connection |fd|? |target| 0: not known. */
enum peer peer_of(int fd, pid_t target);

#endif
