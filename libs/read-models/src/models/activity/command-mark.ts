/**
 * 32 bits of a command's id (FNV-1a over its UTF-16 code units), for a small index: a tenth of the
 * bytes of the ids themselves. Ids may share a mark, so what is found is compared in full.
 */
export function commandMark(commandId: string): number {
  let mark = 0x811c9dc5;
  for (let index = 0; index < commandId.length; index += 1) {
    mark = Math.imul(mark ^ commandId.charCodeAt(index), 0x01000193);
  }
  return mark | 0;
}
