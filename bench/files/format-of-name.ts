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
};

/** The format that a file's name ends in, where it is one of those that can be had. */
export function formatOfName<Format extends string>(
  path: string | undefined,
  formats: readonly Format[],
): Format | undefined {
  const format = path === undefined ? undefined : FORMATS[extname(path).toLowerCase()];
  return formats.find((each) => each === format);
}
