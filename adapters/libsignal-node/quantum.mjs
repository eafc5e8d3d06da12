// SPDX-License-Identifier: 0BSD
// A snapshot with the post-quantum secrets of another one: what a thief has who has a quantum computer.
import protobuf from 'protobufjs';

// Of the library's own records (storage.proto): a record has the current session in 1 and archived ones in 2; a session is
// named by the initiator's base key in 13, and has SPQR's state in 15.
const CURRENT = 1;
const ARCHIVED = 2;
const BASE_KEY = 13;
const SPQR = 15;
const LENGTH_DELIMITED = 2;

// A protobuf message as its fields in order: { number, bytes: the whole field, value: what is in it, where it has a length }.
function fieldsOf(message) {
    const reader = protobuf.Reader.create(message);
    const fields = [];
    while (reader.pos < reader.len) {
        const start = reader.pos;
        const tag = reader.uint32();
        const hasLength = (tag & 7) === LENGTH_DELIMITED;
        const value = hasLength ? Buffer.from(reader.bytes()) : null;
        if (!hasLength) reader.skipType(tag & 7);
        fields.push({ number: tag >>> 3, bytes: Buffer.from(message.subarray(start, reader.pos)), value });
    }
    return fields;
}

const messageOf = (fields) => Buffer.concat(fields.map(({ bytes }) => bytes));

const fieldOf = (number, value) =>
    Buffer.from(
        protobuf.Writer.create()
            .uint32((number << 3) | LENGTH_DELIMITED)
            .bytes(value)
            .finish(),
    );

const valueIn = (fields, number) => fields.find((field) => field.number === number)?.value ?? null;

const sessionsIn = (record) =>
    fieldsOf(record)
        .filter(({ number }) => number === CURRENT || number === ARCHIVED)
        .map(({ value }) => fieldsOf(value));

// |session| with SPQR's state of the one of the same name among |others|; with none where there is no such session.
function sessionWith(session, others) {
    const fields = fieldsOf(session);
    const name = valueIn(fields, BASE_KEY);
    const same = others.find((other) => name && valueIn(other, BASE_KEY)?.equals(name));
    const state = same ? valueIn(same, SPQR) : null;
    const rest = messageOf(fields.filter(({ number }) => number !== SPQR));
    return state ? Buffer.concat([rest, fieldOf(SPQR, state)]) : rest;
}

function recordWith(record, other) {
    const others = other ? sessionsIn(other) : [];
    return messageOf(
        fieldsOf(record).map(({ number, bytes, value }) =>
            number === CURRENT || number === ARCHIVED
                ? { bytes: fieldOf(number, sessionWith(value, others)) }
                : { bytes },
        ),
    );
}

// |own| and |other| as readSnapshot gives them.
export function withPostQuantumOf(own, other) {
    const sessions = [...own.maps.sessions].map(([address, record]) => [
        address,
        recordWith(record, other.maps.sessions.get(address)),
    ]);
    return {
        ...own,
        ids: { ...own.ids, kemUses: other.ids.kemUses },
        maps: { ...own.maps, kemPrekeys: other.maps.kemPrekeys, sessions: new Map(sessions) },
    };
}
