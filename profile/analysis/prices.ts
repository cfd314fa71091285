/**
 * What Lambda charges for duration: dollars per GB-second, first tier, on demand, without the free tier, savings plans
 * or provisioned concurrency.
 *
 * From AWS's public price map, https://calculator.aws/pricing/2.0/meteredUnitMaps/lambda/USD/current/lambda.json, read
 * in November 2026 in public copies of it, the newest of which is from August 2024 or later; us-east-1 checked
 * against AWS's price list of October 2025. Whoever pays other prices, or has a region that is not here, gives the price
 * with `--price`.
 *
 * @see https://aws.amazon.com/lambda/pricing/
 */
interface GbSecondPrices {
  x86_64: number;
  arm64: number;
}

/** What nearly all regions charge. */
const common: GbSecondPrices = { x86_64: 0.0000166667, arm64: 0.0000133334 };

const regionsWithCommonPrices = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const prices: ReadonlyMap<string, GbSecondPrices> = new Map([
  ...regionsWithCommonPrices.map((region): [string, GbSecondPrices] => [region, common]),
  ['af-south-1', { x86_64: 0.0000221, arm64: 0.00001768 }],
  ['ap-east-1', { x86_64: 0.00002292, arm64: 0.0000183 }],
  ['ap-southeast-5', { x86_64: 0.000015, arm64: 0.000012 }],
  ['eu-central-2', { x86_64: 0.0000183334, arm64: 0.0000146667 }],
  ['eu-south-1', { x86_64: 0.0000195172, arm64: 0.0000156138 }],
  ['me-central-1', { x86_64: 0.0000206667, arm64: 0.0000165334 }],
  ['me-south-1', { x86_64: 0.0000206667, arm64: 0.0000165334 }],
]);

/** A price, and how sure it is. */
export interface GbSecondPrice {
  /** Dollars. */
  perGbSecond: number;
  /** Whether the table knows the region; otherwise this is what most others charge. */
  known: boolean;
}

/**
 * The price of a GB-second in `region`.
 *
 * @param arch - as the metadata of snapshots say it: `arm64` or `x86_64`
 * @returns undefined for an architecture that Lambda has not
 */
export function gbSecondPrice(region: string, arch: string): GbSecondPrice | undefined {
  if (arch !== 'x86_64' && arch !== 'arm64') return undefined;
  const own = prices.get(region);
  return { perGbSecond: (own ?? common)[arch], known: own !== undefined };
}
