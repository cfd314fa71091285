import { describe, expect, it } from 'vitest';
import { viewerPlan } from '../../../cli/viewer/show-profiles';

describe('viewerPlan', () => {
  it('serves and opens of its own accord only to somebody at a terminal', () => {
    expect(viewerPlan({ open: true }, true)).toEqual({ serve: true, open: true });
    expect(viewerPlan({ open: true }, false)).toEqual({ serve: false, open: false });
  });

  it('does not serve with --no-open, --html or --json', () => {
    expect(viewerPlan({ open: true, json: true }, true).serve).toBe(false);
    expect(viewerPlan({ open: false }, true).serve).toBe(false);
    expect(viewerPlan({ open: true, html: 'x.html' }, true).serve).toBe(false);
  });

  it('serves where it was asked for, and opens nothing without a terminal', () => {
    expect(viewerPlan({ open: true, view: true, json: true }, true)).toEqual({ serve: true, open: true });
    expect(viewerPlan({ open: true, view: true }, false)).toEqual({ serve: true, open: false });
    expect(viewerPlan({ open: true, port: 0 }, false)).toEqual({ serve: true, open: false });
    expect(viewerPlan({ open: false, port: 9000 }, true)).toEqual({ serve: true, open: false });
    expect(viewerPlan({ open: true, html: 'x.html', view: true }, true)).toEqual({ serve: true, open: true });
  });
});
