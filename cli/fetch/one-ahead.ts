/**
 * What `make` makes of each item, in their order. While one is worked on, the next is made.
 *
 * @throws what `make` throws, in its turn; nothing more is begun then
 */
export async function* oneAhead<T, R>(items: Iterable<T>, make: (item: T) => Promise<R>): AsyncGenerator<R> {
  let ahead: Promise<R> | undefined;
  for (const item of items) {
    const next = make(item);
    next.catch(() => undefined); // it is told of in its turn
    if (ahead) yield ahead;
    ahead = next;
  }
  if (ahead) yield ahead;
}
