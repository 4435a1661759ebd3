// Journeys through a real browser (Debian's Chromium) against the demonstration.
//
//   node run.mjs --parvis PATH [--folder FOLDER] [--only WORD]
//   node run.mjs --base URL --mailbox URL --sih URL [--folder FOLDER]      a demonstration that runs already
//
// Screenshots of each page at 360 and 1280 px go to FOLDER/pages. Closing line: "N passed, N failed".
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startDemo } from './demo.mjs';
import { PHONE, look } from './look.mjs';
import admissions from './journeys/admissions.mjs';
import desk from './journeys/desk.mjs';
import keyboard from './journeys/keyboard.mjs';
import patient from './journeys/patient.mjs';
import withoutJavascript from './journeys/without-javascript.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { parvis: text, base: text, mailbox: text, sih: text, folder: text, only: text } });
if (!values.parvis && !(values.base && values.mailbox && values.sih)) {
  console.error('--parvis PATH, or --base, --mailbox and --sih');
  process.exit(2);
}
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'parvis-browser-')));
const pages = join(folder, 'pages');
await mkdir(pages, { recursive: true });

const doors = values.parvis
  ? await startDemo(values.parvis, join(folder, 'data'))
  : { base: values.base, mailbox: values.mailbox, sih: values.sih, stop: async () => {} };
const browser = await chromium.launch({
  executablePath: process.env.PARVIS_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** A visitor of their own: no cookie, a phone, French; what the browser complains of is collected. */
async function visitor(options, complaints) {
  const context = await browser.newContext({ viewport: PHONE, locale: 'fr-FR', timezoneId: 'Europe/Paris', ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const expected = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  return page;
}

async function take(journey) {
  const complaints = [];
  const faults = [];
  const fresh = () => visitor(journey.context, complaints);
  const page = await fresh();
  // A page's faults are told at the end: the journey goes on, and the next pages are looked at too.
  const seen = (name) => look(page, name, { folder: pages }).catch((fault) => faults.push(fault.message));
  try {
    await journey.run({ page, doors, seen, fresh });
  } catch (fault) {
    faults.push(`${fault.stack}\n  at ${page.url()}`);
    await page.screenshot({ path: join(pages, `failed-${journey.name.replaceAll(' ', '-')}.png`), fullPage: true }).catch(() => {});
  }
  return [...faults, ...complaints.map((complaint) => `the browser complains: ${complaint}`)];
}

let passed = 0;
let failed = 0;
for (const journey of [patient, desk, admissions, keyboard, withoutJavascript]) {
  if (values.only && !journey.name.includes(values.only)) continue;
  const faults = await take(journey);
  if (faults.length === 0) passed += 1;
  else failed += 1;
  console.log(`${faults.length === 0 ? 'ok' : 'FAILED'}  ${journey.name}`);
  for (const fault of faults) console.log(`        ${fault.replaceAll('\n', '\n        ')}`);
}
await browser.close();
await doors.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
