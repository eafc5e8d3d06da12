// SPDX-License-Identifier: 0BSD
// Addresses as the names that protocols without a notion of them can carry, and what two people compare.
import { createHash } from 'node:crypto';

// "alice", device 1: "alice.1". No two addresses have the same text: what follows the last point is a number.
export const addressText = (address) => `${address?.name ?? ''}.${address?.device ?? 0}`;

function half(id, key) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(id));
    return createHash('sha256').update(length).update(id).update(key).digest('hex');
}

// For protocols that have a fingerprint of one key and none of two: both halves, the lower first, so that both sides
// show the same. |own| and |peer| are { id, key }: text and bytes.
export function fingerprintOf(own, peer) {
    const displayable = [half(own.id, own.key), half(peer.id, peer.key)].sort().join('');
    return { displayable, scannable: Buffer.alloc(0) };
}
