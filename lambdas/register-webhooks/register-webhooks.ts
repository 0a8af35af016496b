import type { Clock } from '../core/clock';
import { faultOf } from '../core/errors';
import type { Log } from '../core/log';
import type { DeploymentReplies } from '../core/webhook/deployment-replies';
import {
  readDeploymentRequest,
  type DeploymentRequest,
  type DesiredWebhooks,
} from '../core/webhook/deployment-request';
import {
  registerWebhooks,
  unregisterWebhook,
  type Reconciling,
  type RegistrationOutcome,
} from '../core/webhook/reconcile-webhooks';
import type { WebhookLeftover, WebhookLeftovers } from '../core/webhook/webhook-leftovers';
import type { WebhookRegistry } from '../core/webhook/webhook-registry';

/** What registering works with. */
export interface Dependencies {
  /** Reaches these domains. */
  readonly registryOf: (domains: DesiredWebhooks['domains']) => WebhookRegistry;
  readonly leftovers: WebhookLeftovers;
  readonly replies: DeploymentReplies;
  /** What the function's own deployment wants, for the schedule. */
  readonly desired: DesiredWebhooks;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
}

/** Kept back from the invocation to answer CloudFormation, tries included, in milliseconds. */
const RESERVE_MS = 20_000;

/**
 * Makes the function behind the custom resource, and behind the schedule that completes what a
 * deployment could not.
 *
 * CloudFormation is told of a success whatever Mailgun, the secret or the store do, and in time:
 * a registration that is missing is a status, an alarm and another attempt, never a deployment
 * that can't be rolled back or deleted.
 *
 * @throws {TransientError} on schedule, when the store does not answer; in a deployment, when
 *   CloudFormation does not take the answer. Lambda then tries again: everything may be repeated.
 */
export function createRegisterWebhooks(dependencies: Dependencies) {
  return async (event: unknown, deadlineMs: number): Promise<void> => {
    const request = readDeploymentRequest(event);
    if (request === undefined) {
      await new Registration(dependencies, deadlineMs - RESERVE_MS).onSchedule();
      return;
    }
    await answer(dependencies, request, deadlineMs - RESERVE_MS);
  };
}

async function answer(
  dependencies: Dependencies,
  request: DeploymentRequest,
  deadlineMs: number,
): Promise<void> {
  const { clock, log, replies, sleep } = dependencies;
  const work = new Registration(dependencies, deadlineMs).onDeployment(request);
  const status = await Promise.race([
    work.catch((error: unknown) => {
      log.error('webhooks not registered', {
        code: 'webhooks-not-registered',
        error: faultOf(error),
      });
      return 'not registered: a fault of ours, see the log; tried again every hour';
    }),
    sleep(Math.max(0, deadlineMs - clock())).then(
      () => 'not known: no time was left; tried again every hour',
    ),
  ]);
  await replies.succeed(request.reply, { status });
}

/** One run over all domains. */
class Registration {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly deadlineMs: number,
  ) {}

  /** Registers what is missing, then removes what was left over. */
  async onSchedule(): Promise<void> {
    const { desired, leftovers } = this.dependencies;
    await this.register(desired);
    for (const leftover of await leftovers.open()) {
      const isWanted =
        leftover.url === desired.url && Object.hasOwn(desired.domains, leftover.domain);
      if (isWanted || (await this.remove(leftover)) === undefined) {
        await leftovers.settle(leftover);
      }
    }
  }

  /** @returns the status of the resource. */
  async onDeployment({ type, desired, previous }: DeploymentRequest): Promise<string> {
    if (type === 'Delete') {
      const problems = await this.removeAll(hooksOf(desired));
      return problems.length === 0 ? 'removed' : `not removed: ${problems.join('; ')}`;
    }
    if (desired === undefined)
      return 'not registered: the properties of the resource are malformed';

    const outcomes = await this.register(desired);
    const wanted = new Set(hooksOf(desired).map(nameOf));
    const unwanted = hooksOf(previous).filter((hook) => !wanted.has(nameOf(hook)));
    const left = await this.removeAll(unwanted, true);
    // The new URL comes first, so that no event falls between the two; where Mailgun had no room for
    // both, there is room now.
    const again = Object.keys(desired.domains).filter(
      (domain) =>
        unwanted.some((hook) => hook.domain === domain) &&
        outcomes.some((outcome) => outcome.domain === domain && outcome.problems.length > 0),
    );
    const mended = again.length === 0 ? [] : await this.register(desired, again);
    const latest = new Map([...outcomes, ...mended].map((outcome) => [outcome.domain, outcome]));
    return statusOf([...latest.values()], left);
  }

  private async register(
    { url, domains, events }: DesiredWebhooks,
    names = Object.keys(domains),
  ): Promise<readonly RegistrationOutcome[]> {
    const outcomes = await registerWebhooks(this.reconciling(domains), {
      ...{ url, events, domains: names },
    });
    const { log } = this.dependencies;
    for (const { domain, problems } of outcomes) {
      if (problems.length === 0) {
        log.info('webhooks registered', { code: 'webhooks-registered', domain });
      } else {
        log.error('webhooks not registered', { code: 'webhooks-not-registered', domain, problems });
      }
    }
    return outcomes;
  }

  /** @param noting whether the schedule is to try again what fails. @returns what failed. */
  private async removeAll(
    hooks: readonly WebhookLeftover[],
    noting = false,
  ): Promise<readonly string[]> {
    const problems: string[] = [];
    for (const hook of hooks) {
      const problem = await this.remove(hook);
      if (problem === undefined) continue;
      problems.push(`${hook.domain}: ${problem}`);
      if (noting) await this.dependencies.leftovers.note(hook);
    }
    return problems;
  }

  private async remove({ domain, url, ...reached }: WebhookLeftover): Promise<string | undefined> {
    const problem = await unregisterWebhook(this.reconciling({ [domain]: reached }), {
      ...{ domain, url },
    });
    const { log } = this.dependencies;
    if (problem === undefined) log.info('webhook removed', { code: 'webhook-removed', domain });
    else log.warn('webhook not removed', { code: 'webhook-not-removed', domain, problem });
    return problem;
  }

  private reconciling(domains: DesiredWebhooks['domains']): Reconciling {
    const { registryOf, clock } = this.dependencies;
    return { registry: registryOf(domains), clock, deadlineMs: this.deadlineMs };
  }
}

function hooksOf(desired: DesiredWebhooks | undefined): readonly WebhookLeftover[] {
  if (desired === undefined) return [];
  return Object.entries(desired.domains).map(([domain, reached]) => ({
    ...{ domain, url: desired.url },
    ...reached,
  }));
}

const nameOf = ({ domain, url }: WebhookLeftover): string => `${domain} ${url}`;

function statusOf(outcomes: readonly RegistrationOutcome[], left: readonly string[]): string {
  const missing = outcomes.flatMap(({ domain, problems }) =>
    problems.map((problem) => `${domain}: ${problem}`),
  );
  const parts = [
    ...(missing.length > 0 ? [`not registered: ${missing.join('; ')}`] : ['registered']),
    ...(left.length > 0 ? [`not removed: ${left.join('; ')}`] : []),
  ];
  const isDone = missing.length + left.length === 0;
  return parts.join('. ') + (isDone ? '' : '. Tried again every hour.');
}
