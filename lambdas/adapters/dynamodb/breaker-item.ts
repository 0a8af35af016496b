import * as z from 'zod';
import { UNUSED_BREAKER, type BreakerState } from '../../core/breaker/breaker-state';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';

const opening = z.object({
  token: z.string(),
  sinceMs: z.number(),
  untilMs: z.number(),
  coolDownMs: z.number(),
});
const closing = z.object({ token: z.string(), atMs: z.number(), openSinceMs: z.number() });
const probe = z.object({ token: z.string(), untilMs: z.number() });

const common = {
  v: z.literal(CONTROL_ITEM_VERSION),
  revision: z.number(),
  windowId: z.number(),
  calls: z.number(),
  faults: z.number(),
  previousCalls: z.number(),
  previousFaults: z.number(),
  closing: closing.optional(),
};

/** Item `breaker` of a domain. The counts are attributes of their own, so that they can be added to. */
const breakerItem = z.discriminatedUnion('phase', [
  z.object({ ...common, phase: z.literal('closed'), opening: opening.optional() }),
  z.object({ ...common, phase: z.literal('open'), opening, probe: probe.optional() }),
]);

/**
 * Reads a stored breaker; a missing one was never used.
 *
 * @throws {TransientError} when it is not of the shape this version knows.
 */
export function breakerStateOf(
  stored: Readonly<Record<string, unknown>> | undefined,
): BreakerState {
  const item = readControlItem(breakerItem, stored);
  if (item === undefined) return UNUSED_BREAKER;

  const { v: _version, windowId, calls, faults, previousCalls, previousFaults, ...rest } = item;
  return { ...rest, counts: { windowId, calls, faults, previousCalls, previousFaults } };
}

/** @returns the attributes of a breaker, `undefined` for those it does not have. */
export function breakerAttributes({ counts, ...state }: BreakerState): Record<string, unknown> {
  const probeAttribute = state.phase === 'open' ? state.probe : undefined;
  return { ...counts, closing: undefined, ...state, probe: probeAttribute };
}
