// A function that loads an AWS SDK client, as most do.
const { S3Client } = require('@aws-sdk/client-s3');

const client = new S3Client({});

exports.handler = async () => ({ ...process.memoryUsage(), cpu: process.cpuUsage(), client: client.constructor.name });
