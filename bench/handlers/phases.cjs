// Phases of known kinds and lengths. An event has `phases`, [kind, milliseconds] each, run one after the other, and
// `leave`: what is still under way when the handler returns, a `timer` or work (`busy`). The handler tells when each ran.
const { setTimeout: sleep } = require('node:timers/promises');

/** Microseconds on the monotonic clock. */
const now = () => Number(process.hrtime.bigint() / 1000n);

let spans = [];

/** Works for so long, not counting the time in which the process stood still. */
function spin(milliseconds) {
  let left = milliseconds * 1000;
  for (let last = now(); left > 0; ) {
    JSON.stringify({ a: [1, 2, 3], b: 'x'.repeat(100) });
    const at = now();
    left -= Math.min(at - last, 50_000);
    last = at;
  }
}

const KINDS = {
  parse: (milliseconds) => spin(milliseconds),
  render: (milliseconds) => spin(milliseconds),
  wait: (milliseconds) => sleep(milliseconds),
};

function workOn(milliseconds) {
  const from = now();
  spin(3);
  spans.push({ name: 'workOn', from, to: now() });
  if (milliseconds > 3) setImmediate(workOn, milliseconds - 3);
}

exports.handler = async ({ phases, leave }) => {
  const start = now();
  for (const [name, milliseconds] of phases) {
    const from = now();
    await KINDS[name](milliseconds);
    spans.push({ name, from, to: now() });
  }
  if (leave === 'timer') setTimeout(() => {}, 50);
  if (leave === 'busy') setImmediate(workOn, 150);
  const told = spans;
  spans = [];
  return { invocation: { from: start, to: now() }, spans: told };
};
