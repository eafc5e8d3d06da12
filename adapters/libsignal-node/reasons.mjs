// SPDX-License-Identifier: 0BSD
// The library's errors: which are its decisions, and for what reason.
import { REASON } from '../serving-node/contract.mjs';

// A store of this adapter broke.
export class StoreFailed extends Error {
    constructor(cause) {
        super(`in this adapter's store: ${cause}`, { cause });
    }
}

const BY_CODE = new Map([
    ['DuplicatedMessage', REASON.duplicate],
    ['UntrustedIdentity', REASON.untrustedIdentity],
    ['InvalidSession', REASON.noSession],
]);

// Most errors are "generic" and say why in words only. The words choose the reason shown; they never decide between
// Refused and Fault. The library tells a counter too far ahead in its log only: it answers as for a wrong MAC.
const BY_WORDS = [
    [/invalid argument/i, REASON.malformed],
    [/signature/i, REASON.prekeySignature],
    [/prekey .*\b(identifier|id)\b/i, REASON.unknownPrekey],
    [/base key is invalid/i, REASON.invalidKey],
    [/too far|into the future|exceeds the limit/i, REASON.tooFar],
    [/version|no longer supported/i, REASON.version],
    [/MAC|decryption failed/i, REASON.authentication],
    [/protobuf|both or neither|too short|incomplete|invalid .* encoding/i, REASON.malformed],
    [/key type|key length|bad key|bad KEM|public key|invalid key/i, REASON.invalidKey],
    [/session.*not found|no session|sender key/i, REASON.noSession],
];

// Errors that the protocol code raised are of the library's own class. A panic in it, a wrong argument and a mistake
// in JavaScript are of other classes. Null is for those.
export function decisionOf(library, error) {
    if (!(error instanceof library.LibSignalErrorBase)) return null;
    const byWords = BY_WORDS.find(([words]) => words.test(error.message));
    return BY_CODE.get(error.name) ?? byWords?.[1] ?? REASON.unspecified;
}
