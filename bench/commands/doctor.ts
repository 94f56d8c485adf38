import { EngineError } from '../../engine/errors.js';
import { formatDoctor, toJson } from '../../reports/index.js';
import { parseCpuList } from '../config/cpu-list.js';
import { EXIT } from '../console/exit-code.js';
import { stdoutStyle } from '../console/stdout.js';
import { examine } from '../doctor/doctor.js';
import { pciLists } from '../host/pci-function.js';
import type { DoctorArguments } from '../usage/doctor.js';
import { pciChoiceOf } from './option-values.js';

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

export async function doctor(args: DoctorArguments): Promise<void> {
  const report = await examine({
    target: args.target,
    cpus: cpusOf(args.cpus),
    allowUnsafeDma: args['allow-unsafe-dma'],
    pciLists: pciLists(pciChoiceOf(args)),
  });
  process.stdout.write(args.format === 'json' ? toJson(report) : formatDoctor(report, stdoutStyle()));
  process.exitCode = report.ready ? EXIT.OK : EXIT.ENVIRONMENT;
}
