/** The environment variable `name`, which the stack sets. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is missing: lib/orders-stack.ts sets it.`);
  return value;
}
