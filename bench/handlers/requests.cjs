// HTTP-heavy: one keep-alive request after another, with JSON both ways. BENCH_SERVER is the URL.
const { Agent, request } = require('node:http');
const { measured } = require('./cpu-time.cjs');

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

function post(body) {
  return new Promise((resolve, reject) => {
    const call = request(process.env.BENCH_SERVER, { method: 'POST', agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text)));
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}

/** `count` times `size` requests at once. */
exports.batches = async (count, size = 4) => {
  const body = { items: Array.from({ length: 20 }, (_, id) => ({ id, name: `item ${id}` })) };
  for (let batch = 0; batch < count; batch++) await Promise.all(Array.from({ length: size }, () => post(body)));
};

exports.handler = measured(() => exports.batches(100));
