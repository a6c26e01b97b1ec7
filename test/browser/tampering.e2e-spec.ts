import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { EventStoreServer } from '../eventstore-server/server.js';
import { startServer, type RunningServer } from '../server.js';
import { findChromium, launchChromium } from './chromium.js';

const executable = findChromium();
const withChromium = executable === undefined ? describe.skip : describe;

withChromium('the board of a ledger whose store was tampered with', () => {
  let store: EventStoreServer;
  let dataDir: string;
  let ledger: RunningServer;
  let browser: Browser;

  beforeAll(async () => {
    store = await EventStoreServer.start();
    dataDir = mkdtempSync(join(tmpdir(), 'ledger-tampered-'));
    const env = { LEDGER_LOG: store.url };
    ledger = await startServer({ dataDir, seed: 'guangming-2021', env });
    browser = await launchChromium(executable ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await ledger?.end('SIGTERM');
    await store?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);

  it('goes on showing its figures, under a warning that names what was found', async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await page.goto(ledger.url);
    await page.locator('[data-item]').first().waitFor();
    expect(await page.locator('[data-tampered]').count()).toBe(0);

    store.store.setMetadata('metric-vacated-premises-handed-over-area', { $maxCount: 1 });
    const health = async (): Promise<string> => (await fetch(`${ledger.url}/health/ready`)).text();
    while (!(await health()).includes('"tamperSignals":[{')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await page.reload();

    const banner = page.locator('[data-tampered]');
    await banner.waitFor();
    expect(await banner.getAttribute('role')).toBe('alert');
    await banner.locator('summary').click();
    expect(await banner.innerText()).toContain('metric-vacated-premises-handed-over-area');
    expect(await page.locator('[data-item]').count()).toBe(132);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
    const shot = process.env['TAMPER_SHOT'];
    if (shot !== undefined) await page.screenshot({ path: shot });
    await page.close();
  }, 60_000);
});
