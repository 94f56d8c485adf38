/** The path as the registry has it: a scheme for each transport, all opened as controllers. */
import type { Path } from '../scheme.js';
import { Controller } from './controller.js';
import { pcieDrive } from './drive.js';
import { transportOf, transports } from './transport/open.js';

export const pciePath: Path = {
  schemes: transports,
  async open(target, options) {
    const transport = transportOf(target);
    const controller = await Controller.start(await transport.attach(target, options), options);
    return pcieDrive(controller, {
      holdsData: transport.holdsData(target),
      pciFunction: transport.pciFunction?.(target),
    });
  },
};
