import { isObject, type Json } from './template';

/** What a dynamic reference names: `{{resolve:ssm:/shop/currency:1}}`. */
export interface DynamicReference {
  /** `ssm`, `ssm-secure`, `secretsmanager`. */
  service: string;
  /** What follows the service: a name, or an ARN, with a version or a key of JSON. */
  rest: string;
}

/**
 * The value with every dynamic reference in its strings replaced.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export function resolveDynamicReferences<T extends Json>(value: T, resolve: (reference: DynamicReference) => string): T;
export function resolveDynamicReferences(value: Json, resolve: (reference: DynamicReference) => string): Json {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, (_, service: string, rest: string) => resolve({ service, rest }));
  }
  if (Array.isArray(value)) return value.map((item) => resolveDynamicReferences(item, resolve));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveDynamicReferences(item, resolve)]));
}

const REFERENCE = /\{\{resolve:([a-z-]+):([^{}]*)\}\}/g;

/** Name and version of a parameter. */
export function parameterOf(rest: string): { name: string; version?: string } {
  const [, name = rest, version] = /^(.*?)(?::(\d+))?$/s.exec(rest) ?? [];
  return { name, version };
}

/** For people: `the secret shop/db, key password`. */
export function describeReference({ service, rest }: DynamicReference): string {
  if (service !== 'secretsmanager') {
    const { name, version } = parameterOf(rest);
    const kind = service === 'ssm-secure' ? 'secure SSM parameter' : 'SSM parameter';
    return `${kind} ${name}${version === undefined ? '' : `, version ${version}`}`;
  }
  const [, secret = rest, key] = /^(.*?)(?::SecretString(?::([^:]*))?.*)?$/s.exec(rest) ?? [];
  return `secret ${secret}${key ? `, key ${key}` : ''}`;
}
