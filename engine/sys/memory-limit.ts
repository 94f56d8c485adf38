/** How much memory the control groups of this process leave it (cgroups(7)). */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A mount of a hierarchy of groups: which group it shows, and where. */
interface Hierarchy {
  readonly root: string;
  readonly mountPoint: string;
  /** The file of a group that has its limit. */
  readonly file: string;
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Blanks in paths are written as octal numbers. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Of a line of mountinfo (proc_pid_mountinfo(5)); undefined where it is no hierarchy that counts memory. */
function hierarchyOf(line: string): Hierarchy | undefined {
  const [before, after = ''] = line.split(' - ');
  const [, , , root, mountPoint] = before.split(' ').map(unescaped);
  const [type, , options = ''] = after.split(' ');
  if (type === 'cgroup2') return { root, mountPoint, file: 'memory.max' };
  const counts = type === 'cgroup' && options.split(',').includes('memory');
  return counts ? { root, mountPoint, file: 'memory.limit_in_bytes' } : undefined;
}

/** The group of this process in the hierarchy of version 2, and in that which counts memory in version 1. */
function groupsOf(cgroup: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const line of cgroup.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === '0') groups.set('memory.max', path);
    else if (controllers?.split(',').includes('memory')) groups.set('memory.limit_in_bytes', path);
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

function limitIn(path: string): number {
  const text = readOptional(path).trim();
  return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

/** Bytes that the control groups allow this process and those beside it; Infinity where they set no limit. */
export function cgroupMemoryBytes(procRoot = '/proc'): number {
  const groups = groupsOf(readOptional(join(procRoot, 'self/cgroup')));
  const hierarchies = readOptional(join(procRoot, 'self/mountinfo')).split('\n').map(hierarchyOf);
  const limits = hierarchies.flatMap((hierarchy) => {
    const group = hierarchy && groups.get(hierarchy.file);
    if (hierarchy === undefined || group === undefined) return [];
    return foldersOf(hierarchy, group).map((folder) => limitIn(join(folder, hierarchy.file)));
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}
