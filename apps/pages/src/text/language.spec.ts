import { preferredLanguage } from './language.js';

describe('which language the page starts in', () => {
  it('is Chinese when nobody asked', () => {
    expect(preferredLanguage('', null)).toBe('zh');
  });

  it('is what was chosen last time', () => {
    expect(preferredLanguage('', 'en')).toBe('en');
  });

  it('is what the address asks for, whatever was chosen before', () => {
    expect(preferredLanguage('?lang=zh', 'en')).toBe('zh');
    expect(preferredLanguage('?validAt=2021-06-30&lang=en-GB', 'zh')).toBe('en');
  });

  it('is Chinese for a language the page does not have', () => {
    expect(preferredLanguage('?lang=fr', 'en')).toBe('zh');
  });
});
