import { HELP, readCommandLine } from './command-line';
import type { SimulatorOptions } from './options';
import { startSimulator } from './simulator';

async function main(): Promise<void> {
  const command = readCommandLine(process.argv.slice(2));
  switch (command.run) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'fail':
      fail(command.message);
      return;
    case 'start':
      await start(command.options);
  }
}

async function start(options: SimulatorOptions): Promise<void> {
  try {
    const simulator = await startSimulator(options);
    process.stdout.write(
      [
        `Mailgun simulator at ${simulator.url}`,
        `  API key            ${simulator.apiKey} (user "api")`,
        `  signing key        ${simulator.signingKey}`,
        `  domains            ${(options.domains ?? ['mg.example.com']).map(nameOf).join(', ')}`,
        `  webhooks           ${options.webhookUrl ?? 'none registered'}`,
        `  what happened      ${simulator.url}/__simulator/books`,
        'Ctrl-C ends it.',
        '',
      ].join('\n'),
    );
    const stop = () => void simulator.stop().then(() => process.exit(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    fail(busy ? `port ${String(options.port)} is in use` : (error as Error).message);
  }
}

function nameOf(domain: string | { readonly name: string }): string {
  return typeof domain === 'string' ? domain : domain.name;
}

function fail(message: string): void {
  process.stderr.write(`simulator: ${message}\n`);
  process.exitCode = 2;
}

void main();
