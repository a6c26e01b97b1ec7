/**
 * Whether two plain JSON values say the same: the order of keys does not matter, the order of
 * lists does, and a key whose value is undefined counts as absent.
 */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (!isObject(left) || !isObject(right)) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => same(item, right[index]));
  }
  const leftEntries = stated(left);
  const rightEntries = new Map(stated(right));
  return (
    leftEntries.length === rightEntries.size &&
    leftEntries.every(([key, value]) => rightEntries.has(key) && same(value, rightEntries.get(key)))
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const stated = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, item]) => item !== undefined);
