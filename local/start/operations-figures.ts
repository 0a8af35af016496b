import type { FunctionOperations } from '../cloud/operations/operation-counters';

/** What every function asked of the services, by its name. */
export type OperationsByFunction = Readonly<Record<string, FunctionOperations>>;

/** How much was done for how much. */
export interface Work {
  readonly batches: number;
  /** Webhook calls that were taken, and so queued. */
  readonly events: number;
  /** Calls to Mailgun that carry a message; `null` where nobody counted them. */
  readonly mailgunCalls: number | null;
  /** Pages of Mailgun's events that were read, searches of doubts included; `null` likewise. */
  readonly eventPages: number | null;
}

/** What a campaign cost, in all and for each batch and event. */
export interface OperationsFigures extends Work {
  readonly functions: Readonly<Record<string, FunctionFigures>>;
  readonly perBatch: { readonly mailgunCalls: number | null; readonly writeUnits: number };
  readonly perEvent: { readonly writeUnits: number; readonly sqsRequests: number };
  /** Most memory this process has held; bytes. */
  readonly peakMemoryBytes: number;
}

/** What one function asked of the services. */
export interface FunctionFigures {
  readonly invocations: number;
  readonly errors: number;
  readonly mailgunCalls: number;
  readonly sqsRequests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** Names of the functions, as the local cloud reads them from the template. */
export const FUNCTIONS = {
  sender: 'batch-sender',
  receiver: 'webhook-receiver',
  recorder: 'event-recorder',
  reconciler: 'reconciler',
} as const;

/** A figure with the most it may be. */
export interface Budget {
  readonly what: string;
  readonly actual: number;
  readonly allowed: number;
}

const NOTHING: FunctionFigures = {
  ...{ invocations: 0, errors: 0, mailgunCalls: 0, sqsRequests: 0, writeUnits: 0, readUnits: 0 },
};

/** Works out what happened between two readings of the counters. */
export function operationsFigures(
  before: OperationsByFunction,
  after: OperationsByFunction,
  work: Work,
): OperationsFigures {
  const functions = Object.fromEntries(
    Object.entries(after).map(([name, operations]) => {
      const figures = difference(figuresOf(operations), figuresOf(before[name]));
      return [name, { ...figures, mailgunCalls: mailgunCallsOf(name, work) }];
    }),
  );
  const sender = functions[FUNCTIONS.sender] ?? NOTHING;
  const receiver = functions[FUNCTIONS.receiver] ?? NOTHING;
  const recorder = functions[FUNCTIONS.recorder] ?? NOTHING;
  return {
    ...work,
    functions,
    perBatch: {
      mailgunCalls: work.mailgunCalls === null ? null : ratio(work.mailgunCalls, work.batches),
      writeUnits: ratio(sender.writeUnits, work.batches),
    },
    perEvent: {
      writeUnits: ratio(receiver.writeUnits + recorder.writeUnits, work.events),
      sqsRequests: ratio(receiver.sqsRequests + recorder.sqsRequests, work.events),
    },
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function mailgunCallsOf(name: string, { mailgunCalls, eventPages }: Work): number {
  if (name === FUNCTIONS.sender) return mailgunCalls ?? 0;
  return name === FUNCTIONS.reconciler ? (eventPages ?? 0) : 0;
}

/** What a campaign may cost when nothing goes wrong. */
export const budgetsOf = ({ perBatch, perEvent }: OperationsFigures): readonly Budget[] => [
  ...(perBatch.mailgunCalls === null
    ? []
    : [{ what: 'Mailgun calls a batch', actual: perBatch.mailgunCalls, allowed: 1 }]),
  { what: 'write units a batch', actual: perBatch.writeUnits, allowed: 20 },
  { what: 'write units an event', actual: perEvent.writeUnits, allowed: 1.3 },
  { what: 'SQS requests an event', actual: perEvent.sqsRequests, allowed: 1.3 },
];

function figuresOf(operations: FunctionOperations | undefined): FunctionFigures {
  if (operations === undefined) return NOTHING;

  const { invocations, errors, sqs, dynamodb } = operations;
  return {
    invocations,
    errors,
    mailgunCalls: 0,
    sqsRequests: Object.values(sqs).reduce((sum, requests) => sum + requests, 0),
    writeUnits: dynamodb.writeUnits,
    readUnits: dynamodb.readUnits,
  };
}

function difference(after: FunctionFigures, before: FunctionFigures): FunctionFigures {
  const keys = Object.keys(NOTHING) as (keyof FunctionFigures)[];
  return Object.fromEntries(
    keys.map((key) => [key, after[key] - before[key]]),
  ) as unknown as FunctionFigures;
}

const ratio = (part: number, whole: number): number =>
  whole === 0 ? 0 : Math.round((part / whole) * 1000) / 1000;
