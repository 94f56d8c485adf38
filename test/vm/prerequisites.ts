import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Something the machine lacks: what it is and the command or step that provides it. */
export interface Prerequisite {
  missing: string;
  install: string;
}

/** The virtual machine cannot be started on this host. */
export class MissingPrerequisites extends Error {
  readonly prerequisites: Prerequisite[];

  constructor(prerequisites: Prerequisite[]) {
    super(prerequisites.map(({ missing, install }) => `${missing}: ${install}`).join('\n'));
    this.name = 'MissingPrerequisites';
    this.prerequisites = prerequisites;
  }
}

/** Absolute path of a program on PATH (and in the sbin folders), or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/bin'];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** What is missing of the programs every boot needs; empty when all are there. */
export function missingPrograms(): Prerequisite[] {
  const missing: Prerequisite[] = [];
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return [{ missing: 'an x86-64 Linux host', install: `this one is ${process.platform} ${process.arch}` }];
  }
  if (findProgram('qemu-system-x86_64') === undefined) {
    missing.push({ missing: 'qemu-system-x86_64', install: 'apt-get install qemu-system-x86' });
  }
  if (findProgram('fio') === undefined) missing.push({ missing: 'fio', install: 'apt-get install fio' });
  if (findProgram('nvme') === undefined)
    missing.push({ missing: 'nvme', install: 'apt-get install nvme-cli' });
  const busybox = findProgram('busybox');
  if (busybox === undefined || !isStaticElf(busybox)) {
    missing.push({ missing: 'a static busybox', install: 'apt-get install busybox-static' });
  }
  return missing;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** True when the program names no dynamic loader (no PT_INTERP program header, elf(5)). */
function isStaticElf(path: string): boolean {
  const PT_INTERP = 3;
  const elf = readFileSync(path);
  const phoff = Number(elf.readBigUInt64LE(0x20));
  const phentsize = elf.readUInt16LE(0x36);
  const phnum = elf.readUInt16LE(0x38);
  for (let index = 0; index < phnum; index++) {
    if (elf.readUInt32LE(phoff + index * phentsize) === PT_INTERP) return false;
  }
  return true;
}
