import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageErrorText } from '../../../bench/console/usage-error.js';

const option = (name: string, ...alsoCalled: string[]) => ({ name, alsoCalled });
const commands = [
  { name: 'run', usage: 'run [configs..]', options: [option('iodepth', 'qd'), option('output')] },
  { name: 'list', usage: 'list', options: [option('format')] },
  { name: 'identify', usage: 'identify <target>', options: [] },
];

test('a command that is nearly one is suggested', () => {
  assert.equal(
    usageErrorText('Unknown command: idnetify', commands, ['idnetify']),
    'Unknown command: idnetify; did you mean identify?',
  );
});

test('a command with arguments that is nearly one is suggested as well', () => {
  assert.equal(
    usageErrorText('Unknown commands: idnetify, sim', commands, ['idnetify', 'sim']),
    'Unknown command: idnetify; did you mean identify?',
  );
});

test('a command like none leads to the list of commands', () => {
  assert.equal(
    usageErrorText('Unknown command: frobnicate', commands, ['frobnicate']),
    'Unknown command: frobnicate; see nvbench --help',
  );
});

test('a missing argument shows how the command is written', () => {
  assert.equal(
    usageErrorText('Not enough non-option arguments: got 0, need at least 1', commands, ['identify']),
    'an argument is missing: nvbench identify <target>; see nvbench identify --help',
  );
});

test('an option that is nearly one is suggested', () => {
  assert.equal(
    usageErrorText('Unknown arguments: iodpeth, iodpeth', commands, ['run', '--iodpeth=4']),
    'unknown option --iodpeth; did you mean --iodepth?; see nvbench run --help',
  );
});

test('an option by the name that another tool has for it is suggested', () => {
  assert.equal(
    usageErrorText('Unknown argument: qd', commands, ['run', '--qd', '4']),
    'unknown option --qd; did you mean --iodepth?; see nvbench run --help',
  );
});

test('an option like none, and a word too many, lead to the help of the command', () => {
  assert.equal(
    usageErrorText('Unknown argument: frob', commands, ['list', '--frob']),
    'unknown option --frob; see nvbench list --help',
  );
  assert.equal(
    usageErrorText('Unknown argument: frob', commands, ['list', 'frob']),
    'it takes no further argument, got frob; see nvbench list --help',
  );
});

test('options that are missing are named as they are written', () => {
  assert.equal(
    usageErrorText('Missing required arguments: socket, yes-destroy', commands, ['list']),
    'an option is missing: --socket, --yes-destroy; see nvbench list --help',
  );
});

test('several lines become one', () => {
  assert.equal(
    usageErrorText('Invalid values:\n  Argument: format, Given: "xml"', commands, ['run', 'a.yaml']),
    'Invalid values: Argument: format, Given: "xml"; see nvbench run --help',
  );
});
