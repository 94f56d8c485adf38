import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { spdkBuild } from '../../../../bench/micro/spdk/build.js';

test('the programs are found in the sources as in their build folder, and what is missing is named', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'spdk-'));
  t.after(() => rmSync(root, { recursive: true }));
  assert.throws(() => spdkBuild(root), /neither build\/bin nor bin.*--with-vfio-user/);
  const bin = join(root, 'build', 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'nvmf_tgt'), '', { mode: 0o755 });
  assert.throws(() => spdkBuild(root), /use spdk_nvme_perf .*it is not there/);
  writeFileSync(join(bin, 'spdk_nvme_perf'), '', { mode: 0o644 });
  if (process.getuid?.() !== 0) assert.throws(() => spdkBuild(root), /it may not be executed/);
  rmSync(join(bin, 'spdk_nvme_perf'));
  writeFileSync(join(bin, 'spdk_nvme_perf'), '', { mode: 0o755 });
  const found = { target: join(bin, 'nvmf_tgt'), perf: join(bin, 'spdk_nvme_perf') };
  assert.deepEqual(spdkBuild(root), found);
  assert.deepEqual(spdkBuild(join(root, 'build')), found);
});
