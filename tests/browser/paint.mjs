// How soon a patient's pages show something on a slow line: `node paint.mjs --parvis PATH [--times N]`; prints Markdown.
//
// The line is Chromium's own (DevTools: Network.emulateNetworkConditions): 400 kbit/s each way and 400 ms more for each
// request. Each page is opened by a browser that has nothing cached, 360 px wide, its processor four times slower.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startDemo } from './demo.mjs';
import { PHONE } from './look.mjs';
import { openFile } from './walk.mjs';

const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 400_000 / 8, uploadThroughput: 400_000 / 8 };
const text = { type: 'string' };
const { values } = parseArgs({ options: { parvis: text, times: { ...text, default: '5' } } });

/** One page, as if it were the first: when it was painted and loaded (ms), and bytes on the line by kind. */
async function open(browser, storageState, address) {
  const context = await browser.newContext({ viewport: PHONE, locale: 'fr-FR', storageState });
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  const kinds = new Map();
  const bytes = { Document: 0, Stylesheet: 0, Script: 0 };
  wire.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => (bytes[kinds.get(requestId)] += encodedDataLength));
  await wire.send('Network.enable');
  await wire.send('Network.emulateNetworkConditions', SLOW_3G);
  await wire.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const answer = await page.goto(address, { waitUntil: 'load', timeout: 60_000 });
  if (answer.status() !== 200 || page.url() !== address) throw new Error(`${address}: ${answer.status()} ${page.url()}`);
  const times = await page.evaluate(async () => {
    const painted = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    while (painted() === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    return { paint: painted(), load: performance.getEntriesByType('navigation')[0].loadEventStart };
  });
  await context.close();
  return { ...times, ...bytes };
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

const folder = await mkdtemp(join(tmpdir(), 'parvis-paint-'));
const doors = await startDemo(values.parvis, folder);
const browser = await chromium.launch({
  executablePath: process.env.PARVIS_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  const visitor = await browser.newContext({ viewport: PHONE, locale: 'fr-FR' });
  const file = await openFile(await visitor.newPage(), doors, 'camille');
  const known = await visitor.storageState();
  const pages = [['home', doors.base + '/'], ['services', `${doors.base}/services`], ['appointments', `${doors.base}/appointments`],
    ['files', `${doors.base}/preadmissions`], ['file', file], ['section contact', `${file}/sections/contact`],
    ['section cover', `${file}/sections/compulsory-cover`], ['documents', `${file}/documents/CN_RECTO`],
    ['missing document', `${file}/missing-documents/CN_RECTO`], ['check', `${file}/check`]];
  console.log('| page | HTML + CSS kB | script kB | first paint ms: median, slowest | loaded ms |\n| --- | --- | --- | --- | --- |');
  for (const [name, address] of pages) {
    const seen = [];
    for (let time = 0; time < Number(values.times); time += 1) seen.push(await open(browser, known, address));
    const [{ Document, Stylesheet, Script }] = seen;
    const paints = seen.map(({ paint }) => paint);
    console.log(`| ${name} | ${kilobytes(Document + Stylesheet)} | ${kilobytes(Script)} | ${Math.round(median(paints))}, ${
      Math.round(Math.max(...paints))} | ${Math.round(median(seen.map(({ load }) => load)))} |`);
  }
} finally {
  await browser.close();
  await doors.stop();
  await rm(folder, { recursive: true });
}
