// SPDX-License-Identifier: GPL-3.0-or-later
// OpenPGP.js's errors: which are decisions about a peer's bytes.
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';

// The library throws plain errors, and these few classes, when it decides against its input.
const DECISIONS = new Set(['Error', 'UnsupportedError', 'UnknownPacketError', 'MalformedPacketError', 'GrammarError']);
// One decision it throws as a mistake of its caller.
const PARTIAL = 'This packet type does not support partial lengths.';

const VERSION = /^Version .* is unsupported/;

const isDecision = (error) =>
    DECISIONS.has(error?.constructor?.name) || (error instanceof TypeError && error.message === PARTIAL);

// An error and what caused it: a mistake in JavaScript, wrapped as a plain error, is still a mistake.
function* causes(error) {
    for (let next = error; next; next = next.cause) yield next;
}

// Runs |call|, in which the library looks at what a peer sent; its decision against it is for |reason|. What is no
// decision stays what it was.
export async function judged(reason, call) {
    try {
        return await call();
    } catch (error) {
        if (error instanceof Declined || ![...causes(error)].every(isDecision)) throw error;
        throw new Declined(VERSION.test(error.message) ? REASON.version : reason, error.message);
    }
}
