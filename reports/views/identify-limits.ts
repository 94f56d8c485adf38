/** What `nvbench identify` says of a controller's command sets and of the length of commands. */
import type { CommandSetFacts } from '../../engine/spec/index.js';
import { formatBytes, formatCount } from '../render/format.js';

type Fact = readonly [label: string, text: string];

/** What one command may name, and which command sets there are. */
export function limitFacts(facts: CommandSetFacts | undefined): Fact[] {
  if (facts === undefined) return [];
  const { limits, zoneAppendBytes, combinations } = facts;
  const sizes = [
    ['longest verify', limits.verifyBytes],
    ['longest write zeroes', limits.writeZeroesBytes],
    ['longest uncorrectable', limits.writeUncorrectableBytes],
    ['longest zone append', zoneAppendBytes],
  ] as const;
  const { deallocateRanges, deallocateRangeLbas, deallocateLbas } = limits;
  const deallocate = [
    ...(deallocateRanges === undefined ? [] : [`${formatCount(deallocateRanges)} ranges`]),
    ...(deallocateRangeLbas === undefined ? [] : [`${formatCount(deallocateRangeLbas)} LBAs a range`]),
    ...(deallocateLbas === undefined ? [] : [`${formatCount(deallocateLbas)} LBAs in all`]),
  ];
  return [
    ...sizes.flatMap(([label, bytes]): Fact[] => (bytes === undefined ? [] : [[label, formatBytes(bytes)]])),
    ...(deallocate.length === 0 ? [] : [['longest deallocate', deallocate.join(', ')] as const]),
    ...combinations.map(
      ({ commandSets, inForce }): Fact => [
        'command sets',
        `${commandSets.join(', ')}${inForce && combinations.length > 1 ? ' (in force)' : ''}`,
      ],
    ),
  ];
}
