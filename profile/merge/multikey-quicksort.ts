/** Below this many words, sorting them by insertion is faster than dividing them once more. */
const FEW = 8;

/** Words: each from where it starts in `letters` to where the next one starts. No two are the same. */
export interface Words {
  letters: Int32Array;
  /** One more than there are words. */
  starts: Int32Array;
}

/**
 * The indices of `words` in their order, by letters; a word that another one begins with comes first.
 *
 * Bentley and Sedgewick's multikey quicksort: it looks at the letters that many words begin with once for each word, and
 * not once for each comparison. Stacks have most of their callers in common.
 */
export function multikeyQuicksort({ letters, starts }: Words): Int32Array {
  const order = Int32Array.from({ length: starts.length - 1 }, (_, word) => word);
  /** What is to be sorted: from, to, and how many letters are the same. Not recursion, as words may be long. */
  const parts = [0, order.length, 0];
  const letter = (word: number, depth: number): number => {
    const at = starts[word] + depth;
    return at < starts[word + 1] ? letters[at] : -1;
  };
  while (parts.length > 0) {
    const depth = parts.pop() as number;
    const to = parts.pop() as number;
    const from = parts.pop() as number;
    if (to - from <= FEW) {
      insertionSort(order, from, to, depth, letter);
      continue;
    }
    const pivot = letter(order[(from + to) >> 1], depth);
    let less = from;
    let greater = to;
    for (let i = from; i < greater; ) {
      const word = order[i];
      const own = letter(word, depth);
      if (own < pivot) {
        order[i++] = order[less];
        order[less++] = word;
      } else if (own > pivot) {
        order[i] = order[--greater];
        order[greater] = word;
      } else i++;
    }
    parts.push(from, less, depth, greater, to, depth);
    // Words that have ended are all the same, and there is one at most.
    if (pivot !== -1) parts.push(less, greater, depth + 1);
  }
  return order;
}

function insertionSort(
  order: Int32Array,
  from: number,
  to: number,
  depth: number,
  letter: (word: number, depth: number) => number,
): void {
  for (let i = from + 1; i < to; i++) {
    const word = order[i];
    let at = i;
    while (at > from && comesBefore(word, order[at - 1], depth, letter)) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = word;
  }
}

function comesBefore(a: number, b: number, depth: number, letter: (word: number, depth: number) => number): boolean {
  for (let i = depth; ; i++) {
    const left = letter(a, i);
    const right = letter(b, i);
    if (left !== right) return left < right;
    if (left === -1) return false;
  }
}
