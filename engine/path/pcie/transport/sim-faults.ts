/** How faults of the software controller are written: KIND(VALUE,...), read and written by one table. */
import { FAULT_KINDS, type FaultKind, type FaultSpec } from '../../../device/config.js';
import { EngineError } from '../../../errors.js';
import { formatDurationNs, parseDurationNs, parseSizeBytes } from '../../option-values.js';
import { integer } from './sim-personality.js';

/** Fields of a FaultSpec, loosely. */
type Values = Readonly<Record<string, number>>;

/** A value between the commas. */
interface Part {
  /** As help has it. */
  readonly form: string;
  /** Undefined where it is none. */
  read(text: string): Values | undefined;
  write(values: Values): string;
  /** Its field where it may be left out; such parts come last, in any order. */
  readonly optional?: string;
}

const MOST_NTH = 1e9;
const MOST_TIMES = 1e6;
const MOST_FACTOR = 1000;
const MOST_DIE = 1023;
const MOST_LBA = Number.MAX_SAFE_INTEGER;

function number(form: string, field: string, low: number, high: number): Part {
  return {
    form,
    read: (text) => {
      const value = integer(text, low, high);
      return value === undefined ? undefined : { [field]: value };
    },
    write: (values) => String(values[field]),
  };
}

/** NAME=VALUE. */
function named(name: string, value: Part): Part {
  const prefix = `${name}=`;
  return {
    form: prefix + value.form,
    read: (text) => (text.startsWith(prefix) ? value.read(text.slice(prefix.length)) : undefined),
    write: (values) => prefix + value.write(values),
  };
}

const hex = (part: Part, field: string): Part => ({
  ...part,
  write: (values) => `0x${values[field].toString(16).padStart(2, '0')}`,
});

const optional = (part: Part, field: string): Part => ({ ...part, optional: field });

