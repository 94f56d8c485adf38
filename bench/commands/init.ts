import { basename } from 'node:path';
import { shellWord } from '../console/shell-word.js';
import { createFile } from '../files/output-file.js';
import { STDIO } from '../files/stdio.js';
import { isConfigSample, isServedSample, SAMPLES, type SampleName } from '../manual/sample-names.js';
import { SAMPLE_TEXTS } from '../manual/sample-texts.js';
import type { InitArguments } from '../usage/init.js';

export function init({ sample, output = basename(SAMPLES[sample].file) }: InitArguments): void {
  const text = SAMPLE_TEXTS[sample];
  if (output === STDIO) {
    process.stdout.write(text);
    return;
  }
  createFile(output, text);
  process.stdout.write(`wrote ${output}: ${SAMPLES[sample].says}\n${nextStep(sample, output)}\n`);
}

function nextStep(sample: SampleName, output: string): string {
  const file = shellWord(output);
  if (isConfigSample(sample)) return `read it, change it, run it: nvbench run ${file}`;
  return isServedSample(sample)
    ? `read it, change it, serve it: nvbench serve --socket /run/nvbench0 --controllers ${file}`
    : 'import it in Grafana (Dashboards, New, Import)';
}
