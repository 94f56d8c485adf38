/** All attacks at once, in rounds; after each what is attacked must be as it was before. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HeldTarget } from '../fixtures/held.js';
import type { Side } from './attacks.js';
import { Dice, seedOf } from './dice.js';
import { joinHonestly, serveHonestly } from './honest.js';
import { Victim } from './victim.js';

const TARGET =
  'sim:?size=16MiB&latency=none&write_latency=none&queues=8&self_test=1ms;9ms&firmware_slots=3&logs=telemetry;persistent';
interface Attacking {
  readonly side: Side;
  readonly only?: string;
}

const ALL: readonly Attacking[] = (
  ['serve', 'serve', 'serve', 'hold', 'hold', 'hold', 'text', 'host'] as const
).map((side) => ({ side }));
/** Once the time is over, until there were as many as are asked for. */
const SEQUENCES: readonly Attacking[] = Array<Attacking>(2).fill({ side: 'serve', only: 'sequences' });
const ROUND_MS = 10_000;
/** Beyond their time; one that is still there then hangs. */
const ATTACKER_ENDS_MS = 120_000;
const WARM_MS = 60_000;
const HEAP_MIB = 700;
/** Of each victim: so few that a crowd takes the last of them. */
const OPEN_FILES = 160;
const SHORTAGE = /EMFILE.*who connects meanwhile has to wait/g;
const entry = fileURLToPath(new URL('./attacker.js', import.meta.url));

export interface Plan {
  readonly seed: number;
  readonly minutes: number;
  /** What the server is to have borne before it ends, however long that takes. */
  readonly least: { readonly sequences: number; readonly connects: number };
  say(line: string): void;
}

/** How often, by what. */
type Counts = Map<string, number>;

interface Attacker {
  readonly child: ChildProcess;
  readonly ended: Promise<string | undefined>;
}

/** `counts` takes what it says it did; `only`: the one attack that it draws. Its end resolves to what it found wrong. */
function attacker(
  { side, only }: Attacking,
  at: string,
  seed: number,
  durationMs: number,
  counts: Counts,
): Attacker {
  const args = [
    `--max-old-space-size=${HEAP_MIB}`,
    entry,
    side,
    at,
    `${seed}`,
    `${durationMs}`,
    ...(only ? [only] : []),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const name = `attacker of ${side}, seed ${seed}`;
  let [rest, stderr] = ['', ''];
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  child.stdout.on('data', (data) => {
    const lines = (rest + data).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      for (const [what, times] of Object.entries(JSON.parse(line) as Record<string, number>))
        counts.set(`${side}: ${what}`, (counts.get(`${side}: ${what}`) ?? 0) + times);
  });
  const timer = setTimeout(() => {
    stderr += `it was still there ${ATTACKER_ENDS_MS} ms after its time\n`;
    child.kill('SIGABRT');
  }, durationMs + ATTACKER_ENDS_MS);
  const ended = once(child, 'close').then(([code, signal]) => {
    clearTimeout(timer);
    return code === 0 || signal === 'SIGKILL'
      ? undefined
      : `${name} ended by ${signal ?? code}: ${stderr.slice(-4000)}`;
  });
  return { child, ended };
}

async function failureOf(what: string, honest: Promise<void>): Promise<string[]> {
  try {
    await honest;
    return [];
  } catch (error) {
    return [`${what}: ${error instanceof Error ? error.stack : error}`];
  }
}

/** Of each attack of the server that connects, what it counts its connections by. */
const CONNECTIONS = /^serve: .*, (clients|drivers|silent peers)$/;

function isEnough({ sequences, connects }: Plan['least'], counts: Counts): boolean {
  const connected = [...counts].filter(([what]) => CONNECTIONS.test(what));
  const total = connected.reduce((sum, [, times]) => sum + times, 0);
  return (counts.get('serve: sequences, sequences') ?? 0) >= sequences && total >= connects;
}

/** What did not hold, in words; none where all did. */
export async function campaign({ seed, minutes, least, say }: Plan): Promise<string[]> {
  const held = new HeldTarget(TARGET);
  const folder = join(held.folder, 'serve');
  const socketPath = join(held.folder, 'socket');
  try {
    mkdirSync(folder, { mode: 0o700 });
    const server = held.limited(OPEN_FILES, 'serve', '--socket', folder, '--device', TARGET);
    const holder = held.limited(OPEN_FILES, 'hold', TARGET, '--socket', socketPath);
    await Promise.all([server.says(/serving/), holder.says(/holding/)]);
    const victims = [new Victim('serve', server), new Victim('hold', holder)];
    for (const { name, pid } of victims) say(`${name} is process ${pid}`);
    const place: Readonly<Record<Side, string>> = { serve: folder, hold: socketPath, text: '', host: '' };
    const counts: Counts = new Map();
    const dice = new Dice(seed);
    const startMs = performance.now();
    const endMs = startMs + minutes * 60_000;
    const warmMs = startMs + Math.min(WARM_MS, (endMs - startMs) / 3);
    let failures: string[] = [];
    let round = 0;
    for (
      ;
      failures.length === 0 && (round === 0 || performance.now() < endMs || !isEnough(least, counts));
      round++
    ) {
      const isOver = round > 0 && performance.now() >= endMs;
      const durationMs = isOver ? ROUND_MS : Math.min(ROUND_MS, minutes * 60_000);
      const attackers = (isOver ? SEQUENCES : ALL).map((each, index) =>
        attacker(each, place[each.side], seedOf(seed, round, index), durationMs, counts),
      );
      // some are killed at whatever they do
      for (const { child } of attackers)
        if (dice.oneIn(3)) setTimeout(() => child.kill('SIGKILL'), dice.below(durationMs)).unref();
      failures = (await Promise.all(attackers.map(({ ended }) => ended))).filter(
        (text) => text !== undefined,
      );
      failures.push(...victims.flatMap((victim) => victim.failure() ?? []));
      if (failures.length > 0) break;
      failures.push(...(await failureOf('the next client of serve', serveHonestly(folder, round))));
      failures.push(...(await failureOf('the next secondary', joinHonestly(held, socketPath, round))));
      failures.push(...victims.flatMap((victim) => victim.failure() ?? []));
      if (failures.length > 0) break;
      for (const victim of victims) {
        const { descriptors, residentKib } = await victim.note(performance.now() > warmMs);
        say(`round ${round + 1}: ${victim.name} has ${descriptors} descriptors, ${residentKib} KiB resident`);
      }
    }
    for (const [what, times] of [...counts].sort()) say(`${times} ${what}`);
    for (const { name, program } of victims)
      say(`${program.stderr.match(SHORTAGE)?.length ?? 0} times ${name} said that it was out of descriptors`);
    failures.push(...victims.flatMap((victim) => victim.growth()));
    for (const { name, program } of victims) {
      if (program.child.exitCode !== null || program.child.signalCode !== null) continue;
      const { exitCode, signal, stderr } = await program.kill('SIGTERM');
      if (exitCode !== 0) failures.push(`${name} ends by ${signal ?? exitCode}: ${stderr.slice(-2000)}`);
    }
    return failures;
  } finally {
    await held.dispose();
  }
}
