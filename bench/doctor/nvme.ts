/** The drive's own view of itself: from the controller where it can be attached, else from what sysfs shows. */
import { join } from 'node:path';
import type { DriveIdentity, FirmwareSlots, PowerManagement, SmartLog } from '../../engine/index.js';
import type { DoctorCheck } from '../../reports/index.js';
import { check, type Finding, ok, skipped, unknown, warning } from './check.js';
import { names, readNumber, readText } from './host.js';

/** What an attached controller told; a part it refused is undefined. */
export interface ControllerFacts {
  /** Which way it was attached, for example `vfio-group`. */
  readonly kind: string;
  readonly software: boolean;
  /** Of NVMe; undefined where no controller names one. */
  readonly version: string | undefined;
  readonly identity: Pick<
    DriveIdentity,
    'firmwareRevision' | 'warningTemperatureKelvin' | 'criticalTemperatureKelvin'
  >;
  readonly smart: SmartLog | undefined;
  readonly firmware: FirmwareSlots | undefined;
  readonly power: PowerManagement | undefined;
}

const ZERO_CELSIUS_KELVIN = 273; // the specification's whole degrees

/** SMART, critical warning: bits 0 to 5. */
const WARNINGS = [
  'spare below its threshold',
  'temperature out of range',
  'reliability degraded',
  'read-only',
  'volatile memory backup failed',
  'persistent memory region read-only or unreliable',
];

function criticalWarning(smart: SmartLog | undefined): Finding {
  if (smart === undefined) return unknown('the controller refuses its SMART log');
  const { availableSparePercent, percentageUsed, mediaErrors } = smart;
  const wear = `${percentageUsed} % used, ${availableSparePercent} % spare, ${mediaErrors} media errors`;
  const set = WARNINGS.filter((_, bit) => (smart.criticalWarning >> bit) & 1);
  if (set.length === 0) return ok(`none; ${wear}`);
  return warning(`${set.join(', ')}; ${wear}`, 'save the data; figures of a drive in this state mean little');
}

interface Temperatures {
  readonly celsius: number;
  /** Undefined where the drive names none. */
  readonly warningCelsius: number | undefined;
  readonly criticalCelsius: number | undefined;
}

function temperature({ celsius, warningCelsius, criticalCelsius }: Temperatures): Finding {
  const limits = [
    warningCelsius === undefined ? '' : `warns at ${warningCelsius}`,
    criticalCelsius === undefined ? '' : `critical at ${criticalCelsius}`,
  ].filter((text) => text !== '');
  const found = `${celsius} °C${limits.length > 0 ? ` (${limits.join(', ')})` : ''}`;
  const limit = warningCelsius ?? criticalCelsius;
  if (limit === undefined || celsius < limit) return ok(found);
  return warning(`${found}: it throttles itself`, 'cool it, let it rest, and run again');
}

const inCelsius = (kelvin = 0): number | undefined =>
  kelvin === 0 ? undefined : kelvin - ZERO_CELSIUS_KELVIN;

function powerState(power: PowerManagement | undefined): Finding {
  if (power === undefined) return unknown('the controller refuses the Power Management feature');
  if (power.powerState === 0) return ok('0, the one that draws and does the most');
  return warning(
    `${power.powerState}: less than the drive can do`,
    'give it back to the kernel, then `sudo nvme set-feature /dev/nvme0 -f 2 -V 0`',
  );
}

function firmware({ identity, firmware: slots }: ControllerFacts): Finding {
  const revision = identity.firmwareRevision;
  if (slots === undefined) return unknown(`${revision}; the controller refuses its firmware slot log`);
  const others = slots.revisions
    .map((text, i) => ({ slot: i + 1, text }))
    .filter(({ slot, text }) => text !== '' && slot !== slots.activeSlot)
    .map(({ slot, text }) => `slot ${slot} ${text}`);
  const found = [`${revision} from slot ${slots.activeSlot}`, ...others].join(', ');
  if (slots.nextSlot === 0 || slots.nextSlot === slots.activeSlot) return ok(found);
  return warning(
    `${found}; the next reset starts slot ${slots.nextSlot}`,
    'reset the drive before a series of runs, so that all of them see one firmware',
  );
}

/** Checks of a controller that was attached; nothing for software, which has no such state. */
export function controllerChecks(facts: ControllerFacts): DoctorCheck[] {
  if (facts.software) return [];
  const { smart, identity } = facts;
  const heat =
    smart === undefined
      ? unknown('the controller refuses its SMART log')
      : smart.temperatureKelvin === 0
        ? unknown('the controller reports no temperature')
        : temperature({
            celsius: smart.temperatureKelvin - ZERO_CELSIUS_KELVIN,
            warningCelsius: inCelsius(identity.warningTemperatureKelvin),
            criticalCelsius: inCelsius(identity.criticalTemperatureKelvin),
          });
  return [
    check('nvme-critical-warning', criticalWarning(smart)),
    check('nvme-temperature', heat),
    check('nvme-power-state', powerState(facts.power)),
    check('nvme-firmware', firmware(facts)),
  ];
}

/** Under the controller, or under the PCI function with kernels before 5.16. */
function hwmonDir(functionDir: string, controllerDir: string): string | undefined {
  for (const parent of [controllerDir, join(functionDir, 'hwmon'), join(controllerDir, 'hwmon')]) {
    const name = names(parent).find((entry) => /^hwmon\d+$/.test(entry));
    if (name !== undefined) return join(parent, name);
  }
  return undefined;
}

const MILLI = 1000;
const NO_LIMIT_CELSIUS = -ZERO_CELSIUS_KELVIN; // how the kernel shows a limit that the drive leaves out

function readCelsius(dir: string, name: string): number | undefined {
  const value = readNumber(dir, name);
  if (value === undefined) return undefined;
  const celsius = Math.round(value / MILLI);
  return celsius <= NO_LIMIT_CELSIUS ? undefined : celsius;
}

/** Checks of a drive that the kernel's nvme driver holds: from sysfs alone, nothing is sent to it by us. */
export function kernelChecks(functionDir: string): DoctorCheck[] {
  const name = names(functionDir, 'nvme').find((entry) => /^nvme\d+$/.test(entry));
  if (name === undefined) return [];
  const dir = join(functionDir, 'nvme', name);
  const hwmon = hwmonDir(functionDir, dir);
  const celsius = hwmon === undefined ? undefined : readCelsius(hwmon, 'temp1_input');
  const limit = (file: string): number | undefined =>
    hwmon === undefined ? undefined : readCelsius(hwmon, file);
  const limits = { warningCelsius: limit('temp1_max'), criticalCelsius: limit('temp1_crit') };
  const alarm = hwmon === undefined ? undefined : readText(hwmon, 'temp1_alarm');
  const smartLog = `\`sudo nvme smart-log /dev/${name}\``;
  const warningBits =
    alarm === '1'
      ? warning('temperature out of range', 'cool it, let it rest, and run again')
      : skipped('sysfs does not show them', smartLog);
  const power = readText(functionDir, 'power_state');
  const revision = readText(dir, 'firmware_rev');
  return [
    check('nvme-critical-warning', warningBits),
    check(
      'nvme-temperature',
      celsius === undefined
        ? unknown('the kernel shows none (no hwmon)', smartLog)
        : temperature({ celsius, ...limits }),
    ),
    check(
      'nvme-power-state',
      power === undefined ? unknown('sysfs does not show it') : ok(`PCI ${power}; sysfs shows no other`),
    ),
    check(
      'nvme-firmware',
      revision === undefined ? unknown('sysfs does not show it') : ok(`${revision}; sysfs shows no slots`),
    ),
  ];
}
