// SPDX-License-Identifier: GPL-3.0-or-later
// assay-mls: Messaging Layer Security by ts-mls, a group of two per conversation, as a target of assay.
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import { readContract } from '../serving-node/contract.mjs';
import { main } from '../serving-node/main.mjs';
import { Party, CAPABILITIES } from './party.mjs';

const version = createRequire(import.meta.url)('./package.json').dependencies['ts-mls'];

main({
    what: `MLS (RFC 9420) by ts-mls, a group of two per conversation, as a target of assay (proto/target.proto).
Without --listen it serves one connection on standard input and output.

example: assay claims --target "exec:node adapters/mls/adapter.mjs" --claims FILE`,
    types: readContract(protobuf),
    targetOf: () => ({
        name: 'ts-mls',
        version,
        protocol: 'mls-1.0',
        capabilities: CAPABILITIES,
        create: ({ self, identity }) => Party.create(self, identity),
        restore: (state) => Party.restore(state),
        decision: () => null, // what judges a peer's input says so itself: see judgement.mjs
    }),
});
