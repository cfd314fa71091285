/**
 * Gives damaged profiles to the decoder and the merger: see `test/profile/support/fuzz.ts` for what must hold.
 *
 *     npm run fuzz -- [--count 1000000] [--seed 1]
 *
 * One input of 5,000 has a field so often that it takes up to 96 MB. It ends at the first input that fails, takes more than
 * 2 s (20 s where a field is inflated), or more than 512 MiB of memory; time and memory are those of each input. A failure names the seed and the input that repeat it.
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../test/profile/support/fuzz';

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

const total = { inputs: 0, accepted: 0, refused: 0, time: 0, memory: 0 };
for (let done = 0; done < count; done += step) {
  const counts = fuzz(Math.min(step, count - done), seed + done);
  total.inputs += counts.inputs;
  total.accepted += counts.accepted;
  total.refused += counts.refused;
  total.time = Math.max(total.time, counts.time);
  total.memory = Math.max(total.memory, counts.memory);
  process.stderr.write(`${total.inputs} inputs, ${total.refused} refused, ${mostOf(total)}\n`);
}
process.stdout.write(
  `${total.inputs} inputs: ${total.refused} refused, ${total.accepted} still profiles; at most, of one input: ${mostOf(total)}\n`,
);

function mostOf({ time, memory }: { time: number; memory: number }): string {
  return `${time.toFixed(0)} ms, ${(memory / 2 ** 20).toFixed(0)} MB`;
}
