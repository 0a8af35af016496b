import type { Log, LogFields } from '../../../lambdas/core/log';

interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields & { readonly code: string };
}

/** A log that keeps its lines. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  info = (message: string, fields: LogLine['fields']) => this.keep('info', message, fields);
  warn = (message: string, fields: LogLine['fields']) => this.keep('warn', message, fields);
  error = (message: string, fields: LogLine['fields']) => this.keep('error', message, fields);

  /** Lines with a code, oldest first. */
  withCode(code: string): readonly LogLine[] {
    return this.lines.filter(({ fields }) => fields.code === code);
  }

  /** Everything that was logged, as one text. */
  get text(): string {
    return JSON.stringify(this.lines);
  }

  private keep(level: LogLine['level'], message: string, fields: LogLine['fields']): void {
    this.lines.push({ level, message, fields });
  }
}
