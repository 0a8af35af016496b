import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deliveryEventJsonSchema } from './delivery-events';
import { notificationsJsonSchema } from './notifications';
import { sendRequestJsonSchema } from './send-request-json-schema';

writeFileSync(join(__dirname, 'send-request.schema.json'), sendRequestJsonSchema());
writeFileSync(join(__dirname, 'notifications.schema.json'), notificationsJsonSchema());
writeFileSync(join(__dirname, 'delivery-events.schema.json'), deliveryEventJsonSchema());
