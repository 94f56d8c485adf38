import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { configJsonSchema } from '../../../bench/config/schema.js';

describe('schemaCommand', () => {
  test('prints the JSON schema and nothing else', () => {
    const url = new URL('../../../bench/commands/schema.js', import.meta.url);
    const script = `const { schemaCommand } = await import(${JSON.stringify(url.href)}); schemaCommand({ document: 'config' });`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    assert.deepEqual(JSON.parse(printed), configJsonSchema());
  });
});
