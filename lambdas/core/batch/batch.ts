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
  /** Times the batch was begun since it last came to an end of any kind; poison grows it. */
  readonly begunWithoutEnd: number;
  /** When the batch was first begun; milliseconds since the Unix epoch, UTC. */
  readonly firstBegunAtMs: number;
}
