/** `npm run attack -- --seed N --minutes M`: everything that is hostile, at once, against all that must bear it. */
import { parseArgs } from 'node:util';
import { campaign } from './campaign.js';

const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(values.minutes ?? 2);

if (!Number.isSafeInteger(seed) || !(minutes > 0)) {
  process.stderr.write('attack: --seed takes a whole number, --minutes a number above 0\n');
  process.exitCode = 2;
} else {
  const again = `npm run attack -- --seed ${seed} --minutes ${minutes}`;
  console.log(again);
  const failures = await campaign({ seed, minutes, say: (line) => console.log(line) });
  for (const failure of failures) console.log(`FAILED ${failure}`);
  console.log(failures.length === 0 ? 'all of it held' : `seed ${seed} did not hold: ${again}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
