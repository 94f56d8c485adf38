import { basisWord } from '../compare/observations.js';
import { seriesText } from '../compare/table.js';
import { tableLines } from '../render/table.js';
import { DEFAULT_WIDTH, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';
import type { SelfTest, SelfTestJob } from './self-test.js';

const percent = (share: number | undefined): string =>
  share === undefined ? 'more than 100 %' : `${(share * 100).toFixed(1)} %`;

function jobLines(job: SelfTestJob, width: number): string[] {
  const name = sanitize(seriesText(job));
  if (job.problem !== undefined) return wrap(`${name}: ${job.problem}`, width, 2);
  const columns = [
    { head: 'metric', align: 'left' as const },
    { head: 'smallest slowdown seen', align: 'right' as const },
  ];
  const rows = job.metrics.map(({ metric, slowdown }) => [metric, percent(slowdown)]);
  const head = `${name}: a slowdown of ${percent(job.slowdown)} is seen in some metric`;
  const alarms = `${job.observations} ${basisWord(job.basis)}; without a slowdown ${percent(job.falseAlarms)} of the pairs were called worse`;
  return [...wrap(head, width, 2), ...wrap(`  ${alarms}`, width, 4), ...tableLines(columns, rows, 2)];
}

/** The self-test for the terminal. */
export function formatSelfTest(test: SelfTest, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const { confidence, margin, power, trials } = test;
  const figures = [confidence, power, margin].map((share) => `${Number((share * 100).toFixed(3))} %`);
  const head = `${sanitize(test.result)}: ${trials} resampled pairs a step, confidence ${figures[0]}, power ${figures[1]}, margin ${figures[2]}`;
  const blocks = [
    wrap(head, width, 2).map((line) => paint('bold', line)),
    ...test.jobs.map((job) => jobLines(job, width)),
  ];
  return `${blocks.map((block) => block.join('\n')).join('\n\n')}\n`;
}
