import { type DoctorHost, exists, readText } from './host.js';

/** `missing`: neither in the running kernel nor in its folder of modules. */
export type ModuleState = 'present' | 'loadable' | 'missing' | 'unknown';

const spelled = (name: string): RegExp => new RegExp(`/${name.replace(/[-_]/g, '[-_]')}\\.ko`, 'm');

/** Whether the running kernel has a module, loaded or built in, or could load it. */
export function moduleState(host: DoctorHost, name: string): ModuleState {
  if (exists(host.sysfsRoot, 'module', name.replaceAll('-', '_'))) return 'present';
  const release = kernelRelease(host);
  const lists = ['modules.builtin', 'modules.dep'].map((file) => readText(host.modulesRoot, release, file));
  const [builtIn, loadable] = lists.map((list) => list !== undefined && spelled(name).test(`/${list}`));
  if (builtIn) return 'present';
  if (loadable) return 'loadable';
  return lists.every((list) => list === undefined) ? 'unknown' : 'missing';
}

/** For example `6.12.48+deb13-amd64`. */
export function kernelRelease(host: DoctorHost): string {
  return readText(host.procRoot, 'sys/kernel/osrelease') ?? '';
}
