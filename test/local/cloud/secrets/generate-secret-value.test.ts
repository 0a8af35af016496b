import { generateSecretValue } from '../../../../local/cloud/secrets/generate-secret-value';
import { secretProperties } from '../../../../local/cloud/template/property-schemas';

const generated = (properties: object) => generateSecretValue(secretProperties.parse(properties));

it('keeps a value the template gives', () => {
  expect(generated({ SecretString: '{"a":1}' })).toBe('{"a":1}');
});

it('puts a generated password into the JSON of the template, under its key', () => {
  const value = JSON.parse(
    generated({
      GenerateSecretString: { SecretStringTemplate: '{"user":"u"}', GenerateStringKey: 'pepper' },
    }),
  ) as Record<string, string>;

  expect(value['user']).toBe('u');
  expect(value['pepper']).toHaveLength(32);
});

it('keeps the length and the alphabet asked for', () => {
  const value = generated({
    GenerateSecretString: {
      PasswordLength: 200,
      ExcludePunctuation: true,
      ExcludeUppercase: true,
      ExcludeCharacters: 'abc123',
    },
  });

  expect(value).toMatch(/^[d-z04-9]{200}$/);
});

it('generates another one each time', () => {
  expect(generated({})).not.toBe(generated({}));
});
