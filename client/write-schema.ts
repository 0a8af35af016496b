import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendRequestJsonSchema } from './send-request-json-schema';

writeFileSync(join(__dirname, 'send-request.schema.json'), sendRequestJsonSchema());
