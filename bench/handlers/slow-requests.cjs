// HTTP as it is against a service nearby: the server of BENCH_SERVER takes its time.
const { measured } = require('./cpu-time.cjs');
const { batches } = require('./requests.cjs');

exports.handler = measured(() => batches(10));
