import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalAws } from '../../local/aws';
import { keyOf } from '../support/snapshot-key';
import { temporaryFolder } from '../support/temporary-folder';
import { accountId, bucketName, lambdaProperties, put, region, startAccount } from './support/account';
import { packed, wallProfile } from './support/profiles';
import { awsEnvironment, runCommand } from './support/run-command';

const stack = 'Orders';
const lambdaName = 'Orders-Checkout-1';
const fn = `arn:aws:lambda:${region}:${accountId}:function:${lambdaName}`;

/** What actions are allowed on, as the table in docs/cli.md has it for a command with `--stack`. */
const resourceOf: Record<string, string> = {
  'cloudformation:DescribeStacks': `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/*`,
  's3:ListBucket': `arn:aws:s3:::${bucketName(stack)}`,
  's3:GetObject': `arn:aws:s3:::${bucketName(stack)}/profiled-fn/*`,
  's3:DeleteObject': `arn:aws:s3:::${bucketName(stack)}/profiled-fn/*`,
  'lambda:GetFunctionConfiguration': fn,
  'lambda:UpdateFunctionConfiguration': fn,
  'lambda:ListAliases': fn,
  'lambda:InvokeFunction': fn,
};

const commands: [name: string, flags: string[]][] = [
  ['fetch', ['--no-open']],
  ['top', []],
  ['diff', ['--base', 'until=2030-01-01', '--target', 'until=2030-01-01']],
  ['export', ['--format', 'folded']],
  ['list', []],
  ['doctor', []],
  ['disable', ['--yes']],
  ['enable', ['--yes']],
  ['prune', ['--older-than', '2030-01-01', '--yes']],
];

/** Actions that the table names for a command; those on keys of KMS are for buckets and variables that have one. */
async function documentedActions(command: string): Promise<string[]> {
  const docs = await readFile(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const [, section = ''] = docs.split('\n## Least privilege\n');
  const rows = section.split('\n## ', 1)[0]?.match(/^\| `.*$/gm) ?? [];
  return rows.flatMap((row) => {
    const [action = '', , users = ''] = row
      .slice(1)
      .split('|')
      .map((cell) => cell.trim());
    return !action.includes('kms:') && (users.startsWith('all,') || users.includes(`\`${command}\``))
      ? [action.replaceAll('`', '')]
      : [];
  });
}

let aws: LocalAws;
const folder = temporaryFolder('least-privilege');
beforeAll(async () => {
  const roles = await Promise.all(
    commands.map(async ([command]) => {
      const statements = (await documentedActions(command)).map((action) => ({
        Effect: 'Allow',
        Action: action,
        Resource: resourceOf[action],
      }));
      const policy = { PolicyName: 'p', PolicyDocument: { Statement: statements } };
      const properties = { RoleName: `only-${command}`, AssumeRolePolicyDocument: {}, Policies: [policy] };
      return [`Only${command}`, { Type: 'AWS::IAM::Role', Properties: properties }] as const;
    }),
  );
  aws = await startAccount([
    {
      name: stack,
      functions: `Checkout=${lambdaName}`,
      lambda: { [lambdaName]: lambdaProperties(stack, lambdaName) },
      resources: Object.fromEntries(roles),
    },
  ]);
  put(aws, stack, keyOf(), packed(wallProfile()), { format: '1' });
});
afterAll(async () => {
  await aws.close();
});

describe('The policy that the documentation has for', () => {
  it.each(commands)('%s suffices, with --stack', async (command, flags) => {
    const credentials = aws.credentialsFor(`arn:aws:iam::${accountId}:role/only-${command}`);
    const env = awsEnvironment(aws.endpointUrl, region, credentials);
    const args = [command, '--stack', stack, ...flags];
    const { code, stdout, stderr } = await runCommand(args, { cwd: folder, env });
    expect(`${stdout}${stderr}`).not.toMatch(/denied|cannot be looked at|not allowed|left out/i);
    expect(code).toBe(0);
  });
});
