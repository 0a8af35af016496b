/** Requests API Gateway takes in one burst from an account. */
const MAX_BURST = 5_000;

/** Requests let through at once where so many are let through in a second. */
export const burstLimit = (requestsPerSecond: number): number =>
  Math.min(requestsPerSecond, MAX_BURST);
