// Waits for as long as the event says, with packages loaded as `BENCH_PACKAGES` says.
const packages = {
  none: [],
  sdk: ['@aws-sdk/client-s3'],
  large: ['@aws-sdk/client-s3', '@aws-sdk/client-cloudformation', '@aws-sdk/client-lambda', 'typescript'],
};
for (const name of packages[process.env.BENCH_PACKAGES ?? 'none']) require(name);

exports.handler = async ({ waitMs, n }) => {
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  return n;
};
