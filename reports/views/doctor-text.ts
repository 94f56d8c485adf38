/** What `nvbench doctor` found, as plain data and as text. */
import { DEFAULT_WIDTH, type Paint, painter, sanitize, type TextOptions, wrap } from '../render/terminal.js';

/**
 * `problem`: a run cannot work. `warning`: it works, but its figures or its safety suffer. `unknown`: this host does
 * not say. `skipped`: another finding left nothing to look at.
 */
export type CheckStatus = 'ok' | 'warning' | 'problem' | 'unknown' | 'skipped';

export interface DoctorCheck {
  /** Stable; docs/doctor.md has them all. */
  readonly id: string;
  readonly title: string;
  readonly status: CheckStatus;
  readonly found: string;
  /** What to do; commands are between backquotes. Empty where there is nothing to do. */
  readonly fix: string;
}

export interface DoctorDevice {
  /** Canonical target string. */
  readonly target: string;
  readonly description: string;
  /** Whether `nvbench run` would work on it. */
  readonly ready: boolean;
  readonly checks: readonly DoctorCheck[];
}

export interface DoctorReport {
  /** Whether a run would work: on the target asked for, or on any device where none was. */
  readonly ready: boolean;
  /** Titles of the checks that say no; empty where ready. */
  readonly missing: readonly string[];
  readonly host: readonly DoctorCheck[];
  readonly devices: readonly DoctorDevice[];
}

const COLORS = {
  ok: 'green',
  warning: 'yellow',
  problem: 'red',
  unknown: 'gray',
  skipped: 'gray',
} as const satisfies Record<CheckStatus, string>;

/** What works all the same. */
const WITHOUT_A_DRIVE =
  'Without a drive it does, for any user: nvbench run --sample quickstart (software controller)';
const STATUS_WIDTH = 9;
const MIN_ROOM = 20;
// Stands for a blank that must stay; sanitize leaves none of it in a text.
const HELD_BLANK = '\u0001';

/** Wraps text but keeps what is between backquotes on one line, to be copied. */
function wrapCommands(text: string, width: number): string[] {
  const held = text.replace(/`[^`]*`/g, (command) => command.replaceAll(' ', HELD_BLANK));
  return wrap(held, width, 0).map((line) => line.replaceAll(HELD_BLANK, ' '));
}

function checkLines(check: DoctorCheck, titleWidth: number, width: number, paint: Paint): string[] {
  const indent = ' '.repeat(2 + STATUS_WIDTH + titleWidth);
  const room = Math.max(MIN_ROOM, width - indent.length);
  const [first, ...rest] = wrapCommands(sanitize(check.found), room);
  const status = paint(COLORS[check.status], check.status.padEnd(STATUS_WIDTH));
  const lines = [`  ${status}${sanitize(check.title).padEnd(titleWidth)}${first}`];
  for (const line of rest) lines.push(indent + line);
  if (check.fix === '') return lines;
  const shallow = ' '.repeat(2 + STATUS_WIDTH);
  const fix = wrapCommands(
    `fix:${HELD_BLANK}${sanitize(check.fix)}`,
    Math.max(MIN_ROOM, width - shallow.length),
  );
  for (const line of fix) lines.push(shallow + line);
  return lines;
}

function verdict({ ready, missing, devices }: DoctorReport, width: number, paint: Paint): string[] {
  const targets = devices.filter((device) => device.ready).map((device) => device.target);
  const word = ready ? 'Ready' : 'Not ready';
  const what = ready
    ? `nvbench run works on ${targets.join(', ')}.`
    : `nvbench run cannot work. In the way: ${missing.join(', ')}.`;
  const [first, ...rest] = wrap(`${word}: ${sanitize(what)}`, width, 2);
  const without = ready || devices.length > 0 ? [] : wrap(WITHOUT_A_DRIVE, width, 2);
  return [paint(ready ? 'green' : 'red', word) + first.slice(word.length), ...rest, ...without];
}

/** A section for the host and one for each device, a line per check with its fix below, then the verdict. */
export function formatDoctor(report: DoctorReport, options: TextOptions): string {
  const paint = painter(options.color);
  const width = options.width ?? DEFAULT_WIDTH;
  const checks = [...report.host, ...report.devices.flatMap((device) => device.checks)];
  const titleWidth = Math.max(...checks.map(({ title }) => title.length)) + 2;
  const section = (heading: string, of: readonly DoctorCheck[]): string[] => [
    paint('bold', heading),
    ...of.flatMap((check) => checkLines(check, titleWidth, width, paint)),
    '',
  ];
  const lines = section('Host', report.host);
  for (const { target, description, checks: found } of report.devices)
    lines.push(...section(sanitize(description === '' ? target : `${target}  ${description}`), found));
  lines.push(...verdict(report, width, paint));
  return `${lines.join('\n')}\n`;
}
