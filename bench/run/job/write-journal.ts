/** The file in which a job keeps which of its writes were acknowledged, for one that verifies them after a loss of power. */
import { z } from 'zod';
import { EngineError } from '../../../engine/index.js';
import { type JournalState, journalState, type PreparedJob } from '../../../engine/load/index.js';
import { type InputKind, inputError, readInputText } from '../../files/input-file.js';
import { writeWhole } from '../../files/output-file.js';
import type { PlannedJob } from '../plan/plan.js';

/** What was acknowledged since the last writing is not known after a crash of this host, and not claimed. */
const EVERY_MS = 100;

const count = z.int().nonnegative();
const acknowledged = z.object({ sent: count, open: z.array(count).readonly() });
const schema = z.object({
  format: z.literal('nvbench write journal'),
  version: z.literal(1),
  job: z.string(),
  serialNumber: z.string(),
  namespaceId: count,
  runMs: count,
  /** What was acknowledged is on the medium: by FUA, or without a volatile cache. */
  forced: z.boolean(),
  seed: count,
  bsBytes: count,
  workers: z.array(acknowledged.extend({ flushed: acknowledged })).min(1),
});
type JournalFile = z.infer<typeof schema>;

/**
 * Whether writes need no flush: each has FUA, or the controller says that it has no volatile cache (VWC). One that is off may be on
 * again.
 */
function isForced({ spec, device: { drive } }: PlannedJob): boolean {
  return spec.writeFua === true || drive.admin?.identity.volatileWriteCache === false;
}

/** Keeps the file current from its making until it is closed; each state of it is forced to its disk before the next. */
export class WriteJournal {
  readonly #path: string;
  readonly #fixed: Omit<JournalFile, 'workers'>;
  readonly #memories: readonly SharedArrayBuffer[];
  readonly #timer: NodeJS.Timeout;
  #last = '';
  #failure: unknown;

  /** Writes it once. Throws EngineError OUTPUT_UNWRITABLE. */
  constructor(path: string, planned: PlannedJob, { journals, runMs }: PreparedJob) {
    const { config, spec, device } = planned;
    this.#path = path;
    this.#memories = journals;
    this.#fixed = {
      format: 'nvbench write journal',
      version: 1,
      job: config.name,
      serialNumber: device.drive.identity.serialNumber,
      namespaceId: device.namespace.nsid,
      runMs,
      forced: isForced(planned),
      seed: spec.seed,
      bsBytes: spec.bsBytes,
    };
    this.#write();
    this.#timer = setInterval(() => this.#keep(), EVERY_MS).unref();
  }

  #write(): void {
    const workers: JournalState[] = this.#memories.map((memory) => journalState(memory));
    const text = `${JSON.stringify({ ...this.#fixed, workers } satisfies JournalFile)}\n`;
    if (text === this.#last) return;
    writeWhole(this.#path, text, 'verify_journal', true);
    this.#last = text;
  }

  #keep(): void {
    try {
      this.#write();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    }
  }

  /** Once the workers have ended. Returns why the file does not have their last state. */
  close(): unknown {
    clearInterval(this.#timer);
    this.#keep();
    return this.#failure;
  }
}

const KIND: InputKind = {
  op: 'read a write journal',
  code: 'BAD_JOURNAL',
  hint: 'give the file that the run which wrote has made',
};

/** A job that verifies, with what the file says of the run that wrote. Throws EngineError of kind `input`. */
export function withJournal(planned: PlannedJob, path: string): PlannedJob {
  const { spec, device } = planned;
  const refuse = (reason: string, cause?: unknown): EngineError => inputError(KIND, path, reason, cause);
  let json: unknown;
  try {
    json = JSON.parse(readInputText(path, KIND));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw refuse('it is no JSON', cause);
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) throw refuse(`it is no write journal: ${z.prettifyError(error).split('\n')[0]}`, error);
  const { serialNumber, namespaceId, workers, seed, bsBytes } = data;
  const own = { serialNumber: device.drive.identity.serialNumber, namespaceId: device.namespace.nsid };
  if (serialNumber !== own.serialNumber || namespaceId !== own.namespaceId)
    throw refuse(
      `it is of namespace ${namespaceId} of drive ${serialNumber}, and the job reads ${own.namespaceId} of ${own.serialNumber}`,
    );
  if (seed !== spec.seed || bsBytes !== spec.bsBytes || workers.length !== spec.numjobs)
    throw refuse('the job that wrote it had another seed, bs or numjobs: it went to other places');
  const numberIos = Math.max(...workers.map(({ sent }) => sent));
  if (numberIos === 0) throw refuse('it says that nothing was written');
  const verification = spec.verification && { ...spec.verification, wrote: data };
  return { ...planned, spec: { ...spec, numberIos, ...(verification && { verification }) } };
}
