/**
 * What V8's sampling alone costs: the same work with sampling off, on and off again, in one process, so that nothing
 * else differs. Runs on the Node.js that is to be measured. "Off" for the heap is a sampler that takes no samples: starting
 * and stopping one collects garbage and drops optimized code, which is to be the same in both.
 *
 * Usage: node bench/sampler.cjs [seconds, default 120]
 */
const { Session } = require('node:inspector');
const { report } = require('./handlers/orders.cjs');

const MIB = 1024 * 1024;
const session = new Session();

function stacks(intervalMs) {
  return {
    name: `stacks every ${intervalMs} ms`,
    start() {
      session.post('Profiler.setSamplingInterval', { interval: intervalMs * 1000 });
      console.profile('bench');
    },
    stop: () => console.profileEnd('bench'),
  };
}

function heap(mebibytes) {
  return {
    name: `heap every ${mebibytes} MiB`,
    start: () => session.post('HeapProfiler.startSampling', { samplingInterval: mebibytes * MIB }),
    stop: () => session.post('HeapProfiler.stopSampling'),
  };
}

const NOTHING = { name: 'nothing', start() {}, stop() {} };
const NO_SAMPLES = heap(1024 * 1024);
const CASES = [
  [NOTHING, NOTHING],
  ...[1, 5, 10, 15, 20].map((intervalMs) => [stacks(intervalMs), NOTHING]),
  [NO_SAMPLES, NO_SAMPLES],
  ...[0.5, 2, 4, 8].map((mebibytes) => [heap(mebibytes), NO_SAMPLES]),
];

function work(times) {
  for (let i = 0; i < 15 * times; i++) report(150);
}

/** Microseconds of CPU time for some work while it is sampled. Starting and stopping, which drop optimized code, are not in it. */
function cpuTime({ start, stop }) {
  start();
  work(4);
  const before = process.cpuUsage();
  work(4);
  const { user, system } = process.cpuUsage(before);
  stop();
  return user + system;
}

function main(seconds) {
  session.connect();
  session.post('Profiler.enable');
  work(40);
  const ratios = CASES.map(([one, off]) => ({ one, off, values: [] }));
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    for (const { one, off, values } of ratios) {
      // What the case before has left behind is not this one's.
      cpuTime(off);
      const before = cpuTime(off);
      const sampled = cpuTime(one);
      values.push(sampled / ((before + cpuTime(off)) / 2));
    }
  }
  console.log(
    `Node.js ${process.versions.node}: CPU time, ratio to no sampling; median (quartiles) of each case’s pairs`,
  );
  for (const { one, values } of ratios) {
    const at = (part) => values.sort((a, b) => a - b)[Math.floor(values.length * part)].toFixed(3);
    console.log(
      `${(one === NO_SAMPLES ? 'heap, no samples' : one.name).padEnd(20)} ${at(0.5)} (${at(0.25)}–${at(0.75)}), ${values.length} pairs`,
    );
  }
}

main(Number(process.argv[2] ?? 120));
