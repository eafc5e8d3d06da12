// SPDX-License-Identifier: 0BSD
// Everything a party keeps, as bytes: JSON with the library's records in base64.

// |kept| is { self, own, ids, maps }: see Party. |own.identityPrivate| and the maps' values are bytes.
export function writeSnapshot({ self, own, ids, maps }) {
    const records = Object.entries(maps).map(([name, map]) => [
        name,
        [...map].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]),
    ]);
    const identityPrivate = Buffer.from(own.identityPrivate).toString('base64');
    const kept = { self, own: { ...own, identityPrivate }, ids, maps: Object.fromEntries(records) };
    return Buffer.from(JSON.stringify(kept));
}

// The same again. Throws on bytes that no writeSnapshot made.
export function readSnapshot(bytes) {
    const { self, own, ids, maps } = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!self || !ids || !maps || typeof own?.identityPrivate !== 'string')
        throw new Error('not a snapshot of this adapter');
    const records = Object.entries(maps).map(([name, entries]) => [
        name,
        new Map(entries.map(([key, text]) => [key, Buffer.from(text, 'base64')])),
    ]);
    const identityPrivate = Buffer.from(own.identityPrivate, 'base64');
    return { self, own: { ...own, identityPrivate }, ids, maps: Object.fromEntries(records) };
}
