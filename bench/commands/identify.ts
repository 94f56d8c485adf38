import { type Drive, openDrive, QUIRKS, requireAdmin } from '../../engine/index.js';
import { formatIdentify, type IdentifyFacts, toJson } from '../../reports/index.js';
import { undoLeftoversAloud } from '../console/leftovers.js';
import { stdoutStyle } from '../console/stdout.js';
import type { IdentifyArguments } from '../usage/identify.js';
import { attachChoiceOf } from './option-values.js';

const meaningsOf = (quirks: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(QUIRKS).filter(([name]) => quirks.includes(name)));

async function factsOf(drive: Drive): Promise<IdentifyFacts> {
  const { target, kind, software, notice, numaNode, limits } = drive;
  const { identity, namespaces, controllerMemory } = requireAdmin(drive, 'identify');
  const memory = controllerMemory?.();
  const { maxTransferBytes, maxQueueEntries } = limits;
  const smart = await drive.smart?.().catch(() => undefined);
  const flash = await drive.flash?.().catch(() => undefined);
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
    ...(drive.quirks?.length ? { quirks: meaningsOf(drive.quirks) } : {}),
    ...(memory ? { controllerMemory: memory } : {}),
    ...(smart ? { smart } : {}),
    ...(flash ? { flash } : {}),
    warnings: drive.warnings,
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
