// What is asked of every page that a journey shows.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';

export const PHONE = { width: 360, height: 740 };
const NARROW = { width: 320, height: 640 };
export const DESKTOP = { width: 1280, height: 900 };

/** Elements that stick out of the page's width, or null when nothing scrolls sideways. */
const sideways = () => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return null;
  const wide = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
  return `${scrollWidth} > ${clientWidth}: ${wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120)).join(' | ')}`;
};

/** Screenshots, reflow at 320 px, one h1, a language and a title; and, with JavaScript, no violation found by axe. */
export async function look(page, name, { folder, axe = true }) {
  const own = page.viewportSize();
  for (const [size, viewport] of [['360', PHONE], ['1280', DESKTOP]]) {
    await page.setViewportSize(viewport);
    // A window as tall as the page: what Chromium adds to its window for a picture is sometimes left unpainted.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ ...viewport, height });
    await page.screenshot({ path: `${folder}/${name}-${size}.png` });
  }
  await page.setViewportSize(NARROW);
  assert.equal(await page.evaluate(sideways), null, `${name} scrolls sideways at 320 px`);
  await page.setViewportSize(own);
  assert.equal(await page.locator('h1').count(), 1, `${name} has one h1`);
  assert.match(await page.locator('html').getAttribute('lang'), /^(fr|en)$/);
  assert.notEqual(await page.title(), '');
  if (!axe) return;
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  assert.deepEqual(told, [], `axe finds fault with ${name} (${page.url()})`);
}

/** Asks again until the answer is there. */
export async function eventually(what, ask, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`${what}: not after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const json = (url) => fetch(url).then((answer) => answer.json());
