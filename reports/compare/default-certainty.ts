/** How certain a verdict is, and what change does not matter, where nobody says; shares. */
export const DEFAULT_CONFIDENCE = 0.95;
export const DEFAULT_MARGIN = 0.03;
