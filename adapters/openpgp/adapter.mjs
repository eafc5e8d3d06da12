// SPDX-License-Identifier: GPL-3.0-or-later
// assay-openpgp: OpenPGP messages, signed and encrypted, by OpenPGP.js, as a target of assay.
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import { readContract } from '../serving-node/contract.mjs';
import { main } from '../serving-node/main.mjs';
import { Party, CAPABILITIES } from './party.mjs';

const version = createRequire(import.meta.url)('./package.json').dependencies.openpgp;

main({
    what: `OpenPGP (RFC 9580), signed and encrypted, by OpenPGP.js, as a target of assay (proto/target.proto).
Without --listen it serves one connection on standard input and output.

example: assay claims --target "exec:node adapters/openpgp/adapter.mjs" --claims FILE`,
    types: readContract(protobuf),
    targetOf: () => ({
        name: 'OpenPGP.js',
        version,
        protocol: 'openpgp',
        capabilities: CAPABILITIES,
        create: ({ self, identity }) => Party.create(self, identity),
        restore: (state) => Party.restore(state),
        decision: () => null, // what judges a peer's input says so itself: see judgement.mjs
    }),
});
