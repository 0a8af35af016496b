import { IDLE_PRICES, schedulePrice } from './idle-prices';

/** Resources as a template lists them; only what is priced is read. */
export interface PricedTemplate {
  readonly Resources?: Readonly<Record<string, PricedResource>>;
}

interface PricedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** One line of the bill. */
export interface CostLine {
  readonly type: string;
  readonly count: number;
  /** US dollars a month, all of them together. */
  readonly cost: number;
  readonly because: string;
}

/** What an idle deployment costs, by resource type. */
export interface IdleCost {
  readonly lines: readonly CostLine[];
  /** US dollars a month. */
  readonly total: number;
  /** Types that nobody has put a price on. */
  readonly unpriced: readonly string[];
}

/**
 * What an idle run of a scheduled function is assumed to take. One that is made every few minutes finds its
 * worker warm, one that is made seldom begins cold and asks Mailgun.
 *
 * Warm was measured: the guard's bundle, with DynamoDB answering within 10 ms, took 0.04 s for one domain
 * (median of 25 runs; 0.15 s at most) and 0.4 s for 16.
 */
const IDLE_RUN_SECONDS = { warm: 0.25, cold: 5 };

/** Lambda documents no time for which it keeps a worker that is not used; it is more than this. */
const KEPT_WARM_MINUTES = 2;

/** Memory assumed where a schedule's function is not found: that of the largest there is. */
const SCHEDULED_MEMORY_MIB = 1_769;

const MINUTES = { minute: 1, hour: 60, day: 60 * 24 } as const;

/** Adds up what the resources of a deployment's templates cost in a month without any use. */
export function idleCost(templates: readonly PricedTemplate[]): IdleCost {
  const resources = templates.flatMap(({ Resources = {} }) => Object.values(Resources));
  const types = [...new Set(resources.map(({ Type }) => Type))].sort();

  const priced = types.flatMap((type): CostLine[] => {
    const price = IDLE_PRICES[type];
    if (price === undefined) return [];
    const ofType = resources.filter(({ Type }) => Type === type);
    const units = ofType.reduce((sum, resource) => sum + unitsOf(resource), 0);
    const { because, each } = price;
    const paid = Math.max(0, units - (price.free ?? 0));
    return [{ type, count: ofType.length, cost: paid * each, because }];
  });
  const lines = [...priced, ...templates.flatMap(schedules)];
  return {
    lines,
    total: lines.reduce((sum, { cost }) => sum + cost, 0),
    unpriced: types.filter((type) => IDLE_PRICES[type] === undefined),
  };
}

/** What a web ACL costs without a rule, in units of what a rule costs. */
const UNITS_OF_WEB_ACL = 5;

/** What is paid for in one resource: an alarm on an expression is paid by the metrics in it, a web ACL by its rules too. */
function unitsOf({ Type, Properties = {} }: PricedResource): number {
  const { Metrics: metrics, Rules: rules } = Properties;
  if (Type === 'AWS::WAFv2::WebACL') {
    return UNITS_OF_WEB_ACL + (Array.isArray(rules) ? rules.length : 0);
  }
  if (Type !== 'AWS::CloudWatch::Alarm' || !Array.isArray(metrics)) return 1;
  return metrics.filter((metric: object) => 'MetricStat' in metric).length;
}

function schedules({ Resources = {} }: PricedTemplate): CostLine[] {
  return Object.values(Resources).flatMap(({ Properties = {} }) => {
    const expression = Properties['ScheduleExpression'];
    if (typeof expression !== 'string') return [];
    const memory = memoryOf(Resources, Properties['Targets']);
    const everyMinutes = minutesIn(expression);
    const seconds = IDLE_RUN_SECONDS[everyMinutes <= KEPT_WARM_MINUTES ? 'warm' : 'cold'];
    const cost = schedulePrice(memory, everyMinutes, seconds);
    const because = `runs of ${seconds} s at ${memory} MiB`;
    return [{ type: `invocations by ${expression}`, count: 1, cost, because }];
  });
}

/** Memory of the function that a rule's first target names. */
function memoryOf(resources: NonNullable<PricedTemplate['Resources']>, targets: unknown): number {
  const [target] = Array.isArray(targets) ? (targets as { readonly Arn?: object }[]) : [];
  const { 'Fn::GetAtt': attribute } = (target?.Arn ?? {}) as { 'Fn::GetAtt'?: readonly string[] };
  const memory = resources[attribute?.[0] ?? '']?.Properties?.['MemorySize'];
  return typeof memory === 'number' ? memory : SCHEDULED_MEMORY_MIB;
}

/** A `cron` expression counts as one run a minute, the most it can be. */
function minutesIn(expression: string): number {
  const [, amount = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return unit in MINUTES ? Number(amount) * MINUTES[unit as keyof typeof MINUTES] : 1;
}
