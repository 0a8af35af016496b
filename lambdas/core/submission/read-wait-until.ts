import type { Answer } from './answer';

/**
 * One part of a wait, by its unit: `120 seconds` is Mailgun's own wording, others could be `1h30m`
 * and `1 hour and 30 minutes`.
 */
const WAIT_PART =
  /[\s,]*(?:and\s+)?(\d+(?:\.\d+)?)\s*(?:(s|secs?|seconds?)|(m|mins?|minutes?)|(h|hours?)|(?:d|days?))(?![a-z])/giy;

/** A date up to its zone; whatever sentence follows is none of it. */
const DATE_WITH_ZONE = /^.*?(?:\b(?:UTC|GMT)|\dZ|[+-]\d{4})\b/i;

/** A time further ahead than this is a mistake, not a limit: limits are by second, hour or day. */
const IMPLAUSIBLE_MS = 7 * 24 * 3_600_000;

/**
 * Reads until when Mailgun wants a domain to wait, from every place it may say so; the latest
 * plausible one counts, since each names a limit of its own.
 *
 * @param text Mailgun's message: `… try again after Mon, 20 Dec 2021 20:33:21 UTC` and `… try again
 *   after 120 seconds` are both in use.
 * @returns milliseconds since the Unix epoch, UTC, later than `nowMs`; `undefined` where nothing
 *   readable and plausible was said.
 * @see docs/mailgun.md, "Limits"
 */
export function readWaitUntil(answer: Answer, text: string, nowMs: number): number | undefined {
  const candidates = [
    readRetryAfter(answer.headers['retry-after'], nowMs),
    isLimitMet(answer) ? readRateLimitReset(answer.headers['x-ratelimit-reset'], nowMs) : undefined,
    readTryAgainAfter(text, nowMs),
  ];
  const plausible = candidates.filter(
    (untilMs): untilMs is number =>
      untilMs !== undefined && untilMs > nowMs && untilMs - nowMs <= IMPLAUSIBLE_MS,
  );
  return plausible.length > 0 ? Math.max(...plausible) : undefined;
}

function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  return /^\d+(\.\d+)?$/.test(value.trim()) ? nowMs + Number(value) * 1000 : readDate(value);
}

/** The headers come with every answer: with requests left, it was another limit that was met. */
function isLimitMet({ headers }: Answer): boolean {
  const remaining = headers['x-ratelimit-remaining'];
  return remaining === undefined || !(Number(remaining) > 0);
}

function readRateLimitReset(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined || !/^\d+(\.\d+)?$/.test(value.trim())) return undefined;

  const number = Number(value);
  // Documented as Unix milliseconds, parsed by Mailgun's own Go client as Unix seconds.
  if (number >= 1e11) return number;
  return number >= 1e9 ? number * 1000 : nowMs + number * 1000;
}

function readTryAgainAfter(text: string, nowMs: number): number | undefined {
  const after = /try again after\s+(.+)$/i.exec(text)?.[1];
  if (after === undefined) return undefined;

  const waitMs = readWait(after);
  return waitMs === undefined ? readDate(DATE_WITH_ZONE.exec(after)?.[0] ?? after) : nowMs + waitMs;
}

/** Adds the parts of a duration up. */
function readWait(text: string): number | undefined {
  const parts = [...text.matchAll(WAIT_PART)].map(([, number, seconds, minutes, hours]) => {
    const unitMs = seconds ? 1000 : minutes ? 60_000 : hours ? 3_600_000 : 86_400_000;
    return Number(number) * unitMs;
  });
  return parts.length === 0 ? undefined : parts.reduce((sum, partMs) => sum + partMs);
}

function readDate(text: string): number | undefined {
  const ms = Date.parse(text.trim().replace(/[.\s]+$/, ''));
  return Number.isNaN(ms) ? undefined : ms;
}
