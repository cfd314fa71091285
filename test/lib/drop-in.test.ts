import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProfiledFunction } from '../../lib';
import { OwnFunction, ShopStack } from './fixtures/shop-stack';
import { environmentOf, resourcesOf, unexpectedDifference } from './support/setup';

/** `NodejsFunction`'s default is Node.js 24 as well with it, so the two differ in nothing but profiling. */
const CONTEXT = { '@aws-cdk/aws-lambda-nodejs:useLatestRuntimeVersion': true };

let app: App;
let before: Stack;
let after: Stack;
beforeAll(() => {
  app = new App({ context: CONTEXT });
  before = new ShopStack(app, 'Before', NodejsFunction);
  after = new ShopStack(app, 'After', ProfiledFunction);
});

describe('NodejsFunction replaced by ProfiledFunction', () => {
  it('finds the entry beside the file of the stack, as NodejsFunction does', () => {
    const bundle = (id: string, file: string) =>
      readFileSync(join(app.outdir, `asset.${environmentOf(after, id).PROFILED_FN_CODE_HASH}`, file), 'utf8');
    expect(bundle('Cart', 'index.js')).toContain('into the cart');
    expect(bundle('Search', 'index.mjs')).toContain('drill');
  });

  it("leaves the user's bundle and its hash as they are", () => {
    const keysOf = (stack: Stack) =>
      resourcesOf(stack, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Code);
    expect(keysOf(after)).toEqual(keysOf(before));
  });

  it('changes the handler of the template, adds what profiling needs, and nothing else', () => {
    expect(unexpectedDifference(Template.fromStack(before), Template.fromStack(after))).toEqual([]);
  });

  it('gives the same template when it is bundled and synthesized anew, elsewhere: `cdk diff` finds nothing', () => {
    const again = new ShopStack(new App({ context: CONTEXT }), 'After', ProfiledFunction);
    expect(Template.fromStack(again).toJSON()).toEqual(Template.fromStack(after).toJSON());
  });

  it('matches the snapshot', () => {
    const template = JSON.stringify(Template.fromStack(after).toJSON(), null, 2);
    // Which Node.js is the latest depends on the version of aws-cdk-lib.
    const masked = template
      .replace(/[0-9a-f]{64}/g, '<hash>')
      .replace(/"Runtime": "nodejs\d+\.x"/g, '"Runtime": "<latest>"');
    expect(masked).toMatchSnapshot();
  });

  it('finds the entry beside the file of a subclass', () => {
    const unbundled = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    expect(() => new OwnFunction(new Stack(unbundled, 'Shop'))).not.toThrow();
  });

  it('says what is missing when there is no entry', () => {
    const stack = new Stack(new App(), 'Shop');
    const candidate = join(__dirname, 'drop-in.test.Nowhere.ts');
    expect(() => new ProfiledFunction(stack, 'Nowhere')).toThrow(
      `Cannot find the handler's file of Shop/Nowhere: set 'entry' to its path, or create one of ${candidate}`,
    );
  });
});
