import { afterBadList, badList, watchGuard } from './bad-list';
import { runCampaign } from './campaign-run';
import type { CampaignResult, CampaignRunOptions } from './campaign-run';
import { injectedLines, injectFaults, injectWebhookFaults, watchDomain } from './chaos';
import { endpointLines, writeEndpoints } from './endpoints-file';
import { startLocalMailer } from './local-mailer';
import type { LocalMailer } from './local-mailer';
import { operationsTable } from './operations-table';
import type { StartOptions } from './options';
import { createPast } from './past';
import { progressBars } from './progress-view';
import type { Progress } from './progress-view';
import { reportTable } from './report-table';
import type { Screen } from './screen';
import { takeStateDirectory } from './state-directory';
import { counted, seconds } from './text';
import { verdictLines } from './verdict-lines';
import { disagreements } from './verdict';

/** Where the start command runs. */
export interface RunContext {
  readonly options: StartOptions;
  readonly screen: Screen;
  /** Takes the result as one line of JSON. */
  readonly onResult: (json: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Starts everything, sends the sample campaign, reports, and serves until it is told to end.
 *
 * @returns the exit code: 1 when the report disagrees with the books.
 */
export async function run(context: RunContext): Promise<number> {
  const directory = await takeStateDirectory(context.options.stateDirectory);
  try {
    return await runIn(directory.path, context);
  } finally {
    await directory.release();
  }
}

async function runIn(stateDirectory: string, context: RunContext): Promise<number> {
  const { options, screen, signal } = context;
  screen.line('campaign-mailgun on this machine');
  screen.line();
  const steps = stepper(screen);
  const mailer = await startLocalMailer({
    ...{ options, stateDirectory, signal, onStep: steps },
    onWarning: (warning) => screen.line(`  ! ${warning}`),
  });
  try {
    const endpointsPath = writeEndpoints(mailer, stateDirectory);
    if (mailer.simulator === undefined) showRegistration(mailer, screen);
    const result = options.campaign ? await send(mailer, steps, context) : undefined;
    if (options.json) await context.onResult(jsonOf(result));
    const agreed = result === undefined || isRight(result);
    if (!options.once) await serve(mailer, endpointsPath, context);
    return agreed || !options.once ? 0 : 1;
  } finally {
    screen.release();
    await mailer.stop();
  }
}

/** Shows each step with the time it took. */
function stepper(screen: Screen): (step: string) => void {
  let sinceMs = performance.now();
  return (step) => {
    const nowMs = performance.now();
    screen.line(`  ${seconds(nowMs - sinceMs).padStart(6)}  ${step}`);
    sinceMs = nowMs;
  };
}

function send(
  mailer: LocalMailer,
  onStep: (step: string) => void,
  context: RunContext,
): Promise<CampaignResult> {
  return context.options.scenario === undefined
    ? sendCampaign(mailer, onStep, context)
    : sendBadList(mailer, context);
}

async function sendBadList(
  mailer: LocalMailer,
  { options: { seed, recipients }, screen, signal }: RunContext,
): Promise<CampaignResult> {
  const list = badList(recipients);
  const whom = counted(recipients, 'recipient', 'recipients');
  screen.line();
  screen.line(`"Bought list" to ${whom}, 6 % of them without a mailbox`);
  screen.line();
  const watching = new AbortController();
  const watched = watchGuard(mailer, list, {
    screen,
    signal: AbortSignal.any([watching.signal, signal]),
  });
  try {
    const onProgress = () => undefined;
    const result = await runCampaign(mailer, { seed, recipients, signal, list, onProgress });
    showSections(resultSections(result), screen);
    screen.line();
    for (const line of afterBadList(mailer, list)) screen.line(`  ${line}`);
    return result;
  } finally {
    watching.abort();
    await watched;
  }
}

async function sendCampaign(
  mailer: LocalMailer,
  onStep: (step: string) => void,
  { options, screen, signal }: RunContext,
): Promise<CampaignResult> {
  const { seed, recipients } = options;
  const known = await createPast(mailer, { seed, recipients });
  onStep(
    `stored ${counted(known, 'suppression', 'suppressions')} of people who left or bounced before`,
  );
  screen.line();
  screen.line(`"Spring sale" to ${counted(recipients, 'recipient', 'recipients')}, seed ${seed}`);
  if (screen.live) screen.line();

  const campaign = {
    ...{ seed, recipients, signal },
    onProgress: (progress: Progress) =>
      screen.picture(progressBars(progress).map((line) => `  ${line}`)),
  };
  const result =
    options.chaos || options.lossy
      ? await runUnderFaults(mailer, campaign, { screen, options })
      : await runCampaign(mailer, campaign);
  screen.release();
  showResult(result, screen);
  return result;
}

/** Between two passes over Mailgun's events nothing moves; neither does it while the last one waits. */
const PATIENCE_UNDER_LOSSES_MS = 2 * 60_000;

/** A doubt takes minutes to settle: nothing moves for longer than in a run without faults. */
const PATIENCE_UNDER_FAULTS_MS = 8 * 60_000;

async function runUnderFaults(
  mailer: LocalMailer,
  campaign: CampaignRunOptions,
  { screen, options: { chaos } }: Pick<RunContext, 'screen' | 'options'>,
): Promise<CampaignResult> {
  const scripted = chaos
    ? await injectFaults(mailer, campaign.seed)
    : await injectWebhookFaults(mailer);
  const watching = new AbortController();
  const watched = watchDomain(mailer, screen, AbortSignal.any([watching.signal, campaign.signal]));
  try {
    const stillMs = chaos ? PATIENCE_UNDER_FAULTS_MS : PATIENCE_UNDER_LOSSES_MS;
    return await runCampaign(mailer, { ...campaign, stillMs });
  } finally {
    watching.abort();
    await watched;
    screen.release();
    screen.line();
    screen.line('What went wrong');
    screen.line();
    for (const line of await injectedLines(mailer, scripted)) screen.line(`  ${line}`);
  }
}

// Without books, events may end early; but a recipient that was never tried is never right.
const isRight = ({ checks, settlement, books, report }: CampaignResult): boolean => {
  const everyoneTried = report.recipients.pending === 0 && report.recipients.inDoubt === 0;
  const ended = books === null ? everyoneTried : settlement.settled;
  return disagreements(checks).length === 0 && ended;
};

/** One line; without a campaign there is nothing to report. */
function jsonOf(result: CampaignResult | undefined): string {
  const { report = null, books = null, operations = null } = result ?? {};
  return JSON.stringify({ report, books, operations });
}

type Section = readonly [title: string, lines: readonly string[]];

function showResult(result: CampaignResult, screen: Screen): void {
  const operations: Section = ['What it took', operationsTable(result.operations)];
  showSections([...resultSections(result), operations], screen);
}

function resultSections(result: CampaignResult): Section[] {
  const { report, durationMs } = result;
  return [
    [
      `Report of ${report.accountId}/${report.campaignId}, after ${seconds(durationMs)}`,
      reportTable(report),
    ],
    [
      result.books === null ? 'Against itself' : "Against the simulator's books",
      verdictLines(result),
    ],
  ];
}

function showSections(sections: readonly Section[], screen: Screen): void {
  for (const [title, lines] of sections) {
    screen.line();
    screen.line(title);
    screen.line();
    for (const line of lines) screen.line(line === '' ? '' : `  ${line}`);
  }
}

function showRegistration({ outputs, mailgun }: LocalMailer, screen: Screen): void {
  screen.line();
  screen.line(`  Register at ${mailgun.url}, for every kind of event:`);
  screen.line(`    webhook URL  ${outputs.WebhookUrl}`);
  screen.line(`    signing key  ${mailgun.webhookSigningKey}`);
}

/** Stays until the signal comes: for whoever wants to enqueue, post webhooks or look around. */
async function serve(
  mailer: LocalMailer,
  endpointsPath: string,
  { options, screen, signal }: RunContext,
): Promise<void> {
  screen.line();
  screen.line(`Serving until Ctrl-C; all endpoints are in ${endpointsPath}`);
  screen.line();
  for (const line of endpointLines(mailer, options)) screen.line(`  ${line}`);
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
