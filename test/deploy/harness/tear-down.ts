import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NOT_EMULATED } from '../not-emulated';

const REPORTS = join(__dirname, '../../../reports');

/** Ends MiniStack, and says what these tests could not show. */
export default async function tearDown(): Promise<void> {
  const { emulator } = globalThis;
  await emulator?.stop();
  await mkdir(REPORTS, { recursive: true });
  await writeFile(join(REPORTS, 'ministack.log'), emulator?.log() ?? '');

  const lines = NOT_EMULATED.map(({ what, instead }) => `  ${what}\n    ${instead}`);
  process.stderr.write(`\nNot shown, because the emulators do not have it:\n${lines.join('\n')}\n`);
}
