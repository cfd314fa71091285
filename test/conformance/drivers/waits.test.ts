import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureWaits, misattributed, timeIn } from '../../runtime/waits/support/measured-waits';
import { expectWithinLimits } from '../support/measured';
import { installNode, installNodeModules } from '../support/tools';
import { type Database, startDynamo, startMariadb, startMongo, startPostgres, startRedis } from './support/databases';

const starts = {
  POSTGRES: startPostgres,
  MARIADB: startMariadb,
  REDIS: startRedis,
  MONGO: startMongo,
  DYNAMO: startDynamo,
};
const databases: Record<string, Database> = {};
const environment: Record<string, string> = {};
const nodes: Record<string, string> = { 'Node.js that runs the tests': process.execPath };
let modules: string;
beforeAll(async () => {
  modules = await installNodeModules('drivers');
  for (const major of [22, 24] as const) nodes[`Node.js ${major}`] = await installNode(major);
  await Promise.all(
    Object.entries(starts).map(async ([name, start]) => {
      databases[name] = await start();
      environment[name] = String(databases[name].port);
    }),
  );
}, 300_000);
afterAll(() => Promise.all(Object.values(databases).map((database) => database.stop())));

interface Case {
  waits: string;
  leaf(): string;
  /** Invocations before those that are measured. */
  warmUps?: number;
}

/** Each waits for 100 ms and more, on a connection that is made in the first invocation. */
const cases: Record<string, Case> = {
  'a client of pg': {
    waits: `
      const { Client } = require('pg');
      let client;
      async function query() {
        if (!client) { client = new Client({ host: '127.0.0.1', port: +process.env.POSTGRES, user: 'shop', database: 'postgres' }); await client.connect(); }
        await client.query('select pg_sleep($1)', [0.15]);
        mark('query');
      }`,
    leaf: () => `(waiting: tcp 127.0.0.1:${environment.POSTGRES})`,
  },
  'a pool of pg': {
    waits: `
      const { Pool } = require('pg');
      const pool = new Pool({ host: '127.0.0.1', port: +process.env.POSTGRES, user: 'shop', database: 'postgres', max: 1, allowExitOnIdle: true });
      async function query() { await pool.query('select pg_sleep(0.15)'); mark('query'); }`,
    leaf: () => `(waiting: tcp 127.0.0.1:${environment.POSTGRES})`,
  },
  'a pool of mysql2': {
    waits: `
      const mysql = require('mysql2/promise');
      const pool = mysql.createPool({ host: '127.0.0.1', port: +process.env.MARIADB, user: 'root', connectionLimit: 1 });
      async function query() { await pool.query('select sleep(0.15)'); mark('query'); }`,
    leaf: () => `(waiting: tcp 127.0.0.1:${environment.MARIADB})`,
  },
  ioredis: {
    waits: `
      const Redis = require('ioredis');
      const redis = new Redis(+process.env.REDIS, '127.0.0.1', { lazyConnect: true });
      async function query() {
        if (redis.status === 'wait') await redis.connect();
        await redis.blpop('nothing', 0.15);
        mark('query');
      }`,
    leaf: () => `(waiting: tcp 127.0.0.1:${environment.REDIS})`,
  },
  mongodb: {
    waits: `
      const { MongoClient } = require('mongodb');
      const client = new MongoClient('mongodb://127.0.0.1:' + process.env.MONGO + '/?directConnection=true', { maxPoolSize: 1 });
      async function query() { await client.db('shop').collection('orders').findOne({ id: 1 }); mark('query'); }`,
    leaf: () => `(waiting: tcp 127.0.0.1:${environment.MONGO})`,
    // It connects in the background, by functions of its own that nobody awaits.
    warmUps: 1,
  },
  'the AWS SDK': {
    waits: `
      const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
      const dynamo = new DynamoDBClient({ endpoint: 'http://127.0.0.1:' + process.env.DYNAMO });
      async function query() {
        await dynamo.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } }));
        mark('query');
      }`,
    leaf: () => '(waiting: dynamodb GetItem)',
  },
};

const twice = `
async function other() { await new Promise((resolve) => setTimeout(resolve, 80)); mark('other'); }
async function orders() { await query(); }
async function customers() { await query(); await query(); }
async function waits() { await orders(); await other(); await customers(); }`;

describe('what is waited for with', () => {
  describe.each(Object.entries(cases))('%s', (_client, { waits, leaf, warmUps }) => {
    it.each(['Node.js that runs the tests', 'Node.js 22', 'Node.js 24'])('on %s lies under the query', async (node) => {
      const stacks = { query: ['main', 'waits', 'query'], other: ['main', 'waits', 'other', '(waiting: timer)'] };
      await expectWithinLimits(async () => {
        const ran = await measureWaits(waits + twice, environment, {
          modulePaths: [modules],
          nodePath: nodes[node],
          warmUps,
        });
        expect(timeIn(ran.wait, 'wait', ['orders', 'customers'])).toBe(0);
        // Connecting, in the first invocation, is another wait.
        const answered = timeIn(ran.wait, 'wait', ['main', 'waits', 'query', leaf()]);
        const customers = timeIn(ran.wait, 'wait', ['waits', 'customers', 'query', leaf()]);
        return {
          misattributed: misattributed(ran, stacks) / 0.05,
          notAnswered: (1 - answered / ran.measured.query) / 0.4,
          // Of three queries of the same time, two are the customers'; whatever came before them.
          others: Math.abs(customers / answered - 2 / 3) / 0.085,
        };
      });
    });
  });
});
