import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDeopts } from '../../../../bench/micro/deopt/log.js';

test('deoptimisations are read as the V8 versions of Node 20, 24 and 26 write them', () => {
  const text = `v8-version,11,3,244,8,-node.38,0
new,MemoryChunk,0x244dae0c0000,262144
code-deopt,50469,512,0x7f0e4afc6fc0,-1,79,deopt-eager,<file:///p/loop.js:2:54>,wrong map
code-deopt,15934,704,0x7f7dfb804000,-1,149,dependency-change,<file:///p/loop.js:3:13>,dependent field type constness changed
code-deopt,31378,2496,0x7f880a840680,-1,103,deopt-eager,<file:///p/loop.js:4:1> inlined at <file:///p/run.js:9:1>,prepare for on stack replacement (OSR)
code-deopt,1,2,0x7f,-1,3,deopt-lazy,<file:///p/a\\x2Cb.js:7:1>,(unknown)
`;
  assert.deepEqual(parseDeopts(text), [
    { kind: 'deopt-eager', reason: 'wrong map', at: 'file:///p/loop.js:2:54', tierUp: false },
    {
      kind: 'dependency-change',
      reason: 'dependent field type constness changed',
      at: 'file:///p/loop.js:3:13',
      tierUp: false,
    },
    {
      kind: 'deopt-eager',
      reason: 'prepare for on stack replacement (OSR)',
      at: 'file:///p/loop.js:4:1',
      tierUp: true,
    },
    { kind: 'deopt-lazy', reason: '(unknown)', at: 'file:///p/a,b.js:7:1', tierUp: false },
  ]);
});
