/** Requests of one function to the services, and its invocations. */
export interface FunctionOperations {
  readonly invocations: number;
  /** Invocations that ended in an error, a timeout or the death of their worker. */
  readonly errors: number;
  /** Requests by action; a batch is one request. Receives and deletes of its event source mappings are included. */
  readonly sqs: Readonly<Record<string, number>>;
  /** Capacity units as the engine reports them in `ConsumedCapacity`. */
  readonly dynamodb: {
    readonly requests: number;
    readonly writeUnits: number;
    readonly readUnits: number;
  };
  /** Requests by action. */
  readonly sns: Readonly<Record<string, number>>;
  readonly s3: { readonly requests: number };
  /** Requests by action. */
  readonly secrets: Readonly<Record<string, number>>;
}

const COLUMNS = [
  'invocations',
  'errors',
  'sqs.SendMessage',
  'sqs.SendMessageBatch',
  'sqs.ReceiveMessage',
  'sqs.DeleteMessage',
  'sqs.DeleteMessageBatch',
  'sqs.ChangeMessageVisibility',
  'sqs.ChangeMessageVisibilityBatch',
  'sqs.other',
  'dynamodb.requests',
  'dynamodb.writeUnits',
  'dynamodb.readUnits',
  'sns.Publish',
  'sns.PublishBatch',
  'sns.other',
  's3.requests',
  'secrets.GetSecretValue',
  'secrets.other',
] as const;

export type Counter = (typeof COLUMNS)[number];

/** Where the engines, in their own threads, count what they do for each caller. */
export interface SharedCounters {
  readonly memory: SharedArrayBuffer;
  readonly columns: readonly string[];
}

const ACCESS_KEY_PREFIX = 'LOCALCALLER';

/** The access key a caller signs with; engines attribute a request to its caller by it. */
export const accessKeyOf = (caller: number): string =>
  ACCESS_KEY_PREFIX + String(caller).padStart(9, '0');

/** The caller behind an `Authorization` header; 0 for anyone who is not a function of this cloud. */
export function callerOf(authorization: string | undefined): number {
  const digits = /Credential=LOCALCALLER(\d{9})\//.exec(authorization ?? '')?.[1];
  return digits === undefined ? 0 : Number(digits);
}

/**
 * Counts by caller, in memory all threads share: one row a caller, one column a counter. Each
 * column is written by one thread only.
 */
export class OperationCounters {
  readonly shared: SharedCounters;
  readonly #counts: Float64Array;

  /** @param callers how many callers there are, beside 0, which is everyone else. */
  constructor(callers: number) {
    const memory = new SharedArrayBuffer(
      (callers + 1) * COLUMNS.length * Float64Array.BYTES_PER_ELEMENT,
    );
    this.shared = { memory, columns: COLUMNS };
    this.#counts = new Float64Array(memory);
  }

  add(caller: number, counter: Counter, amount = 1): void {
    const index = caller * COLUMNS.length + COLUMNS.indexOf(counter);
    this.#counts[index] = (this.#counts[index] ?? 0) + amount;
  }

  of(caller: number): FunctionOperations {
    const count = (counter: Counter): number =>
      this.#counts[caller * COLUMNS.length + COLUMNS.indexOf(counter)] ?? 0;
    const byAction = (service: string): Record<string, number> =>
      Object.fromEntries(
        COLUMNS.filter((column) => column.startsWith(`${service}.`) && count(column) > 0).map(
          (column) => [column.slice(service.length + 1), count(column)],
        ),
      );

    return {
      invocations: count('invocations'),
      errors: count('errors'),
      sqs: byAction('sqs'),
      dynamodb: {
        requests: count('dynamodb.requests'),
        writeUnits: count('dynamodb.writeUnits'),
        readUnits: count('dynamodb.readUnits'),
      },
      sns: byAction('sns'),
      s3: { requests: count('s3.requests') },
      secrets: byAction('secrets'),
    };
  }
}
