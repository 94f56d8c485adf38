import { errnoSymbols } from '../../sys/libc.js';

/** A request that gets an error reply; the connection goes on. */
export class Refusal extends Error {
  readonly errorNumber: number;

  constructor(symbol: 'EINVAL' | 'ENOSPC' | 'ENOTSUP' | 'EEXIST' | 'EIO', reason: string) {
    super(reason);
    this.errorNumber = errnoSymbols[symbol];
  }
}
