/**
 * The example under load at 256 MB's share of a processor, while everything around it goes wrong: freezes, kills, an S3
 * that is slow or fails, clock jumps, full disks, several sets of profiles. `test/chaos/support/checks.ts` has what must hold.
 *
 *     npm run chaos -- [--seconds 600] [--seed 1]
 *
 * Each step follows from its seed alone. A failure names the step that repeats it: `npm run chaos -- --step 17`.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { controlGroupRoots } from '../local/lambda/control-group';
import { startExecutionEnvironment } from '../local/lambda/execution-environment';
import { problemsOf } from '../test/chaos/support/checks';
import { bareFunction, ExampleApp, eventsOf } from '../test/chaos/support/example-app';
import { describeStep, planStep } from '../test/chaos/support/plan';
import { Preloads } from '../test/chaos/support/preloads';
import { runStep } from '../test/chaos/support/run-step';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string' }, step: { type: 'string' } },
});
const seconds = Number(values.seconds);
const first = Number(values.step ?? values.seed ?? Math.floor(Date.now() / 1000) % 1_000_000);
if (!(seconds > 0) || !Number.isSafeInteger(first))
  throw new Error('--seconds takes a number, --seed and --step an integer');

// Beside node_modules, where ES modules find the AWS SDK that Lambda has on board.
const scratch = join(import.meta.dirname, '../.profiled-fn');
mkdirSync(scratch, { recursive: true });
const directory = mkdtempSync(join(scratch, 'chaos-'));
const app = await ExampleApp.start(directory);
let failed = 0;
let steps = 0;
try {
  await placeOrders(app);
  const preloads = new Preloads(directory);
  const roots = controlGroupRoots();
  console.log(typeof roots === 'string' ? `Not at Lambda's share of a processor: ${roots}` : 'At the share of 256 MB');
  console.log(`Seed ${first}`);
  for (const end = Date.now() + 1000 * seconds; steps === 0 || (Date.now() < end && !values.step); steps++) {
    const step = planStep(first + steps);
    const problems = problemsOf(await runStep(step, app, preloads));
    console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${describeStep(step)}`);
    for (const problem of problems) console.log(`       ${problem}`);
    if (problems.length > 0) failed++;
  }
} finally {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
}
console.log(`\n${steps - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** The orders that Invoice and Report read. */
async function placeOrders(app: ExampleApp): Promise<void> {
  const checkout = bareFunction(app.function('Checkout'));
  const environment = await startExecutionEnvironment(checkout, {
    credentials: app.aws.credentialsFor(checkout.roleArn),
    endpointUrl: app.aws.endpointUrl,
  });
  for (const event of eventsOf('Checkout')) await (await environment.invoke(event)).report;
  await environment.close();
}
