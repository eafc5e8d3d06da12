// A Signal prekey bundle as the contract has it (proto/signal.proto).
import protobuf from 'protobufjs';
import { BUNDLE_SIGNAL_V3, REASON, readContract } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';

export const types = readContract(protobuf, 'signal');
const Body = types.root.lookupType('assay.signal.v1.PreKeyBundle');

export const writeBundle = (bundle) => ({ kind: BUNDLE_SIGNAL_V3, body: Body.encode(bundle).finish() });

export function readBundle(bundle) {
    if (bundle?.kind !== BUNDLE_SIGNAL_V3) throw new Declined(REASON.malformed, 'not a Signal prekey bundle');
    try {
        return Body.decode(bundle.body);
    } catch (error) {
        throw new Declined(REASON.malformed, `not a prekey bundle: ${error.message}`);
    }
}
