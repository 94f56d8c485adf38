/** The page as a reader meets it: in Chromium, from a file. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatHtml } from '../../../reports/html/index.js';
import { openInChromium, skip } from './chromium.js';
import { sweepResult } from './sweep-sample.js';

describe('the HTML page in Chromium', { skip }, () => {
  const withPage = openInChromium(() => {
    const result = sweepResult();
    const jobs = result.jobs.map((job, i) =>
      i === 0 ? { ...job, name: '</script><script>document.title="owned"</script>' } : job,
    );
    return formatHtml([{ ...result, jobs }]);
  });

  test('opens without an error, a request or a foreign script', () =>
    withPage({}, async (page) => {
      assert.match(await page.title(), /^nvbench report/);
      assert.ok((await page.locator('figure.chart:visible').count()) >= 3);
    }));

  test('shows the value under the pointer', () =>
    withPage({}, async (page) => {
      const plot = page.locator('figure.chart:visible .plot').first();
      await plot.hover({ position: { x: 300, y: 150 } });
      assert.match((await plot.locator('.tip').textContent()) ?? '', /read\n[\d,]+: [\d.]+ (ns|µs|ms)/);
    }));

  test('puts the mark where the chart has the point, wide and on a phone', async () => {
    for (const width of [1100, 390]) {
      await withPage({ viewport: { width, height: 800 } }, async (page) => {
        const plot = page.locator('figure.chart:visible .plot').first();
        await plot.focus();
        await page.keyboard.press('ArrowRight');
        const dot = await plot.locator('.dot').boundingBox();
        // ECharts draws the symbols of points as paths with a translation; the first is the first point.
        const symbols = plot.locator('svg:visible path[transform]');
        const first = await symbols.first().boundingBox();
        assert.ok(dot && first);
        assert.ok(Math.abs(dot.x + dot.width / 2 - first.x - first.width / 2) < 2);
        assert.ok(Math.abs(dot.y + dot.height / 2 - first.y - first.height / 2) < 2);
      });
    }
  });

  test('reads values by arrow keys', () =>
    withPage({}, async (page) => {
      const plot = page.locator('figure.chart:visible .plot').first();
      await plot.focus();
      await page.keyboard.press('ArrowRight');
      const first = await plot.locator('.tip').textContent();
      await page.keyboard.press('ArrowRight');
      assert.notEqual(await plot.locator('.tip').textContent(), first);
      await page.keyboard.press('Escape');
      assert.equal(await plot.locator('.tip').isVisible(), false);
    }));

  test('switches metrics and jobs', () =>
    withPage({}, async (page) => {
      await page.getByRole('button', { name: 'p99', exact: true }).first().click();
      assert.match(await page.locator('.variants figure:visible strong').first().innerText(), /: p99$/);
      await page.getByLabel('Show').selectOption('2');
      assert.deepEqual(await page.locator('.job:visible > h3').allInnerTexts(), [
        'sweep[bs=4096,iodepth=8] on pci:0000:01:00.0',
      ]);
    }));

  test('opens a table by keyboard', () =>
    withPage({}, async (page) => {
      const details = page.locator('figure.chart:visible details').first();
      await details.locator('summary').focus();
      await page.keyboard.press('Enter');
      assert.equal(await details.locator('table').isVisible(), true);
    }));

  test('is dark where dark is asked for', async () => {
    const backgrounds: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await withPage({ colorScheme }, async (page) => {
        backgrounds.push(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'));
      });
    }
    assert.deepEqual(backgrounds, ['rgb(255, 255, 255)', 'rgb(18, 22, 27)']);
  });

  test('does not scroll sideways on a phone, with every job and table shown', () =>
    withPage({ viewport: { width: 390, height: 844 } }, async (page) => {
      await page.getByLabel('Show').selectOption('all');
      await page.evaluate(
        "document.querySelectorAll('details').forEach((details) => { details.open = true; })",
      );
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    }));

  test('prints every job and every variant', () =>
    withPage({}, async (page) => {
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.locator('.job:visible').count(), 30);
      assert.equal(
        await page.locator('figure[hidden]:visible').count(),
        await page.locator('figure[hidden]').count(),
      );
    }));

  test('the four charts of a job take two sheets of paper', () =>
    withPage({}, async (page) => {
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
      // Of 30 jobs: 60, and what stands before and behind them.
      assert.ok(sheets >= 60 && sheets <= 68, `${sheets} sheets`);
    }));

  test('no word of a head is broken on paper', () =>
    withPage({ viewport: { width: 718, height: 1000 } }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const broken = await page.evaluate<string[]>(`(() => {
        const found = [];
        const range = document.createRange();
        for (const { firstChild: text } of document.querySelectorAll('.scroll thead th'))
          for (const { index, 0: word } of text.data.matchAll(/[\\w.]+/g)) {
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            if (range.getClientRects().length > 1) found.push(word);
          }
        return found;
      })()`);
      assert.deepEqual(broken, []);
    }));

  test('charts are as wide as their column', () =>
    withPage({ viewport: { width: 1280, height: 900 } }, async (page) => {
      const column = await page.locator('main section').first().boundingBox();
      const plot = await page.locator('figure.chart:visible .plot svg.wide').first().boundingBox();
      assert.ok(column && plot);
      assert.ok(Math.abs(column.width - plot.width) < 2, `${plot.width} of ${column.width}`);
    }));

  test('names of jobs break at brackets and commas only', () =>
    withPage({ viewport: { width: 390, height: 844 } }, async (page) => {
      const broken = await page.evaluate<string[]>(`(() => {
        const found = [];
        for (const cell of document.querySelectorAll('th[scope=row], .cards h3')) {
          const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
          for (let node = texts.nextNode(); node; node = texts.nextNode())
            for (const { 0: part, index } of node.data.matchAll(/\\[?[^\\s,[]+,?/g)) {
              const range = document.createRange();
              range.setStart(node, index);
              range.setEnd(node, index + part.length);
              const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
              // A part that no line has room for breaks anywhere.
              if (lines.length > 1 && part.length < 24) found.push(part);
            }
        }
        return found;
      })()`);
      assert.deepEqual(broken, []);
    }));

  test('no column of a table is cut on paper', () =>
    // A4 between margins of 10 mm at 96 px an inch.
    withPage({ viewport: { width: 718, height: 1000 } }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const cut = await page.evaluate<string[]>(`[...document.querySelectorAll('.scroll')]
        .filter((box) => box.offsetParent !== null && box.firstElementChild.offsetWidth > box.clientWidth + 1)
        .map((box) => box.getAttribute('aria-label'))`);
      assert.deepEqual(cut, []);
    }));
});
