// SPDX-License-Identifier: 0BSD
// proto/target.proto as types, by the protobufjs of whichever adapter asks: this folder has no packages of its own.
import { fileURLToPath } from 'node:url';

const place = (name) => fileURLToPath(new URL(`../../proto/${name}.proto`, import.meta.url));

// |others| are more files of proto/ by name. Gives the types of a connection and, in |root|, everything else.
export function readContract(protobuf, ...others) {
    const root = new protobuf.Root();
    root.loadSync(['target', ...others].map(place));
    return {
        root,
        Request: root.lookupType('assay.target.v1.Request'),
        Reply: root.lookupType('assay.target.v1.Reply'),
    };
}

export const BUNDLE_SIGNAL_V3 = 1;
export const BUNDLE_SIGNAL_V4 = 2;
export const BUNDLE_OPAQUE = 15;
export const MESSAGE_OPAQUE = 15;

// Numbers of assay.target.v1.Reason.
export const REASON = {
    unspecified: 0,
    malformed: 1,
    version: 2,
    authentication: 3,
    duplicate: 4,
    tooFar: 5,
    invalidKey: 6,
    prekeySignature: 7,
    unknownPrekey: 8,
    noSession: 9,
    untrustedIdentity: 10,
    policy: 12,
};
