import {
  type Bound,
  bindFunction,
  type EngineWarning,
  machineSetup,
  planBind,
  planWrites,
  refuseBindOfRunning,
  type Setup,
} from '../../engine/index.js';
import { formatWrites, toJson } from '../../reports/index.js';
import { listenForInterrupt } from '../console/interrupt.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { pciAddressOf } from '../host/pci-function.js';
import type { BindArguments } from '../usage/bind.js';

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

export async function bind(args: BindArguments): Promise<void> {
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
