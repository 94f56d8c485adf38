import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../../../../test/fixtures/', import.meta.url);

/** The text of a file below test/fixtures; the tests run from dist/. With NVBENCH_UPDATE_GOLDEN set, writes it first. */
export function golden(name: string, actual: string): string {
  const url = new URL(name, folder);
  if (process.env.NVBENCH_UPDATE_GOLDEN) writeFileSync(url, actual);
  return readFileSync(url, 'utf8');
}

/** The text of a file below test/fixtures. */
export function fixtureText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
