/** What Mailgun answered to one call. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** By lower-cased name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as text, bounded by the transport. */
  readonly body: string;
}

/** Why no complete answer came. */
export interface TransportFault {
  /** `notSent`: no byte of the request left. `unknown`: some may have arrived. */
  readonly sent: 'notSent' | 'unknown';
  /** Short code, such as `ENOTFOUND` or `timeout`. */
  readonly code: string;
}
