import type { Clock } from '../core/clock';
import type { DeadLetterSource } from '../core/dead-letter/dead-letter-source';
import { redrive } from '../core/dead-letter/redrive';
import type { Log } from '../core/log';
import { json, RequestProblem, type ControlRequest, type ControlResponse } from './request';

/** What redriving needs. */
export interface RedriveDependencies {
  /** By the name callers know a queue by. */
  readonly deadLetterSources: Readonly<Record<'campaigns' | 'events', DeadLetterSource>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Letters one call moves at most. */
const MOST_LETTERS = 500;

/** How long one call moves letters: API Gateway gives up after 30 s. */
const LONGEST_MS = 20_000;

/** Puts dead letters back on their queue. What was sent or recorded in fact changes nothing. */
export async function answerRedrive(
  { deadLetterSources, clock, log }: RedriveDependencies,
  { parameters }: ControlRequest,
): Promise<ControlResponse> {
  const queue = parameters['queue'] ?? '';
  if (queue !== 'campaigns' && queue !== 'events') {
    throw new RequestProblem(404, 'no-such-queue', 'queue: expected campaigns or events');
  }

  const bounds = { letters: MOST_LETTERS, untilMs: clock() + LONGEST_MS };
  const redriven = await redrive(deadLetterSources[queue], bounds, clock);
  log.info('dead letters put back by a person', {
    code: 'dead-letters-redriven',
    queue,
    ...redriven,
  });
  return json(200, { queue, ...redriven });
}
