import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Passwordless } from 'amazon-cognito-passwordless-auth/cdk';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import * as profiledFn from '../../lib';
import { templateDifference, unexpectedDifference } from './support/setup';

/**
 * A public sample with seven functions that share a user pool, tables, a key and an API, written without us in mind:
 * https://github.com/aws-samples/amazon-cognito-passwordless-auth (Apache-2.0).
 */
const SAMPLE = 'amazon-cognito-passwordless-auth/cdk';

const require = createRequire(import.meta.url);

/** The sample with every `NodejsFunction` renamed, and `profiled-fn` to import. */
function rewrittenSample(): typeof Passwordless {
  const file = require.resolve(SAMPLE);
  const source = readFileSync(file, 'utf8');
  const rewritten = source.replaceAll('cdk.aws_lambda_nodejs.NodejsFunction(', 'profiledFn.ProfiledFunction(');
  const exports: { Passwordless?: typeof Passwordless } = {};
  new Function('profiledFn', 'require', 'exports', '__dirname', rewritten)(
    profiledFn,
    createRequire(file),
    exports,
    dirname(file),
  );
  if (!exports.Passwordless) throw new Error(`${file} exports no Passwordless`);
  return exports.Passwordless;
}

function templateWith(sample: typeof Passwordless): Template {
  const stack = new Stack(new App(), 'SignIn', { env: { account: '123456789012', region: 'eu-central-1' } });
  new sample(stack, 'Passwordless', {
    allowedOrigins: ['https://example.com'],
    magicLink: { sesFromAddress: 'noreply@example.com' },
    fido2: {
      allowedRelyingPartyIds: ['example.com'],
      updatedCredentialsNotification: { sesFromAddress: 'noreply@example.com' },
    },
  });
  return Template.fromStack(stack);
}

describe('a public sample app, with nothing changed but the name of the class', () => {
  let before: Template;
  let after: Template;
  beforeAll(() => {
    before = templateWith(require(SAMPLE).Passwordless);
    after = templateWith(rewrittenSample());
  });

  it('has more than five functions, and all are profiled', () => {
    const handlers = Object.values(after.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Handler,
    );
    expect(handlers).toEqual(Array(7).fill('/opt/profiled-fn/handler.handler'));
  });

  it('differs in nothing but what profiling adds', () => {
    expect(unexpectedDifference(before, after)).toEqual([]);
  });

  it('differs as the snapshot says', () => {
    const { gone, added } = templateDifference(before, after);
    const lines = [...gone.map((leaf) => `- ${leaf}`), ...added.map((leaf) => `+ ${leaf}`)].join('\n');
    expect(lines.replace(/[0-9a-f]{64}/g, '<hash>')).toMatchSnapshot();
  });
});
