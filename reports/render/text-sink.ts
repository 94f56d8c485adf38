/** The text of a view as it grows, within a bound. */
import { ReportError } from '../report-error.js';

/** Half of what a string can hold. A document of a few megabytes can ask for more where it has long names. */
const MOST_CHARACTERS = 256 * 2 ** 20;
/** Lines are joined when they are so many: by themselves they take several times their room. */
const LINES_TOGETHER = 1000;

export interface TextSink {
  /** Adds a line and its end. Throws ReportError VIEW_TOO_LARGE. */
  line(text: string): void;
  /** All of it. */
  text(): string;
}

/** Gathers the lines of a view. */
export function textSink(view: string): TextSink {
  const pieces: string[] = [];
  let lines: string[] = [];
  let characters = 0;
  const join = (): void => {
    pieces.push(`${lines.join('\n')}\n`);
    lines = [];
  };
  return {
    line(text) {
      characters += text.length + 1;
      if (characters > MOST_CHARACTERS)
        throw new ReportError(
          'VIEW_TOO_LARGE',
          `as ${view} it would be longer than ${MOST_CHARACTERS / 2 ** 20} MiB`,
          "choose a job with nvbench report --job NAME or --job '#N'",
        );
      lines.push(text);
      if (lines.length === LINES_TOGETHER) join();
    },
    text() {
      if (lines.length > 0) join();
      return pieces.join('');
    },
  };
}
