import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { SOFTWARE_NOTICE } from '../../../reports/document/notices.js';
import { formatText } from '../../../reports/views/text.js';
import {
  drive,
  ESCAPE,
  fixture,
  mixedJob,
  readJob,
  sampleResult,
  simulation,
  troubledResult,
} from '../sample.js';

const plain = { color: false, width: 100 };

function widest(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}

describe('formatText', () => {
  test('tells of a plain run', () => {
    assert.equal(formatText(sampleResult(), plain), fixture('plain.txt'));
  });

  test('tells of an interrupted run with errors, warnings and a software controller', () => {
    assert.equal(formatText(troubledResult(), plain), fixture('troubled.txt'));
  });

  test('fits a terminal of 80 columns', () => {
    assert.equal(formatText(troubledResult(), { color: false, width: 80 }), fixture('troubled-80.txt'));
  });

  test('keeps within the width', () => {
    for (const width of [80, 90, 95, 96, 100, 120])
      assert.ok(widest(formatText(troubledResult(), { color: false, width })) <= width, `${width}`);
  });

  test('keeps within 100 columns with the widest figures', () => {
    const job = mixedJob();
    const { read, write } = job.directions;
    assert.ok(read && write);
    const fast = { iops: 27_123_456, bandwidthBytesPerSecond: 27_123_456 * 4096, errors: 123_456 };
    const directions = { read: { ...read, ...fast }, write: { ...write, ...fast } };
    assert.ok(widest(formatText({ ...sampleResult(), jobs: [{ ...job, directions }] }, plain)) <= 100);
  });

  test('says the same with and without colour', () => {
    const colored = formatText(troubledResult(), { color: true, width: 100 });
    assert.ok(colored.includes(`${ESCAPE}[31m`));
    assert.equal(stripVTControlCharacters(colored), fixture('troubled.txt'));
  });

  test('writes no escape where colour is off', () => {
    assert.ok(!formatText(troubledResult(), plain).includes(ESCAPE));
  });

  test('says of a software controller that it is none, and of a drive nothing of the kind', () => {
    const software = { ...sampleResult(), devices: [simulation] };
    assert.ok(formatText(software, plain).includes(SOFTWARE_NOTICE));
    assert.ok(!formatText(sampleResult(), plain).includes('SOFTWARE'));
  });

  test('says of a vfio-user server that it is not the own simulation', () => {
    const served = { ...sampleResult(), devices: [{ ...simulation, transport: 'vfio-user' }] };
    const text = formatText(served, plain).replace(/\s+/g, ' ');
    assert.ok(
      text.includes('SOFTWARE CONTROLLER: these figures describe the process behind a vfio-user socket'),
    );
    assert.ok(!text.includes('simulation'));
  });

  test('says what the transport says of the figures, whatever reached it', () => {
    const notice = 'SOFTWARE CONTROLLER: these figures describe something else';
    const shared = { ...simulation, transport: 'shared:vfio-user', notice };
    const text = formatText({ ...sampleResult(), devices: [shared] }, plain);
    assert.ok(text.includes(`\n${notice}\n`));
    assert.ok(!text.includes(SOFTWARE_NOTICE));
  });

  test('lets no control character of a device, a job or a warning through', () => {
    const evil = 'x\x1b[2J\r\x07';
    const text = formatText(
      {
        ...sampleResult(),
        interrupted: { reason: evil },
        devices: [{ ...drive, modelNumber: evil, serialNumber: evil, firmwareRevision: evil, target: evil }],
        warnings: [{ code: 'w', message: evil, advice: evil }],
        jobs: [{ ...readJob(), name: evil, rw: evil }],
      },
      plain,
    );
    assert.doesNotMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
    assert.ok(text.includes('x?[2J??'));
  });

  test('shows no latency where nothing was counted', () => {
    const { read } = readJob().directions;
    assert.ok(read);
    const directions = { read: { ...read, ios: 0, iops: 0, bandwidthBytesPerSecond: 0 } };
    const text = formatText({ ...sampleResult(), jobs: [{ ...readJob(), directions }] }, plain);
    assert.match(text, /read +0 +0\.00 +- +- +- +- +- +- +0\n/);
  });
});
