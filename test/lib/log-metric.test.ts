import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it, vi } from 'vitest';
import { logOnce } from '../../runtime/log';

const guide = readFileSync(join(import.meta.dirname, '../../docs/whole-app.md'), 'utf8');

/** The pattern of the guide's metric filter, as CDK writes it. */
function patternOfGuide(): string {
  const fields = Array.from(
    guide.matchAll(/FilterPattern\.stringValue\('(.+?)', '=', '(.+?)'\)/g),
    ([, field, value]) => FilterPattern.stringValue(field, '=', value),
  );
  return FilterPattern.all(...fields).logPatternString;
}

/** Whether CloudWatch counts a line: it is JSON, and all of the pattern's fields have their values. */
function isCounted(line: string): boolean {
  const fields = Array.from(patternOfGuide().matchAll(/\$\.(\w+) = "(.*?)"/g), ([, name, value]) => [name, value]);
  try {
    const event: Record<string, unknown> = JSON.parse(line);
    return fields.length > 0 && fields.every(([name, value]) => event[name] === value);
  } catch {
    return false;
  }
}

/** What the sampler writes into the log. */
function logged(kind: string, details: Record<string, unknown> = {}): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  logOnce(kind, details);
  const [[line]] = write.mock.calls;
  write.mockRestore();
  return String(line);
}

describe('the metric filter of the guide', () => {
  it('counts what the sampler logs of problems', () => {
    expect(patternOfGuide()).toBe('{ ($.source = "profiled-fn") && ($.level = "WARN") }');
    expect(isCounted(logged('snapshot-not-stored', { cause: 'S3 answered 403' }))).toBe(true);
  });

  it('counts no instance that was not chosen, and nothing that the function itself logs', () => {
    expect(isCounted(logged('not-profiling', { level: 'INFO', cause: 'one of ten' }))).toBe(false);
    expect(isCounted('{"level":"WARN","message":"out of stock"}')).toBe(false);
    expect(isCounted('profiled-fn WARN')).toBe(false);
  });
});
