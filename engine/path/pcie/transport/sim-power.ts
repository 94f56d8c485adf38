/** How the power states of the software controller are written: WATTS and what else there is to each, the states separated by ;. */
import type { PowerStateSpec } from '../../../device/config.js';
import { parseDurationNs } from '../../option-values.js';

export const POWER_FORM =
  'power states separated by ; such as 8W;4W,slower=2;50mW,idle,enter=2ms,exit=10ms,after=100ms (each of MILLIWATTSmW or WATTSW; slower: I/O takes so much longer; idle: does no I/O; enter and exit: ENLAT and EXLAT; after: goes there by itself)';

const MOST_STATES = 32;
const MOST_SLOWER = 1000;
/** MP has 16 bits of 10 mW; ENLAT and EXLAT 32 bits of us, ITPT 24 bits of ms. */
const MOST_MILLIWATTS = 655_350;
const MOST_LATENCY_NS = 60e9;
const MOST_AFTER_MS = 2 ** 24 - 1;
const NS_PER_MS = 1e6;

/** See `POWER_FORM`; undefined where it is none. The first state is operational. */
export function parsePower(text: string): readonly PowerStateSpec[] | undefined {
  const states = text.split(';').map(parseState);
  if (states.length > MOST_STATES || !states.every((state) => state !== undefined)) return undefined;
  return states[0].idles ? undefined : states;
}

function parseState(text: string): PowerStateSpec | undefined {
  const [power, ...parts] = text.split(',');
  const milliwatts = readMilliwatts(power);
  const given = new Map(parts.map((part) => part.split('=', 2) as [string, string | undefined]));
  if (milliwatts === undefined || given.size < parts.length) return undefined;
  const time = (name: string): number | undefined =>
    given.has(name) ? parseDurationNs(given.get(name) ?? '') : 0;
  const [entryNs, exitNs, afterNs] = [time('enter'), time('exit'), time('after')];
  const slower = given.has('slower') ? Number(given.get('slower')) : 1;
  const idles = given.has('idle') && given.get('idle') === undefined;
  const known = [...given.keys()].every((name) =>
    ['slower', 'idle', 'enter', 'exit', 'after'].includes(name),
  );
  if (!known || entryNs === undefined || exitNs === undefined || afterNs === undefined) return undefined;
  if (Math.max(entryNs, exitNs) > MOST_LATENCY_NS || !(slower >= 1 && slower <= MOST_SLOWER))
    return undefined;
  // a state without I/O makes none slower; one with it is no place to rest
  if (idles ? given.has('slower') : given.has('after') || given.has('idle')) return undefined;
  if (!given.has('after')) return { milliwatts, idles, slower, entryNs, exitNs };
  const afterMs = afterNs / NS_PER_MS;
  if (!Number.isInteger(afterMs) || afterMs < 1 || afterMs > MOST_AFTER_MS) return undefined;
  return { milliwatts, idles, slower, entryNs, exitNs, afterMs };
}

function readMilliwatts(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(m?W)$/.exec(text) ?? [];
  if (number === undefined) return undefined;
  const milliwatts = unit === 'W' ? Number(number) * 1000 : Number(number);
  return milliwatts > 0 && milliwatts <= MOST_MILLIWATTS ? milliwatts : undefined;
}
