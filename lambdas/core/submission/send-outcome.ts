/** What a call to Mailgun came to, told apart by what has to happen next. */
export type SendOutcome =
  /** Mailgun took it. */
  | { readonly outcome: 'taken'; readonly messageId: string }
  /** Not taken: the whole domain must wait, until a time where Mailgun named one. */
  | {
      readonly outcome: 'domainMustWait';
      readonly untilMs: number | undefined;
      readonly reason: string;
    }
  /** Not taken: the domain can't send until a person acts. */
  | { readonly outcome: 'domainCannotSend'; readonly reason: string }
  /** Not taken: fewer recipients may pass, or the same with fewer bytes. */
  | {
      readonly outcome: 'tooLarge';
      readonly limit: 'recipients' | 'bytes';
      readonly reason: string;
    }
  /** Not taken: Mailgun can't parse one of the addresses, and does not say which. */
  | { readonly outcome: 'addressRefused'; readonly reason: string }
  /** Not taken, for a reason that every recipient shares. */
  | { readonly outcome: 'contentRefused'; readonly reason: string }
  /** Certainly not taken: no byte of the request reached Mailgun, or it arrived damaged. */
  | {
      readonly outcome: 'notSent';
      /** Whether the way to Mailgun failed; not so where Mailgun answered. */
      readonly network: boolean;
      readonly reason: string;
    }
  /** Taken or not: nobody here can tell. */
  | { readonly outcome: 'unknown'; readonly cause: string };

/** Fields of Mailgun's form, in order; an array stands for a repeated field. */
export type MessageFields = Readonly<Record<string, string | readonly string[]>>;

/** Makes one call to Mailgun. Implemented in `adapters/mailgun`. */
export interface MessageGateway {
  /**
   * Sends one message to up to 1,000 recipients. Makes exactly one call, and never repeats it.
   *
   * @param deadlineMs the call is given up at this time, milliseconds since the Unix epoch, UTC;
   *   its outcome is then `unknown`.
   * @returns the outcome, also for network faults. Rejects only where nothing was taken, such as
   *   for a secret that can't be read.
   */
  send(domain: string, fields: MessageFields, deadlineMs: number): Promise<SendOutcome>;
}
