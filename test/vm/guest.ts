import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GuestConsole } from './console.js';
import {
  driveFile,
  kernelCommandLine,
  type MachineOptions,
  machineArguments,
  namespaceSerial,
} from './guest-options.js';
import { buildInitramfs } from './initramfs.js';
import type { GuestKernel } from './kernel.js';
import { qemuWithVfioUser } from './newer-qemu.js';
import { cacheDir, repositoryRoot } from './paths.js';
import { findProgram, MissingPrerequisites } from './prerequisites.js';
import { QmpSession } from './qmp.js';

export interface GuestOptions extends MachineOptions {
  kernel: GuestKernel;
  /** Sockets of the drives of `served`, which are served already. */
  sockets?: readonly string[];
  /** Program and arguments; paths are those of the host, whose files the guest sees read-only. */
  command: string[];
  /** Added to the command's environment, which has PATH, HOME and NVBENCH_VM_OUT (the out folder). */
  env?: Record<string, string>;
  /** Files put into the out folder before the boot, by name. */
  files?: Record<string, string>;
  /** From the start of QEMU to its end; then it is killed. */
  timeoutMs: number;
  /** Copies the console to stderr while the guest runs. */
  echoConsole?: boolean;
}

export interface GuestRun {
  /** Exit status of the command. */
  exitCode: number;
  /** The command's stdout and stderr, interleaved. */
  stdout: string;
  consoleLog: string;
  /** The guest kernel's log at the end. */
  dmesg: string;
  /** Folder the guest wrote its files to. */
  outDir: string;
  /** Folder of the run: `out`, the console log, the drives' files. */
  runDir: string;
  elapsedMs: number;
  /** The guest's uptime when init began and when the command was started. */
  initUptimeS: number;
  commandUptimeS: number;
}

/** The guest's kernel ended before the command was started: nothing of the project had run yet. */
export class BootFailure extends Error {
  override readonly name = 'BootFailure';
}

