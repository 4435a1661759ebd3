// Journeys through a real browser (Debian's Chromium) against the demonstration.
//
//   node run.mjs --parvis PATH [--folder FOLDER] [--only WORD] [--pictures FOLDER]
//   node run.mjs --base URL --mailbox URL --sih URL [--folder FOLDER]      a demonstration that runs already
//
// Screenshots of each page at 360 and 1280 px go to FOLDER/pages. Closing line: "N passed, N failed".
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startDemo } from './demo.mjs';
import { PHONE, look, picture } from './look.mjs';
import admissions from './journeys/admissions.mjs';
import * as adult from './journeys/adult.mjs';
import card from './journeys/card.mjs';
import cashier from './journeys/cashier.mjs';
import child from './journeys/child.mjs';
import desk from './journeys/desk.mjs';
import guardian from './journeys/guardian.mjs';
import keyboard from './journeys/keyboard.mjs';
import patient from './journeys/patient.mjs';
import payment from './journeys/payment.mjs';
import saving from './journeys/saving.mjs';
import * as people from './journeys/people.mjs';
import sections from './journeys/sections.mjs';
import sending from './journeys/sending.mjs';
import till from './journeys/till.mjs';
import withoutJavascript from './journeys/without-javascript.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { parvis: text, base: text, mailbox: text, sih: text, folder: text, only: text, pictures: text } });
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
    // Refusals and outages that journeys bring about themselves.
    const expected = /^Failed to load resource: (the server responded with a status of 4|net::ERR_INTERNET_DISCONNECTED)/
      .test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  return page;
}

const looked = new Map();
/** Which page it is, whoever's. */
const pattern = (page) => new URL(page.url()).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}');
const studio = await (await browser.newContext()).newPage();

async function take(journey) {
  const complaints = [];
  const faults = [];
  const fresh = (options) => visitor({ ...journey.context, ...options }, complaints);
  const page = await fresh();
  const scripted = journey.context?.javaScriptEnabled !== false;
  // A page's faults are told at the end: the journey goes on, and the next pages are looked at too. A page that several
  // journeys pass is looked at once with its scripts, and once without; another page under its name would never be.
  const seen = async (shown, where = page) => {
    const name = scripted ? shown : `${shown}-plain`;
    if (looked.has(name)) {
      if (looked.get(name) !== pattern(where)) faults.push(`${name} is ${looked.get(name)} and ${pattern(where)}`);
      return;
    }
    looked.set(name, pattern(where));
    await look(where, name, { folder: pages, scripted }).catch((fault) => faults.push(fault.message));
    if (values.pictures) await picture(where, name, values.pictures);
  };
  try {
    await journey.run({ page, doors, seen, fresh, studio });
  } catch (fault) {
    faults.push(`${fault.stack}\n  at ${page.url()}`);
    await page.screenshot({ path: join(pages, `failed-${journey.name.replaceAll(' ', '-')}.png`), fullPage: true }).catch(() => {});
  }
  return [...faults, ...complaints.map((complaint) => `the browser complains: ${complaint}`)];
}

let passed = 0;
let failed = 0;
// `card`, `saving` and `sending` open one more file for a person of `adult`: they come last.
const journeys = [
  patient, desk, admissions, cashier, keyboard, withoutJavascript,
  adult.withJavascript, adult.withoutJavascript, adult.keyboard, child, guardian,
  people.withJavascript, people.withoutJavascript, sections, ...payment, till, card, saving, sending,
];
for (const journey of journeys) {
  const began = Date.now();
  if (values.only && !journey.name.includes(values.only)) continue;
  const faults = await take(journey);
  if (faults.length === 0) passed += 1;
  else failed += 1;
  console.log(`${faults.length === 0 ? 'ok' : 'FAILED'}  ${journey.name} (${Math.round((Date.now() - began) / 1000)} s)`);
  for (const fault of faults) console.log(`        ${fault.replaceAll('\n', '\n        ')}`);
}
await browser.close();
await doors.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
