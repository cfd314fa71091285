// Writes datadog-wall.pb.gz: a wall profile of @datadog/pprof, for the test of other producers.
// In a folder with @datadog/pprof: node datadog-wall.mjs
import { writeFileSync } from 'node:fs';
import { encode, time } from '@datadog/pprof';

function hashOrders() {
  const end = Date.now() + 200;
  let hash = 7;
  while (Date.now() < end) hash = Math.imul(hash ^ 0x9e3779b1, 31);
  return hash;
}

time.start({ durationMillis: 10_000, intervalMicros: 10_000 });
hashOrders();
await new Promise((resolve) => setTimeout(resolve, 200));
writeFileSync('datadog-wall.pb.gz', await encode(time.stop()));
