import { computed, readonly, shallowRef } from 'vue';
import { sayFrom } from './catalogue.js';
import type { Language, Say } from './catalogue.js';
import { en } from './en.js';
import { zh } from './zh.js';

const storageKey = 'ledger.language';
const language = shallowRef<Language>('zh');
const say = computed(() => sayFrom(language.value === 'zh' ? zh : en));

export const currentLanguage = readonly(language);

/** Translates and re-renders whoever called it when the language changes. */
export const t: Say = (key, params) => say.value(key, params);

/** `?lang=` wins, then what was chosen before; else Chinese, the official language. */
export function preferredLanguage(search: string, remembered: string | null): Language {
  const asked = new URLSearchParams(search).get('lang') ?? remembered;
  return asked?.toLowerCase().startsWith('en') === true ? 'en' : 'zh';
}

/** Reads the preference and sets `<html lang>`; to be called once, before the first paint. */
export function startLanguage(): void {
  apply(preferredLanguage(location.search, remembered()));
}

/** Switches, remembers the choice and keeps it in the address, so that a copied link carries it. */
export function chooseLanguage(chosen: Language): void {
  apply(chosen);
  try {
    localStorage.setItem(storageKey, chosen);
  } catch {
    // Storage may be blocked; the address still carries the choice.
  }
  const url = new URL(location.href);
  url.searchParams.set('lang', chosen);
  history.replaceState(history.state, '', url);
}

function apply(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
  document.title = t('page.title');
}

function remembered(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
