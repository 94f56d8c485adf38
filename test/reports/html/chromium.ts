/** A page in Chromium, from a file, with everything that goes wrong in it. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = process.env.NVBENCH_CHROMIUM ?? '/usr/bin/chromium';

/** For `describe`: false where there is a Chromium, else why its tests are left out. */
export const skip = existsSync(executablePath)
  ? false
  : `SKIPPED: no Chromium at ${executablePath}; apt-get install chromium, or set NVBENCH_CHROMIUM`;

export type WithPage = (options: BrowserContextOptions, use: (page: Page) => Promise<void>) => Promise<void>;

/** Within a `describe`: opens what `make` gives, anew for each use; a use in which anything went wrong fails. */
export function openInChromium(make: () => string): WithPage {
  const folder = mkdtempSync(join(tmpdir(), 'nvbench-html-'));
  const file = join(folder, 'page.html');
  const url = pathToFileURL(file).href;
  let browser: Browser;
  before(async () => {
    writeFileSync(file, make());
    // Chromium refuses to sandbox for root, as whom CI runs; the page is our own.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  return async (options, use) => {
    const troubles: string[] = [];
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      page.on('console', (message) => troubles.push(`console: ${message.text()}`));
      page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
      page.on('request', (request) => {
        if (request.url() !== url) troubles.push(`request: ${request.url()}`);
      });
      await page.goto(url);
      await use(page);
      assert.deepEqual(troubles, []);
    } finally {
      await context.close();
    }
  };
}
