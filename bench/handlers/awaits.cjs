// Await-heavy: many small async functions, as layers of middleware, resolvers and clients are.
const { measured } = require('./cpu-time.cjs');

async function read(key) {
  return { key, value: key * 2 };
}

async function cached(cache, key) {
  const hit = cache.get(key);
  if (hit) return hit;
  const value = await read(key);
  cache.set(key, value);
  return value;
}

async function resolve(cache, key) {
  const [left, right] = await Promise.all([cached(cache, key), cached(cache, key + 1)]);
  return left.value + right.value;
}

async function middleware(next, cache, key) {
  try {
    return await next(cache, key);
  } finally {
    await null;
  }
}

exports.handler = measured(async () => {
  let sum = 0;
  for (let round = 0; round < 70; round++) {
    const cache = new Map();
    for (let key = 0; key < 1000; key++) sum += await middleware(resolve, cache, key);
  }
  if (sum === 0) throw new Error('Nothing was computed.');
});
