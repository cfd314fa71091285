import { isObject, type Json } from './template';

/** What a template's expressions refer to. */
export interface Scope {
  /** Value of `Ref`; `undefined` is AWS::NoValue. Throws a TemplateError for an unknown name. */
  ref(name: string): Json | undefined;
  /** Value of `Fn::GetAtt`. Throws a TemplateError for an unknown logical id. */
  attribute(logicalId: string, attribute: string): Json;
  condition(name: string): boolean;
  /** A value of the template's Mappings; `undefined` if there is none. */
  mapping(name: string, topLevelKey: string, secondLevelKey: string): Json | undefined;
  importedValue(exportName: string): Json;
  outputOf(stackName: string, outputName: string, region: string): Json;
  /** A value to go on with if there is none, because it would depend on what only AWS knows; says so. */
  makeUp(what: string): string;
  /** A value in place of what only CloudFormation itself evaluates: transforms, macros; says which resource it is of. */
  leaveOpen(expression: string): string;
  region: string;
}

/** A template says what CloudFormation would refuse. */
export class TemplateError extends Error {
  override name = 'TemplateError';

  /** @param where the stack and resource, once known */
  constructor(
    readonly reason: string,
    readonly where?: string,
  ) {
    super(where ? `${where}: ${reason}` : reason);
  }
}

type Intrinsic = (argument: Json, scope: Scope) => Json | undefined;

/**
 * The value with every intrinsic function replaced by its result. `undefined` is AWS::NoValue: lists and maps drop it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function evaluate(value: Json, scope: Scope): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const call = intrinsicCall(value);
  if (call) return call.intrinsic(call.argument, scope);
  const result: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    const evaluated = evaluate(item, scope);
    if (evaluated !== undefined) result[key] = evaluated;
  }
  return result;
}

/** Whether a condition of a template, or an operand of one, holds. */
export function evaluateCondition(value: Json, scope: Scope): boolean {
  if (isObject(value) && typeof value.Condition === 'string') return scope.condition(value.Condition);
  const result = evaluate(value, scope);
  // What a transform would say; what depends on it may as well be there.
  if (isOpen(value)) return true;
  // CloudFormation takes the strings too.
  if (result === true || result === 'true') return true;
  if (result === false || result === 'false') return false;
  throw new TemplateError(`Not a condition: ${JSON.stringify(value)}`);
}

function intrinsicCall(value: { [key: string]: Json }): { intrinsic: Intrinsic; argument: Json } | undefined {
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return undefined;
  const argument = value[name] as Json;
  if (Object.hasOwn(intrinsics, name)) return { intrinsic: intrinsics[name] as Intrinsic, argument };
  if (isOpen(value)) return { intrinsic: (_, scope) => scope.leaveOpen(describeOpen(name, argument)), argument };
  return undefined;
}

/** Whether it is a function that is not known here: CloudFormation has a service of its own evaluate it. */
function isOpen(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && name.startsWith('Fn::') && !Object.hasOwn(intrinsics, name);
}

/** `Fn::Transform AWS::Include`. */
function describeOpen(name: string, argument: Json): string {
  return isObject(argument) && typeof argument.Name === 'string' ? `${name} ${argument.Name}` : name;
}

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(text(name, scope, 'Ref')),
  'Fn::GetAtt': getAtt,
  'Fn::Join': join,
  'Fn::Sub': sub,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': (argument, scope) => {
    const [condition, whenTrue, whenFalse] = operands(argument, 3, 'Fn::If');
    return evaluate(scope.condition(text(condition, scope, 'Fn::If')) ? whenTrue : whenFalse, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = operands(argument, 2, 'Fn::Equals').map((operand) => evaluate(operand, scope));
    return JSON.stringify(comparable(left)) === JSON.stringify(comparable(right));
  },
  'Fn::And': (argument, scope) => conditions(argument, 'Fn::And').every((item) => evaluateCondition(item, scope)),
  'Fn::Or': (argument, scope) => conditions(argument, 'Fn::Or').some((item) => evaluateCondition(item, scope)),
  'Fn::Not': (argument, scope) => !evaluateCondition(operands(argument, 1, 'Fn::Not')[0], scope),
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (argument, scope) => Buffer.from(text(argument, scope, 'Fn::Base64')).toString('base64'),
  'Fn::ImportValue': (argument, scope) => scope.importedValue(text(argument, scope, 'Fn::ImportValue')),
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName, Region } = isObject(argument) ? argument : {};
    const region = Region === undefined ? undefined : evaluate(Region, scope);
    return scope.outputOf(
      text(StackName, scope, 'Fn::GetStackOutput'),
      text(OutputName, scope, 'Fn::GetStackOutput'),
      typeof region === 'string' ? region : scope.region,
    );
  },
  'Fn::GetAZs': (argument, scope) => {
    const region = text(argument, scope, 'Fn::GetAZs') || scope.region;
    return ['a', 'b', 'c'].map((letter) => region + letter);
  },
  // Nothing here has an address, so that the blocks are distinguished is enough.
  'Fn::Cidr': (argument, scope) => {
    const [block, count] = operands(argument, 2, 'Fn::Cidr');
    const base = text(block, scope, 'Fn::Cidr');
    return Array.from({ length: Number(text(count, scope, 'Fn::Cidr')) }, (_, index) => `${base}#${index}`);
  },
  'Fn::Length': (argument, scope) => list(argument, scope, 'Fn::Length').length,
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(evaluate(argument, scope)),
};

