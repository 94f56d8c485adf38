import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlAnswer, ControlCommand } from '../../../engine/index.js';
import type { GuestContext } from './context.js';
import { waitForPath } from './wait.js';

/**
 * Files of the out folder by which a guest's script asks the host for something: each request and its answer have their own,
 * because a file that the host changes is what the guest's kernel had of it.
 */
export const requestFile = (sequence: number): string => `host-request-${sequence}.json`;
export const answerFile = (sequence: number): string => `host-answer-${sequence}.json`;

/** `drive`: index of the served drive. `kill` ends its server; all others are what `nvbench serve ctl` asks it. */
export interface HostRequest {
  readonly drive: number;
  readonly command: ControlCommand | 'kill';
  readonly argument?: string;
}

export type HostAnswer = { answer: ControlAnswer } | { error: string };

const ANSWER_TIMEOUT_MS = 30_000;
let requests = 0;
let last: Promise<unknown> = Promise.resolve();

/** Asks the host, who serves the drive, and waits for the answer. Throws where it is refused. */
export function askHost(
  { outDir }: GuestContext,
  drive: number,
  command: HostRequest['command'],
  argument?: string,
): Promise<ControlAnswer> {
  // One after the other: the host looks for the next number alone.
  const mine = last.then(() => exchange(outDir, { drive, command, argument }));
  last = mine.catch(() => undefined);
  return mine;
}

async function exchange(outDir: string, request: HostRequest): Promise<ControlAnswer> {
  requests += 1;
  const path = join(outDir, requestFile(requests));
  writeFileSync(`${path}.partial`, JSON.stringify(request));
  renameSync(`${path}.partial`, path);
  const answerPath = join(outDir, answerFile(requests));
  await waitForPath(answerPath, ANSWER_TIMEOUT_MS);
  const answer = JSON.parse(readFileSync(answerPath, 'utf8')) as HostAnswer;
  if ('answer' in answer) return answer.answer;
  throw new Error(`the host refuses ${request.command} ${request.argument ?? ''}: ${answer.error}`);
}
