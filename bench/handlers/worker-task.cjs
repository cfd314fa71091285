// What a worker thread computes: reports of orders for each message, or once and that is it.
const { parentPort, workerData } = require('node:worker_threads');
const { report } = require('./orders.cjs');

function task() {
  let length = 0;
  for (let i = 0; i < 35; i++) length += report(150).length;
  return length;
}

if (workerData?.once) task();
else parentPort.on('message', () => parentPort.postMessage(task()));
