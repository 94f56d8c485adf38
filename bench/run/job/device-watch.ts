/** Looks, while a job runs, for what ends it on a device: the drive is gone, or its namespace is not what it was. */
import { type Drive, type DriveEvent, EngineError } from '../../../engine/index.js';
import type { OpenDevice } from '../plan/plan.js';

/** The least between two commands that ask for the namespace: none is sent while all is well. */
const ASK_EVERY_MS = 1000;
/** Notice (type 2h) of a changed namespace attribute (00h): NVMe base 2.0, figure 149. */
const isNamespaceChange = ({ type, info }: DriveEvent): boolean => type === 2 && info === 0;

/** What a namespace has become, as a clause; undefined where it is as it was, or nobody answers. */
export async function namespaceChange({ drive, namespace }: OpenDevice): Promise<string | undefined> {
  const { nsid, lbaBytes, metadataBytes, protectionType, sizeBytes } = namespace;
  try {
    const now = await drive.namespace(nsid);
    if (now.lbaBytes !== lbaBytes || now.metadataBytes !== metadataBytes) {
      const was = `blocks of ${lbaBytes} + ${metadataBytes} bytes`;
      return `namespace ${nsid} had ${was}, and has ${now.lbaBytes} + ${now.metadataBytes} now: it was formatted`;
    }
    if (now.protectionType !== protectionType)
      return `namespace ${nsid} had protection type ${protectionType}, and has ${now.protectionType} now: it was formatted`;
    if (now.sizeBytes !== sizeBytes)
      return `namespace ${nsid} had ${sizeBytes} bytes, and has ${now.sizeBytes} now`;
    return undefined;
  } catch (error) {
    if (!(error instanceof EngineError)) return undefined;
    if (error.code === 'UNSUPPORTED_FORMAT')
      return `namespace ${nsid} cannot be used any more: ${error.reason}`;
    const gone = ['NO_SUCH_NAMESPACE', 'BAD_NAMESPACE'].includes(error.code);
    return gone ? `namespace ${nsid} is not there any more` : undefined;
  }
}

/**
 * Between jobs: throws EngineError where a namespace is not what it was when they were planned. On a controller that tells of
 * itself, as another path sends commands for it that this one does not see.
 */
export async function requireUnchanged(devices: readonly OpenDevice[]): Promise<void> {
  for (const device of devices) {
    if (device.drive.events === undefined) continue;
    const reason = await namespaceChange(device);
    if (reason === undefined) continue;
    throw new EngineError({
      code: 'DEVICE_LOST',
      op: 'begin the next job',
      target: device.target,
      reason,
      hint: 'what was measured until then is in the report; look at the kernel log and the device',
    });
  }
}

export class DeviceWatch {
  readonly #device: OpenDevice;
  #lost: string | undefined;
  #errors = 0;
  #wanted = false;
  #asking: Promise<void> | undefined;
  #nextAskMs = 0;

  constructor(device: OpenDevice) {
    this.#device = device;
  }

  /** Why the device does no I/O any more, or not what was planned; undefined while it does. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** Told a few times a second how many I/Os have failed, and what the controller has told of by itself since. */
  look(errors: number, events: readonly DriveEvent[]): string | undefined {
    this.#note(errors, events);
    if (performance.now() >= this.#nextAskMs) this.#ask();
    return this.#lost;
  }

  /** After the job, told the same: errors may have ended it before anybody asked what they come from. */
  async settle(errors: number): Promise<void> {
    await this.#asking;
    this.#note(errors, []);
    this.#ask();
    await this.#asking;
  }

  #note(errors: number, events: readonly DriveEvent[]): void {
    this.#lost ??= this.#device.drive.dead();
    this.#wanted ||= errors > this.#errors || events.some(isNamespaceChange);
    this.#errors = errors;
  }

  #ask(): void {
    const isAsked = this.#lost === undefined && this.#wanted && this.#device.drive.events !== undefined;
    if (!isAsked || this.#asking !== undefined) return;
    this.#wanted = false;
    this.#nextAskMs = performance.now() + ASK_EVERY_MS;
    this.#asking = namespaceChange(this.#device).then((change) => {
      this.#lost ??= change;
      this.#asking = undefined;
    });
  }
}

/** What each of the drives has told of since the last time, taken once for all jobs on it. */
export function eventsOf(devices: readonly OpenDevice[]): Map<Drive, DriveEvent[]> {
  return new Map(
    [...new Set(devices.map(({ drive }) => drive))].map((drive) => [drive, drive.events?.() ?? []]),
  );
}
