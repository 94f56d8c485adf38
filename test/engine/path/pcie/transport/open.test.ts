import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../../../engine/errors.js';
import {
  attachTransport,
  registerTransport,
  scanAll,
  transports,
} from '../../../../../engine/path/pcie/transport/open.js';
import type { ScanEntry, Target, Transport } from '../../../../../engine/path/pcie/transport/transport.js';

/** A transport that answers with what it was asked, as its error. */
function echoing(scheme: string, entries: ScanEntry[] | EngineError): Transport {
  return {
    scheme,
    usage: `${scheme}:ANYTHING`,
    async scan() {
      if (entries instanceof EngineError) throw entries;
      return entries;
    },
    async attach(target: Target) {
      throw new EngineError({ code: 'ECHO', op: scheme, target: target.address, reason: '', hint: '' });
    },
  };
}

const noBus = new EngineError({ code: 'PCI_BUS_MISSING', op: 'scan', target: '/sys', reason: '', hint: '' });

test('real and software controllers can be chosen', () => {
  const schemes = transports().map((transport) => transport.scheme);
  assert.ok(schemes.includes('pci'));
  assert.ok(schemes.includes('sim'));
});

test('the scheme chooses the transport, which is given the rest', async () => {
  registerTransport(echoing('pci', []));
  await assert.rejects(attachTransport('01:00.0'), { code: 'ECHO', op: 'pci', target: '0000:01:00.0' });
});

test('a scheme that nobody has is an input error that lists the others', async () => {
  await assert.rejects(attachTransport('floppy:a'), { kind: 'input', message: /pci:/ });
});

test('a transport that cannot look does not hide what the others found', async () => {
  const entry: ScanEntry = { target: 'echo:1', description: 'one', usable: true, reason: '' };
  registerTransport(echoing('echo', [entry]));
  registerTransport(echoing('pci', noBus));
  const { entries, failures } = await scanAll({});
  assert.ok(entries.some((each) => each.target === 'echo:1'));
  assert.deepEqual(failures, [{ scheme: 'pci', error: noBus }]);
});

test('a transport that is registered later is reached by its own scheme', async () => {
  registerTransport(echoing('later', []));
  await assert.rejects(attachTransport('later:there?speed=1'), {
    code: 'ECHO',
    op: 'later',
    target: 'there',
  });
});
