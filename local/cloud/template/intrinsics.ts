import { randomUUID } from 'node:crypto';
import { BrokenTemplateError } from '../cloud-error';
import type { DeclaredResource, StackTemplate } from './assembly';
import { generatedName, namePropertyOf } from './resource-names';
import {
  apiIdOf,
  attributeOf,
  referenceOf,
  type CloudAddresses,
  type NamedResource,
} from './resource-references';

/** The place in a template a value stands at; its subject goes into error messages. */
export interface Scope {
  readonly stack: StackTemplate;
  readonly subject: string;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/**
 * Replaces the template's intrinsic functions by values, across all stacks of an assembly.
 *
 * Knows `Ref`, `Fn::GetAtt`, `Join`, `Sub`, `ImportValue`, `GetStackOutput`, `Select`, `Split`,
 * `If` with conditions, `FindInMap`, `Base64` and `ToJsonString`, and the pseudo parameters.
 */
export class TemplateResolver {
  readonly #stacks: readonly StackTemplate[];
  readonly #addresses: CloudAddresses;
  readonly #inProgress = new Set<unknown>();
  readonly #apiUrls: ReadonlyMap<string, DeclaredResource>;
  /** The last part of a stack's id: as on AWS nobody can tell it beforehand. */
  readonly #stackGuids: ReadonlyMap<StackTemplate, string>;

  constructor(stacks: readonly StackTemplate[], addresses: CloudAddresses) {
    this.#stacks = stacks;
    this.#addresses = addresses;
    this.#stackGuids = new Map(stacks.map((stack) => [stack, randomUUID()]));
    this.#apiUrls = new Map(
      stacks
        .flatMap(({ resources }) => [...resources.values()])
        .filter(({ type }) => type === 'AWS::ApiGatewayV2::Api')
        .map((api) => [apiIdOf(api), api]),
    );
  }

