/** What several results of a page are called: their files, their drives where these differ, else when they began. */
import type { BenchResult } from '../document/result.js';
import { clipped } from '../render/terminal.js';

/** A legend stands beside its chart. */
const MOST_NAME = 80;

const isAllAlike = (texts: readonly string[]): boolean => new Set(texts).size === 1;

/** Of each result what tells its drives from those of the others: models, else what is the same of none; '' where all are alike. */
function drivesOf(results: readonly BenchResult[]): string[] {
  const [models, targets] = (['modelNumber', 'target'] as const).map((fact) =>
    results.map(({ devices }) => [...new Set(devices.map((device) => device[fact]))].join(' and ')),
  );
  const isToldByModel = !isAllAlike(models) && models.every((model) => model !== '');
  if (isToldByModel) return models;
  return isAllAlike(targets) ? results.map(() => '') : targets;
}

/** Files by their last part, unless two have the same one. */
function filesOf(paths: readonly string[]): string[] {
  const last = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  return last.map((name, i) => (last.indexOf(name) === last.lastIndexOf(name) ? name : paths[i]));
}

/** `1: old.json` or `2: new.json, pci:0000:01:00.0`, for each result in its place. `files` are those that they were read from. */
export function resultNames(results: readonly BenchResult[], files?: readonly string[]): string[] {
  const drives = drivesOf(results);
  const names = files === undefined ? results.map(() => '') : filesOf(files);
  return results.map(({ startedAt }, i) => {
    const known = [names[i], drives[i]].filter((text) => text !== '');
    return `${i + 1}: ${clipped(known.length === 0 ? startedAt : known.join(', '), MOST_NAME)}`;
  });
}
