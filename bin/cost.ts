import { stages } from '../config/stages';
import { createApp, explainingMisuse } from '../lib/app';
import { CampaignMailgun } from '../lib/campaign-mailgun';
import { selectStage } from '../lib/config/check-configuration';
import { idleCost, type PricedTemplate } from '../lib/cost/idle-cost';
import { PRICES_AS_OF } from '../lib/cost/idle-prices';

/** Prints what a stage costs while nobody uses it: `npm run cost [-- stage]`. */
explainingMisuse(() => {
  const app = createApp({ context: { 'aws:cdk:bundling-stacks': [] } });
  const configuration = selectStage(stages, process.argv[2] ?? stages.at(-1)?.stage);
  new CampaignMailgun(app, configuration);
  const { lines, total, unpriced } = idleCost(
    app.synth().stacks.map(({ template }) => template as PricedTemplate),
  );

  const rows = lines.map(({ type, count, cost, because }) =>
    [dollars(cost), String(count).padStart(3), type.padEnd(34), because].join('  '),
  );
  const missing = unpriced.map((type) => `  ?  no price for ${type}`);
  process.stdout.write(
    [
      `Stage ${configuration.stage}, idle, US dollars a month (${PRICES_AS_OF})`,
      ...rows,
      ...missing,
      `${dollars(total)}  in all`,
      '',
    ].join('\n'),
  );
  if (unpriced.length > 0) process.exitCode = 1;
});

function dollars(amount: number): string {
  return amount.toFixed(2).padStart(6);
}
