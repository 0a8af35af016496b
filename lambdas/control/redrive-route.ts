import type { DeadLetterSource } from '../core/dead-letter/dead-letter-source';
import { redrive } from '../core/dead-letter/redrive';
import { describeHistory } from './history';
import { json, RequestProblem, type ControlRequest, type ControlResponse } from './request';
import { readStandingChange } from './standing-change';
import type { StandingDependencies } from './standing-dependencies';

/** What redriving needs. */
export interface RedriveDependencies {
  /** By the name callers know a queue by. */
  readonly deadLetterSources: ReadonlyMap<string, DeadLetterSource>;
}

/** Letters one call moves at most. */
const MOST_LETTERS = 500;

/** How long one call moves letters: API Gateway gives up after 30 s. */
const LONGEST_MS = 20_000;

/**
 * Puts dead letters back on their queue, once it is filed who wants it and why. What was sent or
 * recorded in fact changes nothing.
 */
export async function answerRedrive(
  dependencies: RedriveDependencies & StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const { deadLetterSources, controls, notifier, clock, log } = dependencies;
  const { queue, source } = queueIn(deadLetterSources, request);
  const change = readStandingChange(request.body, clock());
  // Before anything moves: a crash then leaves an entry too many, never one too few.
  await controls.noteRedrive(queue, change);

  const bounds = { letters: MOST_LETTERS, untilMs: clock() + LONGEST_MS };
  const redriven = await redrive(source, bounds, clock);
  if (redriven.moved > 0) {
    const { reason, actor, atMs } = change;
    await notifier.notify({
      ...{ version: 1, type: 'queue.redriven', at: new Date(atMs).toISOString(), reason },
      details: { queue, actor, moved: redriven.moved },
    });
  }
  log.info('changed by a person', { code: 'dead-letters-redriven', queue, ...redriven });
  return json(200, { queue, ...redriven });
}

/** Answers with every redrive of a queue. */
export async function answerQueueHistory(
  { deadLetterSources, controls }: RedriveDependencies & StandingDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const { queue } = queueIn(deadLetterSources, request);
  const entries = await controls.history({ subject: 'queue', queue });
  return json(200, { queue, entries: describeHistory(entries) });
}

function queueIn(
  sources: RedriveDependencies['deadLetterSources'],
  { parameters }: ControlRequest,
): { readonly queue: string; readonly source: DeadLetterSource } {
  const queue = parameters['queue'] ?? '';
  const source = sources.get(queue);
  if (source !== undefined) return { queue, source };

  const names = [...sources.keys()].join(', ');
  throw new RequestProblem(404, 'no-such-queue', `queue: expected one of ${names}`);
}
