/** The path as the registry has it. */
import { release } from 'node:os';
import { EngineError } from '../../errors.js';
import { kernelHost } from '../../pci/bind-host.js';
import { SETUP } from '../../sys/io-uring-abi.js';
import type { Path, Scheme } from '../scheme.js';
import { formatTarget } from '../target.js';
import { probeAbilities } from './abilities.js';
import { type RingWay, uringDrive } from './drive.js';
import { kernelPathOf } from './kernel-path.js';
import { offerNamespaces, scanNamespaces } from './namespaces.js';
import { findPlace, type Place } from './place.js';
import { readUringOptions, URING_FORM, type UringOptions } from './target.js';
import { whereaboutsOf } from './whereabouts.js';

const uringScheme: Scheme = {
  ...URING_FORM,
  holdsData: () => true,
  exclusive: false,
  offers: ({ sysfsRoot }) => offerNamespaces(sysfsRoot),
  scan: async ({ sysfsRoot, pciLists }) => scanNamespaces(sysfsRoot, pciLists),
  whereabouts: (target, { sysfsRoot }) => whereaboutsOf(target, sysfsRoot),
};

/** Throws EngineError IO_URING_UNAVAILABLE, NO_PASSTHROUGH, SQPOLL_REFUSED, CPU_NOT_ALLOWED. */
function ringWay(target: string, place: Place, options: UringOptions): RingWay {
  const { sqPoll, sqPollCpu, ioPoll } = options;
  const own = probeAbilities(target);
  const commands = place.kind === 'command';
  // Fixed buffers of commands came with DEFER_TASKRUN (6.1).
  if (commands && (!own.commands || (own.flags & SETUP.DEFER_TASKRUN) === 0))
    throw noPassthrough(target, place);
  const wanted =
    (sqPoll ? SETUP.SQPOLL : 0) |
    (sqPollCpu === undefined ? 0 : SETUP.SQ_AFF) |
    (ioPoll ? SETUP.IOPOLL : 0) |
    (commands ? SETUP.SQE128 | SETUP.CQE32 : 0);
  const { flags } = wanted === 0 ? own : probeAbilities(target, wanted, sqPollCpu);
  return { flags, sqThreadCpu: sqPollCpu };
}

function noPollQueues(target: string, { kind, nvme }: Place): EngineError {
  const reason =
    kind === 'file'
      ? 'a file has no queues to poll'
      : 'its driver has no queues that can be polled (queue/io_poll)';
  const hint = nvme
    ? 'load the driver with some: nvme.poll_queues=2 on the kernel command line, or modprobe nvme poll_queues=2'
    : 'leave iopoll out, or name a drive whose driver has some (nvme.poll_queues=2 on the kernel command line)';
  return new EngineError({ code: 'NO_POLL_QUEUES', op: 'use iopoll', target, reason, hint });
}

function noPassthrough(target: string, { blockName }: Place): EngineError {
  return new EngineError({
    code: 'NO_PASSTHROUGH',
    op: 'send NVMe commands',
    target,
    reason: 'this kernel takes no commands from registered buffers by io_uring',
    hint: `use a kernel of 6.1 or later, or the block device: uring:/dev/${blockName}`,
  });
}

export const uringPath: Path = {
  schemes: () => [uringScheme],
  async open(target, { sysfsRoot, pciLists }) {
    const options = readUringOptions(target);
    const place = findPlace(target.address, options, sysfsRoot);
    if (place.pciFunction !== undefined) pciLists?.check(place.pciFunction, 'open its namespace');
    const text = formatTarget(target);
    if (options.ioPoll && !place.pollQueues) throw noPollQueues(text, place);
    const host = { ...kernelHost(release()), ...(sysfsRoot === undefined ? {} : { sysfsRoot }) };
    const ring = () => ringWay(text, place, options);
    return uringDrive(text, place, { options, ring }, kernelPathOf(place, host), sysfsRoot);
  },
};
