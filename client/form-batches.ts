import { InvalidCampaignError, InvalidRecipientError } from './errors';
import { problemsOf } from './problems';
import { MAX_RECIPIENTS, MAX_REQUEST_BYTES, sendRequestSchema } from './send-request';
import type { Recipient, SendRequest } from './send-request';

/** Everything of a send request but what differs from batch to batch. */
export type CampaignDescription = Omit<SendRequest, 'version' | 'batchId' | 'recipients'>;

/** One send request, ready to be a message on the queue. */
export interface FormedBatch {
  /** 1 for the first batch of the campaign. */
  readonly number: number;
  readonly batchId: string;
  readonly body: string;
  /** Size of the body in UTF-8. */
  readonly bytes: number;
  readonly recipients: number;
}

/** How batches are named, and what becomes of a recipient that can't be part of one. */
export interface BatchRules {
  /** Stands before the number in every batch id. */
  readonly batchIdPrefix: string;
  /** Called with a recipient that is left out. Throwing ends the forming. */
  readonly onInvalid: (problem: InvalidRecipientError) => void;
}

const recipientSchema = sendRequestSchema.shape.recipients.element;

/**
 * Cuts a campaign into send requests: each as large as 1,000 recipients and 1 MiB allow, recipients
 * in the order they come. The same description and recipients always give the same batches.
 *
 * Holds one batch in memory, and reads on only when the next one is asked for.
 *
 * @throws {InvalidCampaignError} before the first recipient is read.
 */
export async function* formBatches(
  description: CampaignDescription,
  recipients: AsyncIterable<Recipient> | Iterable<Recipient>,
  { batchIdPrefix, onInvalid }: BatchRules,
): AsyncGenerator<FormedBatch, void, undefined> {
  const campaign = checkedDescription(description, batchIdPrefix);
  const draftOf = (number: number) => new BatchDraft(campaign, number, batchIdPrefix);

  let draft = draftOf(1);
  let index = -1;
  for await (const recipient of recipients) {
    index += 1;
    const entry = readRecipient(recipient, index, draft.room);
    if (entry instanceof InvalidRecipientError) {
      onInvalid(entry);
      continue;
    }
    if (!draft.fits(entry)) {
      yield draft.formed();
      draft = draftOf(draft.number + 1);
    }
    draft.add(entry);
  }
  if (draft.recipients > 0) yield draft.formed();
}

interface Entry {
  readonly json: string;
  readonly bytes: number;
}

function readRecipient(
  recipient: unknown,
  index: number,
  room: number,
): Entry | InvalidRecipientError {
  const parsed = recipientSchema.safeParse(recipient);
  if (!parsed.success) {
    return new InvalidRecipientError(index, problemsOf(parsed.error, recipient, 'recipient'));
  }
  const json = jsonOf(parsed.data);
  const bytes = Buffer.byteLength(json);
  if (bytes <= room) return { json, bytes };

  const problem = `received ${bytes} bytes of JSON, expected at most ${room}: what the message leaves of ${MAX_REQUEST_BYTES}`;
  return new InvalidRecipientError(index, [problem]);
}

// One more digit would change the order of the ids and the room for the recipients.
const MAX_BATCHES = 999_999;
const TAIL = ']}';

class BatchDraft {
  readonly batchId: string;
  /** Bytes that the recipients may have altogether, commas included. */
  readonly room: number;
  private readonly head: string;
  private readonly entries: string[] = [];
  private used = 0;

  constructor(
    campaign: CampaignDescription,
    readonly number: number,
    batchIdPrefix: string,
  ) {
    if (number > MAX_BATCHES) {
      throw new InvalidCampaignError([`recipients: more than ${MAX_BATCHES} batches`]);
    }
    const batchId = batchIdOf(batchIdPrefix, number);
    const { accountId, campaignId, domain, campaign: progress, message } = campaign;
    const request = { version: 1, accountId, campaignId, batchId, domain, campaign: progress };
    this.batchId = batchId;
    this.head = `${jsonOf({ ...request, message }).slice(0, -1)},"recipients":[`;
    this.room = MAX_REQUEST_BYTES - Buffer.byteLength(this.head) - TAIL.length;
  }

  get recipients(): number {
    return this.entries.length;
  }

  fits({ bytes }: Entry): boolean {
    return this.recipients < MAX_RECIPIENTS && this.used + this.comma + bytes <= this.room;
  }

  add({ json, bytes }: Entry): void {
    this.used += this.comma + bytes;
    this.entries.push(json);
  }

  formed(): FormedBatch {
    return {
      number: this.number,
      batchId: this.batchId,
      body: `${this.head}${this.entries.join(',')}${TAIL}`,
      bytes: MAX_REQUEST_BYTES - this.room + this.used,
      recipients: this.recipients,
    };
  }

  private get comma(): number {
    return this.entries.length === 0 ? 0 : 1;
  }
}

const batchIdOf = (prefix: string, number: number): string =>
  `${prefix}${String(number).padStart(6, '0')}`;

// SQS takes no U+FFFE and U+FFFF, its emulators no surrogate pairs either. JSON need not escape
// them, but may.
const jsonOf = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );

function checkedDescription(
  { accountId, campaignId, domain, campaign, message }: CampaignDescription,
  batchIdPrefix: string,
): CampaignDescription {
  const description = { accountId, campaignId, domain, campaign, message };
  const sample = { batchId: batchIdOf(batchIdPrefix, 1), recipients: [{ email: '' }] };
  const request = { version: 1, ...description, ...sample };
  const parsed = sendRequestSchema.safeParse(request);
  if (!parsed.success) throw new InvalidCampaignError(problemsOf(parsed.error, request));

  const bytes = Buffer.byteLength(jsonOf(parsed.data));
  if (bytes > MAX_REQUEST_BYTES) {
    const problem = `message: received ${bytes} bytes of JSON with everything around it, expected less than ${MAX_REQUEST_BYTES}`;
    throw new InvalidCampaignError([problem]);
  }
  return parsed.data;
}
