// SPDX-License-Identifier: 0BSD
// A Signal prekey bundle as the contract has it (proto/signal.proto).
import protobuf from 'protobufjs';
import { REASON, readContract } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';

export const types = readContract(protobuf, 'signal');
const Body = types.root.lookupType('assay.signal.v1.PreKeyBundle');

export const writeBundle = (kind, bundle) => ({ kind, body: Body.encode(bundle).finish() });

export function readBundle(kind, bundle) {
    if (bundle?.kind !== kind) throw new Declined(REASON.malformed, "not a prekey bundle of this target's protocol");
    try {
        return Body.decode(bundle.body);
    } catch (error) {
        throw new Declined(REASON.malformed, `not a prekey bundle: ${error.message}`);
    }
}
