import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadUsages } from '../../../bench/commands/index.js';
import { modelOf } from '../../../bench/console/completion/model.js';
import { manPage } from '../../../bench/manual/man-page.js';
import { TOPICS } from '../../../bench/manual/topic-names.js';

const commands = (await loadUsages([])).map(modelOf);
const EXIT_CODES = '# x\n\n| code | meaning |\n|---|---|\n| 0 | `Done`. |\n| 3 | .hidden \\n |\n';
const page = manPage(commands, '1.2.3', EXIT_CODES);

test('it has every command with its options, every topic, and the exit codes', () => {
  for (const { usage, options } of commands) {
    const part = page.split(`.SS "nvbench ${usage.replaceAll('-', '\\-')}"\n`)[1].split(/^\.S/m)[0];
    for (const { name } of options.filter((option) => option.name !== 'help'))
      assert.ok(part.includes(name.replaceAll('-', '\\-')), `${usage}: ${name}`);
  }
  for (const topic of Object.keys(TOPICS)) assert.ok(page.includes(topic.replaceAll('-', '\\-')), topic);
  assert.match(page, /^\\fB0\\fR\nDone\.$/m);
});

test('no text of it is taken for a request or an escape', () => {
  assert.match(page, /^\\&\.hidden \\en$/m);
  const requests = new Set(page.match(/^\.\S+/gm));
  assert.deepEqual([...requests].sort(), ['.SH', '.SS', '.TH', '.TP', '.br']);
});
