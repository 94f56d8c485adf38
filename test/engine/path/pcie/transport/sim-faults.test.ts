import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FAULTS_FORM,
  formatFault,
  parseFaults,
  readFaults,
} from '../../../../../engine/path/pcie/transport/sim-faults.js';

test('faults are read as a list', () => {
  assert.deepEqual(parseFaults('error(lba=1-9,sct=2,sc=0x81);drop(5);delay(7,5ms)'), [
    { kind: 'error', firstLba: 1, lastLba: 9, statusCodeType: 2, statusCode: 0x81 },
    { kind: 'drop', nth: 5 },
    { kind: 'delay', nth: 7, delayNs: 5_000_000 },
  ]);
  assert.deepEqual(parseFaults('event(2,type=1,info=2,log=3);refuse(9,4,sct=1,sc=2,crd=3);mute(0x06,1)'), [
    { kind: 'event', nth: 2, type: 1, info: 2, logPage: 3 },
    { kind: 'refuse', opcode: 9, times: 4, statusCodeType: 1, statusCode: 2, retryDelay: 3 },
    { kind: 'mute', opcode: 6, times: 1 },
  ]);
});

test('faults of data say of which command, and how', () => {
  assert.deepEqual(parseFaults('lose(3);flip(4,17);misplace(5,800);tear(6,512)'), [
    { kind: 'lose', nth: 3 },
    { kind: 'flip', nth: 4, byte: 17 },
    { kind: 'misplace', nth: 5, lba: 800 },
    { kind: 'tear', nth: 6, bytes: 512 },
  ]);
  for (const wrong of ['lose(3,1)', 'flip(3)', 'tear(3,510)', 'misplace(0,1)'])
    assert.equal(parseFaults(wrong), undefined);
});

test('what is written is what is read', () => {
  const every =
    'error(lba=1-9,sct=2,sc=0x81);delay(7,5ms);delay(8,1500ns);drop(1);hang(2);cfs(3);die(4);reset(5);detach(6);' +
    'event(2,type=1,info=2,log=3);lose(3);flip(4,17);misplace(5,800);tear(6,512);' +
    'refuse(0x09,4,sct=1,sc=0x02,crd=3);mute(0x06,1);phase(1);twice(2);cid(3,65535);' +
    'error(lba=0-5,sct=0,sc=0x06,opcode=0x02,p=0.7%,times=3);delay(1,2s,times=9);' +
    'stale(lba=0-7,p=5%,times=2);stuck(1);storm(2,3,every=50ms);throttle(after=1s,for=5s,factor=4,kelvin=350);' +
    'powercut(3);powercut(4,cache=65536);deaddie(5,1)';
  assert.equal(parseFaults(every)?.map(formatFault).join(';'), every);
});

const FORM = 'write error(lba=FIRST-LAST,sct=N,sc=N[,opcode=OPCODE][,p=PERCENT%][,times=N])';

test('what is no fault is answered with how it is written, or with all that there are', () => {
  const hint = (text: string): string => {
    try {
      readFaults(text);
    } catch (error) {
      return (error as { hint: string }).hint;
    }
    return '';
  };
  assert.equal(hint('drop(1);error(lba=9-1,sct=2,sc=1)'), FORM);
  assert.equal(hint('error(lba=1-9,sct=0,sc=0)'), FORM);
  for (const wrong of ['times=1,times=2', 'p=0%', 'p=101%', 'opcode=256', 'lba=1-2'])
    assert.equal(hint(`error(lba=1-9,sct=2,sc=1,${wrong})`), FORM);
  assert.equal(hint('explode(1)'), `faults are ${FAULTS_FORM}`);
});
