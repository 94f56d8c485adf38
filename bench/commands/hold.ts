import { once } from 'node:events';
import type { CommandModule } from 'yargs';
import { EngineError, holdController, userId } from '../../engine/index.js';
import { toJson } from '../../reports/index.js';
import { EXIT, exitCodeOf, isLost } from '../console/exit-code.js';
import { listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { printError } from '../console/stderr.js';
import { ownState } from '../run/shared.js';
import { type AttachArguments, attachOptions, textOrJsonOption } from './options.js';

interface HoldArguments extends AttachArguments {
  target: string;
  socket: string | undefined;
  'allow-user': string | undefined;
  format: 'text' | 'json';
}

/** Until a signal, or until the device is lost or asked back. */
async function hold(args: HoldArguments): Promise<void> {
  const { target, socket, 'allow-user': user } = args;
  await undoLeftoversAloud();
  const interrupt = listenForInterrupt();
  try {
    const held = await holdController(target, {
      state: ownState(),
      onNotice: (notice) => process.stderr.write(`nvbench: ${notice}\n`),
      attach: args.attach,
      allowUnsafeDma: args['allow-unsafe-dma'],
      ...(socket === undefined ? {} : { socketPath: socket }),
      ...(user === undefined ? {} : { allowUid: userId(user) }),
    });
    const { identity, device } = held.controller;
    if (args.format === 'json')
      process.stdout.write(
        toJson({
          target: device.target,
          modelNumber: identity.modelNumber,
          serialNumber: identity.serialNumber,
          socketPath: held.socketPath,
        }),
      );
    process.stderr.write(
      `nvbench: holding ${device.target} (${identity.modelNumber}, ${identity.serialNumber}) for ` +
        `\`nvbench run --shared\` on ${held.socketPath}; end it with Ctrl-C\n`,
    );
    const asked = interrupt.signal.aborted ? undefined : once(interrupt.signal, 'abort');
    await Promise.race([asked, held.ended]);
    await held.close();
  } catch (error) {
    printError(error);
    process.exitCode = isLost(error) ? EXIT.DEVICE_LOST : exitCodeOf(error);
  } finally {
    interrupt.dispose();
  }
}

function checkSocket({ socket }: { socket?: string }): true {
  if (socket === '') throw new EngineError(emptySocket);
  return true;
}

const emptySocket = {
  code: 'BAD_ARGUMENTS',
  op: 'read --socket',
  target: '',
  reason: 'the path is empty',
  hint: 'name a path for the socket, or leave it out',
  kind: 'input',
} as const;

export const holdCommand: CommandModule<object, HoldArguments> = {
  command: 'hold <target>',
  describe: 'Hold a controller for several `nvbench run --shared` at once',
  builder: (yargs) =>
    textOrJsonOption(attachOptions(yargs))
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0, sim, ...' })
      .option('socket', {
        type: 'string',
        describe: 'Listen on this path; by default where `run --shared` looks for the target',
      })
      .option('allow-user', {
        type: 'string',
        describe: 'Where root holds: a user who may join as well; that gives the whole device away',
      })
      .check(checkSocket)
      .example('$0 hold pci:0000:01:00.0', 'then, in other shells: nvbench run my.yaml --shared'),
  handler: hold,
};
