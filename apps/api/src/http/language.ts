import type { Text } from '@ledger/domain';

export type Language = keyof Text;

/**
 * The language of an answer by `Accept-Language` (RFC 9110, section 12.5.4): the one of zh and en
 * with the higher weight, zh when neither is named or both weigh the same.
 */
export function languageOf(acceptLanguage: string | undefined): Language {
  const weights = { zh: 0, en: 0 };
  for (const range of (acceptLanguage ?? '').split(',').slice(0, 20)) {
    const [tag = '', ...parameters] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1');
    const primary = tag.split('-')[0];
    if ((primary === 'zh' || primary === 'en') && weight > weights[primary]) {
      weights[primary] = weight;
    }
  }
  return weights.en > weights.zh ? 'en' : 'zh';
}
