/**
 * What V8's sampling alone costs: the same work with sampling off, on and off again, in one process, so that nothing
 * else differs. Runs on the Node.js that is to be measured.
 *
 * Usage: node bench/sampler.cjs [seconds, default 60]
 */
const { Session } = require('node:inspector');
const { report } = require('./handlers/orders.cjs');

const INTERVALS_MS = [1, 5, 10, 20];
const session = new Session();

function work() {
  for (let i = 0; i < 15; i++) report(150);
}

/** Microseconds of CPU time for some work, sampled every `intervalMs`, or not at all. Starting and stopping are not in it. */
function cpuTime(intervalMs) {
  if (intervalMs) {
    session.post('Profiler.setSamplingInterval', { interval: intervalMs * 1000 });
    console.profile('bench');
  }
  work();
  const start = process.cpuUsage();
  work();
  work();
  const { user, system } = process.cpuUsage(start);
  if (intervalMs) console.profileEnd('bench');
  return user + system;
}

function main(seconds) {
  session.connect();
  session.post('Profiler.enable');
  for (let i = 0; i < 30; i++) work();
  const ratios = new Map([0, ...INTERVALS_MS].map((interval) => [interval, []]));
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    for (const [interval, into] of ratios) {
      const before = cpuTime(0);
      const sampled = cpuTime(interval);
      into.push(sampled / ((before + cpuTime(0)) / 2));
    }
  }
  console.log(`Node.js ${process.versions.node}: CPU time, ratio to no sampling, median of ${ratios.get(0).length}`);
  for (const [interval, values] of ratios) {
    const median = values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    console.log(`${interval ? `every ${interval} ms` : 'not sampled'}`.padEnd(14), median.toFixed(3));
  }
}

main(Number(process.argv[2] ?? 60));
