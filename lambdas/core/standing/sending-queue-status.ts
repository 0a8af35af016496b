/** What Mailgun says of a domain's own sending queue. */
export interface SendingQueueStatus {
  readonly disabled: boolean;
  /** When it sends again; milliseconds since the Unix epoch, UTC; `undefined` where none is named. */
  readonly untilMs?: number;
  /** Mailgun's words, without addresses. */
  readonly reason?: string;
}

/** Reads a domain's sending queue at Mailgun. Implemented in `adapters/mailgun`. */
export interface SendingQueues {
  /** @returns `undefined` when it could not be read; the caller then knows no more than before. */
  read(domain: string, deadlineMs: number): Promise<SendingQueueStatus | undefined>;
}
