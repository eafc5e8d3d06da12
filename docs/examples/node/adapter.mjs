#!/usr/bin/env node
// SPDX-License-Identifier: 0BSD
// An adapter for assay over the official libsignal-client, which speaks Signal v4. It passes assay doctor as it is. Where your
// implementation comes in is marked ">>> YOURS".
import { createRequire } from 'node:module';
import { main } from './adapters/serving-node/main.mjs';
import { types } from './adapters/signal/bundle.mjs';
import { V4 } from './adapters/signal/ciphers.mjs';
import { CAPABILITIES, Party } from './adapters/signal/party.mjs';
import { decisionOf } from './adapters/signal/reasons.mjs';

// >>> YOURS: your implementation in the place of this one.
import * as library from '@signalapp/libsignal-client';
const { version } = createRequire(import.meta.url)('@signalapp/libsignal-client/package.json');

// What adapters/signal does by the library's version: newer ones want to know who the own party is.
const how = { cipher: V4, takesLocalAddress: true };

main({
    what: 'libsignal-client as a target of assay (proto/target.proto), on standard input and output.',
    types,
    targetOf: () => ({
        name: '@signalapp/libsignal-client',
        version,
        protocol: V4.protocol,
        // >>> YOURS: what of the contract your implementation has; docs/adapter.md of assay says what each name promises.
        capabilities: [...CAPABILITIES.filter((name) => name !== 'import-keys'), 'sender-keys', 'spends-kem-prekeys'],
        // >>> YOURS: adapters/signal/party.mjs has a method for each operation. Call your implementation in each.
        create: ({ self, keys, identity }) => Party.create(library, how, self, keys, identity),
        restore: (state) => Party.restore(library, how, state),
        // >>> YOURS: the reason for which it refused, or null when anything else went wrong. A catch-all here would take a bug for a
        // refusal, and the report would be worth nothing.
        decision: (error) => decisionOf(library, error),
    }),
});