/** A running guest. */
export interface Guest {
  readonly outDir: string;
  readonly runDir: string;
  readonly console: GuestConsole;
  /** The session with QEMU's monitor: opened at the first call. */
  qmpSession(): Promise<QmpSession>;
  /** Runs one monitor command, for example `guest.qmp('device_del', { id: 'nvme-A' })`. */
  qmp(command: string, args?: Record<string, unknown>): Promise<unknown>;
  /** The end of the run; rejects when there is no exit status: deadline, panic (BootFailure: an early one), QEMU refused. */
  readonly done: Promise<GuestRun>;
  /** Kills QEMU. */
  kill(): void;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Boots a guest, runs its command and returns when the machine is off. Rejects as `Guest.done` does. */
export function runGuest(options: GuestOptions): Promise<GuestRun> {
  return startGuest(options).done;
}

/** Starts QEMU and returns at once. The run's folder stays; the caller removes it. */
export function startGuest(options: GuestOptions): Guest {
  const qemu = qemuFor(options);
  const runDir = prepareRunDir(options);
  const outDir = join(runDir, 'out');
  // Not in the run's folder: the path of a Unix socket has at most 107 bytes.
  const socketDir = mkdtempSync(join(tmpdir(), 'nvbench-qmp-'));
  const socketPath = join(socketDir, 'qmp');
  const console = new GuestConsole(join(runDir, 'console.log'), options.echoConsole ?? false);
  const child = spawn(qemu, qemuArguments(options, runDir, socketPath), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);

  let session: Promise<QmpSession> | undefined;
  const qmpSession = (): Promise<QmpSession> => {
    session ??= connectWhenReady(socketPath, child);
    return session;
  };
  const done = finish(child, options, runDir, console).finally(() => {
    running.delete(child);
    void session?.then((open) => open.close()).catch(() => undefined);
    rmSync(socketDir, { recursive: true, force: true });
  });
  return {
    outDir,
    runDir,
    console,
    qmpSession,
    qmp: async (command, args) => (await qmpSession()).execute(command, args),
    done,
    kill: () => void child.kill('SIGKILL'),
  };
}

function qemuFor({ sockets = [] }: GuestOptions): string {
  if (sockets.length > 0) return qemuWithVfioUser();
  const qemu = findProgram('qemu-system-x86_64');
  if (qemu !== undefined) return qemu;
  throw new MissingPrerequisites([{ missing: 'QEMU', install: 'apt-get install qemu-system-x86' }]);
}

function prepareRunDir(options: GuestOptions): string {
  const runDir = mkdtempSync(join(cacheDir(), 'run-'));
  const outDir = join(runDir, 'out');
  mkdirSync(outDir);
  writeFileSync(join(outDir, 'job.sh'), jobScript(options, outDir));
  for (const [name, content] of Object.entries(options.files ?? {}))
    writeFileSync(join(outDir, name), content);
  for (const drive of options.drives.filter(({ backend }) => backend === 'file')) {
    const others = (drive.namespaces ?? []).map(({ nsid, sizeBytes }) => ({
      serial: namespaceSerial(drive, nsid),
      sizeBytes,
    }));
    for (const { serial, sizeBytes } of [drive, ...others]) {
      const path = driveFile(runDir, serial);
      writeFileSync(path, '');
      truncateSync(path, sizeBytes);
    }
  }
  return runDir;
}

/** What init.sh reads: variables, the environment, and the command as positional parameters. */
function jobScript(options: GuestOptions, outDir: string): string {
  const nodePrefix = dirname(dirname(process.execPath));
  const keep = [repositoryRoot, nodePrefix].filter((path) => path.startsWith('/tmp/'));
  const orphanGraceS = 15;
  // init.sh finds its own busybox in /bin by this PATH too.
  const env = {
    PATH: `${process.env.PATH ?? '/usr/bin'}:/bin`,
    HOME: '/tmp',
    NVBENCH_VM_OUT: outDir,
    ...options.env,
  };
  return [
    `JOB_DIR=${quoted(outDir)}`,
    `KEEP=${quoted(keep.join('\n'))}`,
    `DEADLINE_S=${Math.ceil(options.timeoutMs / 1000) + orphanGraceS}`,
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `set -- ${options.command.map(quoted).join(' ')}`,
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function qemuArguments(options: GuestOptions, runDir: string, socketPath: string): string[] {
  const share = (path: string, tag: string, more: string): string[] => [
    '-virtfs',
    `local,path=${path.replaceAll(',', ',,')},mount_tag=${tag},security_model=none,multidevs=remap${more}`,
  ];
  return [
    ...machineArguments(options, runDir, options.sockets ?? []),
    ...['-serial', `file:${join(runDir, 'console.log')}`],
    ...['-qmp', `unix:${socketPath},server=on,wait=off`],
    ...share('/', 'hostroot', ',readonly=on'),
    ...share(join(runDir, 'out'), 'job', ''),
    ...['-kernel', options.kernel.image, '-initrd', buildInitramfs(options.kernel)],
    ...['-append', kernelCommandLine(options)],
  ];
}

async function connectWhenReady(socketPath: string, child: ChildProcess): Promise<QmpSession> {
  while (child.exitCode === null && !existsSync(socketPath)) await delay(20);
  return QmpSession.connect(socketPath);
}

async function finish(
  child: ChildProcess,
  options: GuestOptions,
  runDir: string,
  console: GuestConsole,
): Promise<GuestRun> {
  const startedAt = performance.now();
  let qemuOutput = '';
  const collect = (chunk: Buffer): void => {
    qemuOutput += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, options.timeoutMs);
  const qemuExit = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(signal ?? `status ${code}`));
  });
  clearTimeout(timer);
  console.close();
  const read = (name: string): string => {
    const path = join(runDir, 'out', name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const uptimes = read('uptimes').trim();
  const status = read('exit-code').trim();
  if (timedOut || status === '') {
    const why = timedOut
      ? `the guest was killed at its deadline of ${options.timeoutMs} ms`
      : `the guest ended without an exit status (QEMU: ${qemuExit})`;
    const message = `${why}\n${qemuOutput}the end of its console:\n${console.tail()}`;
    throw uptimes === '' && qemuExit === 'status 0' ? new BootFailure(message) : new Error(message);
  }
  const [initUptimeS, commandUptimeS] = uptimes.split(' ').map(Number);
  return {
    exitCode: Number(status),
    stdout: read('stdout.log'),
    consoleLog: console.text,
    dmesg: read('dmesg.log'),
    outDir: join(runDir, 'out'),
    runDir,
    elapsedMs: performance.now() - startedAt,
    initUptimeS,
    commandUptimeS,
  };
}
