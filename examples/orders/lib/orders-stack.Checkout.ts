import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { priceOrder } from '../src/checkout/price';
import { exchangeRate } from '../src/checkout/rates';
import { sign } from '../src/checkout/sign';
import { parseOrder } from '../src/checkout/validate';
import { environment } from '../src/environment';
import { putOrder } from '../src/order-store';

const ratesUrl = environment('RATES_URL');
const signingKey = environment('SIGNING_KEY');

/** Prices the order in the request's body and stores it: 201 with the total, or 422 with what is wrong. */
export async function handler(
  event: Pick<LambdaFunctionURLEvent, 'body' | 'isBase64Encoded'>,
): Promise<LambdaFunctionURLResult> {
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  const parsed = parseOrder(body);
  if ('problems' in parsed) return respond(422, parsed);

  const { order } = parsed;
  const rate = await exchangeRate(ratesUrl, order.currency);
  const priced = { ...order, ...priceOrder(order, rate), placedAt: new Date().toISOString() };
  const signature = sign(priced, signingKey);
  await putOrder({ ...priced, signature });
  return respond(201, { number: order.number, total: priced.total, currency: order.currency, signature });
}

function respond(statusCode: number, body: object): LambdaFunctionURLResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
