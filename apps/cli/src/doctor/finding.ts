import type { Text } from '@ledger/domain';

/**
 * The exit code of each kind of problem, for scripts that watch a ledger. With several problems the
 * lowest decides. Only added to: scripts rely on the numbers and on the names.
 */
export const PROBLEM_EXIT = {
  directory: 10,
  space: 11,
  lock: 12,
  log: 13,
  clock: 14,
  engine: 15,
  views: 16,
  settings: 17,
  node: 18,
  backup: 19,
} as const;

export type Check = keyof typeof PROBLEM_EXIT;

/** One thing that was looked at; only a `problem` makes the command fail. */
export type Finding = { check: Check; state: 'ok' | 'note' | 'problem'; detail: Text };

export const ok = (check: Check, zh: string, en = zh): Finding => finding(check, 'ok', zh, en);
export const note = (check: Check, zh: string, en = zh): Finding => finding(check, 'note', zh, en);
export const problem = (check: Check, zh: string, en = zh): Finding =>
  finding(check, 'problem', zh, en);

function finding(check: Check, state: Finding['state'], zh: string, en: string): Finding {
  return { check, state, detail: { zh, en } };
}

/** 0 without problems, else the lowest of their codes. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const problems = findings.filter(({ state }) => state === 'problem');
  return problems.length === 0 ? 0 : Math.min(...problems.map(({ check }) => PROBLEM_EXIT[check]));
}
