import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Controller } from '../../../../engine/path/pcie/controller.js';
import { IoChannel } from '../../../../engine/path/pcie/io-channel.js';
import type { ActiveNamespace } from '../../../../engine/path/pcie/namespace.js';

test('a namespace whose blocks carry metadata gets no channel: its transfers are longer than its blocks', async () => {
  const controller = { device: { target: 'fake:0' } } as unknown as Controller;
  const identity = { protectionType: 0 };
  const namespace = { nsid: 1, metadataBytes: 8, protectionType: 0, identity } as unknown as ActiveNamespace;
  await assert.rejects(IoChannel.open(controller, namespace), { code: 'UNSUPPORTED_FORMAT', kind: 'input' });
});
