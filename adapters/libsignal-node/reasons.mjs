// The library's errors as the contract's results. A decision of the library is Refused; anything else is Fault.
import { UnknownPrekey } from './stores.mjs';

// Numbers of assay.target.v1.Reason.
const REASON = {
    unspecified: 0,
    malformed: 1,
    version: 2,
    authentication: 3,
    duplicate: 4,
    tooFar: 5,
    invalidKey: 6,
    prekeySignature: 7,
    unknownPrekey: 8,
    noSession: 9,
    untrustedIdentity: 10,
    padding: 11,
};

// Input this adapter cannot hand to the library at all.
export class Malformed extends Error {}

const BY_CODE = new Map([
    ['DuplicatedMessage', REASON.duplicate],
    ['UntrustedIdentity', REASON.untrustedIdentity],
    ['InvalidSession', REASON.noSession],
]);

// Most errors are "generic" and say why in words only. The words choose the reason shown; they never decide between
// Refused and Fault.
const BY_WORDS = [
    [/signature/i, REASON.prekeySignature],
    [/prekey .*(identifier|id)|no (one-time|signed) prekey/i, REASON.unknownPrekey],
    [/too far|into the future|exceeds the limit/i, REASON.tooFar],
    [/version/i, REASON.version],
    [/MAC|decryption failed/i, REASON.authentication],
    [/protobuf|too short|incomplete|invalid .* encoding/i, REASON.malformed],
    [/key type|key length|bad key|public key|invalid key/i, REASON.invalidKey],
    [/session.*not found|no session/i, REASON.noSession],
];

const refused = (reason, detail) => ({ refused: { reason, detail: detail.slice(0, 1024) } });

// Errors the native library raised carry a code; a JavaScript mistake does not.
const isLibraryError = (error) => error instanceof Error && error.constructor.name === 'LibSignalErrorBase';

export function resultOfError(error) {
    const detail = `${error?.name ?? 'thrown'}: ${error?.message ?? error}`;
    if (error instanceof Malformed) return refused(REASON.malformed, detail);
    if (error instanceof UnknownPrekey) return refused(REASON.unknownPrekey, detail);
    if (!isLibraryError(error)) return { fault: { detail } };
    const byCode = BY_CODE.get(error.name);
    if (byCode !== undefined) return refused(byCode, detail);
    const byWords = BY_WORDS.find(([words]) => words.test(error.message));
    return refused(byWords ? byWords[1] : REASON.unspecified, detail);
}
