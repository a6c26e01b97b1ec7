import type { Invocation } from './arguments.js';

/** Told by long work how much of it is done, in events or writes; a new phase counts anew. */
export type Done = (done: number, total: number, phase?: string) => void;

/** Does a piece of long work under a bar, which leaves its line when the work ends or fails. */
export type ProgressBars = <T>(what: string, work: (at: Done) => Promise<T>) => Promise<T>;

const WIDTH = 24;
const REDRAW_MS = 100;

/**
 * Bars on stderr with rate and time left, for people at a terminal; elsewhere and with `--json`
 * nothing is drawn, so that logs and pipes stay clean. Drawn at most ten times a second.
 */
export function progressBars({ json }: Pick<Invocation, 'json'>): ProgressBars {
  const { stderr } = process;
  if (json || !stderr.isTTY) return (_, work) => work(() => {});
  return async (what, work) => {
    let started = performance.now();
    let drawn = -Infinity;
    let at: string | undefined;
    try {
      return await work((done, total, phase) => {
        const now = performance.now();
        if (phase !== at) [started, at] = [now, phase];
        if (now - drawn < REDRAW_MS && done < total) return;
        drawn = now;
        const named = phase === undefined ? what : `${what} (${phase})`;
        const text = barText({ what: named, done, total, elapsedMs: now - started });
        stderr.write(`\r${text.slice(0, (stderr.columns || 80) - 1)}\u001b[K`);
      });
    } finally {
      if (drawn !== -Infinity) stderr.write('\n');
    }
  };
}

type Standing = { what: string; done: number; total: number; elapsedMs: number };

/** `copying [██████      ] 25%  5,000/20,000  12,500/s  0:02 left`. */
export function barText({ what, done, total, elapsedMs }: Standing): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * WIDTH);
  const bar = '█'.repeat(filled) + ' '.repeat(WIDTH - filled);
  const counted = `${done.toLocaleString('en')}/${total.toLocaleString('en')}`;
  const ratePerSecond = elapsedMs > 0 ? (done / elapsedMs) * 1_000 : 0;
  if (ratePerSecond === 0) return `${what} [${bar}] ${Math.floor(share * 100)}%  ${counted}`;
  const rate = `${Math.round(ratePerSecond).toLocaleString('en')}/s`;
  const left = clock((total - done) / ratePerSecond);
  return `${what} [${bar}] ${Math.floor(share * 100)}%  ${counted}  ${rate}  ${left} left`;
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}
