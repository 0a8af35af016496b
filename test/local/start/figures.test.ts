import type { FunctionOperations } from '../../../local/cloud/operations/operation-counters';
import { budgetsOf, operationsFigures } from '../../../local/start/operations-figures';
import { operationsTable } from '../../../local/start/operations-table';
import { progressBars } from '../../../local/start/progress-view';
import { aligned } from '../../../local/start/text';
import { aReport } from './builders';

const someOperations = (changes: Partial<FunctionOperations> = {}): FunctionOperations => ({
  invocations: 0,
  errors: 0,
  sqs: {},
  dynamodb: { requests: 0, writeUnits: 0, readUnits: 0 },
  sns: {},
  s3: { requests: 0 },
  secrets: {},
  ...changes,
});

const BEFORE = {
  'batch-sender': someOperations({ sqs: { ReceiveMessage: 5 } }),
};

const AFTER = {
  'batch-sender': someOperations({
    invocations: 10,
    sqs: { ReceiveMessage: 15, DeleteMessageBatch: 10 },
    dynamodb: { requests: 90, writeUnits: 131, readUnits: 10_020 },
  }),
  reconciler: someOperations({ invocations: 30 }),
  'webhook-receiver': someOperations({ invocations: 26_000, sqs: { SendMessage: 26_000 } }),
  'event-recorder': someOperations({
    sqs: { ReceiveMessage: 2600, DeleteMessageBatch: 2600 },
    dynamodb: { requests: 26_500, writeUnits: 26_500, readUnits: 40 },
  }),
};

const WORK = { batches: 10, events: 26_000, mailgunCalls: 10, eventPages: 7 };

describe('what a campaign cost', () => {
  it('counts from the beginning of the campaign, by function', () => {
    const { functions } = operationsFigures(BEFORE, AFTER, WORK);

    expect(functions['batch-sender']).toEqual({
      invocations: 10,
      errors: 0,
      mailgunCalls: 10,
      sqsRequests: 20,
      writeUnits: 131,
      readUnits: 10_020,
    });
    expect(functions['reconciler']).toMatchObject({ invocations: 30, mailgunCalls: 7 });
    expect(functions['event-recorder']).toMatchObject({ mailgunCalls: 0, sqsRequests: 5200 });
  });

  it('is given for each batch and each event', () => {
    const { perBatch, perEvent } = operationsFigures(BEFORE, AFTER, WORK);

    expect(perBatch).toEqual({ mailgunCalls: 1, writeUnits: 13.1 });
    expect(perEvent).toEqual({ writeUnits: 1.019, sqsRequests: 1.2 });
  });

  it('is nothing for nothing', () => {
    const figures = operationsFigures({}, {}, { ...WORK, batches: 0, events: 0, mailgunCalls: 0 });

    expect(budgetsOf(figures).map(({ actual }) => actual)).toEqual([0, 0, 0, 0]);
  });

  it('leaves out what nobody counted', () => {
    const figures = operationsFigures(BEFORE, AFTER, { ...WORK, mailgunCalls: null });

    expect(figures.perBatch.mailgunCalls).toBeNull();
    expect(budgetsOf(figures)).toHaveLength(3);
  });

  it('says what is over its budget', () => {
    const figures = operationsFigures(BEFORE, AFTER, { ...WORK, mailgunCalls: 11 });

    expect(operationsTable(figures)).toContain('Mailgun calls a batch   1.10  of 1    over budget');
    expect(operationsTable(figures)).toContain('write units a batch    13.10  of 20');
  });

  it('does not judge by a handful of events', () => {
    const figures = operationsFigures(BEFORE, AFTER, { ...WORK, events: 999 });

    expect(operationsTable(figures).join('\n')).not.toContain('over budget');
    expect(operationsTable(figures)).toContain(
      'write units an event   26.53  of 1.3  too few events to judge',
    );
  });
});

describe('progress', () => {
  it('is as long as the share it shows', () => {
    const lines = progressBars({ recipients: 1000, enqueued: 500, report: aReport() });

    expect(lines[0]).toBe(`queued     ${'█'.repeat(16)}${'·'.repeat(16)}  500  50.0 %`);
    expect(lines.at(-1)).toBe(
      'bounced 10  failed 5  deferred 0  outstanding 0  unsubscribed 2  complained 1  left out 10',
    );
  });

  it('begins with nothing', () => {
    const lines = progressBars({ recipients: 1000, enqueued: 0, report: undefined });

    expect(lines).toHaveLength(7);
    expect(lines[1]).toBe(`accepted   ${'·'.repeat(32)}  0  0.0 %`);
  });
});

describe('a table', () => {
  it('is as wide as its widest cells', () => {
    const rows = [
      ['a', '1'],
      ['long', '10,000'],
    ];

    expect(aligned(rows, ['left', 'right'])).toEqual(['a          1', 'long  10,000']);
  });
});
