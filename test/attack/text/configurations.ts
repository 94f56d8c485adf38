/** YAML that is broken, or asks for too much. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../../bench/config/config-error.js';
import { parseConfig } from '../../../bench/config/load.js';
import { targetHoldsData } from '../../../bench/run/plan/may-write.js';
import type { Attack } from '../attack.js';
import type { Dice } from '../dice.js';

const folder = fileURLToPath(new URL('../../../../configs/', import.meta.url));
const SHIPPED = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));

/** Aliases of aliases: nine levels are a thousand million. */
const BOMB = Array.from({ length: 9 }, (_, i) => `x${i + 1}: &a${i + 1} [${`*a${i},`.repeat(10)}]`).join(
  '\n',
);

const SCRAPS = [
  ...[
    '\t',
    '\0',
    '\ufeff',
    '\r\n',
    '---\n',
    '...\n',
    ': ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '!!binary ',
    '!x ',
  ],
  ...['|\n', '>-\n', '? ', '# ', '"', "'", '<<: *a\n', '%YAML 1.1\n', '\ud800', 'é', '\u2028', '\\x00'],
  ...[
    '.inf',
    '.nan',
    '-0',
    '0x7fffffffffffffff',
    '1e400',
    '99999999999999999999',
    '1_000',
    '0o17',
    '~',
    'null',
  ],
  ...['__proto__: {}\n', 'constructor: 1\n', 'bs: 0\n', 'bs: -1\n', 'iodepth: 1e9\n', 'runtime: 1e99s\n'],
  ...['[['.repeat(3000), '{a: '.repeat(3000), 'x'.repeat(70_000), `x0: &a0 [1]\n${BOMB}\n`],
];
const MATRIX = 'matrix: {bs: [4k, 8k, 16k, 1M], iodepth: [1, 2, 4, 8, 16, 32], rw: [read, write, randrw]}\n';

function changed(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const lines = text.split('\n');
  const [one, other] = [dice.below(lines.length), dice.below(lines.length)];
  switch (dice.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + dice.below(20));
    case 1:
      return [...lines.slice(0, one), lines[other], ...lines.slice(one)].join('\n');
    case 2:
      return [...lines.slice(0, one), ' '.repeat(dice.below(6)) + MATRIX, ...lines.slice(one)].join('\n');
    case 3:
      lines[one] = lines[one].replace(/:.*/, `: ${dice.pick(SCRAPS)}`);
      return lines.join('\n');
    default:
      return text.slice(0, at) + dice.pick(SCRAPS) + text.slice(at);
  }
}

export const configurations: Attack = ({ dice, did }) => {
  let text = dice.pick(SHIPPED);
  for (let changes = 1 + dice.below(4); changes > 0; changes--) text = changed(text, dice);
  try {
    const { jobs } = parseConfig(text, 'x.yaml', {}, targetHoldsData);
    did(jobs.length > 0 ? 'configurations' : 'configurations without a job');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    did('configurations: refused');
  }
};
