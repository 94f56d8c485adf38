/** Documents that cannot be shown, joined or taken over as asked. The program gives it an operation and a target. */
export class ReportError extends Error {
  /** Stable identifier, SCREAMING_SNAKE. */
  readonly code: string;
  /** Why, as a clause. */
  readonly reason: string;
  /** What the user can do next, as a clause. */
  readonly hint: string;

  constructor(code: string, reason: string, hint: string, cause?: unknown) {
    super(`${reason}; ${hint}`, { cause });
    this.name = 'ReportError';
    this.code = code;
    this.reason = reason;
    this.hint = hint;
  }
}
