/** SMART / Health Information log page (NVMe base 2.0, figure 207). */

export const SMART_BYTES = 512;

export interface SmartLog {
  /** Bit 0 spare, 1 temperature, 2 reliability, 3 read-only, 4 volatile backup, 5 persistent memory. */
  readonly criticalWarning: number;
  readonly temperatureKelvin: number;
  readonly availableSparePercent: number;
  readonly spareThresholdPercent: number;
  readonly percentageUsed: number;
  /** In units of 1000 blocks of 512 bytes, as the page gives them. */
  readonly dataUnitsRead: bigint;
  readonly dataUnitsWritten: bigint;
  readonly hostReadCommands: bigint;
  readonly hostWriteCommands: bigint;
  readonly powerCycles: bigint;
  readonly powerOnHours: bigint;
  readonly unsafeShutdowns: bigint;
  readonly mediaErrors: bigint;
  readonly warningTemperatureMinutes: number;
  readonly criticalTemperatureMinutes: number;
  /** Of host controlled thermal management, lightly (1) and heavily (2): how often it began to throttle, and seconds in all. */
  readonly thermalTransitions1: number;
  readonly thermalTransitions2: number;
  readonly thermalSeconds1: number;
  readonly thermalSeconds2: number;
}

export const SMART = {
  CRITICAL_WARNING: 0,
  TEMPERATURE: 1,
  AVAILABLE_SPARE: 3,
  SPARE_THRESHOLD: 4,
  PERCENTAGE_USED: 5,
  DATA_UNITS_READ: 32,
  DATA_UNITS_WRITTEN: 48,
  HOST_READS: 64,
  HOST_WRITES: 80,
  POWER_CYCLES: 112,
  POWER_ON_HOURS: 128,
  UNSAFE_SHUTDOWNS: 144,
  MEDIA_ERRORS: 160,
  WARNING_TEMPERATURE_TIME: 192,
  CRITICAL_TEMPERATURE_TIME: 196,
  /** Of thermal management temperatures 1 and 2, light and heavy throttling: how often it began, and seconds in all. */
  THERMAL_TRANSITIONS_1: 216,
  THERMAL_TRANSITIONS_2: 220,
  THERMAL_SECONDS_1: 224,
  THERMAL_SECONDS_2: 228,
} as const;

/** In whole degrees, as the specification has them; undefined for 0 K, which a device says that does not know. */
export function celsiusOf(kelvin: number): number | undefined {
  return kelvin === 0 ? undefined : kelvin - 273;
}

/** Decodes the 512 bytes of log page 02h. */
export function decodeSmart(data: DataView): SmartLog {
  const wide = (offset: number): bigint =>
    data.getBigUint64(offset, true) | (data.getBigUint64(offset + 8, true) << 64n);
  return {
    criticalWarning: data.getUint8(SMART.CRITICAL_WARNING),
    temperatureKelvin: data.getUint16(SMART.TEMPERATURE, true),
    availableSparePercent: data.getUint8(SMART.AVAILABLE_SPARE),
    spareThresholdPercent: data.getUint8(SMART.SPARE_THRESHOLD),
    percentageUsed: data.getUint8(SMART.PERCENTAGE_USED),
    dataUnitsRead: wide(SMART.DATA_UNITS_READ),
    dataUnitsWritten: wide(SMART.DATA_UNITS_WRITTEN),
    hostReadCommands: wide(SMART.HOST_READS),
    hostWriteCommands: wide(SMART.HOST_WRITES),
    powerCycles: wide(SMART.POWER_CYCLES),
    powerOnHours: wide(SMART.POWER_ON_HOURS),
    unsafeShutdowns: wide(SMART.UNSAFE_SHUTDOWNS),
    mediaErrors: wide(SMART.MEDIA_ERRORS),
    warningTemperatureMinutes: data.getUint32(SMART.WARNING_TEMPERATURE_TIME, true),
    criticalTemperatureMinutes: data.getUint32(SMART.CRITICAL_TEMPERATURE_TIME, true),
    thermalTransitions1: data.getUint32(SMART.THERMAL_TRANSITIONS_1, true),
    thermalTransitions2: data.getUint32(SMART.THERMAL_TRANSITIONS_2, true),
    thermalSeconds1: data.getUint32(SMART.THERMAL_SECONDS_1, true),
    thermalSeconds2: data.getUint32(SMART.THERMAL_SECONDS_2, true),
  };
}
