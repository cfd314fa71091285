import { createRequire } from 'node:module';

/**
 * node:http and node:https, before the user's code can patch them (X-Ray, tracers): our requests are not the user's.
 *
 * By `require`: an ES import reads all exports of a module, and among those of node:http are getters (`WebSocket`) that
 * load all of undici, which would make cold starts 20 ms longer and more. Lambda's runtime client requires it too.
 */
const require = createRequire(import.meta.url);
const http = require('node:http') as typeof import('node:http');
const https = require('node:https') as typeof import('node:https');

export const { Agent, request: httpRequest } = http;
export const { request: httpsRequest } = https;
