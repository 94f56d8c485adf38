/** The command line of `nvbench import`. */
import { jsonOption } from './options.js';
import type { Usage } from './usage.js';

export interface ImportArguments {
  file: string;
  output: string | undefined;
  beside: string | undefined;
  before: string | undefined;
  target: string | undefined;
  job: string | undefined;
  rw: string | undefined;
  bs: string | undefined;
  iodepth: number | undefined;
  runtime: string | undefined;
}

export const importUsage: Usage<ImportArguments> = {
  command: 'import <file>',
  describe:
    'Make a result of what another tool (fio, spdk_nvme_perf, bdevperf, DiskSpd, elbencho) measured, as a baseline; or lay what a drive counted beside a result',
  builder: (yargs) =>
    jsonOption(yargs)
      .positional('file', { type: 'string', demandOption: true, describe: 'what the other tool wrote' })
      .option('output', { type: 'string', describe: 'Write to this file instead of stdout' })
      .option('beside', {
        type: 'string',
        describe:
          "log of a drive's latency monitor (nvme ocp latency-monitor-log): result of a run to lay it beside",
      })
      .option('before', { type: 'string', describe: 'with --beside: the same log from before the run' })
      .option('target', { type: 'string', describe: 'What the jobs ran on, for example pci:0000:01:00.0' })
      .option('job', { type: 'string', describe: 'tools of SPDK: name of the job' })
      .option('rw', {
        type: 'string',
        describe: 'Pattern, where the text does not say it, for example randread',
      })
      .option('bs', { type: 'string', describe: 'tools of SPDK: block size, for example 4k' })
      .option('iodepth', { type: 'number', describe: 'tools of SPDK: queue depth of each core' })
      .option('runtime', { type: 'string', describe: 'tools of SPDK: how long it ran, for example 10s' })
      .example('$0 import fio.json --output base.json', 'fio --output-format=json+ --output=fio.json')
      .example(
        '$0 import after.json --before before.json --beside result.json --output both.json',
        'nvme ocp latency-monitor-log -o json',
      )
      .example('$0 import perf.txt --rw randread --runtime 10s --output base.json', 'spdk_nvme_perf -LL'),
};
