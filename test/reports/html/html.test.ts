/** The HTML page of a result, as text. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { percentilePoints } from '../../../reports/html/distribution.js';
import { formatHtml } from '../../../reports/html/index.js';
import { logScale, percentileText, valueScale } from '../../../reports/html/scale.js';
import { buildErrors, type GateRecord, type JobRecord, SOFTWARE_NOTICE } from '../../../reports/index.js';
import { jsonForScript, nameHtml, tableHtml, wordsHtml } from '../../../reports/render/html.js';
import { roundsResult } from '../rounds-sample.js';
import { lbaOutOfRange, readCounts, readJob, sampleResult, troubledResult } from '../sample.js';
import { sweepResult } from './sweep-sample.js';

const hostile = '</script><script>alert(1)</script><img src=x onerror=alert(2)>"\'';
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe('formatHtml', () => {
  test('lets no name become an element or end a script', () => {
    const { jobs, ...rest } = sweepResult([4096, 8192], [1, 4]);
    const page = formatHtml([
      {
        ...rest,
        host: { ...rest.host, hostname: hostile },
        warnings: [{ code: hostile, message: hostile, advice: hostile }],
        jobs: jobs.map((job) => ({
          ...job,
          name: hostile,
          group: hostile,
          rw: hostile,
          timestampNote: hostile,
        })),
      },
    ]);
    assert.equal(count(page, /<img/g), 0);
    assert.equal(count(page, /<script>/g), 1);
    assert.equal(count(page, /<script/g), count(page, /<\/script>/g));
    assert.ok(page.includes('&lt;script&gt;alert(1)'));
  });

  test('has the gates that were judged, as text', () => {
    const gates: GateRecord[] = [
      { gate: hostile, verdict: 'fail', checks: [{ verdict: 'fail', found: hostile }] },
      { gate: 'p50 <= 1us', verdict: 'pass', checks: [{ verdict: 'pass', found: 'read: 2 µs' }] },
    ];
    const page = formatHtml([{ ...sampleResult(), gates }]);
    assert.match(page, /As they were judged when the run ended/);
    assert.match(page, /p50 &lt;= 1us.*read: 2 µs/s);
    assert.equal(count(page, /<img/g), 0);
    assert.doesNotMatch(formatHtml([sampleResult()]), /As they were judged/);
  });

  test('names nothing outside of itself', () => {
    const page = formatHtml([sweepResult([4096], [1, 4])]);
    assert.doesNotMatch(page, /https?:|\bsrc=|\bhref=|@import|url\((?!#)/);
  });

  test('has a table behind every chart', () => {
    const page = formatHtml([sweepResult([4096], [1, 4])]);
    const figures = page.match(/<figure[\s\S]*?<\/figure>/g) ?? [];
    assert.ok(figures.length >= 15, String(figures.length));
    for (const figure of figures) assert.match(figure, /<details[^>]*><summary>.+<table[^>]*>.+<td>/s);
  });

  test('holds a sweep of 3 by 5 on 2 devices in less than 2 MB', () => {
    const page = formatHtml([sweepResult()]);
    assert.ok(Buffer.byteLength(page) < 2_000_000, `${Buffer.byteLength(page)} bytes`);
  });

  test('tells once what several jobs are warned of, and says of how many', () => {
    const { jobs, ...rest } = sweepResult([4096], [1, 4]);
    const warning = { code: 'few-samples', message: 'fewer than 10,000 I/Os', advice: '' };
    const page = formatHtml([{ ...rest, jobs: jobs.map((job) => ({ ...job, warnings: [warning] })) }]);
    assert.equal(count(page, /fewer than 10,000 I\/Os<\/strong>/g), 1);
    assert.ok(page.includes(`in all ${jobs.length} jobs: fewer than 10,000 I/Os`));
  });

  test('draws a line of a sweep for each host, and for sizes that have one text', () => {
    const { host, jobs, ...rest } = sweepResult([1_048_576, 1_049_088], [1, 4]);
    const hosts = ['alpha', 'beta'].map((hostname) => ({ ...host, hostname }));
    const own = jobs.filter(({ target }) => target === jobs[0].target);
    const both = [0, 1].flatMap((hostIndex) => own.map((job) => ({ ...job, hostIndex })));
    const page = formatHtml([{ ...rest, host, hosts, jobs: both }]);
    const [, figure = ''] = page.split('<strong>sweep: IOPS by iodepth</strong>');
    const legend = figure.slice(0, figure.indexOf('</ul>'));
    const name = (hostname: string): string => `${own[0].target} of ${hostname}, bs 1 MiB, read`;
    assert.deepEqual(
      [...legend.matchAll(/<\/svg>([^<]*)<\/li>/g)].map(([, text]) => text),
      [name('alpha'), name('alpha'), name('beta'), name('beta')],
    );
  });

  test('says a verdict that many jobs share once, so that errors behind it are still there', () => {
    const [job] = sampleResult().jobs;
    const jobs = Array.from({ length: 300 }, (_, i): JobRecord => {
      const verdict: JobRecord['verdict'] = { level: 'suspect', reasons: ['cpu-governor'] };
      const errors = i === 0 ? buildErrors([lbaOutOfRange], 0, 0) : job.errors;
      return { ...job, name: `job ${i}`, errors, verdict };
    });
    const page = formatHtml([{ ...sampleResult(), jobs }]);
    assert.match(page, /job 0 and 299 jobs more — <strong>suspect<\/strong>: <code>cpu-governor<\/code>/);
    assert.match(page, /job 0 — 3 × LBA Out of Range/);
  });

  test('says first that a controller is software, and that a run is incomplete', () => {
    const page = formatHtml([troubledResult()]);
    const notice = SOFTWARE_NOTICE.replaceAll("'", '&#39;');
    assert.ok(page.includes(notice));
    assert.ok(page.indexOf(notice) < page.indexOf('<main>'));
    assert.match(page, /INCOMPLETE: SIGINT/);
  });

  test('draws no chart of what was not measured', () => {
    const page = formatHtml([{ ...sampleResult(), jobs: [{ ...readJob(), directions: {} }] }]);
    assert.equal(count(page, /<figure/g), 0);
    assert.match(page, /No I\/O was measured/);
  });

  test('gives every id once', () => {
    const ids = [...formatHtml([sweepResult([4096], [1, 4])]).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('percentilePoints', () => {
  test('goes from the lowest latency to the largest, never down', () => {
    const points = percentilePoints(readCounts());
    assert.deepEqual(points[0], [0, 1000]);
    assert.equal(points.at(-1)?.[0], 6);
    assert.ok(Math.abs((points.at(-1)?.[1] ?? 0) / 1_500_000 - 1) < 0.001);
    for (const [i, [nines, latencyNs]] of points.entries()) {
      if (i > 0) assert.ok(nines >= points[i - 1][0] && latencyNs >= points[i - 1][1]);
    }
  });
});

describe('scales', () => {
  test('say percentiles as people do', () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5].map(percentileText), [
      '0 %',
      '90 %',
      '99 %',
      '99.9 %',
      '99.99 %',
      '99.999 %',
    ]);
  });

  test('of logarithms begin and end at round numbers around the values', () => {
    const { ticks, at } = logScale('latency', 70, 400, String);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['50', '100', '200', '500'],
    );
    assert.equal(at(50), 0);
    assert.equal(at(500), 1);
  });

  test('of logarithms have two ends also for one value', () => {
    assert.equal(logScale('latency', 100, 100, String).ticks.length, 2);
  });
});

describe('jsonForScript', () => {
  test('reads back the same and has no angle bracket', () => {
    const text = jsonForScript({ hostile });
    assert.doesNotMatch(text, /[<>]/);
    assert.deepEqual(JSON.parse(text), { hostile });
  });
});

describe('the head of the page', () => {
  test('names each drive once, with firmware, target, way and link', () => {
    const pcieLink = { speedGtPerS: 16, width: 4, maxSpeedGtPerS: 16, maxWidth: 4 };
    const result = sampleResult();
    const device = { ...result.devices[0], pcieLink };
    const page = formatHtml([
      { ...result, devices: [device] },
      { ...result, devices: [device] },
    ]);
    const line =
      'Example SSD 1TB, firmware 4B2QJXD7, 1.00 TB (931.5 GiB), pci:0000:01:00.0 by vfio-group, PCIe 16 GT/s x4';
    assert.equal(count(page, /<p class="drive">/g), 1);
    assert.ok(page.includes(`<p class="drive">${line}</p>`));
    assert.match(page, /<title>nvbench report - Example SSD 1TB - 2025-/);
  });

  test('names four drives of many, and says how many more', () => {
    const result = sampleResult();
    const devices = Array.from({ length: 9 }, (_, i) => ({ ...result.devices[0], modelNumber: `SSD ${i}` }));
    const page = formatHtml([{ ...result, devices }]);
    assert.equal(count(page, /<p class="drive">/g), 4);
    assert.match(page, /and 5 drives more/);
    assert.match(page, /<title>nvbench report - SSD 0, SSD 1, \.\.\. - /);
  });
});

test('what a sentence has between backticks is code', () => {
  assert.equal(wordsHtml('try `a <b>`, or ` alone'), 'try <code>a &lt;b&gt;</code>, or ` alone');
  const advice = 'reserve them with `sudo nvbench hugepages`';
  const page = formatHtml([{ ...sampleResult(), warnings: [{ code: 'x', message: 'few `a`', advice }] }]);
  assert.match(page, /few <code>a<\/code>/);
  assert.match(page, /reserve them with <code>sudo nvbench hugepages<\/code>/);
});

test('a table of long names keeps room for them', () => {
  const classed = (name: string) =>
    tableHtml('x', ['a', 'b'], [[name, '1']]).includes('<table class="named">');
  assert.deepEqual([classed('p99.9'), classed('a-sweep[bs=4k,iodepth=32]')], [false, true]);
});

test('a name may break before its bracket, after its commas, and nowhere within', () => {
  assert.equal(
    nameHtml('a<b[bs=4k,iodepth=32] read'),
    'a&lt;b<span class="at">[bs=4k,<wbr>iodepth=32]</span> read',
  );
  assert.equal(nameHtml('a[b'), 'a[b');
});

describe('the same job of several results', () => {
  const overlaid = (page: string): string[] =>
    (page.match(/<figure[\s\S]*?<\/figure>/g) ?? []).filter((figure) =>
      figure.includes(': latency in each result'),
    );

  test('is one chart with a line for each', () => {
    const later = { ...sampleResult(), startedAt: '2025-03-02T10:00:00.000Z' };
    const [figure, ...others] = overlaid(formatHtml([sampleResult(), later]));
    assert.deepEqual(others, []);
    const legend = /<ul class="legend">(.*?)<\/ul>/s.exec(figure)?.[1] ?? '';
    assert.deepEqual(
      legend
        .replace(/<svg.*?<\/svg>|<\/?li>/gs, ' ')
        .trim()
        .split(/\s{2,}/),
      ['1: 2025-03-01T10:00:00.000Z', '2: 2025-03-02T10:00:00.000Z'],
    );
  });

  test('has the names of files, and drives where these differ, in its legend, on its head and over its sections', () => {
    const other = {
      ...sampleResult(),
      devices: sampleResult().devices.map((each) => ({ ...each, modelNumber: 'B<b>' })),
    };
    const page = formatHtml([sampleResult(), other], ['runs/old.json', 'runs/new.json']);
    const [{ modelNumber }] = sampleResult().devices;
    const names = [`1: old.json, ${modelNumber}`, '2: new.json, B&lt;b&gt;'];
    for (const name of names) {
      assert.ok(overlaid(page)[0].includes(`</svg>${name}</li>`), name);
      assert.ok(page.includes(`<p class="sub">${name}, 2025-`), name);
      assert.ok(page.includes(`<h2>Summary (${name})</h2>`), name);
    }
  });

  test('leaves out the rounds of each, which have their own charts', () => {
    const [figure, ...others] = overlaid(formatHtml([roundsResult(), roundsResult()]));
    assert.match(figure, /<strong>randread-qd32 read: latency in each result/);
    assert.deepEqual(others, []);
  });

  test('is none where there is one result, or no job in common', () => {
    assert.deepEqual(overlaid(formatHtml([sampleResult()])), []);
    const other = { ...sampleResult(), jobs: [{ ...readJob(), name: 'another' }] };
    assert.deepEqual(overlaid(formatHtml([sampleResult(), other])), []);
  });
});

describe('a scale of values', () => {
  const text = String;

  test('has its ticks at the values, each once, at the ends of the axis', () => {
    const { ticks, at } = valueScale('iodepth', [32, 1, 8, 8], text);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['1', '8', '32'],
    );
    assert.deepEqual([at(1), at(32)], [0, 1]);
    assert.ok(Math.abs(at(8) - 0.6) < 1e-9);
  });

  test('is linear where one of them is 0, which no logarithm has', () => {
    assert.deepEqual(valueScale('rwmixread', [100, 0, 50], text).ticks, [
      { at: 0, label: '0' },
      { at: 0.5, label: '50' },
      { at: 1, label: '100' },
    ]);
    const page = formatHtml([sweepResult([4096], [0, 4])]);
    const [, figure = ''] = page.split('<strong>sweep: IOPS by iodepth</strong>');
    const [, data = ''] = /<script type="application\/json">(.*?)<\/script>/s.exec(figure) ?? [];
    const [{ p }] = (JSON.parse(data) as { series: { p: unknown[][] }[] }).series;
    assert.deepEqual(
      p.map(([, , depth]) => depth),
      ['0', '4'],
    );
  });

  test('puts a value alone into the middle', () => {
    assert.deepEqual(valueScale('iodepth', [7], text).ticks, [{ at: 0.5, label: '7' }]);
  });

  test('has ticks at some of many, and at both ends', () => {
    const { ticks } = valueScale(
      'iodepth',
      Array.from({ length: 100 }, (_, i) => i + 1),
      text,
    );
    assert.ok(ticks.length <= 12, String(ticks.length));
    assert.deepEqual([ticks[0].label, ticks[ticks.length - 1].label], ['1', '100']);
  });
});
