/** Which payload puts into the writes of a worker what its job says. */
import { isNear, type Region } from './addresses.js';
import type { Content } from './content.js';
import type { LengthsByOperation } from './lengths.js';
import { OffsetBlocks } from './offset-blocks.js';
import { type Payload, StampedBlocks } from './payload.js';
import { RefilledBlocks, type Worker } from './refilled.js';
import { UnchangedBlocks } from './unchanged.js';

interface Carrier extends Worker {
  readonly content?: Content;
  readonly lbaBytes: number;
  readonly region: Region;
  readonly lengths?: LengthsByOperation;
}

/** The payload of one worker. */
export function payloadOf(spec: Carrier): Payload {
  const { content, lbaBytes, seed, region } = spec;
  const varied = spec.lengths !== undefined;
  if (content === undefined) return new StampedBlocks(lbaBytes, seed, isNear(region), varied);
  const { pattern, patternPercent } = content;
  if (pattern !== undefined && pattern.offsets.length > 0 && patternPercent === 100)
    return new OffsetBlocks(lbaBytes, pattern, varied);
  if (content.refill && patternPercent < 100) return new RefilledBlocks(lbaBytes, content, spec, varied);
  return new UnchangedBlocks(content);
}
