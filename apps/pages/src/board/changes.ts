import type { Board, BoardItem } from '../board-types.js';

/** Ids of items whose visible statement differs from the earlier board, new items included. */
export function changedItems(before: Board, after: Board): string[] {
  const earlier = new Map(itemsOf(before).map((item) => [item.id, statement(item)]));
  return itemsOf(after)
    .filter((item) => earlier.get(item.id) !== statement(item))
    .map((item) => item.id);
}

export function itemsOf(board: Board): BoardItem[] {
  return board.highlights.flatMap(({ items }) => items);
}

/** What an item says: a corrected figure counts as changed even if it reads the same. */
function statement(item: BoardItem): string {
  if (item.kind === 'milestone') return `${item.eventId} ${item.status}`;
  return JSON.stringify([item.absence, item.values.map((value) => value.eventId)]);
}
