// The library's errors as the contract's results. A decision of the library is Refused; anything else is Fault.

// Numbers of assay.target.v1.Reason.
export const REASON = {
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
};

const DETAIL_MAX = 1024;

// Input that never reaches the library's own decision: it has no call for it, or asks this adapter's store.
export class Declined extends Error {
    constructor(reason, text) {
        super(text);
        this.reason = reason;
    }
}

// An operation, or a form of one, that belongs to a capability this adapter does not claim.
export class NotOffered extends Error {}

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
    [/prekey .*(identifier|id)/i, REASON.unknownPrekey],
    [/too far|into the future|exceeds the limit/i, REASON.tooFar],
    [/version/i, REASON.version],
    [/MAC|decryption failed/i, REASON.authentication],
    [/protobuf|too short|incomplete|invalid .* encoding/i, REASON.malformed],
    [/key type|key length|bad key|public key|invalid key/i, REASON.invalidKey],
    [/session.*not found|no session/i, REASON.noSession],
];

const refused = (reason, detail) => ({ refused: { reason, detail: detail.slice(0, DETAIL_MAX) } });

// Errors that the protocol code raised are of the library's own class. A panic in it, a wrong argument and a mistake
// in JavaScript are of other classes.
export function resultOfError(library, error) {
    const detail = `${error?.name ?? 'thrown'}: ${error?.message ?? error}`;
    if (error instanceof NotOffered) return { unsupported: {} };
    if (error instanceof Declined) return refused(error.reason, detail);
    if (!(error instanceof library.LibSignalErrorBase)) return { fault: { detail: detail.slice(0, DETAIL_MAX) } };
    const byCode = BY_CODE.get(error.name);
    if (byCode !== undefined) return refused(byCode, detail);
    const byWords = BY_WORDS.find(([words]) => words.test(error.message));
    return refused(byWords ? byWords[1] : REASON.unspecified, detail);
}
