import { randomUUID } from 'node:crypto';
import type { CustomResourcePlan } from '../template/blueprint';

/** What became of one custom resource. */
export interface CustomResourceOutcome {
  readonly subject: string;
  /** `UNANSWERED` where its function gave no answer in time. */
  readonly status: 'SUCCESS' | 'FAILED' | 'UNANSWERED';
  readonly reason: string;
  /** Attributes it has from now on. */
  readonly data: Readonly<Record<string, string>>;
}

export interface CustomResourceOptions {
  /** Base URL of the admin server, which takes the answers. */
  readonly adminUrl: string;
  readonly accountId: string;
  readonly region: string;
  /** Runs the function behind a resource. */
  readonly invoke: (functionArn: string, event: unknown) => Promise<unknown>;
}

const PATH = '/__cloud/custom-resources/';

/** How long an answer is waited for; milliseconds. */
const LONGEST_WAIT_MS = 150_000;

/**
 * Creates custom resources as CloudFormation does: it hands their functions a request, and takes
 * the answer at the URL that came with it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export class CustomResources {
  readonly #waiting = new Map<string, (answer: unknown) => void>();
  readonly #attributes = new Map<string, string>();

  constructor(
    private readonly plans: readonly CustomResourcePlan[],
    private readonly options: CustomResourceOptions,
  ) {}

  /** Creates all of them, one after the other. Never rejects: what a function does is an outcome. */
  async create(): Promise<readonly CustomResourceOutcome[]> {
    const outcomes: CustomResourceOutcome[] = [];
    for (const plan of this.plans) outcomes.push(await this.#createOne(plan));
    return outcomes;
  }

  /** Takes an answer. @returns whether anyone waited at this path. */
  take(path: string, body: string): boolean {
    const answer = this.#waiting.get(path.slice(PATH.length));
    if (!path.startsWith(PATH) || answer === undefined) return false;
    let parsed: unknown;
    try {
      parsed = JSON.parse(body);
    } catch {
      parsed = undefined;
    }
    answer(parsed);
    return true;
  }

  /** Puts attributes into texts that were resolved before the resources had any. */
  resolve(texts: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        [...this.#attributes].reduce((so, [from, to]) => so.replaceAll(from, () => to), text),
      ]),
    );
  }

  async #createOne(plan: CustomResourcePlan): Promise<CustomResourceOutcome> {
    const id = randomUUID();
    const { subject } = plan;
    const answered = new Promise<CustomResourceOutcome>((resolve) => {
      const unanswered = (reason: string) =>
        resolve({ subject, status: 'UNANSWERED', reason, data: {} });
      const timer = setTimeout(() => unanswered('no answer in time'), LONGEST_WAIT_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(outcomeOf(subject, answer));
      });
      this.options.invoke(plan.functionArn, this.#request(plan, id)).catch(() => {
        clearTimeout(timer);
        unanswered('its function failed; see its log');
      });
    });
    const outcome = await answered;
    this.#waiting.delete(id);
    for (const [attribute, value] of Object.entries(outcome.data)) {
      this.#attributes.set(`${plan.name}.${attribute}`, value);
    }
    return outcome;
  }

  #request({ type, logicalId, subject, functionArn, properties }: CustomResourcePlan, id: string) {
    const { adminUrl, accountId, region } = this.options;
    const stack = subject.split('/')[0] ?? '';
    return {
      RequestType: 'Create',
      ServiceToken: functionArn,
      ResponseURL: `${adminUrl}${PATH}${id}`,
      StackId: `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/local`,
      RequestId: id,
      ResourceType: type,
      LogicalResourceId: logicalId,
      ResourceProperties: properties,
    };
  }
}

function outcomeOf(subject: string, answer: unknown): CustomResourceOutcome {
  const { Status, Reason, Data } = (answer ?? {}) as {
    readonly Status?: unknown;
    readonly Reason?: unknown;
    readonly Data?: Readonly<Record<string, unknown>>;
  };
  const data = Object.entries(Data ?? {}).map(([name, value]) => [name, String(value)] as const);
  return {
    subject,
    status: Status === 'SUCCESS' ? 'SUCCESS' : 'FAILED',
    reason: typeof Reason === 'string' ? Reason : '',
    data: Object.fromEntries(data),
  };
}
