import type { zh } from './zh.js';

export type Language = 'zh' | 'en';
export type MessageKey = keyof typeof zh;
export type Messages = { [key in MessageKey]: string };
export type Params = { [name: string]: string | number };

/** A message with its `{name}` places filled in; a place without a value stays visible. */
export function fill(message: string, params: Params = {}): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) => String(params[name] ?? place));
}

/** Looks a message up in the language at hand. */
export type Say = (key: MessageKey, params?: Params) => string;

export function sayFrom(messages: Messages): Say {
  return (key, params) => fill(messages[key], params);
}

/** The `lang` of a text that comes from the ledger in one language only, such as a note. */
export function languageOf(text: string): 'zh-CN' | 'en' {
  return /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en';
}
