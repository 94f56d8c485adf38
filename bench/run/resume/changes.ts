/** What became of host and drives between two attempts of a run. */
import type { EngineWarning } from '../../../engine/index.js';
import { hostDifferences } from '../../../reports/compare/comparability.js';
import type { AttemptRecord, BenchResult, DeviceRecord } from '../../../reports/document/index.js';
import { formatBytes } from '../../../reports/render/format.js';
import { linkText } from '../../host/pcie-link.js';
import { doubt } from '../doubts/doubt.js';

type Change = AttemptRecord['changes'][number];

/** SMART: 1000 blocks of 512 bytes, rounded up. */
const DATA_UNIT_BYTES = 512_000;
/** What an attempt wrote last may be counted after its last look. */
const LATE_UNITS = 2n;

function deviceChanges(before: DeviceRecord, after: DeviceRecord): Change[] {
  const known = before.smartAfter ?? before.smartBefore;
  const links = [before, after].map(({ pcieLink }) =>
    pcieLink === undefined ? undefined : linkText(pcieLink),
  );
  const facts: [string, unknown, unknown][] = [
    ['powerCycles', known?.powerCycles, after.smartBefore?.powerCycles],
    ['unsafeShutdowns', known?.unsafeShutdowns, after.smartBefore?.unsafeShutdowns],
    ['pcieLink', ...(links as [unknown, unknown])],
  ];
  return facts.flatMap(([fact, a, b]) =>
    a === undefined || b === undefined || String(a) === String(b)
      ? []
      : [{ fact: `${after.target} ${fact}`, before: String(a), after: String(b) }],
  );
}

/** Facts of host and drives that are otherwise now. */
export function changesBetween(earlier: BenchResult, now: BenchResult): Change[] {
  const host = hostDifferences(earlier.host, now.host).map(({ fact, base, next }) => ({
    fact,
    before: base,
    after: next,
  }));
  const drives = now.devices.flatMap((after) => {
    const before = earlier.devices.find(({ target }) => target === after.target);
    return before === undefined || after.software ? [] : deviceChanges(before, after);
  });
  return [...host, ...drives];
}

const writtenTo = (target: string): string => `were written to ${target} between two attempts of the run`;

/** Whether a warning is of what others have written to this device between attempts, this one's or earlier ones'. */
export const isWrittenBetween = ({ code, message }: EngineWarning, target: string): boolean =>
  code === 'written-between' && message.endsWith(writtenTo(target));

/** Where the drive was read when the attempt ended in order: what others have written to it since. */
export function writtenBetween({ devices }: BenchResult, now: DeviceRecord): EngineWarning[] {
  const before = devices.find(({ target }) => target === now.target)?.smartAfter;
  if (before === undefined || now.smartBefore === undefined || now.software) return [];
  const units = BigInt(now.smartBefore.dataUnitsWritten) - BigInt(before.dataUnitsWritten);
  if (units <= LATE_UNITS) return [];
  const message = `${formatBytes(Number(units) * DATA_UNIT_BYTES)} ${writtenTo(now.target)}`;
  return [
    doubt('written-between', message, 'run it all anew: what the run had prepared is not as it left it'),
  ];
}
