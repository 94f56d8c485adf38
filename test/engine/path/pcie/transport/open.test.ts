import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attachTransport,
  registerTransport,
  transports,
} from '../../../../../engine/path/pcie/transport/open.js';
import { echoing } from './transports.js';

test('real and software controllers can be chosen', () => {
  const schemes = transports().map((transport) => transport.scheme);
  assert.ok(schemes.includes('pci'));
  assert.ok(schemes.includes('sim'));
});

test('the scheme chooses the transport, which is given the rest', async () => {
  registerTransport({
    ...echoing('pci'),
    bareAddress: /^01:00/,
    readAddress: (address) => `0000:${address}`,
  });
  await assert.rejects(attachTransport('01:00.0'), { code: 'ECHO', op: 'pci', target: '0000:01:00.0' });
});

test('a scheme that nobody has is an input error that lists the others', async () => {
  await assert.rejects(attachTransport('floppy:a'), { kind: 'input', message: /pci:/ });
});

test('a transport that is registered later is reached by its own scheme', async () => {
  registerTransport(echoing('later'));
  const attached = attachTransport('later:there?speed=1');
  await assert.rejects(attached, { code: 'ECHO', op: 'later', target: 'there' });
});
