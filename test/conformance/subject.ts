/** What the conformance suite runs on: a controller that is up, a namespace of it and a channel to that. */
import assert from 'node:assert/strict';
import {
  type ActiveNamespace,
  Controller,
  type Drive,
  IoChannel,
  NvmeStatusError,
  pcieDrive,
  type TransportDevice,
} from '../../engine/index.js';

export interface ConformanceSubject {
  readonly name: string;
  /** A controller that is up; `started` makes one of a device. */
  open(): Promise<Controller>;
  /** The data of the namespace may be destroyed. */
  readonly writable: boolean;
  /** The same kind of controller where every command takes long, if one can be had. */
  readonly slow?: { readonly latencyNs: number; open(): Promise<Controller> };
  /** Another way to the same controllers has shown that data are verified behind this path. */
  readonly verifiedElsewhere?: boolean;
  /** Where the controller is known not to do what the specification asks; those tests are skipped by name. */
  readonly departures?: readonly Departure[];
}

/** `no-temperature`: SMART is all zeroes. `mdts-not-enforced`: transfers beyond MDTS succeed. */
export const DEPARTURES = ['no-temperature', 'mdts-not-enforced'] as const;
export type Departure = (typeof DEPARTURES)[number];

/** The usual way to a controller: attach its device and start it. */
export async function started(device: Promise<TransportDevice>): Promise<Controller> {
  return Controller.start(await device);
}

/** Status code type Generic Command Status. */
export const GENERIC = 0;

export function hasStatus(statusCodeType: number, statusCode: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NvmeStatusError, String(error));
    assert.deepEqual([error.statusCodeType, error.statusCode], [statusCodeType, statusCode], error.message);
    return true;
  };
}

/** The subject as the tests of a suite share it. */
export class Opened {
  readonly subject: ConformanceSubject;
  readonly onWritable: { readonly skip: string | false };
  controller!: Controller;
  namespace!: ActiveNamespace;
  channel!: IoChannel;

  constructor(subject: ConformanceSubject) {
    this.subject = subject;
    this.onWritable = { skip: subject.writable ? false : 'the device is read-only here' };
  }

  async open(): Promise<void> {
    this.controller = await this.subject.open();
    this.namespace = await this.controller.namespace();
    this.channel = await IoChannel.open(this.controller, this.namespace);
  }

  async close(): Promise<void> {
    await this.channel?.close();
    await this.controller?.close();
  }

  get drive(): Drive {
    return pcieDrive(this.controller);
  }

  get verifiedElsewhere(): boolean {
    return this.subject.verifiedElsewhere === true;
  }

  get mostQueues(): number {
    return this.controller.maxIoQueues - 1; // the channel has one
  }

  get interrupts(): boolean {
    return this.controller.device.interrupts !== undefined;
  }

  departs(departure: Departure): boolean {
    return this.subject.departures?.includes(departure) ?? false;
  }

  /** So many entries of a queue, or all that the controller has. */
  entries(wanted: number): number {
    return Math.min(wanted, this.controller.capabilities.maxQueueEntries);
  }

  /** Why there is no second queue pair beside the channel's; false where there is. */
  get lacksQueues(): string | false {
    return this.controller.maxIoQueues < 2 && 'the controller gives one queue pair';
  }

  transferBytes(): number {
    return Math.min(this.controller.maxTransferBytes, 2 ** 20);
  }
}
