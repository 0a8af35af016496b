import type { z } from 'zod';

/** Says each problem in one sentence that begins with the property: `configuration.stage: received …`. */
export function problemsOf({ issues }: z.ZodError): string[] {
  return issues.flatMap(({ path, message }) =>
    message.split('\n').map((sentence) => `configuration${placeOf(path)}: ${sentence}`),
  );
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      return /^[A-Za-z]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
}
