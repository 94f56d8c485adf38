/** What is said to whom writes an option of fio into a configuration that has no such key. */
import { fioOption, type NamedFioOption } from './options.js';

const plain = (text: string): string => text.replaceAll('`', '');

/** `rwmixwrite: 30` is `rwmixread: 70`; of a sweep, each of its values. */
function readShares(value: unknown): string {
  const shares = [value].flat();
  if (!shares.every((share) => typeof share === 'number' && share >= 0 && share <= 100)) return '';
  const reads = shares.map((share) => 100 - Number(share));
  return `: write rwmixread: ${Array.isArray(value) ? `[${reads.join(', ')}]` : reads[0]}`;
}

function translation({ name, fate, here }: NamedFioOption, value: unknown): string {
  switch (fate) {
    case 'worked':
      if (name === 'rwmixwrite') return `fio's rwmixwrite is 100 - rwmixread${readShares(value)}`;
      // What no key says is not to be written.
      return `fio's ${name} here: ${plain(here)}${here.startsWith('`') ? '' : '; remove it'}`;
    case 'dropped':
      return `fio's ${name} changes nothing here (${plain(here)}): remove it`;
    case 'outside':
      return `fio's ${name} is for what is no NVMe device (${plain(here)}): remove it`;
    default:
      return `fio's ${name} cannot be said yet (${plain(here)}); nvbench help workloads has what can`;
  }
}

/** The translation of a key that is an option of fio, with the value that was given; undefined where fio has none. `keys`: ours. */
export function fioAnswer(key: string, value: unknown, keys: readonly string[]): string | undefined {
  const option = fioOption(key);
  // A name is a key of ours too, if not everywhere.
  if (option === undefined || option.name === 'name') return undefined;
  const ours = option.fate === 'key' ? (option.key ?? '') : option.name;
  return keys.includes(ours) ? `did you mean "${ours}"?` : translation(option, value);
}
