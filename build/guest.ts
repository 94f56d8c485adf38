/** Makes dist/guest: the scripts of test/vm that run in guests, where each file that is opened takes its time. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeBundle, root } from './bundle.js';

const SCRIPTS = 'test/vm/guest';
/** Tests that these scripts start. */
const TESTS = [
  'test/conformance/target.ts',
  'test/conformance/uring-target.ts',
  'test/engine/memory/physical-region.test.ts',
];

const scripts = readdirSync(join(root, SCRIPTS)).map((name) => join(SCRIPTS, name));
await makeBundle('dist/guest', {
  entries: Object.fromEntries([...scripts, ...TESTS].map((path) => [basename(path, '.ts'), path])),
});
