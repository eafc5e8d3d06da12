// The official library's opinion of vectors/published: libsignal-client, none of our code.
//
// Usage: confirm.mjs FOLDER-OF-THE-LIBRARY FILE... Each group is judged by its type; a valid test must be taken, an
// invalid one refused, an acceptable one may be either.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, ...paths] = process.argv.slice(2);
const imported = await import(join(folder, JSON.parse(readFileSync(join(folder, 'package.json'))).main ?? 'dist/index.js'));
const library = imported.default ?? imported;

const unhex = (text) => Buffer.from(text, 'hex');

// Does it neither throw nor say no?
function isTaken(act) {
    try {
        return act() !== false;
    } catch {
        return false;
    }
}

const xeddsa = ({ publicKey, tests }) =>
    tests.map(({ msg, sig }) => isTaken(() => library.PublicKey.deserialize(unhex(publicKey)).verify(unhex(msg), unhex(sig))));

const judges = { XeddsaVerify: xeddsa };

async function confirm(path) {
    const { testGroups, numberOfTests } = JSON.parse(readFileSync(path));
    let wrong = 0;
    let n = 0;
    for (const group of testGroups) {
        const taken = await judges[group.type](group);
        group.tests.forEach(({ tcId, comment, result }, i) => {
            n++;
            if (result === 'acceptable' || taken[i] === (result === 'valid')) return;
            wrong++;
            console.log(`${path}: ${tcId} (${comment}) is ${result}, and ${taken[i] ? 'taken' : 'refused'} here`);
        });
    }
    if (n !== numberOfTests) console.log(`${path}: ${n} tests, not ${numberOfTests}`, wrong++);
    return wrong;
}

let wrong = 0;
for (const path of paths) wrong += await confirm(path);
process.exit(wrong ? 1 : 0);
