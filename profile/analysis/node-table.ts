const INITIAL_CAPACITY = 1 << 10;
const EMPTY = -1;

/** The nodes of a call tree while it is built: finds a node's child by its frame in an open-addressing hash table. */
export class NodeTable {
  /** Number of nodes; node 0 is the root. */
  size = 1;
  parent = new Int32Array(INITIAL_CAPACITY).fill(EMPTY, 0, 1);
  frame = new Int32Array(INITIAL_CAPACITY).fill(EMPTY, 0, 1);
  self = new Float64Array(INITIAL_CAPACITY);
  /** Twice as many as there is room for nodes, so that the table is half empty at least. */
  #slots = new Int32Array(INITIAL_CAPACITY * 2).fill(EMPTY);

  /** `parent`'s child for `frame`, made when there is none yet. */
  child(parent: number, frame: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(parent, frame) & mask;
    for (let node = this.#slots[slot] as number; node !== EMPTY; node = this.#slots[slot] as number) {
      if (this.parent[node] === parent && this.frame[node] === frame) return node;
      slot = (slot + 1) & mask;
    }
    if (this.size === this.parent.length) {
      this.#grow();
      return this.child(parent, frame);
    }
    const node = this.size++;
    this.#slots[slot] = node;
    this.parent[node] = parent;
    this.frame[node] = frame;
    return node;
  }

  addSelf(node: number, value: number): void {
    this.self[node] = (this.self[node] as number) + value;
  }

  #grow(): void {
    const capacity = this.size * 2;
    this.parent = enlarged(new Int32Array(capacity), this.parent);
    this.frame = enlarged(new Int32Array(capacity), this.frame);
    this.self = enlarged(new Float64Array(capacity), this.self);
    this.#slots = new Int32Array(capacity * 2).fill(EMPTY);
    const mask = this.#slots.length - 1;
    for (let node = 1; node < this.size; node++) {
      let slot = hashOf(this.parent[node] as number, this.frame[node] as number) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.#slots[slot] = node;
    }
  }
}

function enlarged<T extends Int32Array | Float64Array>(larger: T, smaller: T): T {
  larger.set(smaller);
  return larger;
}

/** Scatters neighbouring numbers; the finalizer of MurmurHash3. */
function hashOf(parent: number, frame: number): number {
  let hash = Math.imul(parent, 0x9e3779b1) ^ Math.imul(frame, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
