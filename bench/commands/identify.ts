import {
  type Drive,
  type DriveAdmin,
  type EngineWarning,
  openDrive,
  QUIRKS,
  requireAdmin,
  ZONE_STATE_NAMES,
} from '../../engine/index.js';
import { formatIdentify, type IdentifyFacts, toJson } from '../../reports/index.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { stdoutStyle } from '../console/stdout.js';
import { flashOf, smartOf } from '../run/drive-logs.js';
import type { IdentifyArguments } from '../usage/identify.js';
import { attachChoiceOf } from './option-values.js';

const meaningsOf = (quirks: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(QUIRKS).filter(([name]) => quirks.includes(name)));

/** How many zones are in each state; undefined where the path has no way to ask, or the drive does not answer. */
async function zoneStates(drive: Drive, nsid: number): Promise<Record<string, number> | undefined> {
  const report = async () => drive.zones?.report(await drive.namespace(nsid));
  const zones = await report().catch(() => undefined);
  const counts: Record<string, number> = {};
  for (const { state } of zones ?? []) {
    const name = ZONE_STATE_NAMES[state] ?? `in state ${state}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return zones && counts;
}

async function namespacesOf(drive: Drive, admin: DriveAdmin): Promise<IdentifyFacts['namespaces']> {
  const facts: IdentifyFacts['namespaces'][number][] = [];
  for (const namespace of await admin.namespaces()) {
    const states = namespace.zones && (await zoneStates(drive, namespace.nsid));
    facts.push({ ...namespace, ...(states ? { zoneStates: states } : {}) });
  }
  return facts;
}

async function factsOf(drive: Drive): Promise<IdentifyFacts> {
  const { target, kind, software, notice, numaNode, limits } = drive;
  const admin = requireAdmin(drive, 'identify');
  const memory = admin.controllerMemory?.();
  const commandSets = await admin.commandSets?.();
  const { maxTransferBytes, maxQueueEntries } = limits;
  const untold: EngineWarning[] = [];
  const smart = await smartOf({ drive, target }, untold);
  const flash = await flashOf({ drive });
  // A log that did not come leaves the rest to be told.
  if (drive.silent?.() !== undefined) await drive.reset?.();
  return {
    target,
    transport: kind,
    software,
    notice,
    numaNode,
    mdtsBytes: Number.isFinite(maxTransferBytes) ? maxTransferBytes : null,
    maxQueueEntries,
    controller: admin.identity,
    namespaces: await namespacesOf(drive, admin),
    ...(drive.quirks?.length ? { quirks: meaningsOf(drive.quirks) } : {}),
    ...(memory ? { controllerMemory: memory } : {}),
    ...(commandSets ? { commandSets } : {}),
    ...(smart ? { smart } : {}),
    ...(flash ? { flash } : {}),
    warnings: [...drive.warnings, ...untold],
  };
}

export async function identify({ target, format, ...args }: IdentifyArguments): Promise<void> {
  await undoLeftoversAloud();
  const drive = await openDrive(target, attachChoiceOf(args));
  let facts: IdentifyFacts;
  try {
    facts = await factsOf(drive);
  } finally {
    await drive.close();
  }
  process.stdout.write(format === 'json' ? toJson(facts) : formatIdentify(facts, stdoutStyle()));
}
