/** Files of the kernel that say one thing each. What is not there, or refuses to be read, is undefined. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpusOf } from '../config/cpu-list.js';

/** A file's text without surrounding blanks; undefined where it is not there or refuses to be read. */
export function readText(...path: string[]): string | undefined {
  try {
    return readFileSync(join(...path), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** A file's decimal number; undefined where it has none. */
export function readNumber(...path: string[]): number | undefined {
  const text = readText(...path);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** The CPUs of a file that lists them; none where it lists none or is not there. */
export function readCpuList(...path: string[]): number[] {
  return cpusOf(readText(...path) ?? '');
}

/** Names in a folder, sorted as numbers within them count; none where it cannot be read. */
export function names(...path: string[]): string[] {
  try {
    return readdirSync(join(...path)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

export function exists(...path: string[]): boolean {
  return existsSync(join(...path));
}
