/** The kernel's part in a device, as rows of name and text. */
import type { DeviceRecord, KernelPathRecord } from '../document/result.js';

type Disk = KernelPathRecord['disks'][number];

function queueText({ name, scheduler, requests, writeCache, ioStats, pollQueues }: Disk): string {
  const told = [
    scheduler && `scheduler ${scheduler}`,
    requests && `nr_requests ${requests}`,
    writeCache && `write_cache ${writeCache}`,
    ioStats !== undefined && `iostats ${ioStats ? 'on' : 'off'}`,
    pollQueues !== undefined && `${pollQueues ? 'with' : 'no'} poll queues`,
  ].filter((part) => typeof part === 'string' && part !== '');
  return `${name}: ${told.length === 0 ? 'no queue of its own' : told.join(', ')}`;
}

/** Rings, what I/O went through from the top to the disks, and their queues; none where the kernel had no part. */
export function kernelFacts({ kernelPath }: DeviceRecord): (readonly [name: string, text: string])[] {
  if (kernelPath === undefined) return [];
  const { way, ringFlags, registered, fileSystem, layers, disks } = kernelPath;
  const flags = ringFlags.length === 0 ? 'no flags' : ringFlags.join(', ');
  const through = [
    ...(way === 'command' ? ['commands to the driver'] : []),
    ...(fileSystem === undefined ? [] : [fileSystem]),
    ...(way === 'command' ? [] : layers.map(({ name, what }) => `${name} (${what})`)),
    ...(disks.length === 0 ? [] : [disks.map(({ name }) => name).join(', ')]),
  ];
  return [
    ['rings', `${flags}; registered ${registered.join(', ')}`],
    ...(through.length === 0 ? [] : [['through', through.join(' on ')] as const]),
    ...(disks.length === 0 ? [] : [['queues', disks.map(queueText).join('; ')] as const]),
  ];
}
