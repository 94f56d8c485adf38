/** Asynchronous events: DW0 of a completed request (NVMe base 2.0, 5.2, figures 145 to 151). */

/** Event types. */
export const EVENT = { ERROR: 0, HEALTH: 1, NOTICE: 2, COMMAND_SET: 6, VENDOR: 7 } as const;

/** Asynchronous Event Configuration (5.27.1.8), CDW11: critical warnings of SMART, and the notices that it can be asked for. */
export const EVENTS_OF_HEALTH = 0xff;
export const NOTICE_NAMESPACE_CHANGED = 1 << 8;
export const NOTICE_FIRMWARE_ACTIVATION = 1 << 9;
export const NOTICE_TELEMETRY = 1 << 10;

const NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  [EVENT.ERROR]: {
    0: 'Write to Invalid Doorbell Register',
    1: 'Invalid Doorbell Write Value',
    2: 'Diagnostic Failure',
    3: 'Persistent Internal Error',
    4: 'Transient Internal Error',
    5: 'Firmware Image Load Error',
  },
  [EVENT.HEALTH]: {
    0: 'NVM Subsystem Reliability',
    1: 'Temperature Threshold',
    2: 'Spare Below Threshold',
  },
  [EVENT.NOTICE]: {
    0: 'Namespace Attribute Changed',
    1: 'Firmware Activation Starting',
    2: 'Telemetry Log Changed',
    3: 'Asymmetric Namespace Access Change',
    4: 'Predictable Latency Event Aggregate Log Change',
    5: 'LBA Status Information Alert',
    6: 'Endurance Group Event Aggregate Log Page Change',
    7: 'Reachability Group Change',
  },
  [EVENT.COMMAND_SET]: {
    0: 'Reservation Log Page Available',
    1: 'Sanitize Operation Completed',
    2: 'Sanitize Operation Completed With Unexpected Deallocation',
  },
};

export interface AsyncEvent {
  readonly type: number;
  readonly info: number;
  /** The log page that says more, and that is read so that such an event can come again. */
  readonly logPage: number;
  /** The specification's name, with type and information, for example `Temperature Threshold (type 1h, 01h)`. */
  readonly name: string;
}

export function decodeAsyncEvent(dw0: number): AsyncEvent {
  const type = dw0 & 7;
  const info = (dw0 >>> 8) & 0xff;
  const known = NAMES[type]?.[info] ?? (type === EVENT.VENDOR ? 'Vendor Specific Event' : 'Reserved Event');
  const name = `${known} (type ${type}h, ${info.toString(16).padStart(2, '0')}h)`;
  return { type, info, logPage: (dw0 >>> 16) & 0xff, name };
}
