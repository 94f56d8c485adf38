/** What commands say to which a controller refuses an answer. */
import { NvmeStatusError } from '../../errors.js';

/** Generic status codes of a controller that does not know what it was asked: opcode, field, namespace. */
const UNKNOWN: readonly number[] = [0x01, 0x02, 0x0b];

/** Whether an error says that. */
export const refusesToKnow = (error: unknown): boolean =>
  error instanceof NvmeStatusError && error.statusCodeType === 0 && UNKNOWN.includes(error.statusCode);

/** Takes what a controller refuses with, by whatever status; throws anything else. */
export function unlessRefused(error: unknown): undefined {
  if (!(error instanceof NvmeStatusError)) throw error;
}
