import assert from 'node:assert/strict';
import { test } from 'node:test';
import { converted, jobOf, lostOf } from './converted.js';

const WRITES = 'rw=randwrite\nsize=1m\n';

test('fdp is carried with its handles, in ascending order as fio sorts them', () => {
  const { fdp, plids, plidSelect } = jobOf(`${WRITES}fdp=1\nfdp_pli=4,0-2\nfdp_pli_select=random`);
  assert.deepEqual([fdp, plids, plidSelect], [true, [0, 1, 2, 4], 'random']);
  assert.equal(jobOf(`${WRITES}dataplacement=fdp`).fdp, true);
  assert.equal(jobOf('rw=randrw\nsize=1m\nfdp=1').fdp, true);
});

test('it does nothing in jobs that read, and streams are told of', () => {
  assert.deepEqual(lostOf('[a]\nrw=read\nsize=1m\nfdp=1\nplids=1'), []);
  assert.equal(jobOf('rw=read\nsize=1m\nfdp=1\nplids=1').fdp, false);
  assert.match(lostOf(`[a]\n${WRITES}dataplacement=streams\nplids=1`)[0], /streams/);
  assert.match(lostOf(`[a]\n${WRITES}fdp=1\nplid_select=scheme\ndp_scheme=x`)[0], /by addresses/);
});

test('what the kernel does not pass on is told of where the job goes that way', () => {
  const told = (lines: string) =>
    converted(`[a]\n${WRITES}direct=1\n${lines}`)
      .findings.filter(({ kind }) => kind === 'differs')
      .map(({ what }) => what);
  const asks = 'ioengine=io_uring_cmd\npi_act=0\npi_chk=GUARD\n';
  assert.deepEqual(told(`${asks}filename=/dev/ng0n1`), ['pi_act=0', 'pi_chk=GUARD']);
  assert.deepEqual(told('atomic=1\nfilename=/dev/nvme0n1'), ['atomic=1']);
  assert.deepEqual(told(`${asks}filename=0000\\:01\\:00.0`), []);
});
