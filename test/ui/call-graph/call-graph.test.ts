import { describe, expect, it } from 'vitest';
import { callGraph } from '../../../ui/call-graph/call-graph';
import { layoutLayers } from '../../../ui/call-graph/layout';
import { profileOf } from '../stacks/support/tables';
import { recordingOf } from '../support/recordings';

function calls(limit: number, ...stacks: [stack: string, value: number][]) {
  const { table } = recordingOf(profileOf(...stacks));
  const { nodes, edges, functions } = callGraph(table, table.values[0], limit);
  const names = nodes.map((frame) => table.frames[frame].name);
  return {
    names,
    functions,
    edges: edges.map(({ from, to, weight, isIndirect }) => [`${names[from]}→${names[to]}`, weight, isIndirect]),
  };
}

describe('the call graph', () => {
  it('has each function once, and what its calls have', () => {
    expect(calls(9, ['main;parse;read', 1], ['main;render;read', 2], ['main', 4])).toEqual({
      names: ['main', 'read', 'render', 'parse'],
      functions: 4,
      edges: [
        ['main→parse', 1, false],
        ['parse→read', 1, false],
        ['main→render', 2, false],
        ['render→read', 2, false],
      ],
    });
  });

  it('counts what recurs in a stack once, and leaves direct recursion out', () => {
    expect(calls(9, ['a;b;a;b;b', 3]).edges).toEqual([
      ['a→b', 3, false],
      ['b→a', 3, false],
    ]);
  });

  it('has the functions that matter most, with calls through the others', () => {
    expect(calls(3, ['main;thin;leaf', 5], ['main;thin', 1], ['main;other', 1], ['main;leaf2', 4])).toEqual({
      names: ['main', 'thin', 'leaf'],
      functions: 5,
      edges: [
        ['main→thin', 6, false],
        ['thin→leaf', 5, false],
      ],
    });
    expect(calls(2, ['main;leaf', 5], ['main;a;leaf', 1]).edges).toEqual([['main→leaf', 6, false]]);
    expect(calls(2, ['main;a;leaf', 1], ['main;b;leaf', 1]).edges).toEqual([['main→leaf', 2, true]]);
  });
});

describe('its layout', () => {
  const box = { width: 100, height: 40 };
  const arrow = (from: number, to: number, weight = 1) => ({ from, to, weight });

  it('has callers above callees, and no box upon another', () => {
    const { boxes, width, height } = layoutLayers(
      [box, box, box, box, box],
      [arrow(0, 1), arrow(0, 2), arrow(1, 3), arrow(2, 3), arrow(0, 4), arrow(4, 3)],
    );
    expect(boxes.map(({ y }) => y)).toEqual([20, 108, 108, 196, 108]);
    const middle = [boxes[1].x, boxes[2].x, boxes[4].x].sort((a, b) => a - b);
    expect(middle[1] - middle[0]).toBeGreaterThanOrEqual(116);
    expect(middle[2] - middle[1]).toBeGreaterThanOrEqual(116);
    expect(Math.min(...middle)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...middle) + 50).toBeLessThanOrEqual(width);
    expect(height).toBe(216);
  });

  it('draws an arrow that closes a cycle upwards: the lighter one', () => {
    const { boxes, arrows } = layoutLayers([box, box], [arrow(0, 1, 1), arrow(1, 0, 5)]);
    expect(boxes[1].y).toBeLessThan(boxes[0].y);
    expect(arrows[0][0].y).toBeGreaterThan(arrows[0][1].y);
    expect(arrows[1][0].y).toBeLessThan(arrows[1][1].y);
  });

  it('leads an arrow past the boxes of the layers between', () => {
    const { boxes, arrows } = layoutLayers([box, box, box], [arrow(0, 1), arrow(1, 2), arrow(0, 2)]);
    const passage = arrows[2][1];
    expect(arrows[2]).toHaveLength(3);
    expect(passage.y).toBe(boxes[1].y);
    expect(Math.abs(passage.x - boxes[1].x)).toBeGreaterThan(50);
  });

  it('of nothing is empty', () => {
    expect(layoutLayers([], [])).toEqual({ width: 0, height: 0, boxes: [], arrows: [] });
  });
});
