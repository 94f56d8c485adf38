import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answerFile, type HostAnswer, type HostRequest, requestFile } from './guest/host.js';
import type { Guest } from './guest.js';
import type { ServedDrives } from './served-drives.js';

const POLL_MS = 20;

/** Answers what the guest's script asks with `askHost`, until the guest ends. */
export async function answerRequests(guest: Guest, drives: ServedDrives): Promise<void> {
  if (drives.sockets.length === 0) return;
  let over = false;
  void guest.done
    .catch(() => undefined)
    .finally(() => {
      over = true;
    });
  for (let sequence = 1; !over; await delay(POLL_MS)) {
    const path = join(guest.outDir, requestFile(sequence));
    if (!existsSync(path)) continue;
    const request = JSON.parse(readFileSync(path, 'utf8')) as HostRequest;
    const answerPath = join(guest.outDir, answerFile(sequence));
    writeFileSync(`${answerPath}.partial`, JSON.stringify(await answerOne(request, drives)));
    renameSync(`${answerPath}.partial`, answerPath);
    sequence += 1;
  }
}

async function answerOne(
  { drive, command, argument }: HostRequest,
  drives: ServedDrives,
): Promise<HostAnswer> {
  try {
    if (command !== 'kill') return { answer: await drives.ask(drive, { command, argument }) };
    await drives.kill(drive);
    return { answer: {} };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
