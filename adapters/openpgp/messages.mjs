// SPDX-License-Identifier: GPL-3.0-or-later
// One message: signed and encrypted, decrypted and verified.
import * as openpgp from 'openpgp';
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { judged } from './judgement.mjs';

// A message for one recipient by one signer has two packets outside and three inside. Each session key packet and each
// signature more costs an operation on a curve, and the library sets no limit.
const PACKETS_MAX = 16;
const DECOMPRESSED_MAX = 2 * 1024 * 1024;
const LIMITS = { maxDecompressedMessageSize: DECOMPRESSED_MAX };

const PUBLIC_KEY_TAG = 6;

// The first packet's type (RFC 9580 section 4.2), or null.
function firstTag(bytes) {
    const [octet] = bytes;
    if (octet === undefined || !(octet & 0x80)) return null;
    return octet & 0x40 ? octet & 0x3f : (octet >> 2) & 0x0f;
}

export const isKey = (bytes) => firstTag(bytes) === PUBLIC_KEY_TAG;

export async function seal(own, peer, plaintext) {
    const message = await openpgp.createMessage({ binary: Uint8Array.from(plaintext) });
    return openpgp.encrypt({ message, signingKeys: own, encryptionKeys: peer, format: 'binary' });
}

function bounded(message) {
    const { packets } = message.unwrapCompressed();
    if (packets.length > PACKETS_MAX) throw new Declined(REASON.policy, `a message of ${packets.length} packets`);
    return message;
}

// Decrypted with |own|; at least one signature in it is by |signer|, as the library's own expectSigned has it.
export async function open(own, signer, bytes) {
    const binaryMessage = Uint8Array.from(bytes);
    const message = await judged(REASON.malformed, () => openpgp.readMessage({ binaryMessage, config: LIMITS }));
    bounded(message);
    return judged(REASON.authentication, async () => {
        const config = { ...openpgp.config, ...LIMITS };
        const decrypted = bounded(await message.decrypt([own], undefined, undefined, new Date(), config));
        const signatures = await decrypted.verify([signer], new Date(), config);
        if (signatures.length === 0) throw new Error('Message is not signed');
        const verdicts = await Promise.allSettled(signatures.map(({ verified }) => verified));
        if (!verdicts.some(({ status }) => status === 'fulfilled')) throw verdicts[0].reason;
        return decrypted.getLiteralData();
    });
}
