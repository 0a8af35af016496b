import type { DnsRecord, DomainHealth, Severity } from '../../lambdas/core/domain-health/finding';

const MARKS: Readonly<Record<Severity, { word: string; colour: number }>> = {
  error: { word: 'WRONG', colour: 31 },
  warning: { word: 'mind', colour: 33 },
  unknown: { word: 'not seen', colour: 35 },
  info: { word: 'info', colour: 36 },
};

const SENDING = { yes: 'may send', no: 'may NOT send', unknown: 'nobody could look' } as const;

/** What was found of a domain, for a terminal: the worst first, each with the record that mends it. */
export function healthTable(
  { domain, canSend, findings }: DomainHealth,
  coloured: boolean,
): string {
  const order = Object.keys(MARKS);
  const sorted = [...findings].sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity),
  );
  const lines = sorted.flatMap(({ code, severity, message, record }) => [
    `  ${mark(severity, coloured)}  ${code.padEnd(20)}  ${message}`,
    ...(record === undefined ? [] : [`            set  ${recordLine(record)}`]),
  ]);
  return `${[`${domain}: ${SENDING[canSend]}`, '', ...lines].join('\n')}\n`;
}

function mark(severity: Severity, coloured: boolean): string {
  const { word, colour } = MARKS[severity];
  const text = word.padEnd(8);
  return coloured ? `\u001b[${colour}m${text}\u001b[0m` : text;
}

function recordLine({ type, name, value, priority }: DnsRecord): string {
  const rank = priority === undefined ? '' : `${priority} `;
  return `${type}  ${name}  ${type === 'TXT' ? JSON.stringify(value) : `${rank}${value}`}`;
}
