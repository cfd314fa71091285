import { type AssemblyStack, readTemplate } from '../cloud-assembly';
import { constructPathOf } from './construct-path';
import type { Resource, Stack } from './deployed-stack';
import { type DynamicReference, describeReference, parameterOf, resolveDynamicReferences } from './dynamic-references';
import { evaluate, evaluateCondition, type Scope, TemplateError } from './intrinsics';
import { madeUpAttribute, physicalResource, type ResourceIdentity, stableUuid } from './physical-ids';
import { isObject, type Json, type JsonObject, type Template, type TemplateResource } from './template';

/** A template and where it is deployed to. */
export interface StackTarget {
  stackName: string;
  accountId: string;
  region: string;
  template: Template;
  /** Values for the template's parameters, as the parent stack gives them. */
  parameters: JsonObject;
  /** Path of the stack's construct below the app. */
  constructPath: string;
  source: AssemblyStack;
  parent?: StackBuilder;
}

/** What a stack needs of the deployment that it belongs to: its other stacks, and where all of them report. */
export interface Neighbours {
  readonly warnings: Set<string>;
  readonly standIns: Map<string, string>;
  /** Deploys a further stack, nested in another one. */
  add(target: StackTarget): StackBuilder;
  /** Runs `make`; a request for the same thing while it runs is a circle. */
  enter<T>(name: string, make: () => T): T;
  /** The value exported as `name` in a region of an account. */
  exportedValue(name: string, accountId: string, region: string): Json | undefined;
  outputOf(stackName: string, outputName: string, accountId: string, region: string): Json | undefined;
  /** The value of an SSM parameter that a stack of the app creates. */
  ssmParameter(name: string, accountId: string, region: string): Json | undefined;
}

/** Creates one stack's resources, each when it is first referred to. */
export class StackBuilder implements Scope {
  readonly stackId: string;
  readonly region: string;
  readonly #neighbours: Neighbours;
  readonly #resources = new Map<string, { resource: Resource; identity: ResourceIdentity }>();
  readonly #conditions = new Map<string, boolean>();
  readonly #nested = new Map<string, StackBuilder>();
  /** What is being evaluated, the innermost last. */
  readonly #places: string[] = [];

