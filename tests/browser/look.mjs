// What is asked of every page that a journey shows.
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
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

/** What a patient's page may weigh, compressed: itself with its style, and its scripts. */
const BUDGET = { page: 14_000, script: 10_000 };

async function weigh(page, name) {
  const linked = (selector) => page.locator(selector).evaluateAll((all) => all.map((one) => one.href || one.src));
  const size = async (addresses) => {
    const bodies = await Promise.all(addresses.map(async (address) => (await page.request.get(address)).body()));
    return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  };
  const own = gzipSync(await page.content()).length + (await size(await linked('link[rel=stylesheet]')));
  assert.ok(own <= BUDGET.page, `${name} weighs ${own} bytes with its style`);
  const script = await size(await linked('script[src]'));
  assert.ok(script <= BUDGET.script, `the scripts of ${name} weigh ${script} bytes`);
}

/** The page as it stands in a browser without scripts, in one that runs axe: none of the page's own scripts comes along. */
async function twin(page) {
  const html = await page.content();
  const own = page.context();
  const context = await own.browser().newContext({ viewport: page.viewportSize(), storageState: await own.storageState() });
  const copy = await context.newPage();
  await copy.route('**/*', (route) => {
    const request = route.request();
    if (request.isNavigationRequest()) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    return request.resourceType() === 'script' ? route.abort() : route.continue();
  });
  await copy.goto(page.url());
  return copy;
}

/** Screenshots, reflow at 320 px, one h1, a language and a title, a patient's page within its budget; no violation found by axe. */
export async function look(page, name, { folder, scripted = true }) {
  const own = page.viewportSize();
  await page.waitForLoadState();
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
  if (await page.locator('body:not(.desk) > header.top').count()) await weigh(page, name);
  const shown = scripted ? page : await twin(page);
  const { violations } = await new AxeBuilder({ page: shown }).setLegacyMode(true).analyze();
  if (!scripted) await shown.context().close();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  assert.deepEqual(told, [], `axe finds fault with ${name} (${page.url()})`);
}

/** Pictures of the README by the page they show: the file's name, its size, and what stands at its top. */
const PICTURES = {
  file: ['preadmission', { width: 360, height: 900 }, 'main'],
  'file-upload-after': ['documents', { width: 360, height: 900 }, 'main'],
  'desk-list': ['worklist', { width: 1280, height: 920 }, 'main'],
  'payment-invoice': ['invoice', { width: 360, height: 900 }, 'main'],
  'payment-paid': ['paid', { width: 360, height: 700 }, 'main'],
  'cashier-day': ['till', { width: 1280, height: 1220 }, 'main'],
  'cashier-payment': ['answer', { width: 1280, height: 700 }, 'h2:text("Factures")'],
  'cashier-report': ['reconciliation', { width: 1280, height: 1480 }, 'main'],
  'desk-review': ['review', { width: 1280, height: 760 }, 'section:has(h3:text("verso"))'],
};

/** Takes the picture of a page that has one. */
export async function picture(page, name, folder) {
  if (!(name in PICTURES)) return;
  const [file, size, top] = PICTURES[name];
  const own = page.viewportSize();
  await page.setViewportSize({ width: size.width, height: await page.evaluate(() => document.documentElement.scrollHeight) });
  const { y } = await page.locator(top).first().boundingBox();
  await page.screenshot({ path: `${folder}/${file}.png`, clip: { x: 0, y, ...size } });
  await page.setViewportSize(own);
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
