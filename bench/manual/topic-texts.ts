/** The documentation by topic, as Markdown. Plain data: the build puts it in place of this file. */
import { readFileSync } from 'node:fs';
import { TOPICS } from './topic-names.js';

const FOLDER = new URL('../../../docs/', import.meta.url);

export const TOPIC_TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(TOPICS).map((name) => [name, readFileSync(new URL(`${name}.md`, FOLDER), 'utf8')]),
);
