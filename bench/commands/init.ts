import { shellWord } from '../console/shell-word.js';
import { createFile } from '../files/output-file.js';
import { STDIO } from '../files/stdio.js';
import { isConfigSample, SAMPLES } from '../manual/sample-names.js';
import { SAMPLE_TEXTS } from '../manual/sample-texts.js';
import type { InitArguments } from '../usage/init.js';

export function init({ sample, output = SAMPLES[sample].file }: InitArguments): void {
  const text = SAMPLE_TEXTS[sample];
  if (output === STDIO) {
    process.stdout.write(text);
    return;
  }
  createFile(output, text);
  const next = isConfigSample(sample)
    ? `read it, change it, run it: nvbench run ${shellWord(output)}`
    : 'import it in Grafana (Dashboards, New, Import)';
  process.stdout.write(`wrote ${output}: ${SAMPLES[sample].says}\n${next}\n`);
}
