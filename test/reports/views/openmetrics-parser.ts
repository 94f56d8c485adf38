/** A strict reader of OpenMetrics 1.0 text, by its specification; enough of it for what the tests look at. */
import assert from 'node:assert/strict';

export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  type: string;
  unit: string;
  help: string;
  readonly samples: Sample[];
}

/** Suffixes of the sample names of each type. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [''],
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_count', '_sum', '_created'],
  summary: ['', '_count', '_sum', '_created'],
};

const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' };

function parseLabels(text: string): Map<string, string> {
  const labels = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/.exec(rest);
    assert.ok(match, `labels: ${rest}`);
    assert.ok(!labels.has(match[1]), `label ${match[1]} twice`);
    labels.set(
      match[1],
      match[2].replace(/\\./g, (pair) => ESCAPES[pair]),
    );
    rest = rest.slice(match[0].length);
    assert.ok(match[3] === '' || rest !== '', 'a comma at the end of the labels');
  }
  return labels;
}

function parseNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  assert.match(text, /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i);
  return Number(text);
}

function parseSample(line: string): Sample {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  assert.ok(match, `sample: ${line}`);
  return { name: match[1], labels: parseLabels(match[2] ?? ''), value: parseNumber(match[3]) };
}

const keyOf = ({ name, labels }: Sample): string =>
  JSON.stringify([name, ...[...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);

function checkFamily({ name, type, unit, samples }: Family): void {
  assert.ok(type in SUFFIXES, `${name}: type ${type}`);
  if (unit !== '') assert.ok(name.endsWith(`_${unit}`), `${name}: unit ${unit}`);
  for (const sample of samples) {
    const suffix = sample.name.slice(name.length);
    assert.ok(
      sample.name.startsWith(name) && SUFFIXES[type].includes(suffix),
      `${sample.name} in ${type} ${name}`,
    );
    if (suffix === '_bucket') assert.ok(sample.labels.has('le'));
    if (type === 'summary' && suffix === '') assert.ok(sample.labels.has('quantile'));
    if (type === 'counter' || suffix === '_count') assert.ok(sample.value >= 0);
  }
}

/** Families by name. Fails on anything the specification does not allow. */
export function parseOpenMetrics(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n# EOF\n') || text === '# EOF\n', 'the end');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: Family | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const meta = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line);
    if (meta === null) {
      assert.ok(current, `a sample before its family: ${line}`);
      const sample = parseSample(line);
      assert.ok(!seen.has(keyOf(sample)), `twice: ${line}`);
      seen.add(keyOf(sample));
      current.samples.push(sample);
      continue;
    }
    const [, kind, name, value] = meta;
    if (current?.name !== name) {
      assert.ok(!families.has(name), `${name} is not in one piece`);
      current = { name, type: '', unit: '', help: '', samples: [] };
      families.set(name, current);
    }
    assert.equal(current.samples.length, 0, `${kind} of ${name} after its samples`);
    if (kind === 'TYPE') current.type = value;
    if (kind === 'UNIT') current.unit = value;
    if (kind === 'HELP') current.help = value;
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}
