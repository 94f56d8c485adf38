/**
 * What the runner prints of the suite: a line for each file, and all failures once more at the end, where the log of a machine
 * that nobody watches is looked at first. They are put into the file that NVBENCH_TEST_FAILURES names as well, for suites that
 * run one after the other.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>['data'];

/** Lines of what a file wrote that stand below its failures. */
const WRITTEN_LINES = 20;
/** What the runner counts at the end. */
const COUNT = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

class File {
  tests = 0;
  skipped = 0;
  ms = 0;
  failed = 0;
  readonly failures: string[] = [];
  readonly path: string;
  private written = '';

  constructor(path: string) {
    this.path = path;
  }

  add({ nesting, details, skip }: Ended): void {
    if (nesting === 0) this.ms += details.duration_ms;
    if (details.type === 'suite') return;
    this.tests++;
    if (skip !== undefined && skip !== false) this.skipped++;
  }

  fail(text: string): void {
    this.failed++;
    this.failures.push(text);
  }

  write(text: string): void {
    this.written = `${this.written}${text}`.split('\n').slice(-WRITTEN_LINES).join('\n');
  }

  /** What was counted since the last line: a helper's suites are those of many files, and come in each. */
  line(): string {
    const skipped = this.skipped === 0 ? '' : `, ${this.skipped} skipped`;
    const failed = this.failed === 0 ? '' : `, ${this.failed} FAILED`;
    const text = `${this.path}: ${this.tests} tests${skipped}, ${(this.ms / 1000).toFixed(1)} s${failed}\n`;
    [this.tests, this.skipped, this.ms, this.failed] = [0, 0, 0, 0];
    return text;
  }

  /** Undefined where all is well. */
  told(): string | undefined {
    if (this.failures.length === 0) return undefined;
    const written = this.written.trim() === '' ? '' : `  last it wrote:\n${indented(this.written)}\n`;
    return `${this.failures.join('')}${written}`;
  }
}

const indented = (text: string): string => text.replace(/^/gm, '    ');

/** A test that fails by those within it has nothing to say of its own. */
const isOfChildren = ({ details }: Ended): boolean =>
  (details as { error?: { failureType?: string } }).error?.failureType === 'subtestsFailed';

function failureText(path: string, { name, line, details }: Ended): string {
  const error = (details as { error?: Error }).error;
  return `✖ ${path}:${line ?? 0}: ${name}\n${indented(inspect(error?.cause ?? error))}\n`;
}

/** A reporter as `node --test --test-reporter` takes it. */
export default async function* briefReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, File>();
  const counts: string[] = [];
  let last: File | undefined;
  const fileOf = (file: string | undefined): File => {
    const path = file === undefined ? '?' : relative(process.cwd(), file);
    const known = files.get(path) ?? new File(path);
    files.set(path, known);
    return known;
  };
  for await (const event of events) {
    if (event.type === 'test:stdout' || event.type === 'test:stderr')
      fileOf(event.data.file).write(event.data.message);
    if (event.type === 'test:diagnostic' && event.data.nesting === 0) {
      const { message } = event.data;
      if (COUNT.test(message)) counts.push(message);
      else yield `  ${message}\n`;
    }
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const file = fileOf(event.data.file);
    if (last !== undefined && last !== file) yield last.line();
    last = file;
    file.add(event.data);
    if (event.type === 'test:pass' || isOfChildren(event.data)) continue;
    const text = failureText(file.path, event.data);
    file.fail(text);
    yield text;
  }
  if (last !== undefined) yield last.line();
  const failures = [...files.values()].map((file) => file.told()).filter((text) => text !== undefined);
  yield `${counts.join(', ')}\n`;
  if (failures.length === 0) return;
  const told = `\nwhat failed, once more:\n${failures.join('')}`;
  yield told;
  const { NVBENCH_TEST_FAILURES: into } = process.env;
  if (into) appendFileSync(into, told);
}
