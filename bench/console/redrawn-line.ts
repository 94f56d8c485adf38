/** A line of a terminal that is drawn again in its place; loaded where there is a terminal. */
import { createLogUpdate } from 'log-update';

export interface RedrawnLine {
  draw(line: string): void;
  clear(): void;
}

/** Draws until the terminal cannot be written. */
export function redrawnLine(stream: NodeJS.WriteStream): RedrawnLine {
  const update = createLogUpdate(stream);
  let lost = false;
  stream.once('error', () => {
    lost = true;
  });
  return {
    draw: (line) => {
      if (!lost) update(line);
    },
    clear: () => {
      if (!lost) update.clear();
    },
  };
}
