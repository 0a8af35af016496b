import type { Configuration } from '../../lib/config/configuration';
import { InvalidConfigurationError } from '../../lib/config/invalid-configuration-error';
import { synthesize } from '../../lib/app';

/** What the process is told. */
export interface SynthesisRequest {
  readonly configuration: Configuration;
  readonly directory: string;
}

/** What it answers: how many stacks it wrote, or why it wrote none. */
export type SynthesisAnswer = { readonly stacks: number } | { readonly problem: string };

process.once('message', ({ configuration, directory }: SynthesisRequest) => {
  process.send?.(answerTo(configuration, directory), () => process.disconnect());
});

function answerTo(configuration: Configuration, directory: string): SynthesisAnswer {
  try {
    return { stacks: synthesize(configuration, directory).stacks.length };
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) process.stderr.write(`${String(error)}\n`);
    return { problem: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown' };
  }
}
