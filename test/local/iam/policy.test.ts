import { describe, expect, it } from 'vitest';
import { decide, type PolicyDocument, type Principal, type Statement } from '../../../local/iam/policy';
import { requestContext } from '../../../local/iam/request-context';

const ROLE = 'arn:aws:iam::111111111111:role/Orders';
const ALLOW_PUT: Statement = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/p/*' };

interface Question {
  action?: string;
  resource?: string;
  resourceAccountId?: string;
  resourcePolicy?: Statement;
  boundary?: PolicyDocument[];
}

function ask(identity: Statement[], question: Question = {}): boolean {
  const { action = 's3:PutObject', resource = 'arn:aws:s3:::b/p/1', resourceAccountId, resourcePolicy } = question;
  const principal: Principal = {
    arn: ROLE,
    accountId: '111111111111',
    policies: [{ Statement: identity }],
    boundary: question.boundary,
  };
  const context = requestContext(principal, 'eu-west-1', new Date(), [['s3:tlsversion', '1.3']]);
  const resourcePolicies = resourcePolicy ? [{ Statement: resourcePolicy }] : [];
  return decide({ action, resource, resourceAccountId, context }, principal, resourcePolicies).allowed;
}

const allow = (statement: Partial<Statement>): Statement[] => [{ ...ALLOW_PUT, ...statement }];

describe('decide, by identity policies', () => {
  it.each<[boolean, string, Statement[], Question]>([
    [false, 'nothing is said', [], {}],
    [true, 'the action and the prefix are allowed', [ALLOW_PUT], {}],
    [false, 'another action is', [ALLOW_PUT], { action: 's3:GetObject' }],
    [false, 'another prefix is', [ALLOW_PUT], { resource: 'arn:aws:s3:::b/other/1' }],
    [false, 'a prefix that only begins alike is', [ALLOW_PUT], { resource: 'arn:aws:s3:::b/p2/1' }],
    [false, 'the bucket is asked for', [ALLOW_PUT], { resource: 'arn:aws:s3:::b' }],
    [true, 'a star reaches over slashes', [ALLOW_PUT], { resource: 'arn:aws:s3:::b/p/x/y' }],
    [true, 'the action differs in case', allow({ Action: 'S3:putobject' }), {}],
    [true, 'the action is one of a list', allow({ Action: ['s3:Abort*', 's3:Put*'] }), {}],
    [false, 'the resource differs in case', allow({ Resource: 'arn:aws:s3:::B/p/*' }), {}],
    [true, 'a question mark stands for the last character', allow({ Resource: 'arn:aws:s3:::b/p/?' }), {}],
    [false, 'a question mark would stand for two', allow({ Resource: 'arn:aws:s3:::b/p?' }), {}],
    [true, 'another action is excepted', allow({ Action: undefined, NotAction: 's3:Get*' }), {}],
    [false, 'this action is excepted', allow({ Action: undefined, NotAction: 's3:Put*' }), {}],
    [true, 'another resource is excepted', allow({ Resource: undefined, NotResource: 'arn:aws:s3:::c/*' }), {}],
    [false, 'this resource is excepted', allow({ Resource: undefined, NotResource: 'arn:aws:s3:::b/*' }), {}],
    [false, 'no action is named', allow({ Action: undefined }), {}],
    [false, 'a deny comes after', [ALLOW_PUT, { Effect: 'Deny', Action: '*', Resource: '*' }], {}],
    [false, 'a deny comes before', [{ Effect: 'Deny', Action: '*', Resource: '*' }, ALLOW_PUT], {}],
    [false, 'a variable is of no key', allow({ Resource: `arn:aws:s3:::b/p/$\{aws:userid}*` }), {}],
    [
      true,
      'a variable has a value',
      allow({
        Resource: `arn:aws:s3:::*`,
        Condition: { StringEquals: { 'aws:PrincipalAccount': `$\{aws:PrincipalAccount}` } },
      }),
      {},
    ],
    [
      false,
      'a permissions boundary allows less',
      [ALLOW_PUT],
      { boundary: [{ Statement: allow({ Action: 's3:Get*' }) }] },
    ],
    [true, 'a permissions boundary allows it', [ALLOW_PUT], { boundary: [{ Statement: allow({ Action: 's3:*' }) }] }],
  ])('says %s where %s', (expected, _, identity, question) => {
    expect(ask(identity, question)).toBe(expected);
  });
});

describe('decide, by conditions', () => {
  const holds: [string, Statement['Condition']][] = [
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['TLS, as a boolean', { Bool: { 'aws:SecureTransport': true } }],
    ['a key in another case', { StringEquals: { 'AWS:principalaccount': '111111111111' } }],
    ['one of several values', { StringEquals: { 'aws:PrincipalAccount': ['2', '111111111111'] } }],
    ['a pattern', { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/O?ders' } }],
    ['an ARN', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }],
    ['not another ARN', { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::2:role/Orders' } }],
    ['a number', { NumericGreaterThanEquals: { 's3:TlsVersion': 1.2 } }],
    ['no other string', { StringNotEquals: { 'aws:PrincipalAccount': '2' } }],
    ['a missing key, if it exists', { StringEqualsIfExists: { 'aws:SourceVpce': 'vpce-1' } }],
    ['a missing key that must differ', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['a missing key that must be missing', { Null: { 'aws:SourceVpce': 'true' } }],
    ['all values of a missing key', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'x' } }],
  ];
  const fails: [string, Statement['Condition']][] = [
    ['no TLS', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['old TLS', { NumericLessThan: { 's3:TlsVersion': '1.2' } }],
    ['another string', { StringEquals: { 'aws:PrincipalAccount': '2' } }],
    ['a pattern as a string', { StringEquals: { 'aws:PrincipalArn': 'arn:*' } }],
    ['an ARN with a star for several parts', { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/Orders' } }],
    ['a missing key', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['any value of a missing key', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'x' } }],
    ['a present key that must be missing', { Null: { 'aws:PrincipalArn': 'true' } }],
    [
      'one of two operators',
      { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:PrincipalAccount': '2' } },
    ],
    ['one of two keys', { StringEquals: { 'aws:PrincipalAccount': '111111111111', 'aws:PrincipalType': 'User?' } }],
  ];

  it.each(holds)('applies an allow and a deny under %s', (_, Condition) => {
    expect(ask(allow({ Condition }))).toBe(true);
    expect(ask([ALLOW_PUT, { Effect: 'Deny', Action: '*', Resource: '*', Condition }])).toBe(false);
  });

  it.each(fails)('applies neither an allow nor a deny under %s', (_, Condition) => {
    expect(ask(allow({ Condition }))).toBe(false);
    expect(ask([ALLOW_PUT, { Effect: 'Deny', Action: '*', Resource: '*', Condition }])).toBe(true);
  });

  it('never gives access by an operator that it does not know', () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } };
    expect(ask(allow({ Condition }))).toBe(false);
    expect(ask([ALLOW_PUT, { Effect: 'Deny', Action: '*', Resource: '*', Condition }])).toBe(false);
  });
});

describe("decide, by a resource's policy", () => {
  const forRole = (Principal: Statement['Principal']): Statement => ({ ...ALLOW_PUT, Principal });

  it.each<[boolean, string, Statement['Principal']]>([
    [true, 'everyone', '*'],
    [true, 'every AWS principal', { AWS: '*' }],
    [true, 'the role', { AWS: ['arn:aws:iam::111111111111:role/Other', ROLE] }],
    [false, 'another role', { AWS: 'arn:aws:iam::111111111111:role/Other' }],
    [false, 'a service', { Service: 'lambda.amazonaws.com' }],
    [false, "the role's account, whose identity policies are to decide", { AWS: '111111111111' }],
  ])('says %s for an allow to %s', (expected, _, principal) => {
    expect(ask([], { resourcePolicy: forRole(principal) })).toBe(expected);
  });

  it('denies for everyone, and for the account as a whole', () => {
    for (const principal of ['*', { AWS: 'arn:aws:iam::111111111111:root' }] as const) {
      expect(ask([ALLOW_PUT], { resourcePolicy: { ...forRole(principal), Effect: 'Deny' } })).toBe(false);
    }
  });

  it('denies for all but those that NotPrincipal names', () => {
    const deny = (NotPrincipal: Statement['NotPrincipal']): Statement => ({
      ...ALLOW_PUT,
      Effect: 'Deny',
      NotPrincipal,
    });
    expect(ask([ALLOW_PUT], { resourcePolicy: deny({ AWS: ROLE }) })).toBe(true);
    expect(ask([ALLOW_PUT], { resourcePolicy: deny({ AWS: 'arn:aws:iam::111111111111:role/Other' }) })).toBe(false);
  });

  it('needs both sides across accounts', () => {
    const other = { resourceAccountId: '222222222222' };
    expect(ask([ALLOW_PUT], other)).toBe(false);
    expect(ask([], { ...other, resourcePolicy: forRole({ AWS: ROLE }) })).toBe(false);
    expect(ask([ALLOW_PUT], { ...other, resourcePolicy: forRole({ AWS: '111111111111' }) })).toBe(true);
  });

  it('says who may not do what, and why', () => {
    const principal: Principal = { arn: ROLE, accountId: '111111111111', policies: [] };
    const context = requestContext(principal, 'eu-west-1', new Date());
    expect(decide({ action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context }, principal, [])).toEqual({
      allowed: false,
      reason: `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action`,
    });
  });
});
