import { App } from 'aws-cdk-lib';
import { CampaignMailgun } from 'campaign-mailgun';
import { NewsletterStack } from './newsletter-stack';

const app = new App();

const mailgun = new CampaignMailgun(app, {
  stage: 'production',
  domains: { 'mg.example.com': { region: 'us' } },
});
new NewsletterStack(app, 'newsletter', { mailgun });
