// The same work each time: what grows is the profiler's. Lambda starts Node.js with --expose-gc.
const { report } = require('./orders.cjs');

exports.handler = async ({ measure }) => {
  report(40);
  if (!measure) return {};
  globalThis.gc();
  return { ...process.memoryUsage(), cpu: process.cpuUsage() };
};
