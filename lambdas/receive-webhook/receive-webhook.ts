import type { Clock } from '../core/clock';
import type { AuthenticEvent, EventQueue } from '../core/delivery-event/authentic-event';
import { faultOf } from '../core/errors';
import type { Log } from '../core/log';
import type { SecretSource } from '../core/secrets';
import { isRotating, KEYS_JUDGE_FOR_MS } from '../core/webhook/key-rotation';
import { isSigned, type WebhookSignature } from '../core/webhook/signature';
import {
  readWebhookCall,
  type MalformedReason,
  type WebhookCall,
} from '../core/webhook/webhook-call';
import { isWithin, type WebhookWindow } from '../core/webhook/webhook-window';

interface Dependencies {
  readonly secrets: SecretSource;
  readonly queue: EventQueue;
  readonly clock: Clock;
  readonly log: Log;
  readonly window: WebhookWindow;
  /** Whether calls are taken from an IP address. */
  readonly isSource: (address: string | undefined) => boolean;
}

/** One call, and where it came from. */
export interface ReceivedCall extends WebhookCall {
  /** IP address of the caller, as API Gateway saw it. */
  readonly sourceIp: string | undefined;
}

/** Why a call is refused for good, whenever it is made again. */
type RefusalReason = MalformedReason | 'outside-window' | 'bad-signature' | 'event-too-large';

/** Why it is not known yet whether a call is good. */
type DoubtReason =
  'keys-unavailable' | 'no-signing-key' | 'keys-not-fresh' | 'key-rotation' | 'queue-unavailable';

/** The answer to a webhook call. Mailgun repeats the call for every status but 200 and 406. */
export interface WebhookAnswer {
  readonly statusCode: 200 | 403 | 406 | 503;
  readonly body: string;
}

/**
 * Receives one webhook call: authenticates it and puts it on the event queue.
 *
 * 200 means that the queue has the event. A call that is not authentic reaches nothing behind this
 * function, and costs no call to another service but now and then a look at the secret.
 *
 * @returns an answer for every call. Never rejects.
 */
export function createReceiveWebhook(dependencies: Dependencies) {
  const { secrets, queue, clock, log, window, isSource } = dependencies;

  const refuse = (reason: RefusalReason | 'foreign-source', statusCode: 403 | 406 = 406) => {
    log.warn('webhook call refused', { code: 'webhook-refused', reason });
    return { statusCode, body: reason };
  };

  const doubt = (reason: DoubtReason, fault?: unknown): WebhookAnswer => {
    const error = fault === undefined ? undefined : faultOf(fault);
    log.error('webhook call not taken', { code: 'webhook-not-taken', reason, error });
    return { statusCode: 503, body: reason };
  };

  /** @returns nothing for an authentic call, else the answer to one that is not, or may not be. */
  const authenticate = async (
    signature: WebhookSignature,
    receivedAtMs: number,
  ): Promise<WebhookAnswer | undefined> => {
    try {
      const { webhookSigningKeys } = await secrets.current();
      if (isSigned(signature, webhookSigningKeys)) return undefined;

      // The signing key may have been replaced since the secret was read.
      const { secrets: anew, readAtMs } = await secrets.refreshed(receivedAtMs);
      if (isSigned(signature, anew.webhookSigningKeys)) return undefined;
      if (anew.webhookSigningKeys.length === 0) return doubt('no-signing-key');
      if (readAtMs < receivedAtMs - KEYS_JUDGE_FOR_MS) return doubt('keys-not-fresh');
      return isRotating(anew.signingKeyRotationUntilMs, receivedAtMs)
        ? doubt('key-rotation')
        : refuse('bad-signature');
    } catch (error) {
      return doubt('keys-unavailable', error);
    }
  };

  const enqueue = async (event: AuthenticEvent): Promise<WebhookAnswer> => {
    try {
      const sent = await queue.send(event);
      return sent === 'queued' ? { statusCode: 200, body: sent } : refuse('event-too-large');
    } catch (error) {
      return doubt('queue-unavailable', error);
    }
  };

  return async (call: ReceivedCall): Promise<WebhookAnswer> => {
    const receivedAtMs = clock();
    // Not for good: where Mailgun calls from an address that nobody has listed yet, its repetitions
    // get through once somebody does.
    if (!isSource(call.sourceIp)) return refuse('foreign-source', 403);

    const read = readWebhookCall(call);
    if (read.outcome === 'malformed') return refuse(read.reason);

    const { signature, eventData } = read;
    // Before the signature, though it is not yet proven: nothing outside the window is ever taken,
    // and an old call that was recorded must not make the secret be read.
    if (!isWithin(window, signature.timestamp, receivedAtMs)) return refuse('outside-window');

    const notAuthentic = await authenticate(signature, receivedAtMs);
    if (notAuthentic !== undefined) return notAuthentic;

    const signedAtMs = Number(signature.timestamp) * 1000;
    return enqueue({ token: signature.token, signedAtMs, receivedAtMs, eventData });
  };
}
