// A worker thread that lives as long as the instance, and computes in each invocation.
const { once } = require('node:events');
const { join } = require('node:path');
const { Worker } = require('node:worker_threads');
const { measured } = require('./cpu-time.cjs');

const worker = new Worker(join(__dirname, 'worker-task.cjs'), { name: 'pool' });

exports.handler = measured(async () => {
  worker.postMessage('report');
  await once(worker, 'message');
});
