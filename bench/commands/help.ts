import { EngineError } from '../../engine/errors.js';
import { nearest } from '../config/wording.js';
import { stdoutStyle } from '../console/stdout.js';
import { TOPICS } from '../manual/topic-names.js';
import { topicText } from '../manual/topic-text.js';
import { TOPIC_TEXTS } from '../manual/topic-texts.js';
import type { HelpArguments } from '../usage/help.js';

/** Shows a topic; commands and the list of all there is are answered where the command line is read. */
export function help({ topic = '' }: HelpArguments): void {
  const names = Object.keys(TOPICS);
  if (!names.includes(topic)) {
    const near = nearest(topic, names);
    throw new EngineError({
      code: 'NO_TOPIC',
      op: 'help',
      target: topic,
      reason: 'it is neither a topic nor a command',
      hint:
        near === undefined
          ? `the topics are ${names.join(', ')}; nvbench help lists the commands`
          : `did you mean ${near}?`,
      kind: 'input',
    });
  }
  process.stdout.write(topicText(TOPIC_TEXTS[topic], stdoutStyle()));
}
