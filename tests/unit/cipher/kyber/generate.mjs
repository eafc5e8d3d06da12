// SPDX-License-Identifier: GPL-3.0-or-later
// Writes kyber1024.json: round-3 Kyber1024 by the npm package crystals-kyber 5.1.0 (MIT), which shares nothing with the harness.
// Usage: npm install crystals-kyber@5.1.0, then node generate.mjs >kyber1024.json
// Each vector: the seeds and randomness that the package drew, in hexadecimal, and what it made of them. Its implicit
// rejection is round 3's, KDF(z || H(c)); libsignal's is not, so secrets of changed ciphertexts are not in here.
import { createHash, webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';

const { KeyGen1024, Encrypt1024, Decrypt1024 } = createRequire(import.meta.url)('crystals-kyber');
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const N_VECTORS = 4;

// The package takes its randomness from here, and so each run of this file gives the same vectors.
let drawn = [];
let n_drawn = 0;
webcrypto.getRandomValues = (out) => {
    out.set(createHash('sha256').update(`kyber1024 ${n_drawn++}`).digest().subarray(0, out.length));
    drawn.push(hex(out));
    return out;
};

const vectors = [];
for (let i = 0; i < N_VECTORS; i++) {
    drawn = [];
    const [ek, dk] = KeyGen1024();
    const [ciphertext, secret] = Encrypt1024(ek);
    if (hex(Decrypt1024(ciphertext, dk)) !== hex(secret)) throw new Error('the package does not agree with itself');
    vectors.push({ drawn, ek: hex(ek), dk: hex(dk), ciphertext: hex(ciphertext), secret: hex(secret) });
}
process.stdout.write(`${JSON.stringify({ implementation: 'crystals-kyber 5.1.0', vectors }, null, 1)}\n`);
