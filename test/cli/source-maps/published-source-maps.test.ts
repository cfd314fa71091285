import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionAt } from '../../../cli/aws/session';
import { UnusableFile } from '../../../cli/source-maps/code-bundle';
import { publishedSourceMaps } from '../../../cli/source-maps/published-source-maps';
import { archiveName } from '../../../cli/source-maps/source-map-archive';
import type { ProfiledStack } from '../../../cli/stacks/stack-outputs';
import { packSourceMaps } from '../../../lib/source-map-archive';
import type { LocalAws } from '../../../local/aws';
import type { RequestSummary } from '../../../local/faults';
import { folderOfTest } from '../../support/temporary-folder';
import { region, startAccount } from '../support/account';

const hash = 'a'.repeat(64);
let aws: LocalAws;
let cache: string;
let requests: RequestSummary[] = [];
beforeAll(async () => {
  aws = await startAccount([{ name: 'Orders' }], (request) => {
    requests.push(request);
    return request.path.startsWith('/denied/') ? { status: 403, code: 'AccessDenied' } : undefined;
  });
  aws.s3.createBucket('empty');
  aws.s3.createBucket('denied');
  const assets = aws.s3.createBucket('assets');
  assets.put(`shop/${archiveName(hash)}`, packSourceMaps({ 'index.js': 'a map' }));
  assets.put(`shop/${archiveName('d'.repeat(64))}`, Buffer.from('damaged'));
});
afterAll(() => aws.close());
beforeEach(async () => {
  cache = folderOfTest('published');
  requests = [];
});

function archivesIn(...sourceMaps: ProfiledStack['sourceMaps'] & object) {
  const session = sessionAt(aws.endpointUrl, region, aws.adminCredentials);
  const stack = { name: 'Orders', account: '', region, stores: [], functions: [], sourceMaps };
  return publishedSourceMaps(session, stack, cache);
}

describe('publishedSourceMaps', () => {
  it("finds the archive of a code's hash, in the first place that has it", async () => {
    const find = archivesIn({ bucket: 'empty', prefix: '' }, { bucket: 'assets', prefix: 'shop/' });
    expect((await find(hash))?.sourceMapOf('index.js')?.text).toBe('a map');
  });

  it('finds nothing where there is none, and where the stack names no place', async () => {
    expect(await archivesIn({ bucket: 'assets', prefix: 'shop/' })('b'.repeat(64))).toBeUndefined();
    expect(await archivesIn()(hash)).toBeUndefined();
    expect(await readdir(cache)).toEqual([]);
  });

  it('downloads an archive once, and again where the copy on this disk is damaged', async () => {
    const place = { bucket: 'assets', prefix: 'shop/' };
    for (let run = 0; run < 2; run++) {
      expect((await archivesIn(place)(hash))?.sourceMapOf('index.js')?.text).toBe('a map');
      expect(requests).toHaveLength(1);
    }
    await writeFile(join(cache, archiveName(hash)), 'half a fi');
    expect((await archivesIn(place)(hash))?.sourceMapOf('index.js')?.text).toBe('a map');
    expect(requests).toHaveLength(2);
  });

  it('says what is wrong with a place that may not be read, and does not ask again', async () => {
    const find = archivesIn({ bucket: 'denied', prefix: '' });
    const error: unknown = await find(hash).catch((each) => each);
    expect(error).toBeInstanceOf(UnusableFile);
    expect(error).toMatchObject({
      file: `s3://denied/${archiveName(hash)}`,
      message: expect.stringMatching(/^access denied: the credentials may not call s3:GetObject on arn:/),
      remedy: expect.stringMatching(/^allow this action/),
    });
    const asked = requests.length;
    expect(await find('b'.repeat(64))).toBeUndefined();
    expect(requests).toHaveLength(asked);
  });

  it('keeps no archive that is damaged', async () => {
    const find = archivesIn({ bucket: 'assets', prefix: 'shop/' });
    await expect(find('d'.repeat(64))).rejects.toThrow('it is not an archive of source maps');
    expect(await readdir(cache)).toEqual([]);
    expect(await find(hash)).toBeDefined();
  });
});
