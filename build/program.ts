/** Makes dist/bundle, which is started and published: the program, and the doors that package.json exports; and its manual page. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeBundle, root } from './bundle.js';
import { makeManPage } from './man.js';
import { noticesOf } from './notices.js';

const FOLDER = 'dist/bundle';

const doors = { index: 'bench/index.ts', engine: 'engine/index.ts', reports: 'reports/index.ts' };
const packages = await makeBundle(FOLDER, {
  entries: { program: 'bench/program.ts', ...doors },
  starters: { nvbench: 'build/start/program.ts', thread: 'build/start/thread.ts' },
  doors: Object.keys(doors),
});
chmodSync(join(root, FOLDER, 'nvbench.js'), 0o755);
writeFileSync(join(root, FOLDER, 'LICENSES.txt'), noticesOf(packages));
await makeManPage(root);
