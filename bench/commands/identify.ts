import type { CommandModule } from 'yargs';
import { type Drive, openDrive, requireAdmin } from '../../engine/index.js';
import { formatIdentify, type IdentifyFacts, toJson } from '../../reports/index.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { stdoutStyle } from '../console/stdout.js';
import { type AttachArguments, attachOptions } from './options.js';

interface IdentifyArguments extends AttachArguments {
  target: string;
  format: 'text' | 'json';
}

async function factsOf(drive: Drive): Promise<IdentifyFacts> {
  const { target, kind, software, notice, numaNode, limits } = drive;
  const { identity, namespaces } = requireAdmin(drive, 'identify');
  const { maxTransferBytes, maxQueueEntries } = limits;
  const smart = await drive.smart?.().catch(() => undefined);
  return {
    target,
    transport: kind,
    software,
    notice,
    numaNode,
    mdtsBytes: Number.isFinite(maxTransferBytes) ? maxTransferBytes : null,
    maxQueueEntries,
    controller: identity,
    namespaces: await namespaces(),
    ...(smart ? { smart } : {}),
    warnings: drive.warnings,
  };
}

async function identify({ target, format, ...args }: IdentifyArguments): Promise<void> {
  const attach = { attach: args.attach, allowUnsafeDma: args['allow-unsafe-dma'] };
  await undoLeftoversAloud();
  const drive = await openDrive(target, attach);
  let facts: IdentifyFacts;
  try {
    facts = await factsOf(drive);
  } finally {
    await drive.close();
  }
  process.stdout.write(format === 'json' ? toJson(facts) : formatIdentify(facts, stdoutStyle()));
}

export const identifyCommand: CommandModule<object, IdentifyArguments> = {
  command: 'identify <target>',
  describe: 'Show controller, namespaces and SMART of a device',
  builder: (yargs) =>
    attachOptions(yargs)
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0, sim, ...' })
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What to print',
      })
      .example('$0 identify pci:0000:01:00.0', 'a drive that is bound to vfio-pci'),
  handler: identify,
};
