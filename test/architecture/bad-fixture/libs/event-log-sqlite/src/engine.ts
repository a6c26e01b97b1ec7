export function open(): string {
  return 'engine';
}
