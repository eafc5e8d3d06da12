// SPDX-License-Identifier: 0BSD
// What Signal v3 and v4 are to this adapter.
import { BUNDLE_SIGNAL_V3, BUNDLE_SIGNAL_V4 } from '../serving-node/contract.mjs';

export const V3 = { option: 'v3', protocol: 'signal-v3', bundleKind: BUNDLE_SIGNAL_V3, hasKem: false };
export const V4 = { option: 'v4', protocol: 'signal-v4', bundleKind: BUNDLE_SIGNAL_V4, hasKem: true };
