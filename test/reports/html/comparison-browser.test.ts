/** The page of a comparison as a reader meets it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { compareMany, compareResults } from '../../../reports/compare/index.js';
import { htmlComparison, htmlMatrix } from '../../../reports/html/comparison.js';
import { jobOf, named, resultOf, runsAround, runsOf } from '../compare/documents.js';
import { openInChromium, skip } from './chromium.js';

const JOBS = ['</script><script>document.title="owned"</script>', 'sweep[bs=4k,iodepth=32]'];

function side(name: string, meanNs: number, seed: number) {
  const jobs = JOBS.flatMap((job, k) =>
    runsAround(meanNs, 6).map((run, i) => jobOf(run, seed + 10 * k + i, job)),
  );
  return named(name, { ...resultOf([]), jobs });
}

async function firstTip(page: Page): Promise<string> {
  const plot = page.locator('figure.chart:visible .plot').first();
  await plot.focus();
  await page.keyboard.press('ArrowRight');
  return (await plot.locator('.tip').textContent()) ?? '';
}

describe('the page of a comparison of several runs in Chromium', { skip }, () => {
  const withPage = openInChromium(() =>
    htmlComparison(compareResults(runsOf('a', 100_000, 6), runsOf('b', 120_000, 6, 2))),
  );

  test('tells the interval of the row under the pointer, too', () =>
    withPage({}, async (page) =>
      assert.match(await firstTip(page), /^iops\n-1\d\.\d % \(-\d\d\.\d % to -\d\d\.\d %\): worse$/),
    ));
});

describe('the page of a comparison in Chromium', { skip }, () => {
  const withPage = openInChromium(() =>
    htmlMatrix(
      compareMany([
        side('a'.repeat(80), 100_000, 100),
        side('b.json', 120_000, 200),
        side('c.json', 101_000, 300),
      ]),
    ),
  );

  test('opens without an error, a request or a foreign script, its tables in sight', () =>
    withPage({}, async (page) => {
      assert.match(await page.title(), /^nvbench comparison - b\.json and 1 more against a+$/);
      assert.equal(await page.locator('figure.chart:visible table:visible').count(), 4);
    }));

  test('tells the change and the verdict of the row under the pointer, no interval where one is assumed', () =>
    withPage({}, async (page) => assert.match(await firstTip(page), /^iops\n-1\d\.\d %: worse$/)));

  test('has the dot of a row on its mark, wide and on a phone', async () => {
    for (const width of [1100, 390]) {
      await withPage({ viewport: { width, height: 800 } }, async (page) => {
        const plot = page.locator('figure.chart:visible .plot').first();
        await plot.focus();
        await page.keyboard.press('ArrowRight');
        const dot = await plot.locator('.dot').boundingBox();
        const mark = await plot.locator('svg:visible path[fill="var(--worse)"]').first().boundingBox();
        assert.ok(dot && mark);
        assert.ok(Math.abs(dot.x + dot.width / 2 - mark.x - mark.width / 2) < 2);
        assert.ok(Math.abs(dot.y + dot.height / 2 - mark.y - mark.height / 2) < 3);
      });
    }
  });

  test('does not scroll sideways on a phone', () =>
    withPage({ viewport: { width: 390, height: 844 } }, async (page) => {
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    }));

  test('has text that can be read in the light and in the dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await withPage({ colorScheme }, async (page) => {
        const ratio = await page.evaluate<number>(`(() => {
          const luminance = (color) => {
            const parts = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
              .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
          };
          const page = luminance(getComputedStyle(document.body).backgroundColor);
          const cells = [...document.querySelectorAll('tr[class] > td:last-child')];
          return Math.min(...cells.map((cell) => {
            const text = luminance(getComputedStyle(cell).color);
            return (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
          }));
        })()`);
        // WCAG 2.1, 1.4.3: at least 4.5 to 1.
        assert.ok(ratio >= 4.5, `${colorScheme}: ${ratio}`);
      });
    }
  });

  test('prints every job', () =>
    withPage({}, async (page) => {
      await page.getByLabel('Show').first().selectOption('1');
      assert.equal(await page.locator('.job:visible').count(), 3);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('.job:visible').count(), 4);
    }));
});
