import { budgetsOf } from './operations-figures';
import type { OperationsFigures } from './operations-figures';
import { aligned, grouped } from './text';

/** What the campaign cost, by function, and what of it has a budget. */
export function operationsTable(figures: OperationsFigures): string[] {
  const rows = Object.entries(figures.functions).map(([name, counts]) => [
    name,
    ...[counts.invocations, counts.mailgunCalls, counts.sqsRequests].map(cell),
    ...[counts.writeUnits, counts.readUnits].map(cell),
  ]);
  const header = ['', 'invocations', 'Mailgun', 'SQS', 'write units', 'read units'];
  const budgets = budgetsOf(figures).map(({ what, actual, allowed }) => [
    what,
    actual.toFixed(2),
    `of ${grouped(allowed)}`,
    judgement(actual <= allowed, figures.events),
  ]);
  return [
    ...aligned([header, ...rows], ['left', 'right', 'right', 'right', 'right', 'right']),
    '',
    ...aligned(budgets, ['left', 'right', 'left', 'left']),
    '',
    `peak memory ${grouped(Math.round(figures.peakMemoryBytes / 1_048_576))} MiB`,
  ];
}

/** A few events share requests and writes that many would: they are no measure. */
const ENOUGH_EVENTS = 1000;

function judgement(kept: boolean, events: number): string {
  if (kept) return '';
  return events < ENOUGH_EVENTS ? 'too few events to judge' : 'over budget';
}

const cell = (count: number): string => (count === 0 ? '·' : grouped(Math.round(count)));
