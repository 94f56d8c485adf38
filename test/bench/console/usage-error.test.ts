import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageErrorText } from '../../../bench/console/usage-error.js';

const usages = ['run <config>', 'list', 'identify <target>'];

test('a command that is nearly one is suggested', () => {
  assert.equal(
    usageErrorText('Unknown command: idnetify', usages, ['idnetify']),
    'Unknown command: idnetify; did you mean identify?',
  );
});

test('a command like none leads to the list of commands', () => {
  assert.equal(
    usageErrorText('Unknown command: frobnicate', usages, ['frobnicate']),
    'Unknown command: frobnicate; see nvbench --help',
  );
});

test('a missing argument shows how the command is written', () => {
  assert.equal(
    usageErrorText('Not enough non-option arguments: got 0, need at least 1', usages, ['run']),
    'an argument is missing: nvbench run <config>; see nvbench run --help',
  );
});

test('several lines become one', () => {
  assert.equal(
    usageErrorText('Invalid values:\n  Argument: format, Given: "xml"', usages, ['run', 'a.yaml']),
    'Invalid values: Argument: format, Given: "xml"; see nvbench run --help',
  );
});
