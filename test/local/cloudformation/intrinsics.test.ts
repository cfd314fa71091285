import { describe, expect, it } from 'vitest';
import { evaluate, evaluateCondition, type Scope, TemplateError } from '../../../local/cloudformation/intrinsics';
import type { Json } from '../../../local/cloudformation/template';

const scope: Scope = {
  region: 'eu-west-1',
  ref: (name) => {
    if (name === 'AWS::NoValue') return undefined;
    if (name === 'List') return ['x', 'y'];
    if (name === 'Number') return 7;
    if (name === 'Unknown') throw new TemplateError('"Unknown" is unknown');
    return `<${name}>`;
  },
  attribute: (logicalId, attribute) => `<${logicalId}|${attribute}>`,
  condition: (name) => name === 'Yes',
  mapping: (name, top, second) => (name === 'Map' && top === 'eu-west-1' && second === 'k' ? 'mapped' : undefined),
  importedValue: (name) => `imported ${name}`,
  outputOf: (stackName, outputName, region) => `${stackName}.${outputName} in ${region}`,
  makeUp: (what) => `made up: ${what}`,
  leaveOpen: (expression) => `open: ${expression}`,
};

describe('evaluate', () => {
  it.each<[string, Json, Json]>([
    ['a plain value', { a: [1, 'x', null, true] }, { a: [1, 'x', null, true] }],
    ['Ref', { Ref: 'Bucket' }, '<Bucket>'],
    ['Ref beside another key, which is no function', { Ref: 'Bucket', x: 1 }, { Ref: 'Bucket', x: 1 }],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Bucket', 'Arn'] }, '<Bucket|Arn>'],
    ['GetAtt as a string', { 'Fn::GetAtt': 'Nested.Outputs.Name' }, '<Nested|Outputs.Name>'],
    ['GetAtt of a computed attribute', { 'Fn::GetAtt': ['B', { Ref: 'X' }] }, '<B|<X>>'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'B' }, 1, { Ref: 'Number' }]] }, 'a-<B>-1-7'],
    ['Join of a list', { 'Fn::Join': [',', { Ref: 'List' }] }, 'x,y'],
    ['Sub', { 'Fn::Sub': `$\{A}/$\{B.Arn}/$\{AWS::Region}/$\{ C }` }, '<A>/<B|Arn>/<AWS::Region>/<C>'],
    ['Sub with a literal', { 'Fn::Sub': `$\{!A}$\{A}` }, `$\{A}<A>`],
    ['Sub with variables', { 'Fn::Sub': [`$\{x}-$\{A}`, { x: { Ref: 'B' } }] }, '<B>-<A>'],
    ['Sub with a variable that has a dot', { 'Fn::Sub': [`$\{x.y}`, { 'x.y': 'v' }] }, 'v'],
    ['Select', { 'Fn::Select': ['1', { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
    ['Select with a number', { 'Fn::Select': [0, { Ref: 'List' }] }, 'x'],
    ['Split', { 'Fn::Split': ['/', { Ref: 'A/B' }] }, ['<A', 'B>']],
    ['If that holds', { 'Fn::If': ['Yes', { Ref: 'A' }, { Ref: 'Unknown' }] }, '<A>'],
    ['If that does not', { 'Fn::If': ['No', { Ref: 'Unknown' }, 'b'] }, 'b'],
    ['NoValue in a map', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
    ['NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
    ['FindInMap', { 'Fn::FindInMap': ['Map', { 'Fn::Select': [0, ['eu-west-1']] }, 'k'] }, 'mapped'],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Map', 'x', 'k', { DefaultValue: { Ref: 'D' } }] }, '<D>'],
    ['Base64', { 'Fn::Base64': 'héllo' }, 'aMOpbGxv'],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': `$\{A}-name` } }, 'imported <A>-name'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O' } }, 'S.O in eu-west-1'],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['GetAZs of a region', { 'Fn::GetAZs': 'us-east-1' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
    ['Cidr', { 'Fn::Length': { 'Fn::Cidr': ['10.0.0.0/16', 6, 8] } }, 6],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'B' } } }, '{"a":"<B>"}'],
    ['Equals', { 'Fn::Equals': [{ Ref: 'Number' }, '7'] }, true],
    ['a transform', { 'Fn::Transform': { Name: 'AWS::Include', Parameters: {} } }, 'open: Fn::Transform AWS::Include'],
    ['a function that is not known', { a: { 'Fn::Nope': 1 } }, { a: 'open: Fn::Nope' }],
    ['a Join of what is left open', { 'Fn::Join': [',', { 'Fn::Transform': { Name: 'M' } }] }, 'open: Fn::Transform M'],
    [
      'a value that is not there to select',
      { 'Fn::Select': [5, ['a']] },
      'made up: Fn::Select finds no value at index 5 of ["a"]',
    ],
  ])('%s', (_, expression, expected) => {
    expect(evaluate(expression, scope)).toEqual(expected);
  });

  it.each<[string, Json, RegExp]>([
    [
      'an unknown reference, wherever it is',
      { a: [{ 'Fn::Join': ['', [{ Ref: 'Unknown' }]] }] },
      /"Unknown" is unknown/,
    ],
    ['a Join of something that is no list', { 'Fn::Join': [',', 'a'] }, /Fn::Join needs a list/],
    ['a Join of lists', { 'Fn::Join': [',', [['a']]] }, /Fn::Join needs a string/],
    ['a GetAtt without an attribute', { 'Fn::GetAtt': 'Bucket' }, /"logicalId.attribute", not "Bucket"/],
    ['too few operands', { 'Fn::If': ['Yes', 1] }, /Fn::If needs a list of 3 operands/],
    ['a map without the key', { 'Fn::FindInMap': ['Map', 'x', 'k'] }, /finds no Map\.x\.k/],
    ['a Sub of something that is no string', { 'Fn::Sub': { a: 1 } }, /Fn::Sub needs a string/],
  ])('refuses %s', (_, expression, message) => {
    expect(() => evaluate(expression, scope)).toThrow(message);
  });
});

describe('evaluateCondition', () => {
  it.each<[boolean, Json]>([
    [true, { Condition: 'Yes' }],
    [false, { Condition: 'No' }],
    [true, { 'Fn::Not': [{ Condition: 'No' }] }],
    [false, { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }],
    [true, { 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'a'] }] }],
    [true, { 'Fn::Transform': { Name: 'M' } }],
    [true, { 'Fn::And': [{ 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] }, { Condition: 'Yes' }] }],
  ])('%j: %j', (expected, expression) => {
    expect(evaluateCondition(expression, scope)).toBe(expected);
  });

  it('refuses what is no condition', () => {
    expect(() => evaluateCondition({ Ref: 'A' }, scope)).toThrow(/Not a condition/);
  });
});
