// SPDX-License-Identifier: GPL-3.0-or-later
// ts-mls's errors: which are decisions about a peer's bytes, and for what reason.
import { HpkeError } from '@hpke/core';
import {
    CodecError,
    CryptoError,
    CryptoVerificationError,
    UsageError,
    ValidationError,
} from 'ts-mls/mlsError.js';
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';

// The words of a validation choose the reason that is shown; they never decide between Refused and Fault.
const BY_WORDS = [
    [/gen in the past/, REASON.duplicate],
    [/too far in the future/, REASON.tooFar],
    [/epoch too old|former epoch|validate epoch/, REASON.noSession],
    [/credential/, REASON.authentication],
];

// Null for what is no decision: InternalError, DependencyError, and anything the library did not mean to throw.
function reasonOf(error, ofCryptography) {
    if (error instanceof CodecError) return REASON.malformed;
    if (error instanceof CryptoError || error instanceof CryptoVerificationError) return ofCryptography;
    if (error instanceof ValidationError || error instanceof UsageError)
        return BY_WORDS.find(([words]) => words.test(error.message))?.[1] ?? REASON.policy;
    // a peer's key that WebCrypto does not take; the library lets it through as it comes
    if (error instanceof HpkeError || (error instanceof DOMException && error.name === 'DataError'))
        return REASON.invalidKey;
    return null;
}

// Runs |call|, in which the library looks at what a peer sent. |ofCryptography| is the reason when a signature or a tag
// does not verify. What is no decision stays what it was.
export async function judged(ofCryptography, call) {
    try {
        return await call();
    } catch (error) {
        const reason = error instanceof Declined ? null : reasonOf(error, ofCryptography);
        if (reason === null) throw error;
        throw new Declined(reason, `${error.name}: ${error.message}`);
    }
}
