import { quote } from './describe-value.js';

/** Where a value sits in the configuration: `['jobs', 0, 'iodepth']`. */
export type KeyPath = readonly (string | number)[];

/** A key path as text: `jobs[0].iodepth`. Empty for the whole file. */
export function formatKeyPath(path: KeyPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else {
      const name = /^[\w-]{1,60}$/.test(step) ? step : quote(step);
      text += text === '' ? name : `.${name}`;
    }
  }
  return text;
}

/** Whether `path` is `prefix` itself or lies below it. */
export function isAtOrBelow(path: KeyPath, prefix: KeyPath): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => path[index] === step);
}
