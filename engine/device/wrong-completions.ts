/** Completions that are wrong because a fault asks for it; all else about their commands is right. */
import type { CompletionFaultSpec } from './config.js';
import type { CompletionQueue } from './queues.js';

/** Marks a command that waits for its time: a bit above the 15 of a status field. */
export const WRONG_COMPLETION = 0x8000;

export class WrongCompletions {
  private readonly specs = new Map<number, CompletionFaultSpec>();

  /** What becomes of the completion of this command. Its status is to be marked. */
  mark(qid: number, cid: number, spec: CompletionFaultSpec): void {
    this.specs.set(keyOf(qid, cid), spec);
  }

  clear(): void {
    this.specs.clear();
  }

  /** Posts it, with a status as it was marked; false where there is no room yet. One entry is reserved no more. */
  post(completion: CompletionQueue, sqHead: number, qid: number, cid: number, marked: number): boolean {
    const status = marked & ~WRONG_COMPLETION;
    const spec = this.specs.get(keyOf(qid, cid));
    if (spec?.kind === 'twice') {
      completion.acceptHead(completion.doorbells[completion.headWord]);
      if (completion.room() < 2) return false;
      completion.post(0, sqHead, qid, cid, status);
    }
    if (spec?.kind === 'phase') completion.postStale(0, sqHead, qid, cid, status);
    else completion.post(0, sqHead, qid, spec?.kind === 'cid' ? spec.cid : cid, status);
    this.specs.delete(keyOf(qid, cid));
    return true;
  }
}

const keyOf = (qid: number, cid: number): number => qid * 2 ** 16 + cid;
