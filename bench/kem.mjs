// SPDX-License-Identifier: GPL-3.0-or-later
// What bench-kem (kem.c) measures, of npm's mlkem: "NAME GENERATED ENCAPSULATED DECAPSULATED" a second of CPU time.
// Usage: kem.mjs SECONDS
import { createMlKem768, createMlKem1024 } from 'mlkem';

const ROUNDS = 64; // between two looks at the clock

const cpuSeconds = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
};

function rate(operation, seconds) {
    for (let i = 0; i < ROUNDS; i++) operation(); // compiled before the clock runs
    const began = cpuSeconds();
    let took = 0;
    let n = 0;
    do {
        for (let i = 0; i < ROUNDS; i++) operation();
        n += ROUNDS;
        took = cpuSeconds() - began;
    } while (took < seconds);
    return Math.round(n / took);
}

const seconds = Number(process.argv[2]);
for (const [name, create] of [
    ['ML-KEM-768', createMlKem768],
    ['ML-KEM-1024', createMlKem1024],
]) {
    const kem = await create();
    const [ek, dk] = kem.generateKeyPair();
    const [ciphertext] = kem.encap(ek);
    const rates = [() => kem.generateKeyPair(), () => kem.encap(ek), () => kem.decap(ciphertext, dk)];
    console.log(name, ...rates.map((operation) => rate(operation, seconds)));
}
