/** The control groups that this process is in (cgroups(7)), of either version. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What groups limit. */
export type ControlledBy = 'memory' | 'cpu';

/** A group, or one above it: they all count. */
export interface ControlGroup {
  readonly version: 1 | 2;
  readonly folder: string;
}

/** A mount of a hierarchy of groups: which group it shows, and where. */
interface Hierarchy {
  readonly version: 1 | 2;
  readonly root: string;
  readonly mountPoint: string;
}

/** A file's text; '' where it is not there or refuses to be read. */
export function readOptional(...path: string[]): string {
  try {
    return readFileSync(join(...path), 'utf8');
  } catch {
    return '';
  }
}

/** Blanks in paths are written as octal numbers. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Of a line of mountinfo (proc_pid_mountinfo(5)); undefined where it is no hierarchy of that controller. */
function hierarchyOf(line: string, controller: ControlledBy): Hierarchy | undefined {
  const [before, after = ''] = line.split(' - ');
  const [, , , root, mountPoint] = before.split(' ').map(unescaped);
  const [type, , options = ''] = after.split(' ');
  if (type === 'cgroup2') return { version: 2, root, mountPoint };
  const controls = type === 'cgroup' && options.split(',').includes(controller);
  return controls ? { version: 1, root, mountPoint } : undefined;
}

/** The group of this process in the hierarchy of version 2, and in that of the controller in version 1. */
function groupsOf(cgroup: string, controller: ControlledBy): ReadonlyMap<1 | 2, string> {
  const groups = new Map<1 | 2, string>();
  for (const line of cgroup.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === '0') groups.set(2, path);
    else if (controllers?.split(',').includes(controller)) groups.set(1, path);
  }
  return groups;
}

/** The group and those above it, as far as the mount shows them. */
function foldersOf({ root, mountPoint }: Hierarchy, group: string): string[] {
  const below = root === '/' ? group : group.slice(root.length);
  if (!group.startsWith(root)) return [];
  const folders: string[] = [];
  for (let path = join(mountPoint, below); path.startsWith(mountPoint); path = dirname(path)) {
    folders.push(path);
    if (path === mountPoint || path === '/') break;
  }
  return folders;
}

/** All groups whose limits of that kind hold for this process; none where the kernel does not say. */
export function controlGroups(controller: ControlledBy, procRoot = '/proc'): ControlGroup[] {
  const groups = groupsOf(readOptional(procRoot, 'self/cgroup'), controller);
  const lines = readOptional(procRoot, 'self/mountinfo').split('\n');
  return lines.flatMap((line) => {
    const hierarchy = hierarchyOf(line, controller);
    const group = hierarchy && groups.get(hierarchy.version);
    if (hierarchy === undefined || group === undefined) return [];
    return foldersOf(hierarchy, group).map((folder) => ({ version: hierarchy.version, folder }));
  });
}
