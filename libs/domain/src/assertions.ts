/** Makes a switch exhaustive: the compiler objects to a forgotten case, a running one stops. */
export function unreachable(value: never): never {
  throw new Error(`Not a known case: ${JSON.stringify(value)}`);
}
