import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobOf, lostOf } from './converted.js';

const ZBD = 'rw=randwrite\nzonemode=zbd\nruntime=9\ntime_based';

test('zonemode=zbd is carried with its limits; how large zones are, the namespace says', () => {
  const job = jobOf(
    `${ZBD}\nzonesize=256M\nmax_open_zones=32\nzone_reset_threshold=0.7\nzone_reset_frequency=.125`,
  );
  const { zoneMode, maxOpenZones, zoneResetThreshold, zoneResetFrequency, partition } = job;
  assert.deepEqual([zoneMode, maxOpenZones, partition], ['zbd', 32, false]);
  assert.deepEqual([zoneResetThreshold, zoneResetFrequency], [0.7, 0.125]);
  assert.deepEqual(lostOf(`[a]\n${ZBD}\nzonesize=256M\nmax_open_zones=32\nread_beyond_wp=0`), []);
});

test('a number of zones is so many bytes where their size is given', () => {
  const { size, offset } = jobOf(`${ZBD}\nzonesize=256M\nsize=8z\noffset=524z`);
  assert.deepEqual([size, offset], [{ bytes: 8 * 2 ** 28 }, { bytes: 524 * 2 ** 28 }]);
  assert.match(lostOf(`[a]\n${ZBD}\nsize=8z`)[0], /number of zones/);
});

test('workers that share zones in fio have their own', () => {
  assert.equal(jobOf(`${ZBD}\nnumjobs=4`).partition, true);
  assert.equal(jobOf(`${ZBD}\nnumjobs=4\nrw=randread`).partition, false);
});

test('a job that goes by zones is verified', () => {
  assert.equal(jobOf(`${ZBD}\nverify=crc32c\nnumjobs=2`).verify, 'crc32c');
});

test('what cannot be had with zones is said', () => {
  assert.match(lostOf(`[a]\n${ZBD}\nverify=crc32c\nverify_only=1`)[0], /how these stand/);
  assert.match(lostOf(`[a]\n${ZBD}\nrate_iops=100`)[0], /`rate_iops` is not to be had/);
  assert.match(lostOf(`[a]\n${ZBD}\nrw=trim`)[0], /reset them by themselves/);
});

test('parts of the region are carried, also where their size alone says it', () => {
  const job = jobOf(
    'rw=read\nsize=1g\nzonemode=strided\nzonesize=1M\nzonerange=2M\nzoneskip=4M\nmax_open_zones=3',
  );
  const { zoneMode, zoneSizeBytes, zoneRangeBytes, zoneSkipBytes } = job;
  assert.deepEqual(
    [zoneMode, zoneSizeBytes, zoneRangeBytes, zoneSkipBytes],
    ['strided', 2 ** 20, 2 ** 21, 2 ** 22],
  );
  assert.equal(jobOf('rw=read\nsize=1g\nzonesize=1M').zoneMode, 'strided');
  assert.equal(jobOf('rw=read\nsize=1g\nzonemode=none\nzonesize=1M').zoneMode, 'none');
});

test('what cannot be had with parts of the region is said', () => {
  assert.match(lostOf('[a]\nrw=rw\nsize=1g\nzonesize=1M')[0], /reads and writes together/);
  assert.match(lostOf('[a]\nrw=randread\nsize=1g\nzonesize=1M\nbssplit=4k/50:8k/50')[0], /`bssplit`/);
  assert.match(lostOf('[a]\nrw=read\nsize=1g\nzonemode=strided')[0], /zonesize/);
});
