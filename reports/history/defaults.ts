/** What a history is judged by where nobody says; `HistoryOptions` says what each is. */
export const HISTORY_DEFAULTS = { window: 30, alpha: 0.001, margin: 0.05, confidence: 0.95 } as const;
