import { stages } from '../config/stages';
import { createApp } from '../lib/app';
import { CampaignMailgun } from '../lib/campaign-mailgun';
import { selectStage } from '../lib/config/check-configuration';
import { idleCost, type PricedTemplate } from '../lib/cost/idle-cost';
import { PRICES_AS_OF } from '../lib/cost/idle-prices';
import { readOptions, runCommand, say, UsageError } from './command';

const USAGE = `Adds up what a stage costs while nobody uses it, from its templates.

  npm run cost [-- STAGE]

  STAGE  one of config/stages.ts (the last)

Exit code 1: the stage has something without a price.
`;

function run(args: readonly string[]): Promise<number> {
  const { positionals } = readOptions(args, { allowPositionals: true, options: {} });
  if (positionals.length > 1) {
    throw new UsageError(`stage: received ${positionals.length}, expected one`);
  }
  const configuration = selectStage(stages, positionals[0] ?? stages.at(-1)?.stage);
  const app = createApp({ context: { 'aws:cdk:bundling-stacks': [] } });
  new CampaignMailgun(app, configuration);
  const { lines, total, unpriced } = idleCost(
    app.synth().stacks.map(({ template }) => template as PricedTemplate),
  );

  say(`Stage ${configuration.stage}, idle, US dollars a month (${PRICES_AS_OF})`);
  for (const { type, count, cost, because } of lines) {
    say([dollars(cost), String(count).padStart(3), type.padEnd(34), because].join('  '));
  }
  for (const type of unpriced) say(`  ?  no price for ${type}`);
  say(`${dollars(total)}  in all`);
  return Promise.resolve(unpriced.length > 0 ? 1 : 0);
}

function dollars(amount: number): string {
  return amount.toFixed(2).padStart(6);
}

runCommand({ usage: USAGE, run });
