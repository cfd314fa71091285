/**
 * Calls back when the process exits, by `process.exit` or an error that nobody catches, before the listeners for it. By
 * what Node.js notes then: a listener would be seen, and counted, by the user's code.
 */
export function onceExiting(then: () => void): void {
  const property = Object.getOwnPropertyDescriptor(process, '_exiting');
  const { set } = property ?? {};
  if (!property?.configurable || !set) {
    process.once('exit', then);
    return;
  }
  Object.defineProperty(process, '_exiting', {
    ...property,
    set(value: unknown) {
      Object.defineProperty(process, '_exiting', property);
      Reflect.apply(set, process, [value]);
      then();
    },
  });
}
