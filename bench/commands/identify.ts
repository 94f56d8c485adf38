import type { CommandModule } from 'yargs';
import { attachTransport, Controller, type SmartLog } from '../../engine/index.js';
import { formatIdentify, type IdentifyFacts, toJson } from '../../reports/index.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { stdoutStyle } from '../console/stdout.js';
import { type AttachArguments, attachOptions } from './options.js';

interface IdentifyArguments extends AttachArguments {
  target: string;
  format: 'text' | 'json';
}

async function factsOf(controller: Controller): Promise<IdentifyFacts> {
  const { device, identity, maxTransferBytes } = controller;
  const namespaces = [];
  for (const nsid of await controller.admin.activeNamespaces()) {
    namespaces.push({ nsid, ...(await controller.admin.identifyNamespace(nsid)) });
  }
  const smart: SmartLog | undefined = await controller.admin.smart().catch(() => undefined);
  return {
    target: device.target,
    transport: device.kind,
    software: device.software,
    notice: device.notice,
    numaNode: device.numaNode,
    mdtsBytes: Number.isFinite(maxTransferBytes) ? maxTransferBytes : null,
    maxQueueEntries: controller.capabilities.maxQueueEntries,
    controller: identity,
    namespaces,
    ...(smart ? { smart } : {}),
    warnings: controller.warnings,
  };
}

async function identify({ target, format, ...args }: IdentifyArguments): Promise<void> {
  const attach = { attach: args.attach, allowUnsafeDma: args['allow-unsafe-dma'] };
  await undoLeftoversAloud();
  const controller = await Controller.start(await attachTransport(target, attach));
  let facts: IdentifyFacts;
  try {
    facts = await factsOf(controller);
  } finally {
    await controller.close();
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
