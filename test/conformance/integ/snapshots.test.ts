import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder';
import { cloneForIntegRunner, integRunner } from './integ-runner';

const folder = temporaryFolder('profiled-fn-integ');
let apps: string;

beforeAll(async () => {
  apps = await cloneForIntegRunner(folder);
});

// Who changes a template on purpose accepts it with accept.mts, and shows the difference in the commit.
it('the templates of three apps are as they were accepted', async () => {
  expect(await integRunner(apps)).toMatch(/Tests: +3 passed, 3 total/);
});

it('a template that differs is found', async () => {
  const template = join(apps, 'integ.function.ts.snapshot/Shop.template.json');
  writeFileSync(template, readFileSync(template, 'utf8').replaceAll('s3:PutObject', 's3:*'));
  const report = await integRunner(apps, 'integ.function.ts');
  expect(report).toMatch(/Tests: +1 failed, 1 total/);
  expect(report).toContain('CheckoutServiceRole');
});
