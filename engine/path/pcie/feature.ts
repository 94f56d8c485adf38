/** Features of a controller (NVMe base 2.0, 5.27.1), as they are set and read. */
import { ADMIN } from '../../spec/index.js';
import type { Command } from './command-queue.js';

/** Of a feature: dword 11 as it is set, dword 0 as it is read; and its data, where it has any. */
export interface FeatureValue {
  readonly word: number;
  readonly data?: Uint8Array;
}

/** What Set Features says of a value. */
export type FeatureWords = Pick<Command, 'nsid' | 'cdw11' | 'cdw12' | 'cdw13' | 'cdw14' | 'cdw15'>;

/** Set Features. */
export const settingOf = (name: string, feature: number, words: FeatureWords): Command => ({
  ...words,
  name: `Set Features ${name}`,
  opcode: ADMIN.SET_FEATURES,
  cdw10: feature,
});
