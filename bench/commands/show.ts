import { type BenchResult, formatView, toJson } from '../../reports/index.js';
import { stdoutStyle } from '../console/stdout.js';
import { asInput, readResultFile } from '../files/result-file.js';
import type { Part, ShowArguments, View } from '../usage/show.js';
import { percentilesOf } from './option-values.js';

const PARTS: Readonly<Record<Part, (result: BenchResult) => unknown>> = {
  config: (result) => result.config,
  host: (result) => result.hosts ?? result.host,
  devices: (result) => result.devices,
  warnings: (result) => [
    ...result.warnings,
    ...result.jobs.flatMap(({ name, warnings }) => warnings.map((warning) => ({ job: name, ...warning }))),
  ],
};

function isPart(view: View): view is Part {
  return Object.hasOwn(PARTS, view);
}

export function show({ result: path, view, percentiles }: ShowArguments): void {
  const text = { ...stdoutStyle(), percentiles: percentilesOf(percentiles, view) };
  const result = readResultFile(path);
  if (isPart(view)) {
    process.stdout.write(toJson(PARTS[view](result)));
    return;
  }
  process.stdout.write(
    asInput(`show as ${view}`, path, () => formatView(view, [result], { text, unit: 'us' })),
  );
}
