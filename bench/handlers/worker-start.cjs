// A worker thread that each invocation starts anew.
const { once } = require('node:events');
const { join } = require('node:path');
const { Worker } = require('node:worker_threads');
const { measured } = require('./cpu-time.cjs');

exports.handler = measured(async () => {
  const worker = new Worker(join(__dirname, 'worker-task.cjs'), { workerData: { once: true } });
  await once(worker, 'exit');
});
