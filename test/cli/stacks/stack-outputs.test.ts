import { describe, expect, it } from 'vitest';
import { profiledStack } from '../../../cli/stacks/stack-outputs';
import { CommandError } from '../../../cli/terminal/command-error';

const described = (outputs: Record<string, string>) => ({
  name: 'OrdersStack',
  id: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/OrdersStack/0a1b',
  status: 'CREATE_COMPLETE',
  outputs,
});

describe('profiledStack', () => {
  it('reads bucket, account, region and functions from the outputs', () => {
    const outputs = { ProfiledFnBucketName: 'b-1', ProfiledFnFunctions: 'Checkout=S-Checkout-1,Api.Orders=S-Api-2' };
    expect(profiledStack(described(outputs))).toEqual({
      name: 'OrdersStack',
      account: '123456789012',
      region: 'eu-central-1',
      stores: [{ bucket: 'b-1', prefix: 'profiled-fn' }],
      functions: [
        { name: 'Checkout', lambdaName: 'S-Checkout-1' },
        { name: 'Api.Orders', lambdaName: 'S-Api-2' },
      ],
    });
  });

  it('reads where source maps lie: a bucket, and what names in it begin with', () => {
    const sourceMaps = { ProfiledFnSourceMaps: 'assets-eu/', ProfiledFnSourceMaps2: 'assets/shop/v2/' };
    const stack = profiledStack(described({ ProfiledFnBucketName: 'b-1', ...sourceMaps }));
    expect(stack?.sourceMaps).toEqual([
      { bucket: 'assets-eu', prefix: '' },
      { bucket: 'assets', prefix: 'shop/v2/' },
    ]);
  });

  it('puts the functions of several outputs together in their order, however they are listed', () => {
    const stack = profiledStack(
      described({
        ProfiledFnFunctions10: 'J=j',
        ProfiledFnFunctions2: 'B=b',
        ProfiledFnFunctions: 'A=a',
        ProfiledFnBucketName: 'b-1',
      }),
    );
    expect(stack?.functions.map((fn) => fn.name)).toEqual(['A', 'B', 'J']);
  });

  it('reads several buckets in their order, each with the prefix of its number', () => {
    const stack = profiledStack(
      described({
        ProfiledFnBucketName10: 'j',
        ProfiledFnBucketName2: 'b',
        ProfiledFnPrefix2: 'team/profiles',
        ProfiledFnBucketName: 'a',
        ProfiledFnBucketNameOfOthers: 'x',
      }),
    );
    expect(stack?.stores).toEqual([
      { bucket: 'a', prefix: 'profiled-fn' },
      { bucket: 'b', prefix: 'team/profiles' },
      { bucket: 'j', prefix: 'profiled-fn' },
    ]);
  });

  it('reads a bucket that two outputs name once, and with each of its prefixes', () => {
    const stack = profiledStack(
      described({
        ProfiledFnBucketName: 'b-1',
        ProfiledFnBucketName2: 'b-1',
        ProfiledFnBucketName3: 'b-1',
        ProfiledFnPrefix3: 'team/a',
      }),
    );
    expect(stack?.stores).toEqual([
      { bucket: 'b-1', prefix: 'profiled-fn' },
      { bucket: 'b-1', prefix: 'team/a' },
    ]);
  });

  it('leaves out stacks without our output', () => {
    expect(profiledStack(described({ ServiceUrl: 'https://example.com' }))).toBeUndefined();
  });

  it.each(['..=x', '.=x', 'a/b=x', 'a\\b=x', 'noname', '=x', 'A=', 'a..b=x', 'A=b=c'])(
    'refuses %j, which could become a path or means nothing',
    (entry) => {
      const outputs = { ProfiledFnBucketName: 'b', ProfiledFnFunctions: entry };
      expect(() => profiledStack(described(outputs))).toThrow(CommandError);
    },
  );
});
