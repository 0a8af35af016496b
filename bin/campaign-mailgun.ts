import { stages } from '../config/stages';
import { createApp, explainingMisuse } from '../lib/app';
import { CampaignMailgun } from '../lib/campaign-mailgun';
import { selectStage } from '../lib/config/check-configuration';

explainingMisuse(() => {
  const app = createApp();
  new CampaignMailgun(app, selectStage(stages, app.node.tryGetContext('stage')));
});
