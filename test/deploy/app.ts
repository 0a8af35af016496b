import { createApp, defineCampaignMailgun, explainingMisuse } from '../../lib/app';

/**
 * A deployment whose Mailgun is a simulator: `-c stage=… -c mailgunUrl=…`. Everything but the
 * configuration is what `bin/campaign-mailgun.ts` deploys.
 */
explainingMisuse(() => {
  const app = createApp();
  const context = (name: string) => String(app.node.tryGetContext(name));
  defineCampaignMailgun(app, {
    stage: context('stage'),
    development: true,
    domains: { 'mg.example.com': { region: 'us', apiBaseUrl: context('mailgunUrl') } },
  });
});
