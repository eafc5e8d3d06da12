// SPDX-License-Identifier: GPL-3.0-or-later
// assay-libsignal-node: the official @signalapp/libsignal-client as a target of assay.
import { main } from '../serving-node/main.mjs';
import { types } from './bundle.mjs';
import { V3, V4 } from './ciphers.mjs';
import { Party, CAPABILITIES } from './party.mjs';
import { decisionOf } from './reasons.mjs';

// What each version speaks. |takesLocalAddress|: its calls want to know who the own party is. |hidesBaseKeys|: it does not
// tell its user which base key a KEM prekey served.
const LIBRARIES = {
    '0.23.1': { cipher: V3 },
    '0.72.1': { cipher: V3 },
    '0.75.1': { cipher: V4, hidesBaseKeys: true },
    '0.83.0': { cipher: V4 },
    '0.94.1': { cipher: V4, takesLocalAddress: true },
    '0.103.0': { cipher: V4, takesLocalAddress: true },
};
const USUAL = { [V3.option]: '0.23.1', [V4.option]: '0.103.0' };

// Older versions are CommonJS, newer ones are not.
async function load(version) {
    const library = await import(`libsignal-${version}`);
    return library.default ?? library;
}

// Sender keys have one wire form in every version of the library; under v3 the profile's is an older one. What becomes of
// used KEM prekeys is decided in stores.mjs, as far as the library tells what they were used for.
function capabilitiesOf({ cipher, hidesBaseKeys }) {
    if (!cipher.hasKem) return CAPABILITIES;
    const ofV4 = ['sender-keys', 'split-state', ...(hidesBaseKeys ? [] : ['spends-kem-prekeys'])];
    return [...CAPABILITIES.filter((name) => name !== 'import-keys'), ...ofV4];
}

async function targetOf({ library: wanted, cipher: option }) {
    const version = wanted !== 'usual' ? wanted : USUAL[option === 'usual' ? V3.option : option];
    const how = LIBRARIES[version];
    if (option !== 'usual' && how.cipher.option !== option) return `libsignal-client ${version} does not speak ${option}`;
    const library = await load(version);
    return {
        name: '@signalapp/libsignal-client',
        version,
        protocol: how.cipher.protocol,
        capabilities: capabilitiesOf(how),
        create: ({ self, keys, identity }) => Party.create(library, how, self, keys, identity),
        restore: (state, postQuantumOf) => Party.restore(library, how, state, postQuantumOf),
        decision: (error) => decisionOf(library, error),
    };
}

const speaking = ({ option }) => Object.keys(LIBRARIES).filter((version) => LIBRARIES[version].cipher.option === option);

main({
    what: `The official libsignal-client as a target of assay (proto/target.proto). Without --listen it serves one
connection on standard input and output.

example: assay run --target "exec:node adapters/libsignal-node/adapter.mjs --cipher v4"`,
    choices: { library: ['usual', ...Object.keys(LIBRARIES)], cipher: ['usual', V3.option, V4.option] },
    choicesHelp: `  --cipher CIPHER    v3 (X3DH) or v4 (PQXDH and the Triple Ratchet); without it the library's, or v3
  --library VERSION  of v3: ${speaking(V3).join(', ')}; of v4: ${speaking(V4).join(', ')}.
                     Without it ${USUAL.v3} (writes version byte 0x33; 0.72.1 writes 0x34, still X3DH)
                     or ${USUAL.v4}
`,
    types,
    targetOf,
});
