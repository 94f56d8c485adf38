/** The samples' texts, by name. Plain data: the build puts it in place of this file. */
import { readFileSync } from 'node:fs';
import { SAMPLES } from './sample-names.js';

const FOLDER = new URL('../../../configs/', import.meta.url);

export const SAMPLE_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SAMPLES).map(([name, { file }]) => [name, readFileSync(new URL(file, FOLDER), 'utf8')]),
);
