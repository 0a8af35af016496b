/** Tells the time: milliseconds since the Unix epoch, UTC. */
export type Clock = () => number;
