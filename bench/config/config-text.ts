/** A configuration as the text of a file. */
import { Document } from 'yaml';
import type { LoadedConfig } from './load.js';

/** YAML that loads to the same configuration; comments and anchors of the file that it came from are not in it. */
export function configText({ source }: Pick<LoadedConfig, 'source'>): string {
  const { defaults, jobs, ...run } = source;
  const ordered = { ...run, ...(defaults === undefined ? {} : { defaults }), jobs };
  return new Document(ordered, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
}
