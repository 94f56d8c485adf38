import type { CommandModule } from 'yargs';
import { EngineError } from '../../engine/errors.js';
import { formatDoctor, toJson } from '../../reports/index.js';
import { parseCpuList } from '../config/cpu-list.js';
import { EXIT } from '../console/exit-code.js';
import { stdoutStyle } from '../console/stdout.js';
import { examine } from '../doctor/doctor.js';
import { pciLists } from '../host/pci-function.js';
import { type PciArguments, pciChoiceOf, pciOptions } from './options.js';

interface DoctorArguments extends PciArguments {
  target: string | undefined;
  format: 'text' | 'json';
  cpus: string | undefined;
  'allow-unsafe-dma': boolean;
}

function cpusOf(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const parsed = parseCpuList(text);
  if (parsed.ok) return parsed.value;
  throw new EngineError({
    code: 'BAD_CPU_LIST',
    op: 'read --cpus',
    target: text,
    reason: parsed.problem,
    hint: 'write it as 0-3,8',
    kind: 'input',
  });
}

async function doctor(args: DoctorArguments): Promise<void> {
  const report = await examine({
    target: args.target,
    cpus: cpusOf(args.cpus),
    allowUnsafeDma: args['allow-unsafe-dma'],
    pciLists: pciLists(pciChoiceOf(args)),
  });
  process.stdout.write(args.format === 'json' ? toJson(report) : formatDoctor(report, stdoutStyle()));
  process.exitCode = report.ready ? EXIT.OK : EXIT.ENVIRONMENT;
}

export const doctorCommand: CommandModule<object, DoctorArguments> = {
  command: 'doctor [target]',
  describe: 'Check whether a run would work, and what would spoil its figures',
  builder: (yargs) =>
    pciOptions(yargs)
      .positional('target', {
        type: 'string',
        describe: 'pci:0000:01:00.0, sim, ...; all drives if left out',
      })
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What to print',
      })
      .option('cpus', { type: 'string', describe: 'CPUs that the run will use, such as 4-7' })
      .option('allow-unsafe-dma', {
        type: 'boolean',
        default: false,
        describe: 'Judge as for a configuration with allow_unsafe_dma: true',
      })
      .example('$0 doctor', 'this host and every NVMe function')
      .example('$0 doctor pci:0000:01:00.0', 'exit code 0 when a run on this drive would work, else 3'),
  handler: doctor,
};
