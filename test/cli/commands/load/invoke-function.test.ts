import { describe, expect, it } from 'vitest';
import { coldStartOf, outcomeOfFailure } from '../../../../cli/commands/load/invoke-function';

describe('coldStartOf', () => {
  const report =
    'REPORT RequestId: 1\tDuration: 2.1 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t';

  it('reads the line REPORT', () => {
    expect(coldStartOf(`START RequestId: 1\nEND RequestId: 1\n${report}\n`)).toEqual({ coldStart: false });
    expect(coldStartOf(`${report}Init Duration: 321.5 ms\t\n`)).toEqual({ coldStart: true, initMs: 321.5 });
  });

  it('knows nothing without that line, and takes no other line for it', () => {
    expect(coldStartOf(undefined)).toEqual({});
    expect(coldStartOf('the function says: REPORT RequestId: 1\tInit Duration: 1 ms')).toEqual({});
  });
});

describe('outcomeOfFailure', () => {
  const failure = (name: string, fields: object = {}) => Object.assign(new Error('x'), { name }, fields);

  it('tells refusals, what passes, and what stays', () => {
    expect(outcomeOfFailure(failure('TooManyRequestsException'))).toBe('throttled');
    expect(outcomeOfFailure(failure('ServiceException', { $metadata: { httpStatusCode: 500 } }))).toEqual({
      noResponse: { errorType: 'ServiceException', errorMessage: 'x' },
    });
    expect(outcomeOfFailure(failure('Error', { code: 'ECONNRESET' }))).toEqual({
      noResponse: { errorType: 'ECONNRESET', errorMessage: 'x' },
    });
    expect(outcomeOfFailure(failure('AccessDeniedException', { $metadata: { httpStatusCode: 403 } }))).toBeUndefined();
    expect(outcomeOfFailure('x')).toBeUndefined();
  });
});