  constructor(
    readonly target: StackTarget,
    neighbours: Neighbours,
  ) {
    const { accountId, region, stackName } = target;
    this.#neighbours = neighbours;
    this.region = region;
    const uuid = stableUuid(accountId, region, stackName);
    this.stackId = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${uuid}`;
  }

  get parent(): StackBuilder | undefined {
    return this.target.parent;
  }

  createAll(): void {
    for (const [logicalId, resource] of Object.entries(this.target.template.Resources ?? {})) {
      if (isLoop(logicalId)) {
        this.#locate('Resources', () => this.leaveOpen(logicalId));
        continue;
      }
      if (this.#exists(resource)) this.#create(logicalId);
    }
  }

  /** The stack, after everything of it was created. */
  finish(parent: Stack | undefined): Stack {
    const { stackName, accountId, region, template, source } = this.target;
    const outputs = Object.entries(template.Outputs ?? {})
      .filter(([key, output]) => !isLoop(key) && this.#exists(output))
      .map(([key, output]) => ({
        key,
        value: asText(this.output(key)),
        description: output.Description,
        exportName: output.Export && asText(this.#exportName(key)),
      }));
    return {
      stackName,
      stackId: this.stackId,
      accountId,
      region,
      description: template.Description,
      parameters: Object.fromEntries(
        Object.keys(template.Parameters ?? {}).map((name) => [name, asText(this.#parameter(name))]),
      ),
      outputs,
      resources: [...this.#resources.values()].map(({ resource }) => resource),
      parent,
      source,
    };
  }

  ref(name: string): Json | undefined {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name);
    if (this.target.template.Parameters?.[name]) return this.#parameter(name);
    if (this.#isMadeByTransform(name)) return this.makeUp(`resource ${name}, which a transform makes`);
    return this.#create(name).physicalId;
  }

  attribute(logicalId: string, attribute: string): Json {
    if (this.#isMadeByTransform(logicalId)) {
      return this.makeUp(`attribute ${attribute} of resource ${logicalId}, which a transform makes`);
    }
    const { physicalId, attributes } = this.#create(logicalId);
    const nested = this.#nested.get(logicalId);
    if (nested && attribute.startsWith('Outputs.')) return nested.output(attribute.slice('Outputs.'.length));
    const known = attributes[attribute];
    if (known !== undefined) return known;
    const identity = this.#identity(logicalId);
    const value = madeUpAttribute(identity, physicalId, attribute);
    if (typeof value === 'string') {
      this.#neighbours.standIns.set(value, `attribute ${attribute} of ${logicalId} (${identity.type})`);
    }
    return value;
  }

  condition(name: string): boolean {
    const known = this.#conditions.get(name);
    if (known !== undefined) return known;
    const expression = this.target.template.Conditions?.[name];
    if (expression === undefined) throw new TemplateError(`The template has no condition named "${name}".`);
    const holds = this.#locate(`condition ${name}`, () => evaluateCondition(expression, this));
    this.#conditions.set(name, holds);
    return holds;
  }

  mapping(name: string, topLevelKey: string, secondLevelKey: string): Json | undefined {
    const top = this.target.template.Mappings?.[name];
    const second = isObject(top) ? top[topLevelKey] : undefined;
    return isObject(second) ? second[secondLevelKey] : undefined;
  }

  importedValue(exportName: string): Json {
    const { accountId, region } = this.target;
    return (
      this.#neighbours.exportedValue(exportName, accountId, region) ??
      this.makeUp(`the export ${exportName}, which no stack of this app makes in ${region}`)
    );
  }

  outputOf(stackName: string, outputName: string, region: string): Json {
    return (
      this.#neighbours.outputOf(stackName, outputName, this.target.accountId, region) ??
      this.makeUp(`the output ${outputName} of stack ${stackName}, which is not in this app in ${region}`)
    );
  }

  makeUp(what: string): string {
    const value = this.#standIn(what);
    this.#neighbours.warnings.add(`Stack ${this.target.stackName}: "${value}" stands in for ${what}.`);
    return value;
  }

  leaveOpen(expression: string): string {
    const where = this.#places.at(-1) ?? 'the template';
    const value = this.#standIn(`${expression} in ${where}`);
    this.#neighbours.warnings.add(
      `Stack ${this.target.stackName}: ${where} is left open at ${expression}, which only CloudFormation evaluates.`,
    );
    return value;
  }

  /** The value of an SSM parameter that the stack creates. */
  ssmParameter(name: string): Json | undefined {
    for (const [logicalId, resource] of Object.entries(this.target.template.Resources ?? {})) {
      const given = resource.Type === 'AWS::SSM::Parameter' ? resource.Properties?.Name : undefined;
      if (given === undefined || !this.#exists(resource)) continue;
      if (this.#nameOf(given) === name) return this.attribute(logicalId, 'Value');
    }
    return undefined;
  }

  /** Undefined if it depends on what is being created: then it is not the one that is asked for. */
  #nameOf(expression: Json): Json | undefined {
    try {
      return evaluate(expression, this);
    } catch (error) {
      if (error instanceof TemplateError) return undefined;
      throw error;
    }
  }

  /** A value in place of one that only AWS knows. */
  #standIn(what: string): string {
    const value = `unknown-${stableUuid(this.stackId, what).slice(0, 8)}`;
    this.#neighbours.standIns.set(value, what);
    return value;
  }

  /** What a transform adds to the template is not in it here. */
  #isMadeByTransform(logicalId: string): boolean {
    const { Transform, Resources = {} } = this.target.template;
    return !Object.hasOwn(Resources, logicalId) && (Transform !== undefined || Object.keys(Resources).some(isLoop));
  }

  #resolve(reference: DynamicReference): string {
    const { accountId, region } = this.target;
    if (reference.service === 'ssm') {
      const { name, version = '1' } = parameterOf(reference.rest);
      // What a deployment creates is version 1.
      const value = version === '1' ? this.#neighbours.ssmParameter(name, accountId, region) : undefined;
      if (value !== undefined) return asText(value);
    }
    return this.#standIn(describeReference(reference));
  }

  /** Value of an output. */
  output(key: string): Json {
    const output = this.target.template.Outputs?.[key];
    if (!output) throw new TemplateError(`Stack ${this.target.stackName} has no output "${key}".`);
    return this.#locate(`output ${key}`, () => evaluate(output.Value, this) ?? '');
  }

  exportedValue(exportName: string): Json | undefined {
    for (const [key, output] of Object.entries(this.target.template.Outputs ?? {})) {
      if (output.Export && this.#exists(output) && this.#exportName(key) === exportName) return this.output(key);
    }
    return undefined;
  }

  #exportName(key: string): Json | undefined {
    const name = this.target.template.Outputs?.[key]?.Export?.Name;
    return name === undefined ? undefined : this.#locate(`export of output ${key}`, () => evaluate(name, this));
  }

  #exists({ Condition }: { Condition?: string }): boolean {
    return Condition === undefined || this.condition(Condition);
  }

  #create(logicalId: string): Resource {
    const known = this.#resources.get(logicalId);
    if (known) return known.resource;
    const definition = this.target.template.Resources?.[logicalId];
    if (!definition) {
      throw new TemplateError(
        `"${logicalId}" is neither a parameter nor a resource of the template. Was it renamed, or is it of another stack?`,
      );
    }
    if (!this.#exists(definition)) {
      throw new TemplateError(`"${logicalId}" does not exist, because its condition ${definition.Condition} is false.`);
    }
    return this.#locate(`resource ${logicalId}`, () =>
      this.#neighbours.enter(`${this.target.stackName}.${logicalId}`, () =>
        this.#evaluateResource(logicalId, definition),
      ),
    );
  }

  #evaluateResource(logicalId: string, definition: TemplateResource): Resource {
    for (const dependency of [definition.DependsOn ?? []].flat()) {
      const other = this.target.template.Resources?.[dependency];
      // A dependency whose condition is false is no dependency.
      if (!other || this.#exists(other)) this.#create(dependency);
    }
    const { stackName, accountId, region, source, constructPath } = this.target;
    const evaluated = evaluate(definition.Properties ?? {}, this);
    const properties = resolveDynamicReferences(isObject(evaluated) ? evaluated : {}, (each) => this.#resolve(each));
    // A transform may stand for the whole of it.
    const type = definition.Type ?? this.leaveOpen(Object.keys(definition)[0] ?? 'its type');
    const identity = {
      type,
      logicalId,
      stackName,
      stackId: this.stackId,
      accountId,
      region,
      properties,
    };
    const path = constructPathOf(logicalId, definition, constructPath, source);
    const nested = type === 'AWS::CloudFormation::Stack' && this.#nest(identity, path);
    const physical = physicalResource(identity);
    const resource: Resource = {
      logicalId,
      type,
      properties,
      physicalId: nested ? nested.stackId : physical.physicalId,
      attributes: physical.attributes,
      constructPath: path?.slice(source.constructPath.length + 1).replace(/\/Resource$/, '') ?? logicalId,
    };
    this.#resources.set(logicalId, { resource, identity });
    if (isCustom(type)) {
      this.#neighbours.standIns.set(resource.physicalId, `the id of ${logicalId} (${type})`);
    }
    return resource;
  }

  /** Creates a nested stack; `undefined` where its template is not among the assets. */
  #nest(identity: ResourceIdentity, path: string | undefined): StackBuilder | undefined {
    const { TemplateURL, Parameters } = identity.properties;
    const { accountId, region, source } = this.target;
    const [, asset] = [...source.assets].find(([key]) => String(TemplateURL).endsWith(`/${key}`)) ?? [];
    if (!asset) {
      this.makeUp(`everything in nested stack ${identity.logicalId}, whose template ${TemplateURL} is no asset`);
      return undefined;
    }
    const builder = this.#neighbours.add({
      stackName: physicalResource(identity).physicalId,
      accountId,
      region,
      template: readTemplate(asset.path),
      parameters: isObject(Parameters) ? Parameters : {},
      // `Orders/Api.NestedStack/Api.NestedStackResource` stands for the construct `Orders/Api`.
      constructPath: path?.replace(/\.NestedStack\/[^/]*$/, '') ?? identity.logicalId,
      source,
      parent: this,
    });
    this.#nested.set(identity.logicalId, builder);
    return builder;
  }

  #identity(logicalId: string): ResourceIdentity {
    return this.#resources.get(logicalId)?.identity as ResourceIdentity;
  }

  #pseudoParameter(name: string): Json | undefined {
    const { accountId, region, stackName } = this.target;
    switch (name) {
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::NoValue':
        return undefined;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::Region':
        return region;
      case 'AWS::StackId':
        return this.stackId;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      default:
        throw new TemplateError(`${name} is no pseudo parameter.`);
    }
  }

  #parameter(name: string): Json {
    const { Type = 'String', Default } = this.target.template.Parameters?.[name] ?? {};
    const { accountId, region, parameters } = this.target;
    const given = parameters[name] ?? Default ?? this.makeUp(`parameter ${name}, which has no default`);
    if (!Type.startsWith('AWS::SSM::Parameter::Value<')) return asParameterType(Type, given);
    const ssmName = asText(given);
    // The CDK's own check that the account is bootstrapped: 21 is what its CLI deployed in 2024.
    if (ssmName.startsWith('/cdk-bootstrap/')) return '21';
    const value =
      this.#neighbours.ssmParameter(ssmName, accountId, region) ??
      this.makeUp(`SSM parameter ${ssmName}, which no stack of this app creates`);
    return asParameterType(Type.slice('AWS::SSM::Parameter::Value<'.length, -1), value);
  }

  #locate<T>(what: string, make: () => T): T {
    this.#places.push(what);
    try {
      return make();
    } catch (error) {
      if (!(error instanceof TemplateError) || error.where) throw error;
      throw new TemplateError(error.reason, `Stack ${this.target.stackName}, ${what}`);
    } finally {
      this.#places.pop();
    }
  }
}

/** A loop of AWS::LanguageExtensions, or a transform, in place of a resource. */
function isLoop(logicalId: string): boolean {
  return logicalId.startsWith('Fn::');
}

/** Its provider chooses id and attributes. */
function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

function asParameterType(type: string, value: Json): Json {
  if (type !== 'CommaDelimitedList' && !type.startsWith('List<')) return asText(value);
  return Array.isArray(value) ? value : asText(value).split(',');
}

function asText(value: Json | undefined): string {
  if (Array.isArray(value)) return value.map(asText).join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
