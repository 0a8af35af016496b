import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import startEngines from '../support/engines/start-engines';
import stopEngines from '../support/engines/stop-engines';
import { readSample, plain, writeSample } from './sample-items';
import { MESSAGE_KINDS } from './sample-messages';
import { Stores } from './stores';

/**
 * Writes down what today's code stores and sends, and what it makes of that, for the code after it:
 * `npm run fixtures -- v2`. What an older version wrote is never written anew.
 */
async function main([version]: readonly string[]): Promise<void> {
  if (version === undefined || !/^v\d+$/.test(version)) {
    throw new Error(`version: received ${String(version)}, expected one such as v2`);
  }
  const folder = join(__dirname, 'fixtures', version);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown): void => {
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`, { flag: 'wx' });
  };

  const stores = await Stores.create();
  await writeSample(stores);
  write('items.json', await stores.items());
  write('items.meaning.json', await readSample(stores));
  const messages = Object.entries(MESSAGE_KINDS).map(([kind, message]) => {
    const body = message.write();
    return [kind, { body: JSON.parse(body) as unknown, meaning: plain(message.read(body)) }];
  });
  write('messages.json', Object.fromEntries(messages));
}

startEngines()
  .then(() => main(process.argv.slice(2)))
  .finally(stopEngines)
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
