import type { CommandModule } from 'yargs';
import {
  type Bound,
  bindFunction,
  type EngineWarning,
  machineSetup,
  planBind,
  planWrites,
  refuseBindOfRunning,
  type Setup,
  type UserDriver,
} from '../../engine/index.js';
import { formatWrites, toJson } from '../../reports/index.js';
import { listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { pciAddressOf } from '../host/pci-function.js';

interface BindArguments {
  target: string;
  driver: UserDriver;
  owner: string | undefined;
  'i-know-it-is-in-use': boolean;
  'dry-run': boolean;
  format: 'text' | 'json';
}

interface Shown {
  readonly plan: Bound['plan'];
  readonly nodes?: Bound['nodes'];
  readonly warnings: readonly EngineWarning[];
}

function textOf({ plan, nodes }: Shown): string {
  const lines = plan.changes.map(
    ({ address, formerDriver, driver }) => `${address}: ${formerDriver || 'no driver'} -> ${driver}`,
  );
  if (lines.length === 0) lines.push(`${plan.address}: bound to ${plan.driver} already`);
  for (const { found } of plan.overridden) lines.push(`overridden: ${found}`);
  const paths = Object.values(nodes ?? {}).filter((path) => path !== undefined);
  if (paths.length > 0) lines.push(`nodes: ${paths.join(', ')}`);
  if (plan.changes.length > 0) lines.push(`to undo: nvbench unbind ${plan.address}`);
  return `${lines.join('\n')}\n`;
}

function print(setup: Setup, shown: Shown, args: BindArguments): void {
  for (const { message, advice } of shown.warnings) process.stderr.write(`nvbench: ${message}; ${advice}\n`);
  const writes = planWrites(setup.host, shown.plan);
  if (args.format === 'json') {
    const { plan, nodes, warnings } = shown;
    const { changes, address, driver, overridden } = plan;
    process.stdout.write(
      toJson({ address, driver, dryRun: args['dry-run'], changes, writes, nodes, overridden, warnings }),
    );
  } else {
    process.stdout.write(args['dry-run'] ? formatWrites(writes) : textOf(shown));
  }
}

async function bind(args: BindArguments): Promise<void> {
  const setup = machineSetup(process.env);
  const wish = {
    address: pciAddressOf(args.target),
    driver: args.driver,
    force: args['i-know-it-is-in-use'],
  };
  if (args['dry-run']) {
    refuseBindOfRunning(setup, wish.address);
    const plan = planBind(setup.host, wish);
    print(setup, { plan, warnings: plan.warnings }, args);
    return;
  }
  await undoLeftoversAloud(setup);
  const interrupt = listenForInterrupt();
  try {
    const order = { ...wish, owner: args.owner, maker: 'bind' as const, signal: interrupt.signal };
    print(setup, await bindFunction(setup, order), args);
  } finally {
    interrupt.dispose();
  }
}

export const bindCommand: CommandModule<object, BindArguments> = {
  command: 'bind <target>',
  describe: 'Take a drive from the kernel, so that a run can have it',
  builder: (yargs) =>
    yargs
      .positional('target', { type: 'string', demandOption: true, describe: 'pci:0000:01:00.0' })
      .option('driver', {
        choices: ['vfio-pci', 'uio_pci_generic'] as const,
        default: 'vfio-pci' as UserDriver,
        describe: 'Driver for user space; uio has no protection by an IOMMU',
      })
      .option('owner', { type: 'string', describe: 'User who gets the device nodes, to run without root' })
      .option('i-know-it-is-in-use', {
        type: 'boolean',
        default: false,
        describe: 'Take it although something uses it or is written on it; never the root disk',
      })
      .option('dry-run', {
        type: 'boolean',
        default: false,
        describe: 'Check, and print what would be written',
      })
      .option('format', {
        choices: ['text', 'json'] as const,
        default: 'text' as const,
        describe: 'What to print',
      })
      .example('$0 bind 0000:01:00.0 --owner $USER', 'then run as that user, without root'),
  handler: bind,
};
