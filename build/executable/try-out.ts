/** An executable in a root of its own, as any user: nothing is there but it and the shared libraries that it names. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const USER = 65_534;
const JOB = ['run', '--device', 'sim:?size=64MiB', '--rw', 'randread', '--number_ios', '100', '--quiet'];

/** As the dynamic loader finds them. */
function librariesOf(program: string): string[] {
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...listed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => path);
}

/** An empty folder but for the program, the shared libraries that it names, and a place for temporary files; as root alone. */
export function bareRoot(program: string, name: string): string {
  const root = mkdtempSync(join(tmpdir(), 'nvbench-root-'));
  chmodSync(root, 0o755);
  for (const library of librariesOf(program)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(realpathSync(library), join(root, library));
  }
  mkdirSync(join(root, 'tmp'));
  chmodSync(join(root, 'tmp'), 0o1777);
  copyFileSync(program, join(root, name));
  return root;
}

/** Throws where it does not start, cannot do I/O or has no documentation there; and without root, which alone can have such a root. */
export function tryOut(program: string): void {
  if (process.geteuid?.() !== 0) throw new Error('try it out: only root can; it is made all the same');
  const root = bareRoot(program, 'nvbench');
  try {
    const run = (...args: string[]): string =>
      execFileSync('chroot', [`--userspec=${USER}:${USER}`, root, '/nvbench', ...args], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
    run('--version');
    if (!run('help', 'config').includes('allow_writes'))
      throw new Error('try it out: it has no documentation');
    if (!run(...JOB).includes('SOFTWARE CONTROLLER')) throw new Error('try it out: it has no report');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
