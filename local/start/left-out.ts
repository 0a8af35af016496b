import type { LocalMailer } from './local-mailer';
import { sampleRecipients } from './sample-campaign';

/** People asked about; each question makes the simulator read all its events. */
const MOST_QUESTIONS = 200;

/**
 * Asks the simulator about people of the sample who were not to be mailed, one by one: whether
 * totals agree says nothing about whom they are made of.
 *
 * @returns how many of them got an e-mail; 0 where no simulator can be asked.
 */
export async function mailedAgainstWish(
  { simulator }: LocalMailer,
  { seed, recipients }: { readonly seed: number; readonly recipients: number },
): Promise<number> {
  if (simulator === undefined) return 0;

  let asked = 0;
  let mailed = 0;
  for (const { role, recipient } of sampleRecipients(seed, recipients)) {
    if (role === 'ordinary' || role === 'duplicate') continue;
    if (asked === MOST_QUESTIONS) break;
    asked += 1;
    const path = `/__simulator/recipients/${encodeURIComponent(recipient.email)}`;
    const response = await fetch(`${simulator.url}${path}`);
    const { emails } = (await response.json()) as { readonly emails: number };
    if (emails > 0) mailed += 1;
  }
  return mailed;
}
