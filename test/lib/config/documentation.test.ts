import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stages } from '../../../config/stages';
import { checkConfiguration } from '../../../lib/config/check-configuration';
import { settingsSchema } from '../../../lib/config/settings';
import { aConfiguration } from '../deployment';

const text = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
const rows = new Map(
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, property = '', byDefault = '']) => [property.replaceAll('`', ''), byDefault]),
);

/** Every property with a default, by path, as `domains.<domain>.maxTags`. */
function defaultsIn(settings: object, path = ''): [string, unknown][] {
  return Object.entries(settings).flatMap(([name, value]): [string, unknown][] => {
    const here = `${path}${name === 'mg.example.com' ? '<domain>' : name}`;
    return typeof value === 'object' && !Array.isArray(value)
      ? defaultsIn(value as object, `${here}.`)
      : [[here, value]];
  });
}

const given = ['stage', 'domains.<domain>.region'];
const defaults = defaultsIn(checkConfiguration(aConfiguration())).filter(
  ([property]) => !given.includes(property),
);

it.each(defaults)('documents %s with its default', (property, value) => {
  const expected = Array.isArray(value) && value.length === 0 ? 'none' : `\`${String(value)}\``;

  expect(rows.get(property)).toMatch(new RegExp(`^${expected}`));
});

it('documents no property that does not exist', () => {
  const known = [
    ...Object.keys(settingsSchema.shape),
    ...given,
    ...defaults.map(([property]) => property),
    'domains.<domain>.apiBaseUrl',
    'domains.<domain>.recipientsPerDay',
    'domains.<domain>.warmUp.startsOn',
    'domains.<domain>.warmUp.curve',
    'breaker.pauseAfterMinutes',
    'events.warmWritesPerSecond',
    'rollout.canaryMinutes',
    'webhooks.webAcl',
    'webhooks.domain.name',
    'webhooks.domain.certificateArn',
    'webhooks.domain.hostedZone.id',
    'webhooks.domain.hostedZone.name',
  ];

  expect([...rows.keys()].filter((property) => !known.includes(property))).toEqual([]);
});

it.each(stages)('comes with a stage that can be deployed: $stage', (stage) => {
  expect(() => checkConfiguration(stage)).not.toThrow();
});
