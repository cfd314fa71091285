/** What is laid out: boxes, and arrows between them. */
export interface Box {
  width: number;
  height: number;
}

export interface Arrow {
  from: number;
  to: number;
  weight: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface LayeredLayout {
  width: number;
  height: number;
  /** Centre of each box. */
  boxes: Point[];
  /** Points through which each arrow runs, from the lower edge of one box to the upper edge of the other. */
  arrows: Point[][];
}

const LAYER_GAP = 48;
const BOX_GAP = 16;
/** Room that an arrow takes where it passes a layer. */
const PASSAGE = 14;
const SWEEPS = 8;

/** A box, or the place where an arrow passes a layer. */
interface Slot extends Point {
  layer: number;
  width: number;
  above: Slot[];
  below: Slot[];
}

/**
 * Lays boxes out in layers, callers above callees, as Sugiyama's method does: arrows that close a cycle are turned
 * round, each box is below all that point to it, arrows that pass layers get a place in each, and sweeps move
 * everything towards the middle of its neighbours.
 *
 * Boxes that come first, and arrows that weigh much, are given way.
 */
export function layoutLayers(boxes: readonly Box[], arrows: readonly Arrow[]): LayeredLayout {
  const forward = withoutCycles(boxes.length, arrows);
  const layerOf = layersOf(boxes.length, forward);
  const slots: Slot[] = boxes.map(({ width }, i) => ({ x: 0, y: 0, layer: layerOf[i], width, above: [], below: [] }));
  const layers: Slot[][] = Array.from({ length: Math.max(0, ...layerOf) + 1 }, () => []);
  for (const slot of slots) layers[slot.layer].push(slot);
  const chains = forward.map(({ from, to }) => chainBetween(slots[from], slots[to], layers));

  spread(layers);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) settle(layer, (slot) => (down ? slot.above : slot.below));
  }

  const leftmost = Math.min(0, ...layers.flat().map(({ x, width }) => x - width / 2));
  let y = 0;
  let width = 0;
  const heightOfLayer = layers.map((layer) =>
    Math.max(0, ...layer.map((slot) => boxes[slots.indexOf(slot)]?.height ?? 0)),
  );
  for (const [i, layer] of layers.entries()) {
    for (const slot of layer) {
      slot.x -= leftmost;
      slot.y = y + heightOfLayer[i] / 2;
      width = Math.max(width, slot.x + slot.width / 2);
    }
    y += heightOfLayer[i] + LAYER_GAP;
  }
  return {
    width,
    height: Math.max(0, y - LAYER_GAP),
    boxes: slots.map(({ x, y: middle }) => ({ x, y: middle })),
    arrows: arrows.map((arrow, i) => pointsOf(chains[i], arrow, forward[i], boxes)),
  };
}

/** The arrows, those turned round that would close a cycle; heavy ones keep their direction. */
function withoutCycles(count: number, arrows: readonly Arrow[]): Arrow[] {
  const below: number[][] = Array.from({ length: count }, () => []);
  const turned = new Set<Arrow>();
  for (const arrow of [...arrows].sort((a, b) => b.weight - a.weight)) {
    const closes = reaches(below, arrow.to, arrow.from);
    if (closes) turned.add(arrow);
    below[closes ? arrow.to : arrow.from].push(closes ? arrow.from : arrow.to);
  }
  return arrows.map((arrow) => (turned.has(arrow) ? { ...arrow, from: arrow.to, to: arrow.from } : arrow));
}

function reaches(below: readonly number[][], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const node of seen) {
    if (node === to) return true;
    for (const next of below[node]) seen.add(next);
  }
  return false;
}

/** For each box the longest way to it. */
function layersOf(count: number, arrows: readonly Arrow[]): number[] {
  const layers = new Array<number>(count).fill(0);
  for (let changed = true; changed; ) {
    changed = false;
    for (const { from, to } of arrows) {
      if (layers[to] > layers[from]) continue;
      layers[to] = layers[from] + 1;
      changed = true;
    }
  }
  return layers;
}

/** Links two slots through one in each layer between them. */
function chainBetween(from: Slot, to: Slot, layers: Slot[][]): Slot[] {
  const chain = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const passage: Slot = { x: 0, y: 0, layer, width: PASSAGE, above: [], below: [] };
    layers[layer].push(passage);
    chain.push(passage);
  }
  chain.push(to);
  for (let i = 1; i < chain.length; i++) {
    chain[i].above.push(chain[i - 1]);
    chain[i - 1].below.push(chain[i]);
  }
  return chain;
}

function spread(layers: readonly Slot[][]): void {
  for (const layer of layers) {
    let x = 0;
    for (const slot of layer) {
      slot.x = x + slot.width / 2;
      x += slot.width + BOX_GAP;
    }
  }
}

/** Moves the slots of a layer to the middle of their neighbours, and apart where they would overlap. */
function settle(layer: Slot[], neighboursOf: (slot: Slot) => readonly Slot[]): void {
  for (const slot of layer) {
    const neighbours = neighboursOf(slot);
    if (neighbours.length > 0) slot.x = neighbours.reduce((sum, { x }) => sum + x, 0) / neighbours.length;
  }
  layer.sort((a, b) => a.x - b.x);
  const wanted = layer.map(({ x }) => x);
  for (let i = 1; i < layer.length; i++) {
    const room = (layer[i - 1].width + layer[i].width) / 2 + BOX_GAP;
    layer[i].x = Math.max(layer[i].x, layer[i - 1].x + room);
  }
  // What was pushed to the right on the whole goes back.
  const pushed = layer.reduce((sum, { x }, i) => sum + x - wanted[i], 0) / Math.max(1, layer.length);
  for (const slot of layer) slot.x -= pushed;
}

function pointsOf(chain: readonly Slot[], arrow: Arrow, drawn: Arrow, boxes: readonly Box[]): Point[] {
  const points = chain.map(({ x, y }) => ({ x, y }));
  points[0].y += boxes[drawn.from].height / 2;
  points[points.length - 1].y -= boxes[drawn.to].height / 2;
  return arrow === drawn ? points : points.reverse();
}