function getAtt(argument: Json, scope: Scope): Json {
  if (typeof argument === 'string') return scope.attribute(...splitAttribute(argument));
  const [logicalId, attribute] = operands(argument, 2, 'Fn::GetAtt');
  return scope.attribute(text(logicalId, scope, 'Fn::GetAtt'), text(attribute, scope, 'Fn::GetAtt'));
}

/** `Nested.Outputs.Name`: a logical id has no dot, an attribute may. */
function splitAttribute(reference: string): [string, string] {
  const dot = reference.indexOf('.');
  if (dot < 0) throw new TemplateError(`Fn::GetAtt needs "logicalId.attribute", not "${reference}".`);
  return [reference.slice(0, dot), reference.slice(dot + 1)];
}

function join(argument: Json, scope: Scope): string {
  const [delimiter, items] = operands(argument, 2, 'Fn::Join');
  return list(items, scope, 'Fn::Join')
    .map((item) => text(item, scope, 'Fn::Join'))
    .join(text(delimiter, scope, 'Fn::Join'));
}

function sub(argument: Json, scope: Scope): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof template !== 'string')
    throw new TemplateError('Fn::Sub needs a string, or a list of a string and variables.');
  return template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, inner: string) => {
    if (literal) return `\${${inner}}`;
    const name = inner.trim();
    if (isObject(variables) && Object.hasOwn(variables, name)) return text(variables[name], scope, 'Fn::Sub');
    const value = name.includes('.') ? scope.attribute(...splitAttribute(name)) : scope.ref(name);
    return text(value, scope, 'Fn::Sub');
  });
}

function select(argument: Json, scope: Scope): Json {
  const [index, items] = operands(argument, 2, 'Fn::Select');
  const values = list(items, scope, 'Fn::Select');
  const position = Number(text(index, scope, 'Fn::Select'));
  // An error of CloudFormation's, but here mostly the parsing of an attribute that was made up.
  return values[position] ?? scope.makeUp(`Fn::Select finds no value at index ${position} of ${JSON.stringify(items)}`);
}

function split(argument: Json, scope: Scope): Json {
  const [delimiter, source] = operands(argument, 2, 'Fn::Split');
  return text(source, scope, 'Fn::Split').split(text(delimiter, scope, 'Fn::Split'));
}

function findInMap(argument: Json, scope: Scope): Json | undefined {
  const [map, top, second] = operands(argument, 3, 'Fn::FindInMap')
    .slice(0, 3)
    .map((item) => text(item, scope, 'Fn::FindInMap'));
  const found = scope.mapping(map, top, second);
  if (found !== undefined) return evaluate(found, scope);
  const options = Array.isArray(argument) ? argument[3] : undefined;
  if (isObject(options) && options.DefaultValue !== undefined) return evaluate(options.DefaultValue, scope);
  throw new TemplateError(`Fn::FindInMap finds no ${map}.${top}.${second} in the template's Mappings.`);
}

/** The first `count` operands of a function; more may follow. */
function operands(argument: Json | undefined, count: 1, name: string): [Json];
function operands(argument: Json | undefined, count: 2, name: string): [Json, Json];
function operands(argument: Json | undefined, count: 3, name: string): [Json, Json, Json];
function operands(argument: Json | undefined, count: number, name: string): Json[] {
  if (!Array.isArray(argument) || argument.length < count) {
    throw new TemplateError(`${name} needs a list of ${count} operands, not ${JSON.stringify(argument)}.`);
  }
  return argument;
}

function conditions(argument: Json, name: string): Json[] {
  if (!Array.isArray(argument)) throw new TemplateError(`${name} needs a list of conditions.`);
  return argument;
}

function list(argument: Json, scope: Scope, name: string): Json[] {
  const value = evaluate(argument, scope);
  if (Array.isArray(value)) return value;
  if (isOpen(argument) && value !== undefined) return [value];
  throw new TemplateError(`${name} needs a list, not ${JSON.stringify(argument)}.`);
}

function text(argument: Json | undefined, scope: Scope, name: string): string {
  const value = argument === undefined ? undefined : evaluate(argument, scope);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`${name} needs a string, not ${JSON.stringify(argument)}.`);
}

/** CloudFormation compares scalars as the strings that they would be in YAML. */
function comparable(value: Json | undefined): Json {
  if (value === undefined) return null;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
