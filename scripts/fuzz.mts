/**
 * Gives damaged profiles to the decoder and the merger: see `test/profile/fuzz.ts` for what must hold.
 *
 *     npm run fuzz -- [--count 1000000] [--seed 1]
 *
 * A failure names the seed and the input that repeat it.
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../test/profile/fuzz';

/** Inputs to a report of how far it is. */
const step = 50_000;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  throw new Error('--count takes a number from 1 on, --seed an integer');
}

const total = { inputs: 0, accepted: 0, refused: 0 };
let most = 0;
for (let done = 0; done < count; done += step) {
  const counts = fuzz(Math.min(step, count - done), seed + done);
  total.inputs += counts.inputs;
  total.accepted += counts.accepted;
  total.refused += counts.refused;
  most = Math.max(most, process.memoryUsage.rss());
  process.stderr.write(`${total.inputs} inputs, ${total.refused} refused, ${(most / 2 ** 20).toFixed(0)} MB\n`);
}
process.stdout.write(
  `${total.inputs} inputs: ${total.refused} refused, ${total.accepted} still profiles; ${(most / 2 ** 20).toFixed(0)} MB at most\n`,
);
