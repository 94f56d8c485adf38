/** The command line of `nvbench doctor`. */
import { type PciArguments, pciOptions, TEXT_OR_JSON } from './options.js';
import type { Usage } from './usage.js';

export interface DoctorArguments extends PciArguments {
  target: string | undefined;
  format: 'text' | 'json';
  cpus: string | undefined;
  'allow-unsafe-dma': boolean;
}

export const doctorUsage: Usage<DoctorArguments> = {
  command: 'doctor [target]',
  describe: 'Check whether a run would work, and what would spoil its figures',
  builder: (yargs) =>
    pciOptions(yargs)
      .positional('target', {
        type: 'string',
        describe: 'pci:0000:01:00.0, sim, ...; all drives if left out',
      })
      .option('format', TEXT_OR_JSON)
      .option('cpus', { type: 'string', describe: 'CPUs that the run will use, such as 4-7' })
      .option('allow-unsafe-dma', {
        type: 'boolean',
        default: false,
        describe: 'Judge as for a configuration with allow_unsafe_dma: true',
      })
      .example('$0 doctor', 'this host and every NVMe function')
      .example('$0 doctor pci:0000:01:00.0', 'exit code 0 when a run on this drive would work, else 3'),
};
