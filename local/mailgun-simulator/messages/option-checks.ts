import { refusal } from '../http/call';
import type { Form } from '../http/form';

const DAY_MS = 86_400_000;
const YES_OR_NO = /^(yes|no|true|false)$/i;
const YES_NO_OR_HTML_ONLY = /^(yes|no|true|false|htmlonly)$/i;

// Values outside these are refused; Mailgun's table of errors has no text of its own for them.
const ALLOWED: Readonly<Record<string, RegExp>> = {
  'o:dkim': YES_OR_NO,
  'o:tracking': YES_NO_OR_HTML_ONLY,
  'o:tracking-clicks': YES_NO_OR_HTML_ONLY,
  'o:tracking-opens': YES_OR_NO,
  'o:tracking-pixel-location-top': YES_NO_OR_HTML_ONLY,
  'o:require-tls': YES_OR_NO,
  'o:skip-verification': YES_OR_NO,
};

/** Limits that depend on the domain and the time. */
export interface OptionContext {
  readonly nowMs: number;
  readonly scheduleHorizonDays: number;
}

/**
 * Checks the `o:` parameters.
 *
 * @throws {Refusal} for the first one wrong.
 */
export function checkOptions(form: Form, context: OptionContext): void {
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    const value = form.text(name);
    if (value !== undefined && !allowed.test(value)) {
      throw refusal(400, `${name.slice(2)} parameter is invalid: ${value}`);
    }
  }
  const deliveryTime = form.text('o:deliverytime');
  if (deliveryTime !== undefined) checkDeliveryTime(deliveryTime, context);
  checkDeliverWithin(form.text('o:deliver-within'));
  const period = form.text('o:deliverytime-optimize-period');
  if (period !== undefined) {
    const hours = Number(/^(\d+)h$/i.exec(period)?.[1]);
    if (!(hours >= 24 && hours <= 72)) throw refusal(400, 'invalid delivery time format');
  }
  const localTime = form.text('o:time-zone-localize');
  if (
    localTime !== undefined &&
    !/^(([01]?\d|2[0-3]):[0-5]\d|(0?[1-9]|1[0-2]):[0-5]\d ?[ap]m)$/i.test(localTime)
  ) {
    throw refusal(400, `${localTime} invalid 24 hour time`);
  }
}

/**
 * Reads a delivery time: an RFC 2822 date, or seconds since the Unix epoch.
 *
 * @returns milliseconds since the Unix epoch, or `undefined` for any other text.
 */
export function readDeliveryTime(text: string): number | undefined {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text) * 1000;

  const date =
    /^((mon|tue|wed|thu|fri|sat|sun), )?\d{1,2} (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) \d{4} \d{2}:\d{2}(:\d{2})? ([+-]\d{4}|[a-z]{1,5})$/i;
  const atMs = date.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

function checkDeliveryTime(text: string, { nowMs, scheduleHorizonDays }: OptionContext): void {
  const atMs = readDeliveryTime(text);
  if (atMs === undefined) throw refusal(400, `${text} is not an RFC-2822 compliant date`);
  if (atMs > nowMs + scheduleHorizonDays * DAY_MS) {
    throw refusal(400, `${text} is not a valid time to send`);
  }
}

function checkDeliverWithin(text: string | undefined): void {
  if (text === undefined) return;

  const parts = /^(?:(\d+)h)?(?:(\d+)m)?$/.exec(text);
  const minutes = Number(parts?.[1] ?? 0) * 60 + Number(parts?.[2] ?? 0);
  if (!parts || minutes < 5 || minutes > 24 * 60) {
    throw refusal(400, 'invalid delivery time format');
  }
}
