import { extname } from 'node:path';

const FORMATS: Readonly<Record<string, string>> = {
  '.html': 'html',
  '.htm': 'html',
  '.md': 'markdown',
  '.csv': 'csv',
  '.json': 'json',
  '.xml': 'junit',
  '.hgrm': 'hgrm',
  '.hlog': 'hlog',
  '.prom': 'openmetrics',
  '.txt': 'text',
  '.text': 'text',
  '.log': 'text',
};

/** The end of a file's name and the format that it says, whichever command is asked; neither has to be there. */
export function endingOf(path: string): { readonly ending: string; readonly format?: string } {
  const ending = extname(path);
  const format = FORMATS[ending.toLowerCase()];
  return format === undefined ? { ending } : { ending, format };
}
