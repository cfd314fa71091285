import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { OrdersStack } from '../../../examples/orders/lib/orders-stack';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import type { DeployedFunction } from '../../../local/types';
import { UploadProxy } from './upload-proxy';

const EXAMPLE = join(import.meta.dirname, '../../../examples/orders');

/** `examples/orders`, deployed into the stand-in for AWS, with everything that it asks. */
export class ExampleApp {
  readonly aws: LocalAws;
  readonly uploads: UploadProxy;
  readonly #rates: Server;

  private constructor(aws: LocalAws, uploads: UploadProxy, rates: Server) {
    this.aws = aws;
    this.uploads = uploads;
    this.#rates = rates;
  }

  /** @param directory for the cloud assembly; the caller removes it */
  static async start(directory: string): Promise<ExampleApp> {
    const rates = createServer((_request, response) => {
      setTimeout(
        () => response.end(JSON.stringify({ base: 'EUR', rates: { USD: 1.0831, GBP: 0.8342, DKK: 7.4604 } })),
        15,
      );
    });
    await new Promise<void>((resolve) => rates.listen(0, '127.0.0.1', resolve));
    const ratesUrl = `http://127.0.0.1:${(rates.address() as AddressInfo).port}/latest`;
    const app = new App({ outdir: join(directory, 'cdk.out'), analyticsReporting: false, context: { ratesUrl } });
    new OrdersStack(app, 'OrdersStack');
    const aws = await startLocalAws({ assembly: app.synth().directory });
    return new ExampleApp(aws, await UploadProxy.start(aws.endpointUrl), rates);
  }

  /** A function as it is deployed. */
  function(name: string): DeployedFunction {
    const found = this.aws.functions.find(({ constructPath }) => constructPath === name);
    if (!found) throw new Error(`the example has no function ${name}`);
    return found;
  }

  async close(): Promise<void> {
    this.uploads.close();
    this.#rates.close();
    await this.aws.close();
  }
}

/** The events of a function of the example. */
export function eventsOf(name: string): unknown[] {
  return JSON.parse(readFileSync(join(EXAMPLE, 'events', `${name}.json`), 'utf8')) as unknown[];
}

/** The function as it was before it was profiled. */
export function bareFunction(fn: DeployedFunction): DeployedFunction {
  const variables = Object.entries(fn.environment);
  return {
    ...fn,
    handler: fn.environment.PROFILED_FN_HANDLER ?? fn.handler,
    environment: Object.fromEntries(variables.filter(([name]) => !name.startsWith('PROFILED_FN_'))),
    layerDirectories: [],
  };
}
