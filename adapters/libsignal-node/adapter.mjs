// assay-libsignal-node: the official @signalapp/libsignal-client as a target of assay.
import { createRequire } from 'node:module';
import { main } from '../serving-node/main.mjs';
import { types } from './bundle.mjs';
import { Party, CAPABILITIES } from './party.mjs';
import { decisionOf } from './reasons.mjs';

const LIBRARIES = ['0.23.1', '0.72.1'];

function targetOf({ library: version }) {
    const library = createRequire(import.meta.url)(`libsignal-${version}`);
    return {
        name: '@signalapp/libsignal-client',
        version,
        protocol: 'signal-v3',
        capabilities: CAPABILITIES,
        create: ({ self, keys, identity }) => Party.create(library, self, keys, identity),
        restore: (state) => Party.restore(library, state),
        decision: (error) => decisionOf(library, error),
    };
}

main({
    what: `The official libsignal-client as a target of assay (proto/target.proto). Without --listen it serves one
connection on standard input and output.

example: assay run --target "exec:node adapters/libsignal-node/adapter.mjs --library 0.23.1"`,
    choices: { library: LIBRARIES },
    choicesHelp: `  --library VERSION  ${LIBRARIES[0]} (writes version byte 0x33; the default)
                     or ${LIBRARIES[1]} (writes 0x34, still X3DH)
`,
    types,
    targetOf,
});
