import { stages } from '../config/stages';
import { createApp, defineCampaignMailgun, explainingMisuse } from '../lib/app';
import { selectStage } from '../lib/config/check-configuration';

explainingMisuse(() => {
  const app = createApp();
  defineCampaignMailgun(app, selectStage(stages, app.node.tryGetContext('stage')));
});
