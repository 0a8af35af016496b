import { existsSync } from 'node:fs';
import { cp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, ROOT, runCommand } from './run-command';

/** This project as it was at a commit, in a folder of its own. */
export interface EarlierVersion {
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * Checks a commit out beside the project; its dependencies are today's.
 *
 * @throws {Error} where the history does not reach that far, as in a shallow clone.
 */
export async function checkOut(commit: string): Promise<EarlierVersion> {
  const directory = await makeDirectory('earlier');
  const { code, output } = await runCommand(
    ['bash', '-c', `set -o pipefail; git archive ${commit} | tar -x -C ${directory}`],
    { withinMs: 60_000 },
  );
  if (code !== 0) {
    await rm(directory, { recursive: true, force: true });
    throw new Error(`commit ${commit} is not in this clone; fetch the whole history:\n${output}`);
  }
  await symlink(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const app = 'test/deploy/app.ts';
  await cp(join(ROOT, app), join(directory, app));
  const construct = join(directory, 'lib/campaign-mailgun.ts');
  if (!existsSync(construct)) await writeFile(construct, BEFORE_THE_CONSTRUCT);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

/** What stands in for `CampaignMailgun` where it was a function yet. */
const BEFORE_THE_CONSTRUCT = `
import { defineCampaignMailgun } from './app';
export function CampaignMailgun(app, configuration) {
  return defineCampaignMailgun(app, configuration);
}
`;
