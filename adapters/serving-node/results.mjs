// SPDX-License-Identifier: 0BSD
// Errors as the contract's results. A decision of the protocol code is Refused; anything else is Fault.
import { REASON } from './contract.mjs';

const DETAIL_MAX = 1024;

// Input that never reaches the library's own decision: it has no call for it, leaves it to its user, or asks this
// adapter.
export class Declined extends Error {
    constructor(reason, text) {
        super(text);
        this.reason = reason;
    }
}

// The harness named a party that is not there, or is there already: neither is the library's decision.
export class WrongHandle extends Error {}

// |decision| says of an error of the library whether it is a decision: its reason, or null when something broke.
export function resultOfError(decision, error) {
    const isOurs = error instanceof Declined || error instanceof WrongHandle;
    const words = isOurs ? error.message : `${error?.name ?? 'thrown'}: ${error?.message ?? error}`;
    const detail = words.slice(0, DETAIL_MAX);
    const reason = isOurs ? (error.reason ?? null) : decision(error);
    if (reason === null) return { fault: { detail } };
    return { warned: reason === REASON.untrustedIdentity, refused: { reason, detail } };
}
