import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineError } from '../../../engine/errors.js';
import { Proof } from '../../../engine/held/proof.js';

interface Question {
  resolve(): void;
  reject(error: unknown): void;
}

/** A controller that answers when the test says so. */
function subject() {
  const proof = new Proof();
  const questions: Question[] = [];
  let silent = 0;
  const answers = (): Promise<void> =>
    new Promise((resolve, reject) => {
      questions.push({ resolve, reject });
    });
  const ask = (): void => proof.ask({ answers }, () => silent++);
  return { proof, ask, questions, silences: () => silent };
}

const failure = (code: string): EngineError =>
  new EngineError({ code, op: 'ask', target: 'fake:0', reason: '', hint: '' });

test('it holds from an answer until it is spent, and is asked for once at a time', async () => {
  const { proof, ask, questions } = subject();
  assert.equal(proof.holds, false);
  ask();
  ask();
  assert.equal(questions.length, 1);
  questions[0].resolve();
  await proof.asked;
  assert.equal(proof.holds, true);
  proof.spend();
  assert.equal(proof.holds, false);
});

test('an answer to what was asked before it was spent proves nothing', async () => {
  const { proof, ask, questions } = subject();
  ask();
  proof.spend();
  questions[0].resolve();
  await proof.asked;
  assert.equal(proof.holds, false);
});

test('silence is told of, a queue that is full is asked again', async () => {
  const { proof, ask, questions, silences } = subject();
  for (const code of ['QUEUE_FULL', 'COMMAND_TIMEOUT']) {
    ask();
    questions.pop()?.reject(failure(code));
    await proof.asked;
    assert.equal(proof.holds, false);
    assert.equal(silences(), code === 'QUEUE_FULL' ? 0 : 1);
  }
});
