import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeatStrip } from '../../../bench/console/heat-strip.js';
import { type LiveState, liveLines } from '../../../bench/console/live-view.js';
import { progressOf } from '../../../bench/run/events.js';
import { columnsOf } from '../../../reports/render/columns.js';
import { tickOf } from '../ticks.js';

const place = { index: 2, count: 3, elapsedMs: 12_000, leftMs: 36_000 };

function state(change: Partial<LiveState> = {}): LiveState {
  const event = progressOf(tickOf());
  const heat = createHeatStrip(100);
  for (let second = 0; second < 90; second++) heat.add(event.lately.octaves, second * 1000);
  return { event, place, heat, told: [() => 'job 1/3 first: read 1,000 IOPS'], ...change };
}

for (const [columns, rows] of [
  [80, 24],
  [200, 50],
  [40, 10],
  [20, 5],
])
  test(`it fits a screen of ${columns}x${rows}`, () => {
    const lines = liveLines(state(), { columns, rows });
    assert.ok(lines.length <= rows, `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= columns, line);
    assert.match(lines.join('\n'), /IOPS/);
  });

test('the plan is a bar, its time beside the job', () => {
  const [head, bar] = liveLines(state(), { columns: 80, rows: 24 });
  assert.match(head, /^a .* job 2\/3 {2}12 s of 48 s$/);
  assert.equal(bar, `${'█'.repeat(20)}${'░'.repeat(60)}`);
});

test('figures are those of the last moments, and the depth is that which was kept', () => {
  const text = liveLines(state(), { columns: 120, rows: 24 }).join('\n');
  // 200 I/Os in 200 ms of 560 us in the mean are 0.56 in flight.
  assert.match(text, /1,000 .* 80\.\d µs .* 0\.6\/\d+ +0$/m);
});

test('how warm a device is has a column where one tells it', () => {
  const event = progressOf(tickOf());
  const screen = { columns: 120, rows: 24 };
  assert.doesNotMatch(liveLines(state({ event }), screen).join('\n'), /°C/);
  const jobs = event.jobs.map((job) => ({ ...job, temperatureCelsius: 41 }));
  const text = liveLines(state({ event: { ...event, jobs } }), screen).join('\n');
  assert.match(text, / °C +errors\n.* 41 +0$/m);
});

test('what is least important goes first where it is narrow', () => {
  const wide = liveLines(state(), { columns: 120, rows: 24 }).join('\n');
  const narrow = liveLines(state(), { columns: 50, rows: 24 }).join('\n');
  assert.match(wide, /p99\.9 .*depth/);
  assert.doesNotMatch(narrow, /p99\.9|depth/);
  assert.match(narrow, /IOPS .*p99 .*errors/);
});

test('a long name is cut only as far as the screen is too narrow', () => {
  const name = 'four kilobyte random reads of the namespace with the long name';
  const jobs = progressOf(tickOf()).jobs.map((job) => ({ ...job, job: name }));
  const event = { ...progressOf(tickOf()), jobs };
  const rowAt = (columns: number): string =>
    liveLines(state({ event }), { columns, rows: 24 }).find((line) => /^ *four /.test(line)) ?? '';
  assert.match(rowAt(200), new RegExp(`^ *${name} `));
  assert.match(rowAt(120), /^ *four kilo.*….*long name /);
  assert.ok(rowAt(120).length > 110, rowAt(120));
});

test('jobs side by side have a row each and one together, however many there are', () => {
  const jobs = Array.from({ length: 40 }, (_, i) => ({ ...progressOf(tickOf()).jobs[0], job: `job${i}` }));
  const event = { ...progressOf(tickOf()), jobs };
  const text = liveLines(state({ event }), { columns: 100, rows: 24 }).join('\n');
  assert.match(text, /^ {2}job0 /m);
  assert.match(text, /^ {2}total, 32 more /m);
});

test('a ramp says that it is not measured', () => {
  const event = progressOf(tickOf({ ramping: true }));
  assert.match(liveLines(state({ event }), { columns: 80, rows: 24 })[1], /^ramp of .* not measured$/);
});

test('names from files and devices cannot move the cursor', () => {
  const [job] = progressOf(tickOf()).jobs;
  const event = { ...progressOf(tickOf()), job: '\u001b[2J', jobs: [{ ...job, job: 'x\u001b[2J' }] };
  const text = liveLines(state({ event, told: [() => '\u001b[2J'] }), { columns: 80, rows: 24 }).join('\n');
  assert.ok(!text.includes('\u001b'));
});

test('names in wide characters fill no more than the screen', () => {
  const { event = progressOf(tickOf()) } = state();
  const jobs = event.jobs.map((job) => ({ ...job, job: '漢字'.repeat(40) }));
  const wide = state({
    event: { ...event, job: '一二三-'.repeat(60), jobs },
    told: [() => '漢字'.repeat(200)],
  });
  for (const columns of [40, 80, 200]) {
    const lines = liveLines(wide, { columns, rows: 24 });
    for (const line of lines) assert.ok(columnsOf(line) <= columns, `${columns}: ${line}`);
    assert.match(lines[0], /^一.*….* job 2\/3 {2}12 s of 48 s$/);
  }
});
