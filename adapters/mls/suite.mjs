// SPDX-License-Identifier: GPL-3.0-or-later
// The cipher suite, and MLS messages as bytes. A message of this adapter is one PrivateMessage, or a Welcome and one.
import { createHash } from 'node:crypto';
import { decodeMlsMessage, encodeMlsMessage, getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls';
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { judged } from './judgement.mjs';

// The one that every implementation has (RFC 9420 section 17.1).
export const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';
export const suite = await getCiphersuiteImpl(getCiphersuiteFromName(SUITE));
export const SIGNATURE_KEY_LENGTH = 32;

const VERSION = 'mls10';
// For a group of two a Welcome and a commit have under 3 KiB, a key package under 1 KiB. The library's time grows
// faster than what it is given, so more is not given to it.
const HANDSHAKE_MAX = 16 * 1024;

export const writeWelcome = (welcome) => encodeMlsMessage({ version: VERSION, wireformat: 'mls_welcome', welcome });
export const writeSealed = (privateMessage) =>
    encodeMlsMessage({ version: VERSION, wireformat: 'mls_private_message', privateMessage });
export const writeKeyPackage = (keyPackage) =>
    encodeMlsMessage({ version: VERSION, wireformat: 'mls_key_package', keyPackage });

// A private message that travels with a Welcome names it in its authenticated data, so that neither can be changed or
// taken away unseen.
export const bindingTo = (welcome) =>
    welcome ? new Uint8Array(createHash('sha256').update(welcome).digest()) : new Uint8Array();

// The MLSMessage at |offset| and where it ends. Its wire format is one of |allowed|.
function readOne(bytes, offset, allowed) {
    const read = decodeMlsMessage(bytes, offset);
    if (!read) throw new Declined(REASON.malformed, 'not an MLSMessage');
    const [message, length] = read;
    if (!allowed.includes(message.wireformat))
        throw new Declined(REASON.policy, `${message.wireformat} is not expected here`);
    const isApplication = message.privateMessage?.contentType === 'application';
    if (!isApplication && length > HANDSHAKE_MAX)
        throw new Declined(REASON.policy, `${message.wireformat} of ${length} bytes`);
    return { message, end: offset + length };
}

function readAll(bytes) {
    const first = readOne(bytes, 0, ['mls_welcome', 'mls_private_message']);
    if (!first.message.welcome) return { sealed: first.message.privateMessage, end: first.end };
    const welcome = { content: first.message.welcome, bytes: bytes.slice(0, first.end) };
    const second = readOne(bytes, first.end, ['mls_private_message']);
    return { welcome, sealed: second.message.privateMessage, end: second.end };
}

// What the bytes of a message are: { welcome: { content, bytes }, sealed }, the former only when it is there.
export async function readMessage(bytes) {
    const { end, ...parts } = await judged(REASON.malformed, () => readAll(bytes));
    if (end !== bytes.length) throw new Declined(REASON.malformed, 'bytes after the end');
    const binding = bindingTo(parts.welcome?.bytes);
    if (Buffer.compare(parts.sealed.authenticatedData, binding) !== 0)
        throw new Declined(REASON.authentication, 'sealed to travel with another Welcome, or with none');
    return parts;
}

export async function readKeyPackage(bytes) {
    if (bytes.length > HANDSHAKE_MAX) throw new Declined(REASON.policy, `a key package of ${bytes.length} bytes`);
    const { message, end } = await judged(REASON.malformed, () => readOne(bytes, 0, ['mls_key_package']));
    const { keyPackage } = message;
    if (end !== bytes.length) throw new Declined(REASON.malformed, 'bytes after the end');
    if (keyPackage.cipherSuite !== SUITE) throw new Declined(REASON.version, `cipher suite ${keyPackage.cipherSuite}`);
    if (keyPackage.leafNode.signaturePublicKey.length !== SIGNATURE_KEY_LENGTH)
        throw new Declined(REASON.invalidKey, 'a signature key of another length');
    return keyPackage;
}
