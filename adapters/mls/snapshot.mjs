// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a party keeps, as bytes: JSON with the library's own encodings in base64.
import { decodeGroupState, encodeGroupState } from 'ts-mls';
import { readKeyPackage, writeKeyPackage } from './suite.mjs';

const text = (bytes) => Buffer.from(bytes).toString('base64');
const bytes = (base64) => Uint8Array.from(Buffer.from(base64, 'base64'));
const each = (record, change) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const keysOut = (keys) => [...keys].map(([peer, key]) => [peer, text(key)]);
const keysIn = (listed) => new Map(listed.map(([peer, key]) => [peer, bytes(key)]));

const groupOut = ({ state, welcome }) => ({ state: text(encodeGroupState(state)), welcome: welcome && text(welcome) });
const groupIn = ({ state, welcome }) => ({
    state: decodeGroupState(bytes(state), 0)[0],
    welcome: welcome && bytes(welcome),
});

const packageOut = ({ publicPackage, privatePackage }) => ({
    publicPackage: text(writeKeyPackage(publicPackage)),
    privatePackage: each(privatePackage, text),
});
const packageIn = async ({ publicPackage, privatePackage }) => ({
    publicPackage: await readKeyPackage(bytes(publicPackage)),
    privatePackage: each(privatePackage, bytes),
});

// What is kept: see Party.
export function writeSnapshot({ address, identity, pins, others, packages, groups }) {
    return Buffer.from(
        JSON.stringify({
            address,
            identity: each(identity, text),
            pins: keysOut(pins),
            others: keysOut(others),
            packages: [...packages].map(([ref, one]) => [ref, packageOut(one)]),
            groups: [...groups].map(([peer, list]) => [peer, list.map(groupOut)]),
        }),
    );
}

// The same again. Throws on bytes that no writeSnapshot made.
export async function readSnapshot(state) {
    const { address, identity, pins, others, packages, groups } = JSON.parse(Buffer.from(state).toString('utf8'));
    const restored = { address, identity: each(identity, bytes), packages: new Map() };
    restored.pins = keysIn(pins);
    restored.others = keysIn(others);
    for (const [ref, one] of packages) restored.packages.set(ref, await packageIn(one));
    restored.groups = new Map(groups.map(([peer, list]) => [peer, list.map(groupIn)]));
    return restored;
}
