import { Cdk } from './cdk';
import { startEmulator, type Emulator } from './emulator';
import { installPython } from './python';

declare global {
  var emulator: Emulator | undefined;
}

/** Installs the emulators, starts MiniStack, and bootstraps the account in it. */
export default async function setUp(): Promise<void> {
  say('installing the emulators (.venv)');
  await installPython();

  say('starting MiniStack');
  const emulator = await startEmulator();
  globalThis.emulator = emulator;
  process.env['TEST_RUN_DIRECTORY'] = emulator.directory;
  process.env['TEST_EMULATOR'] = JSON.stringify(emulator.environment);

  say('cdk bootstrap');
  const { code, output } = await new Cdk(emulator.environment).bootstrap();
  if (code === 0) return;
  await emulator.stop();
  throw new Error(`cdk bootstrap ended with ${String(code)}:\n${output}`);
}

function say(step: string): void {
  process.stderr.write(`deploy: ${step}\n`);
}
