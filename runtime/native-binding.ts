/** A part of Node.js's native half; nothing where this version of Node.js, or its permission model, does not give it. */
export function nativeBinding(name: string): unknown {
  const { noDeprecation } = process;
  try {
    // With `--pending-deprecation` there would be a warning that is not the user's.
    process.noDeprecation = true;
    return (process as { binding?(name: string): unknown }).binding?.(name);
  } catch {
    return undefined;
  } finally {
    if (noDeprecation === undefined) Reflect.deleteProperty(process, 'noDeprecation');
    else process.noDeprecation = noDeprecation;
  }
}
