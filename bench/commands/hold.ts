import { once } from 'node:events';
import { holdController, userId } from '../../engine/index.js';
import { toJson } from '../../reports/document/json.js';
import { EXIT, exitCodeOf, isLost } from '../console/exit-code.js';
import { listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { printError } from '../console/stderr.js';
import { ownState } from '../run/shared.js';
import type { HoldArguments } from '../usage/hold.js';
import { attachChoiceOf } from './option-values.js';

/** Until a signal, or until the device is lost or asked back. */
export async function hold(args: HoldArguments): Promise<void> {
  const { target, socket, 'allow-user': user } = args;
  await undoLeftoversAloud();
  const interrupt = listenForInterrupt();
  try {
    const held = await holdController(target, {
      state: ownState(),
      onNotice: (notice) => process.stderr.write(`nvbench: ${notice}\n`),
      ...attachChoiceOf(args),
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
