// One request at a time, as most handlers send them: in between everything goes cold.
const { measured } = require('./cpu-time.cjs');
const { batches } = require('./requests.cjs');

exports.handler = measured(() => batches(20, 1));