const nth = number('NTH', 'nth', 1, MOST_NTH);
const opcode = hex(number('OPCODE', 'opcode', 0, 255), 'opcode');
const times = number('TIMES', 'times', 0, MOST_TIMES);
const sct = named('sct', number('N', 'statusCodeType', 0, 7));
const sc = named('sc', hex(number('N', 'statusCode', 0, 255), 'statusCode'));
const duration = (field: string): Part => ({
  form: 'TIME',
  read: (text) => {
    const ns = parseDurationNs(text);
    return ns === undefined ? undefined : { [field]: ns };
  },
  write: (values) => formatDurationNs(values[field]),
});
const PERCENT = 100;
const share: Part = {
  form: 'PERCENT%',
  read: (text) => {
    const percent = /^\d+(\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN;
    return percent > 0 && percent <= PERCENT ? { probability: percent / PERCENT } : undefined;
  },
  write: ({ probability }) => `${Number((probability * PERCENT).toPrecision(12))}%`,
};
const onlyTimes = optional(named('times', number('N', 'times', 1, MOST_TIMES)), 'times');
const range: Part = {
  form: 'FIRST-LAST',
  read: (text) => {
    const [firstLba, lastLba, ...others] = text.split('-').map((each) => integer(each, 0, MOST_LBA));
    if (firstLba === undefined || lastLba === undefined || others.length > 0) return undefined;
    return firstLba <= lastLba ? { firstLba, lastLba } : undefined;
  },
  write: ({ firstLba, lastLba }) => `${firstLba}-${lastLba}`,
};
/** Each has room for what it had before. */
const MOST_STALE_BLOCKS = 65_536;
const staleRange: Part = {
  ...range,
  read: (text) => {
    const values = range.read(text);
    return values !== undefined && values.lastLba - values.firstLba < MOST_STALE_BLOCKS ? values : undefined;
  },
};
const MOST_CACHE_BYTES = 2 ** 30;
const cache: Part = {
  form: 'SIZE',
  read: (text) => {
    const cacheBytes = parseSizeBytes(text);
    return cacheBytes !== undefined && cacheBytes <= MOST_CACHE_BYTES ? { cacheBytes } : undefined;
  },
  write: ({ cacheBytes }) => String(cacheBytes),
};
const wholeWords: Part = {
  ...number('BYTES', 'bytes', 0, MOST_LBA),
  read: (text) => {
    const bytes = integer(text, 0, MOST_LBA);
    return bytes !== undefined && bytes % 4 === 0 ? { bytes } : undefined;
  },
};

const PARTS: Readonly<Record<FaultKind, readonly Part[]>> = {
  error: [
    named('lba', range),
    sct,
    sc,
    optional(named('opcode', opcode), 'opcode'),
    optional(named('p', share), 'probability'),
    onlyTimes,
  ],
  delay: [nth, duration('delayNs'), onlyTimes],
  drop: [nth],
  hang: [nth],
  cfs: [nth],
  die: [nth],
  reset: [nth],
  detach: [nth],
  lose: [nth],
  flip: [nth, number('BYTE', 'byte', 0, MOST_LBA)],
  misplace: [nth, number('LBA', 'lba', 0, MOST_LBA)],
  tear: [nth, wholeWords],
  event: [
    nth,
    named('type', number('N', 'type', 0, 7)),
    named('info', number('N', 'info', 0, 255)),
    named('log', number('N', 'logPage', 0, 255)),
  ],
  refuse: [opcode, times, sct, sc, named('crd', number('N', 'retryDelay', 0, 3))],
  mute: [opcode, times],
  phase: [nth],
  twice: [nth],
  cid: [nth, number('CID', 'cid', 0, 0xffff)],
  stale: [named('lba', staleRange), optional(named('p', share), 'probability'), onlyTimes],
  stuck: [nth],
  storm: [nth, number('TIMES', 'times', 1, MOST_TIMES), named('every', duration('everyNs'))],
  throttle: [
    named('after', duration('afterNs')),
    named('for', duration('lastsNs')),
    named('factor', number('N', 'factor', 1, MOST_FACTOR)),
    optional(named('kelvin', number('N', 'kelvin', 274, 500)), 'kelvin'),
  ],
  powercut: [nth, optional(named('cache', cache), 'cacheBytes')],
  deaddie: [nth, number('DIE', 'die', 0, MOST_DIE)],
};

/** Parts that may be left out stand in brackets. */
function formOf(kind: FaultKind): string {
  const forms = PARTS[kind].map(({ form, optional }, at) => {
    const text = at === 0 ? form : `,${form}`;
    return optional === undefined ? text : `[${text}]`;
  });
  return `${kind}(${forms.join('')})`;
}

const isKind = (word: string): word is FaultKind => (FAULT_KINDS as readonly string[]).includes(word);

export const FAULTS_FORM = `a list separated by ; of ${FAULT_KINDS.map(formOf).join(', ')}`;

/** See `FAULTS_FORM`; undefined where some item is not one of these. */
export function parseFaults(text: string): FaultSpec[] | undefined {
  const faults = text.split(';').map(parseFault);
  return faults.every((fault) => fault !== undefined) ? faults : undefined;
}

/** As `parseFaults`; throws EngineError BAD_FAULT of kind `input` that names the item and how it is written. */
export function readFaults(text: string): FaultSpec[] {
  return text.split(';').map((item) => {
    const fault = parseFault(item);
    if (fault !== undefined) return fault;
    const kind = item.split('(')[0];
    throw new EngineError({
      code: 'BAD_FAULT',
      op: 'read fault',
      target: item,
      reason: isKind(kind) ? 'it is not written so' : `there is no fault '${kind}'`,
      hint: isKind(kind) ? `write ${formOf(kind)}` : `faults are ${FAULTS_FORM}`,
      kind: 'input',
    });
  });
}

/** As `parseFaults` reads it. */
export function formatFault(fault: FaultSpec): string {
  const values = fault as unknown as Values;
  const parts = PARTS[fault.kind].filter(({ optional = 'kind' }) => optional in values);
  return `${fault.kind}(${parts.map((part) => part.write(values)).join(',')})`;
}

function parseFault(text: string): FaultSpec | undefined {
  const [, kind = '', list = ''] = /^(\w+)\(([^()]*)\)$/.exec(text) ?? [];
  if (!isKind(kind)) return undefined;
  const texts = list.split(',');
  const needed = PARTS[kind].filter((part) => part.optional === undefined);
  const others = PARTS[kind].filter((part) => part.optional !== undefined);
  if (texts.length < needed.length) return undefined;
  const read = needed.map((part, at) => part.read(texts[at]));
  for (const each of texts.slice(needed.length))
    read.push(others.map((part) => part.read(each)).find((values) => values !== undefined));
  if (read.includes(undefined)) return undefined;
  const values: Values = Object.assign({}, ...read);
  // one that is given twice
  if (Object.keys(values).length < read.flatMap((each) => Object.keys(each!)).length) return undefined;
  // a status of success is none
  if (values.statusCodeType === 0 && values.statusCode === 0) return undefined;
  return { kind, ...values } as unknown as FaultSpec;
}
