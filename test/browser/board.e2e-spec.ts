import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from './chromium.js';
import { startServer, type RunningServer } from '../server.js';

const executable = findChromium();
if (executable === undefined) {
  console.warn(
    'No Chromium found: the browser tests of the board are skipped. ' +
      'Install the chromium package or set CHROMIUM to its path.',
  );
}
const withChromium = executable === undefined ? describe.skip : describe;

const vacated = 'vacated-premises-handed-over-area';
const vacatedFigure = `[data-item="${vacated}"] [data-printed]`;

type Item = { id: string; names: { zh: string; en: string } } & (
  | { kind: 'metric'; values: { printed: string; eventId: string; position: string }[] }
  | { kind: 'milestone'; printed?: string; status: string }
);
type Board = { knownAt: string; highlights: { items: Item[] }[] };

withChromium('the board in a browser', () => {
  let ledger: RunningServer;
  let dataDir: string;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-browser-'));
    ledger = await startServer({ dataDir, seed: 'guangming-2021' });
    browser = await launchChromium(executable ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await ledger?.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);
  beforeEach(async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
    faults.length = 0;
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterEach(async () => {
    await page.context().close();
    expect(faults).toEqual([]);
  });

  const open = async (path = '/') => {
    await page.goto(ledger.url + path);
    await page.locator('[data-item]').first().waitFor();
  };
  const live = (words = '实时') =>
    page.locator('[data-connection]', { hasText: words }).waitFor({ timeout: 15_000 });
  const board = async (): Promise<Board> => {
    const response = await fetch(`${ledger.url}/v1/board`);
    return JSON.parse(await response.text());
  };
  const figureReads = (text: string) =>
    page.locator(vacatedFigure, { hasText: new RegExp(`^${text}$`) }).waitFor();

  it('shows all 132 facts of the article with their names and their printed text', async () => {
    // given
    const items = (await board()).highlights.flatMap((highlight) => highlight.items);
    expect(items).toHaveLength(132);
    // when
    await open();
    const rows = await page.evaluate<{ [id: string]: [text: string, printed: string[]] }>(`
      Object.fromEntries([...document.querySelectorAll('[data-item]')].map((row) => [
        row.dataset.item,
        [row.textContent, [...row.querySelectorAll('[data-printed]')].map((e) => e.textContent)],
      ]))`);
    // then
    expect(Object.keys(rows)).toHaveLength(132);
    for (const item of items) {
      const [text = '', shown = []] = rows[item.id] ?? [];
      const printed = item.kind === 'metric' ? item.values.map((v) => v.printed) : [item.printed];
      expect([item.id, text.includes(item.names.zh)]).toEqual([item.id, true]);
      expect([item.id, shown]).toEqual([item.id, printed.filter((one) => one !== undefined)]);
    }
  });

  it('keeps qualifiers, numerals and labels as the article prints them', async () => {
    const printed = {
      'reform-measures-launched': '80余条',
      'no-bribery-pledges': '近百名',
      'grid-event-grassroots-resolution-rate': '99.6%以上',
      'unified-land-planning-area': '约1.96平方公里',
      'e-certificates-issued': '超8万张',
      'e-certificate-calls': '16万余次',
      'appeal-team-size': '3-5人',
      'centre-enterprise-selection-batches': '两批',
      'task-force-1-15-15-5': '1+15+15+5',
      [vacated]: '68.1万平方米',
    };
    await open();
    for (const [id, text] of Object.entries(printed)) {
      const shown = await page.locator(`[data-item="${id}"] [data-printed]`).textContent();
      expect([id, shown]).toEqual([id, text]);
    }
  });

  it('shows the land funnel by basis, with exact ratios, and the land area apart', async () => {
    await open();
    const funnel = page.locator('[data-funnel]');
    const part = (name: string) => funnel.locator(`[data-part="${name}"]`).innerText();
    expect(await part('signed')).toMatch(/签约[^]*建筑面积[^]*115万平方米/);
    expect(await part('vacated')).toMatch(/腾空[^]*建筑面积[^]*口径推断[^]*68.1万平方米/);
    expect(await part('demolished')).toMatch(/拆除[^]*建筑面积[^]*63万平方米/);
    expect(await part('land')).toMatch(/25.5万平方米[^]*用地面积[^]*口径不同.不可比/);
    expect(await funnel.locator('dd strong').allTextContents()).toEqual([
      '59.2%',
      '54.8%',
      '92.5%',
    ]);
    expect(await page.locator('[data-headline]').innerText()).toMatch(
      /签约115万㎡.腾空68.1万㎡.拆除63万㎡.移交施工用地25.5万㎡。/,
    );
  });

  it('switches to English, keeps the print and remembers the choice', async () => {
    // given
    await open();
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    // when
    await page.getByRole('button', { name: 'English' }).click();
    // then
    const measures = page.locator('[data-item="reform-measures-launched"]');
    await measures.getByText('more than 80 measures').waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    expect(await measures.locator('[data-printed]').textContent()).toBe('80余条');
    expect(page.url()).toContain('lang=en');
    await open('/');
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await open('/?lang=zh');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
  });

  it('has headings in order and one main region', async () => {
    await open();
    const levels = await page.evaluate<number[]>(
      `[...document.querySelectorAll('h1,h2,h3,h4')].map((heading) => Number(heading.tagName[1]))`,
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.reduce((before, level) => {
      expect(level - before).toBeLessThanOrEqual(1);
      return level;
    }, 0);
    expect(await page.getByRole('main').count()).toBe(1);
  });

  it.each(['zh', 'en'])('fits 360 pixels without scrolling sideways (%s)', async (language) => {
    // given a phone, or a desktop of 720 pixels at 200 %
    await page.setViewportSize({ width: 360, height: 740 });
    await open(`/?lang=${language}`);
    const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
    expect(await width()).toBeLessThanOrEqual(360);
    // when every note and form is unfolded
    await page.evaluate(
      `document.querySelectorAll('details').forEach((details) => { details.open = true; })`,
    );
    // then
    expect(await width()).toBeLessThanOrEqual(360);
  });

  it('lets the keyboard skip to the content first', async () => {
    // given
    await open();
    // when
    await page.keyboard.press('Tab');
    // then
    expect(await page.evaluate('document.activeElement.textContent')).toBe('跳到主要内容');
    const box = await page.getByRole('link', { name: '跳到主要内容' }).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
  });

  it('says in words what is wrong with a request, and comes back on retry', async () => {
    // given a position that the ledger has not reached
    await page.goto(`${ledger.url}/?knownAt=99999999`);
    // then the API's own words are shown, with the code, and no board under a wrong date
    const problem = page.locator('[data-problem]');
    await problem.waitFor();
    expect(await problem.innerText()).toMatch(/\p{Script=Han}{4}[^]*[A-Z]+_[A-Z_]+/u);
    expect(await page.locator('[data-item]').count()).toBe(0);
    // given no network
    await page.route('**/v1/board*', (route) => route.abort());
    await page.goto(ledger.url);
    await page.getByText('无法连接台账服务').waitFor();
    // when
    await page.unroute('**/v1/board*');
    await page.getByRole('button', { name: '重试' }).click();
    // then
    await page.locator('[data-item]').first().waitFor();
    await live();
  });

  it('closes its stream when the page is frozen in the past, and returns to now', async () => {
    // given
    const { knownAt } = await board();
    const streams: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/stream')) streams.push(request.url());
    });
    // when
    await open(`/?validAt=2021-06-30&knownAt=${knownAt}`);
    // then
    expect(await page.locator('[data-frozen]').innerText()).toContain('2021年6月30日');
    expect(await page.locator('[data-connection]').innerText()).toBe('历史视图');
    expect(await page.locator('[data-item="disputes-resolved"] [data-printed]').innerText()).toBe(
      '9985宗',
    );
    expect(await page.locator(`[data-item="${vacated}"]`).innerText()).toContain('未填报');
    expect(streams).toEqual([]);
    await page.getByRole('button', { name: '回到现在' }).click();
    await live();
    expect(new URL(page.url()).search).toBe('');
    expect(streams).toHaveLength(1);
  });

  it('closes its stream while the tab is hidden and resumes after what it has seen', async () => {
    // given a live page, with the streams that it asks for
    const streams: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/stream')) streams.push(request.url());
    });
    await open();
    await live();
    const { knownAt } = await board();
    const stations = '[data-item="appeal-class1-stations-in-use"] [data-printed]';
    const hide = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    // when it is hidden and a figure is reported meanwhile
    await hide(true);
    await live('已暂停');
    await post(`${ledger.url}/v1/metrics/appeal-class1-stations-in-use/observations`, {
      time: { type: 'asOf', asOf: '2021-09-26' },
      quantity: { printed: '31个' },
    });
    // then it shows what it had, and catches up from there when it is seen again
    expect(await page.locator(stations).textContent()).toBe('28个');
    await hide(false);
    await page.locator(stations, { hasText: /^31个$/ }).waitFor();
    await live();
    expect(streams).toHaveLength(2);
    expect(streams[1]).toContain(`after=${knownAt}`);
  });

  it('tells when the network is gone, and comes back by itself', async () => {
    await open();
    await live();
    await page.context().setOffline(true);
    await live('延迟');
    await page.context().setOffline(false);
    await live();
  });

  it('shows reports, corrections and withdrawals as they are recorded, without a reload', async () => {
    // given an open page
    await open();
    await live();
    await page.evaluate('window.notReloaded = true');
    const observations = `${ledger.url}/v1/metrics/${vacated}/observations`;
    // when a later figure is reported
    const time = { type: 'asOf', asOf: '2021-09-26' };
    const reported = await post(observations, { time, quantity: { printed: '70.2万平方米' } });
    // then it replaces the earlier one, is marked for a moment, and the funnel follows
    await figureReads('70.2万平方米');
    await page.locator('[data-funnel] dd', { hasText: '61.0%' }).waitFor();
    await page.locator('[data-funnel] dd', { hasText: '日期不同' }).first().waitFor();
    await page.locator('[data-announcement]', { hasText: '腾空' }).waitFor({ state: 'attached' });
    // when it is corrected
    const corrected = await post(
      `${observations}/${reported.eventId}:correct`,
      { quantity: { printed: '70.5万平方米' }, errorClass: 'typing', reason: '录入笔误' },
      reported.revision,
    );
    // then the figure says so and the day's corrections name it
    await figureReads('70.5万平方米');
    await page.locator(`[data-item="${vacated}"]`, { hasText: '已更正' }).waitFor();
    await page.locator('[data-corrections]', { hasText: '今日更正 1 项' }).waitFor();
    // when it is withdrawn
    await post(
      `${observations}/${corrected.eventId}:withdraw`,
      { reason: '来源撤回' },
      corrected.revision,
    );
    // then the earlier figure stands again; the marks are gone after two seconds
    await figureReads('68.1万平方米');
    await page.locator('.marked').first().waitFor({ state: 'detached' });
    expect(await page.evaluate('window.notReloaded')).toBe(true);
    const { knownAt } = await board();
    await page
      .locator('[data-known-at]', { hasText: Number(knownAt).toLocaleString('en') })
      .waitFor();
  });
});

type Recorded = { eventId: string; revision: number };

/** Posts and returns the recorded event; an answer that is no receipt fails the test. */
async function post(url: string, body: object, revision?: number): Promise<Recorded> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
      ...(revision === undefined ? {} : { 'If-Match': `"v${revision}"` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expect([response.status, text]).toEqual([201, expect.any(String)]);
  const receipt: { events: Recorded[] } = JSON.parse(text);
  const [event] = receipt.events;
  if (event === undefined) throw new Error(`The receipt names no event: ${text}`);
  return event;
}
