// SPDX-License-Identifier: GPL-3.0-or-later
// Keys: one's own, and a peer's as it arrives.
import * as openpgp from 'openpgp';
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { judged } from './judgement.mjs';

// Transferable public keys of one user have a few hundred bytes; verifying many self-signatures takes long.
const KEY_MAX = 16 * 1024;

// Version 4, Ed25519 and an X25519 subkey (RFC 9580 sections 9.1 and 5.5.2); never under a passphrase: the store is
// in memory, and a snapshot is all of it.
export async function makeKey(address) {
    const { privateKey } = await openpgp.generateKey({
        type: 'curve25519',
        userIDs: [{ name: address }],
        format: 'object',
    });
    return privateKey;
}

export const readOwnKey = (bytes) => openpgp.readPrivateKey({ binaryKey: Uint8Array.from(bytes) });

// One that was judged when it came.
export const readKnownKey = (bytes) => openpgp.readKey({ binaryKey: Uint8Array.from(bytes) });

async function proveUser(key, address) {
    const user = key.users.find(({ userID }) => userID?.userID === address);
    if (!user) throw new Declined(REASON.policy, `the key has no user ID ${address}`);
    await user.verify();
}

// A peer's public key, for |address|: it must say so, can sign and be encrypted to, and its self-signatures are good.
export async function readPeerKey(bytes, address) {
    if (bytes.length > KEY_MAX) throw new Declined(REASON.policy, `a key of ${bytes.length} bytes`);
    const key = await judged(REASON.malformed, () => openpgp.readKey({ binaryKey: Uint8Array.from(bytes) }));
    if (key.isPrivate()) throw new Declined(REASON.malformed, 'a private key where a public one belongs');
    await judged(REASON.prekeySignature, async () => {
        await key.getSigningKey();
        await key.getEncryptionKey();
        await proveUser(key, address);
    });
    return key;
}
