import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalMailer } from './local-mailer';
import { SAMPLE_DOMAIN } from './sample-campaign';
import type { Screen } from './screen';
import { StartError } from './start-error';
import { seconds } from './text';

/** One thing that goes wrong, as the simulator takes it. */
interface Scripted {
  readonly what: string;
  readonly fault: Readonly<Record<string, unknown>>;
}

/** How a call to send can go wrong; each happens once, in an order the seed decides. */
const CALL_FAULTS: readonly Scripted[] = [
  { what: 'taken, and answered 500', fault: { acceptThen500: true } },
  { what: '500, not taken', fault: { status: 500, body: { message: 'Internal error' } } },
  { what: '503, not taken', fault: { status: 503, body: 'upstream connect error' } },
  { what: 'taken, then the connection is reset', fault: { reset: 'after' } },
  { what: 'reset in the middle of the request', fault: { reset: 'body' } },
  { what: 'taken, and half of the answer', fault: { truncatedBody: true } },
  { what: 'taken, and 200 without an id', fault: { status: 200, body: '', accept: true } },
  {
    what: '429 with Retry-After',
    fault: {
      status: 429,
      headers: { 'Retry-After': '3' },
      body: { message: 'Domain {{domain}} is not allowed to send: request limit exceeded' },
    },
  },
  {
    what: '420 with a date',
    fault: {
      status: 420,
      body: {
        message: 'Domain {{domain}} recipient limit exceeded, try again after {{utc+4}}',
      },
    },
  },
  {
    what: '403, no large batches yet',
    fault: {
      status: 403,
      body: { message: 'Domain {{domain}} is not allowed to send large batches yet' },
    },
  },
  { what: 'slow to answer', fault: { delayMs: 3_000 } },
];

/** What happens to webhooks, 5 % each; what is lost is lost for good. */
const WEBHOOK_FAULTS: readonly Readonly<Record<string, unknown>>[] = [
  { webhook: { kind: 'lose' }, probability: 0.05 },
  { webhook: { kind: 'duplicate', resign: true }, probability: 0.05 },
  { webhook: { kind: 'reorder', delayMs: 2_000 }, probability: 0.05 },
  { webhook: { kind: 'delay', delayMs: 3_000 }, probability: 0.05 },
];

const LOOK_EVERY_MS = 500;

/** What of a domain's state people want to see change. */
interface DomainAnswer {
  readonly status: string;
  readonly heldUntil: string | null;
  readonly recipientCap: number | null;
  readonly breaker?: { readonly state: string };
  readonly allowance?: { readonly recipientsPerSecond: number };
}

/** Scripts lost, repeated, late and reordered webhooks, and nothing else. @returns what else: nothing. */
export async function injectWebhookFaults(mailer: LocalMailer): Promise<readonly string[]> {
  await simulator(mailer, WEBHOOK_FAULTS);
  return [];
}

/**
 * Scripts a seeded mix of faults at the simulator: every kind of answer a call can get, and webhooks
 * that are lost, or come twice, late and in another order.
 *
 * @returns what was scripted, for {@link injectedLines}.
 */
export async function injectFaults(mailer: LocalMailer, seed: number): Promise<readonly string[]> {
  const calls = shuffled(CALL_FAULTS, seed);
  const scripted = calls.map(({ fault }) => ({ match: { endpoint: 'messages' }, count: 1, fault }));
  await simulator(mailer, [...scripted, ...WEBHOOK_FAULTS]);
  return calls.map(({ what }) => what);
}

/** Shows, while a campaign runs, every change of the domain that faults cause. Ends with the signal. */
export async function watchDomain(
  mailer: LocalMailer,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  const beganMs = performance.now();
  let shown = '';
  while (!signal.aborted) {
    const response = await fetch(`${mailer.outputs.ControlApiUrl}/domains/${SAMPLE_DOMAIN}`);
    if (!response.ok) throw new StartError(`control API: the domain answered ${response.status}`);
    const answer = (await response.json()) as DomainAnswer;
    const line = described(answer);
    if (line !== shown)
      screen.line(
        `  ${seconds(performance.now() - beganMs).padStart(7)}  ${line}, ${rateIn(answer)}`,
      );
    shown = line;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What was injected and how often it happened, as the simulator counted it. */
export async function injectedLines(
  mailer: LocalMailer,
  scripted: readonly string[],
): Promise<readonly string[]> {
  const listed = await simulator(mailer);
  const applied = listed.map((fault) => fault.applied);
  const webhooks = WEBHOOK_FAULTS.map(({ webhook }) => (webhook as { kind: string }).kind);
  const names = [...scripted, ...webhooks.map((kind) => `webhook: ${kind}`)];
  return names.map((what, index) => `${String(applied[index] ?? 0).padStart(6)}  ${what}`);
}

/** Shown beside every change, but growing back all the time it is none itself. */
const rateIn = ({ allowance }: DomainAnswer): string =>
  `rate ${Math.round(allowance?.recipientsPerSecond ?? 0)} a second`;

function described({ status, heldUntil, recipientCap, breaker }: DomainAnswer): string {
  return [
    `domain ${status}`,
    `breaker ${breaker?.state ?? 'closed'}`,
    heldUntil === null ? 'not held' : `held until ${heldUntil.slice(11, 19)}`,
    ...(recipientCap === null ? [] : [`at most ${recipientCap} a call`]),
  ].join(', ');
}

async function simulator(
  { mailgun }: LocalMailer,
  faults?: readonly object[],
): Promise<readonly { readonly applied: number }[]> {
  const response = await fetch(`${mailgun.url}/__simulator/faults`, {
    ...(faults !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    }),
  });
  if (!response.ok) throw new StartError(`the simulator took no faults: ${response.status}`);
  const listed = (await response.json()) as { faults?: { applied: number }[] };
  return listed.faults ?? [];
}

/** The same order for the same seed. */
function shuffled<T>(items: readonly T[], seed: number): readonly T[] {
  let state = seed >>> 0;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return items
    .map((item) => ({ item, at: chance() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
