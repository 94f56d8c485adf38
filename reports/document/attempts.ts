/** What a document tells of the times that its run was begun before it was gone on with. */
import { z } from 'zod';
import { amount, count } from './machine.js';

const isoTime = z.iso.datetime({ offset: true });

/** A job on a device that had not come to its end: its figures are gone, and the next attempt ran it again whole. */
const cutShortSchema = z.object({
  name: z.string(),
  target: z.string(),
  /** From 0; absent where the job runs once. */
  repeat: count.optional(),
  elapsedNs: amount,
  /** Most that it may have written until its document was last kept, as `max_bytes_written` counts. */
  mostWrittenBytes: amount,
});

/** A fact that the next attempt found otherwise, such as `host.kernel`. */
const changeSchema = z.object({ fact: z.string(), before: z.string(), after: z.string() });

/** One attempt before the last. */
export const attemptSchema = z.object({
  startedAt: isoTime,
  /** When it ended or, of one that was killed, when its document was last written. */
  endedAt: isoTime,
  /** Why it ended there. */
  reason: z.string(),
  /** How many records of `jobs` it made; those of attempts follow each other there. */
  jobs: count,
  cutShort: z.array(cutShortSchema),
  /** Of host and drives, from this attempt to the next. */
  changes: z.array(changeSchema),
});

export type AttemptRecord = z.infer<typeof attemptSchema>;
export type CutShortRecord = z.infer<typeof cutShortSchema>;
