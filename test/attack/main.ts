/**
 * `npm run attack -- --seed N --minutes M [--sequences S] [--connects C]`: everything that is hostile, at once, against all that must bear it; for
 * longer until the server has borne so many random sequences and connections.
 */
import { parseArgs } from 'node:util';
import { campaign } from './campaign.js';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, minutes: text, sequences: text, connects: text } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(values.minutes ?? 2);
const least = { sequences: Number(values.sequences ?? 0), connects: Number(values.connects ?? 0) };

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

if (!Number.isSafeInteger(seed) || !(minutes > 0) || !Object.values(least).every(isCount)) {
  process.stderr.write(
    'attack: --seed, --sequences and --connects take a whole number, --minutes a number above 0\n',
  );
  process.exitCode = 2;
} else {
  const counts = Object.entries(least).map(([what, count]) => (count > 0 ? ` --${what} ${count}` : ''));
  const again = `npm run attack -- --seed ${seed} --minutes ${minutes}${counts.join('')}`;
  console.log(again);
  const failures = await campaign({ seed, minutes, least, say: (line) => console.log(line) });
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(failures.length === 0 ? 'all of it held' : `seed ${seed} did not hold: ${again}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
