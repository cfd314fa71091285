import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { FunctionUrlAuthType, Runtime } from 'aws-cdk-lib/aws-lambda';
import { OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
// In an app of your own: from 'profiled-fn'.
import { ProfiledFunction } from '../../../lib/index';

/** Exchange rates of the European Central Bank, as JSON. */
const RATES_URL = 'https://api.frankfurter.dev/v1/latest?base=EUR';

/**
 * A shop's back office: `Checkout` prices and stores an order, `Invoice` renders it, `Report` sums up the sales.
 *
 * Context `ratesUrl` replaces the public service that `Checkout` asks for exchange rates.
 */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const bucket = new Bucket(this, 'Orders', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const signingKey = new Secret(this, 'SigningKey', {
      description: 'Signs orders, so that nobody changes one on its way',
      generateSecretString: { excludePunctuation: true, passwordLength: 64 },
    });

    // The entry is orders-stack.Checkout.ts, as NodejsFunction finds it.
    const checkout = new ProfiledFunction(this, 'Checkout', {
      runtime: Runtime.NODEJS_24_X,
      memorySize: 512,
      timeout: Duration.seconds(10),
      environment: {
        BUCKET: bucket.bucketName,
        RATES_URL: this.node.tryGetContext('ratesUrl') ?? RATES_URL,
        // CloudFormation puts the secret in when it deploys; the template has a reference only.
        SIGNING_KEY: signingKey.secretValue.unsafeUnwrap(),
      },
    });
    bucket.grantPut(checkout, 'orders/*');
    const url = checkout.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    new CfnOutput(this, 'CheckoutUrl', { value: url.url });

    const invoice = new ProfiledFunction(this, 'Invoice', {
      runtime: Runtime.NODEJS_24_X,
      memorySize: 512,
      timeout: Duration.seconds(15),
      bundling: { format: OutputFormat.ESM },
      environment: { BUCKET: bucket.bucketName, INVOICE_LOCALE: 'de-DE' },
    });
    bucket.grantRead(invoice, 'orders/*');
    bucket.grantPut(invoice, 'invoices/*');

    const report = new ProfiledFunction(this, 'Report', {
      runtime: Runtime.NODEJS_24_X,
      memorySize: 1024,
      timeout: Duration.minutes(1),
      environment: { BUCKET: bucket.bucketName },
    });
    bucket.grantRead(report, 'orders/*');
    bucket.grantPut(report, 'reports/*');
    new Rule(this, 'EveryMorning', {
      schedule: Schedule.cron({ hour: '5', minute: '0' }),
      targets: [new LambdaFunction(report, { event: RuleTargetInput.fromObject({ until: EventField.time, days: 7 }) })],
    });
  }
}
