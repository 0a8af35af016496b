/** The root record of a batch, written when it is first begun. */
export interface Batch {
  readonly batchId: string;
  /** Mailgun sending domain. */
  readonly domain: string;
  /** Recipients in the batch, excluded ones included. */
  readonly audience: number;
  /** Positions whose address Mailgun would refuse. */
  readonly invalid: ReadonlySet<number>;
  /** Positions whose address stands earlier in the batch. */
  readonly duplicate: ReadonlySet<number>;
  /** `ended` once every submission is final; `parked` while its payload is set aside. */
  readonly state: 'open' | 'ended' | 'parked';
  /** The queue message whose payload is parked; `undefined` unless `parked`. */
  readonly parkedMessageId?: string;
  /** {@link beginWindow}s the batch was begun in since it last came to an end of any kind; poison grows it. */
  readonly begunWithoutEnd: number;
  /** When the batch was first begun; milliseconds since the Unix epoch, UTC. */
  readonly firstBegunAtMs: number;
}

/** As long as an invocation may take: workers that begin a batch again sooner did not die of it. */
const BEGIN_WINDOW_MS = 120_000;

/**
 * The window a begin is counted in. Windows are counted, not begins, so that neither duplicate
 * deliveries nor a repeated write look like dead workers.
 */
export function beginWindow(atMs: number): number {
  return Math.floor(atMs / BEGIN_WINDOW_MS);
}
