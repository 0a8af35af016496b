/** The setup stopped, and nothing was written: what was received, and what is expected. */
export class SetupError extends Error {}