  /**
   * @returns the value with every intrinsic function replaced; `undefined` for `AWS::NoValue`.
   * @throws {BrokenTemplateError} for a reference to nothing, a cycle or an unknown function.
   */
  resolve(value: unknown, scope: Scope): unknown {
    if (typeof value === 'string') return this.#withLocalApiUrls(value);
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item, scope)).filter((item) => item !== undefined);
    }
    if (typeof value !== 'object' || value === null) return value;

    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && isIntrinsic(only[0])) {
      return this.#apply(only[0], only[1], scope);
    }
    return Object.fromEntries(
      entries
        .map(([key, item]): [string, unknown] => [key, this.resolve(item, scope)])
        .filter(([, item]) => item !== undefined),
    );
  }

  /** A resource's properties, resolved. */
  properties(resource: DeclaredResource): Record<string, unknown> {
    return this.resolve(resource.properties, scopeOf(resource)) as Record<string, unknown>;
  }

  /** Whether the resource exists: it has no condition, or one that holds. */
  exists({ condition, stack, logicalId }: DeclaredResource): boolean {
    return (
      condition === undefined ||
      this.#condition({ Condition: condition }, { stack, subject: `${stack.name}/${logicalId}` })
    );
  }

  /** A resource with the name it goes by: the template's, or a generated one. */
  named(resource: DeclaredResource): NamedResource {
    const property = namePropertyOf(resource.type);
    const declared = property === undefined ? undefined : resource.properties[property];
    if (declared === undefined) return { resource, name: generatedName(resource) };

    const name = this.#once(declared, scopeOf(resource), () =>
      this.resolve(declared, scopeOf(resource)),
    );
    return { resource, name: typeof name === 'string' ? name : generatedName(resource) };
  }

  #apply(name: string, argument: unknown, scope: Scope): unknown {
    const intrinsic = this.#intrinsics[name];
    if (intrinsic === undefined) {
      throw new BrokenTemplateError(scope.subject, `${name} is not supported locally`);
    }
    const value = intrinsic(argument, scope);
    return typeof value === 'string' ? this.#withLocalApiUrls(value) : value;
  }

  readonly #intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (argument, scope) => this.#reference(String(argument), scope),
    'Fn::GetAtt': (argument, scope) => this.#attribute(argument, scope),
    'Fn::Join': (argument, scope) => {
      const [separator, parts] = this.#list(argument, scope, 'Fn::Join');
      return this.#list(parts, scope, 'Fn::Join').map(String).join(String(separator));
    },
    'Fn::Sub': (argument, scope) => this.#substitute(argument, scope),
    'Fn::ImportValue': (argument, scope) => this.#imported(argument, scope),
    'Fn::GetStackOutput': (argument, scope) => this.#stackOutput(argument, scope),
    'Fn::Select': (argument, scope) => {
      const [index, items] = this.#list(argument, scope, 'Fn::Select');
      const item = this.#list(items, scope, 'Fn::Select')[Number(index)];
      if (item === undefined) {
        throw new BrokenTemplateError(
          scope.subject,
          `Fn::Select finds nothing at ${String(index)}`,
        );
      }
      return item;
    },
    'Fn::Split': (argument, scope) => {
      const [separator, text] = this.#list(argument, scope, 'Fn::Split');
      return String(text).split(String(separator));
    },
    'Fn::If': (argument, scope) => {
      const [condition, yes, no] = Array.isArray(argument) ? (argument as unknown[]) : [];
      return this.resolve(this.#condition({ Condition: condition }, scope) ? yes : no, scope);
    },
    'Fn::FindInMap': (argument, scope) => {
      const keys = this.#list(argument, scope, 'Fn::FindInMap').map(String);
      const found = keys.reduce<unknown>(
        (map, key) => (map as Record<string, unknown> | undefined)?.[key],
        scope.stack.mappings,
      );
      if (found === undefined) {
        throw new BrokenTemplateError(
          scope.subject,
          `Fn::FindInMap finds nothing at ${keys.join('.')}`,
        );
      }
      return found;
    },
    'Fn::Base64': (argument, scope) =>
      Buffer.from(String(this.resolve(argument, scope))).toString('base64'),
    'Fn::ToJsonString': (argument, scope) => JSON.stringify(this.resolve(argument, scope)),
  };

  #reference(target: string, scope: Scope): unknown {
    const { accountId, region } = this.#addresses;
    switch (target) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return scope.stack.name;
      case 'AWS::StackId':
        return this.#stackId(scope.stack);
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return undefined;
      default:
        return target in scope.stack.parameters
          ? this.#parameter(target, scope)
          : referenceOf(this.#resource(target, scope), this.#addresses);
    }
  }

  #stackId(stack: StackTemplate): string {
    const { accountId, region } = this.#addresses;
    const guid = this.#stackGuids.get(stack) ?? '';
    return `arn:aws:cloudformation:${region}:${accountId}:stack/${stack.name}/${guid}`;
  }

  #parameter(name: string, { stack, subject }: Scope): unknown {
    const value = stack.parameters[name];
    if (value === undefined) {
      throw new BrokenTemplateError(subject, `parameter "${name}" has no default`);
    }
    return value;
  }

  #attribute(argument: unknown, scope: Scope): string {
    const [target, attribute] = (
      typeof argument === 'string'
        ? splitAtDot(argument)
        : this.#list(argument, scope, 'Fn::GetAtt')
    ).map(String);
    if (target === undefined || attribute === undefined) {
      throw new BrokenTemplateError(scope.subject, 'Fn::GetAtt needs a resource and an attribute');
    }
    return attributeOf(this.#resource(target, scope), attribute, this.#addresses);
  }

  #substitute(argument: unknown, scope: Scope): string {
    const [text, variables = {}] = (Array.isArray(argument) ? argument : [argument]) as [
      string,
      Record<string, unknown>?,
    ];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal === '!') return whole.replace('!', '');
      if (name in variables) return String(this.resolve(variables[name], scope));
      return String(
        name.includes('.') ? this.#attribute(name, scope) : this.#reference(name, scope),
      );
    });
  }

  #imported(argument: unknown, scope: Scope): unknown {
    const wanted = this.resolve(argument, scope);
    for (const stack of this.#stacks) {
      for (const [id, { Value, Export }] of Object.entries(stack.outputs)) {
        const exporter = { stack, subject: `${stack.name} output ${id}` };
        if (Export !== undefined && this.resolve(Export.Name, exporter) === wanted) {
          return this.#once(Value, scope, () => this.resolve(Value, exporter));
        }
      }
    }
    throw new BrokenTemplateError(
      scope.subject,
      `imports "${String(wanted)}", which no stack exports`,
    );
  }

  #stackOutput(argument: unknown, scope: Scope): unknown {
    const { StackName, OutputName } = this.resolve(argument, scope) as Record<string, unknown>;
    const stack = this.#stacks.find(({ name }) => name === StackName);
    const output = stack?.outputs[String(OutputName)];
    if (stack === undefined || output === undefined) {
      throw new BrokenTemplateError(
        scope.subject,
        `reads output "${String(OutputName)}" of stack "${String(StackName)}", which is not there`,
      );
    }
    return this.#once(output.Value, scope, () =>
      this.resolve(output.Value, { stack, subject: `${stack.name} output ${String(OutputName)}` }),
    );
  }

  #condition(expression: unknown, scope: Scope): boolean {
    const [[name, argument] = ['nothing', undefined]] = Object.entries(
      (expression ?? {}) as Record<string, unknown>,
    );
    const operands = Array.isArray(argument) ? (argument as unknown[]) : [];
    switch (name) {
      case 'Condition': {
        const declared = scope.stack.conditions[String(argument)];
        if (declared === undefined) {
          throw new BrokenTemplateError(
            scope.subject,
            `condition "${String(argument)}" is not declared`,
          );
        }
        return this.#once(declared, scope, () => this.#condition(declared, scope));
      }
      case 'Fn::Equals':
        return (
          String(this.resolve(operands[0], scope)) === String(this.resolve(operands[1], scope))
        );
      case 'Fn::Not':
        return !this.#condition(operands[0], scope);
      case 'Fn::And':
        return operands.every((operand) => this.#condition(operand, scope));
      case 'Fn::Or':
        return operands.some((operand) => this.#condition(operand, scope));
      default:
        throw new BrokenTemplateError(
          scope.subject,
          `condition function ${name} is not supported locally`,
        );
    }
  }

  #resource(logicalId: string, scope: Scope): NamedResource {
    const resource = scope.stack.resources.get(logicalId);
    if (resource === undefined) {
      throw new BrokenTemplateError(
        scope.subject,
        `refers to "${logicalId}", which is no resource of stack ${scope.stack.name}`,
      );
    }
    return this.named(resource);
  }

  #list(argument: unknown, scope: Scope, intrinsic: string): unknown[] {
    const list = this.resolve(argument, scope);
    if (Array.isArray(list)) return list as unknown[];
    throw new BrokenTemplateError(scope.subject, `${intrinsic} needs a list`);
  }

  /** Evaluates what refers elsewhere, and stops where it would come back to itself. */
  #once<T>(key: unknown, scope: Scope, evaluate: () => T): T {
    if (typeof key !== 'object') return evaluate();
    if (this.#inProgress.has(key)) {
      throw new BrokenTemplateError(scope.subject, 'refers to itself in a circle');
    }
    this.#inProgress.add(key);
    try {
      return evaluate();
    } finally {
      this.#inProgress.delete(key);
    }
  }

  #withLocalApiUrls(text: string): string {
    if (!text.includes('.execute-api.')) return text;
    return text.replace(
      /https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g,
      (url, id: string) => {
        const api = this.#apiUrls.get(id);
        return api === undefined ? url : this.#addresses.apiUrl(api);
      },
    );
  }
}

/** Where a resource's own properties stand. */
export const scopeOf = ({ stack, logicalId }: DeclaredResource): Scope => ({
  stack,
  subject: `${stack.name}/${logicalId}`,
});

const isIntrinsic = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

const splitAtDot = (text: string): [string, string] => {
  const at = text.indexOf('.');
  return [text.slice(0, at), text.slice(at + 1)];
};
