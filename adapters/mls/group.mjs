// SPDX-License-Identifier: GPL-3.0-or-later
// One conversation: a group of two. A group here is a value { state, welcome }: the library's state, and the Welcome
// that goes with every message until the peer was heard from. Operations give a new one and leave the old as it was.
import { randomBytes } from 'node:crypto';
import {
    createApplicationMessage,
    createCommit,
    createGroup,
    emptyPskIndex,
    joinGroup,
    processPrivateMessage,
    zeroOutUint8Array,
} from 'ts-mls';
import { defaultClientConfig } from 'ts-mls/clientConfig.js';
import { decryptSenderData } from 'ts-mls/privateMessage.js';
import { REASON } from '../serving-node/contract.mjs';
import { Declined } from '../serving-node/results.mjs';
import { judged } from './judgement.mjs';
import { bindingTo, suite, writeSealed, writeWelcome } from './suite.mjs';

const GROUP_ID_LENGTH = 16;
const MEMBERS = 2;

// The library's defaults, but for who may be a member.
const configFor = (authService) => ({ ...defaultClientConfig, authService });
const withTrust = (state, authService) => ({ ...state, clientConfig: configFor(authService) });
const withoutConfig = ({ clientConfig: _, ...state }) => state;

export const groupId = ({ state }) => Buffer.from(state.groupContext.groupId).toString('hex');

const encoded = (message, welcome) => Buffer.concat([...(welcome ? [welcome] : []), message]);

// |own| and |keyPackage|: the maker's key package with its private keys, and the peer's.
export async function makeGroup(own, keyPackage, authService) {
    const { publicPackage, privatePackage } = own;
    const id = randomBytes(GROUP_ID_LENGTH);
    const alone = await createGroup(id, publicPackage, privatePackage, [], suite, configFor(authService));
    const extraProposals = [{ proposalType: 'add', add: { keyPackage } }];
    const { newState, welcome, consumed } = await judged(REASON.prekeySignature, () =>
        createCommit({ state: alone, cipherSuite: suite }, { extraProposals, ratchetTreeExtension: true }),
    );
    consumed.forEach(zeroOutUint8Array);
    return { state: withoutConfig(newState), welcome: writeWelcome(welcome) };
}

// |own|: the key package that the Welcome was made for, with its private keys.
export async function joinedGroup(welcome, own, authService) {
    const { publicPackage, privatePackage } = own;
    const rest = [suite, undefined, undefined, configFor(authService)]; // the tree is in the Welcome; nothing resumes
    const state = await judged(REASON.authentication, () =>
        joinGroup(welcome, publicPackage, privatePackage, emptyPskIndex, ...rest),
    );
    const leaves = state.ratchetTree.filter((node) => node?.nodeType === 'leaf');
    if (leaves.length !== MEMBERS) throw new Declined(REASON.policy, `a group of ${leaves.length}`);
    return { state: withoutConfig(state), welcome: null };
}

export async function sealed({ state, welcome }, plaintext) {
    const { newState, privateMessage, consumed } = await createApplicationMessage(
        withTrust(state, null),
        Uint8Array.from(plaintext),
        suite,
        bindingTo(welcome),
    );
    consumed.forEach(zeroOutUint8Array);
    return { group: { state: withoutConfig(newState), welcome }, body: encoded(writeSealed(privateMessage), welcome) };
}

// A commit without proposals: new secrets from this member's leaf to the root (RFC 9420 section 12.4).
export async function refreshed({ state, welcome }) {
    const { newState, commit, consumed } = await createCommit(
        { state: withTrust(state, null), cipherSuite: suite },
        { authenticatedData: bindingTo(welcome) },
    );
    consumed.forEach(zeroOutUint8Array);
    const body = encoded(writeSealed(commit.privateMessage), welcome);
    return { group: { state: withoutConfig(newState), welcome }, body };
}

// Which of the two sent it, by what it says under the epoch's own key. The library decrypts either's.
async function demandSender(state, message, isOwn) {
    const past = state.historicalReceiverData.get(message.epoch);
    const { senderDataSecret } = message.epoch < state.groupContext.epoch ? (past ?? {}) : state.keySchedule;
    if (!senderDataSecret) return; // too old: the library says so
    const sender = await decryptSenderData(message, senderDataSecret, suite);
    if (sender && (sender.leafIndex === state.privatePath.leafIndex) !== isOwn)
        throw new Declined(REASON.authentication, isOwn ? "not this party's own" : "this party's own");
}

// Nobody joins, leaves or changes what the group is.
const onlyRefreshing = ({ kind, proposals }) => (kind === 'commit' && proposals.length === 0 ? 'accept' : 'reject');

// |isOwn|: an adversary tries a message that this party sent. Gives the group after it, and the plaintext or undefined.
export async function opened({ state, welcome }, message, isOwn, authService) {
    if (isOwn && message.contentType !== 'application')
        throw new Declined(REASON.policy, 'a commit has nothing in it for its maker');
    return judged(REASON.authentication, async () => {
        await demandSender(state, message, isOwn);
        const trusting = withTrust(state, authService);
        const result = await processPrivateMessage(trusting, message, emptyPskIndex, suite, onlyRefreshing);
        if (result.actionTaken === 'reject') throw new Declined(REASON.policy, 'more than a refreshing commit');
        result.consumed.forEach(zeroOutUint8Array);
        const group = { state: withoutConfig(result.newState), welcome: isOwn ? welcome : null };
        return { group, plaintext: result.message };
    });
}
