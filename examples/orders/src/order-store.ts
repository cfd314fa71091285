import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { environment } from './environment';
import type { StoredOrder } from './order';

/** Objects that are read at a time. */
const CONCURRENCY = 8;

const s3 = new S3Client({});
const Bucket = environment('BUCKET');

export async function putOrder(order: StoredOrder): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: orderKey(order.number),
      Body: Buffer.from(JSON.stringify(order)),
      ContentType: 'application/json',
    }),
  );
}

/** @throws Error that names the order, when there is none */
export async function getOrder(number: string): Promise<StoredOrder> {
  try {
    return await readOrder(orderKey(number));
  } catch (cause) {
    if ((cause as Error).name !== 'NoSuchKey') throw cause;
    throw new Error(`There is no order ${number}: it has to pass checkout first.`, { cause });
  }
}

/** Every order that was placed in the period. */
export async function getOrders(period: { from: Date; to: Date }): Promise<StoredOrder[]> {
  const keys = await listKeys(period.from);
  const orders: StoredOrder[] = [];
  for (let start = 0; start < keys.length; start += CONCURRENCY) {
    orders.push(...(await Promise.all(keys.slice(start, start + CONCURRENCY).map(readOrder))));
  }
  return orders.filter(({ placedAt }) => new Date(placedAt) >= period.from && new Date(placedAt) <= period.to);
}

export async function putDocument(
  key: string,
  body: Buffer,
  { contentType, contentEncoding }: { contentType: string; contentEncoding: string },
): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      ContentEncoding: contentEncoding,
    }),
  );
}

/** Keys of the orders that were written since `from`, which none is before it is placed. */
async function listKeys(from: Date): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'orders/', ContinuationToken }));
    for (const { Key, LastModified } of page.Contents ?? []) {
      if (Key && LastModified && LastModified >= from) keys.push(Key);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
  return keys;
}

async function readOrder(key: string): Promise<StoredOrder> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
  if (!Body) throw new Error(`The object ${key} is empty: no order writes such.`);
  return JSON.parse(await Body.transformToString());
}

function orderKey(number: string): string {
  return `orders/${number}.json`;
}
