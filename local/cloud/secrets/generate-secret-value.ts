import { randomInt } from 'node:crypto';
import type { SecretProperties } from '../template/property-schemas';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

type Generation = NonNullable<SecretProperties['GenerateSecretString']>;

/**
 * A secret's first value: the given text, or a password, put into the template's JSON under its
 * key where the template has one.
 *
 * @throws {SyntaxError} when the template of the secret is not JSON.
 */
export function generateSecretValue({
  SecretString,
  GenerateSecretString: generation,
}: SecretProperties): string {
  if (SecretString !== undefined) return SecretString;
  if (generation === undefined) return password({ PasswordLength: 32 });

  const { SecretStringTemplate, GenerateStringKey } = generation;
  const generated = password(generation);
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) return generated;

  const template = JSON.parse(SecretStringTemplate) as Record<string, unknown>;
  return JSON.stringify({ ...template, [GenerateStringKey]: generated });
}

function password(options: Partial<Generation> & Pick<Generation, 'PasswordLength'>): string {
  const excluded = new Set(options.ExcludeCharacters ?? '');
  const alphabet = [
    options.ExcludeLowercase === true ? '' : LOWERCASE,
    options.ExcludeUppercase === true ? '' : LOWERCASE.toUpperCase(),
    options.ExcludeNumbers === true ? '' : NUMBERS,
    options.ExcludePunctuation === true ? '' : PUNCTUATION,
    options.IncludeSpace === true ? ' ' : '',
  ]
    .join('')
    .split('')
    .filter((character) => !excluded.has(character));

  return Array.from(
    { length: options.PasswordLength },
    () => alphabet[randomInt(alphabet.length)] ?? '',
  ).join('');
}
