/** Lists kept of one set of views, and the length of those worth keeping: some 4 MB at most. */
const MOST_LISTS = 20_000;
const MOST_POSITIONS = 32;

const kept = new WeakMap<object, Map<number, string[]>>();

/**
 * A list of positions that belongs to the event at a position, read once. What led to an event never
 * changes, so the same list serves every moment: a board of 1,000 metrics asks for as many at a time.
 * `views` are the questions that the list is read by; with them it is forgotten.
 */
export function remembered(views: object, position: number, read: () => string[]): string[] {
  const lists = kept.get(views) ?? new Map<number, string[]>();
  const known = lists.get(position);
  if (known !== undefined) return known;
  const list = read();
  if (list.length > MOST_POSITIONS) return list;
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(position, list);
  kept.set(views, lists);
  return list;
}
