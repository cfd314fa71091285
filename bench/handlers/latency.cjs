// Some work and a wait of 5 ms: for a server where BENCH_SERVER names one, otherwise for a timer.
const { Agent, get } = require('node:http');

const { BENCH_SERVER } = process.env;
const agent = new Agent({ keepAlive: true });

const answered = () =>
  new Promise((resolve, reject) => {
    get(BENCH_SERVER, { agent }, (response) => response.resume().on('end', resolve)).on('error', reject);
  });

exports.handler = async () => {
  const orders = Array.from({ length: 200 }, (_, i) => ({ id: i, lines: [{ sku: `A${i}`, price: i * 1.19 }] }));
  const total = JSON.parse(JSON.stringify(orders)).reduce((sum, { lines }) => sum + lines[0].price, 0);
  await (BENCH_SERVER ? answered() : new Promise((resolve) => setTimeout(resolve, 5)));
  return { total };
};
