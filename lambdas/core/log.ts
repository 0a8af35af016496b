/** Fields of a log line: ids, codes, counts, times. Never an address, a body, a key or a signature. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes structured log lines. `code` names the event in kebab case and never changes. */
export interface Log {
  info(message: string, fields: LogFields & { readonly code: string }): void;
  warn(message: string, fields: LogFields & { readonly code: string }): void;
  error(message: string, fields: LogFields & { readonly code: string }): void;
}
