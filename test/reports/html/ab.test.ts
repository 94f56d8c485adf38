import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { analyseAb } from '../../../reports/ab/index.js';
import { htmlAb } from '../../../reports/html/ab.js';
import { experimentOf } from '../ab/experiments.js';
import { simulation } from '../sample.js';
import { HOSTILE_NAME, strayCharacters } from '../views/hostile.js';

const slower = experimentOf((role) => ({ meanNs: role === 'B' ? 150_000 : 100_000 }));
const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe('the page of a paired experiment', () => {
  test('has sides, verdicts in words, a chart of the intervals and a row for each metric with that of the control', () => {
    const page = htmlAb(analyseAb(slower));
    assert.match(page, /<p class="sub">run\.yaml: A as configured; B jobs\[0\]\.iodepth=64<\/p>/);
    assert.match(page, /<b class="worse">worse<\/b> randread read: iops -3\d\.\d %/);
    assert.equal(count(page, /<figure class="chart"/g), 1);
    assert.match(page, /change from A to B/);
    assert.match(
      page,
      /<tr class="worse"><th scope="row">mean<\/th><td>100 µs<\/td><td>150 µs<\/td>(<td>[^<]+<\/td>){4}<td>worse<\/td>/,
    );
  });

  test('names its drive in its head, once, and its sides in its title', () => {
    const page = htmlAb(analyseAb(slower));
    const [{ modelNumber }] = slower.legs[0].result.devices;
    const drives = [...page.matchAll(/<p class="drive">(.*?)<\/p>/g)].map(([, text]) => text);
    assert.equal(drives.length, 1);
    assert.ok(drives[0].startsWith(modelNumber), drives[0]);
    assert.match(page, /<title>nvbench paired experiment - run\.yaml: A as configured; B /);
  });

  test('says before any figure that they describe no drive, that it was cut short, and that a control shows an effect', () => {
    const document = experimentOf((role) => ({ meanNs: role === "A'" ? 130_000 : 100_000 }));
    for (const { result } of document.legs)
      result.devices = [{ ...simulation, target: result.devices[0].target }];
    const page = htmlAb(analyseAb({ ...document, complete: false, interrupted: { reason: 'SIGINT' } }));
    const notices = [...page.matchAll(/<p class="notice" role="note">(.*?)<\/p>/g)].map(([, text]) => text);
    assert.match(notices[0], /^SOFTWARE CONTROLLER/);
    assert.equal(notices[1], 'INCOMPLETE: SIGINT');
    assert.match(notices[2], /^CONTROL SHOWS AN EFFECT of randread read/);
    assert.ok(page.indexOf(notices[2]) < page.indexOf('<table'));
  });

  test('shows names of others as text', () => {
    const page = htmlAb(
      analyseAb({ ...slower, config: HOSTILE_NAME, sides: { A: { set: [HOSTILE_NAME] }, B: { set: [] } } }),
    );
    assert.equal(count(page, /<script>/g), 1);
    assert.equal(count(page, /<img/g), 0);
    assert.deepEqual(strayCharacters(page), []);
  });
});
