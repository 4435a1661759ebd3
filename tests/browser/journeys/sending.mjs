// Documents on their way: in parts, through outages, several at once, after a reload, without JavaScript; what passes on
// the line is counted.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PHONE, eventually } from '../look.mjs';
import { passedIn, startLine } from '../line.mjs';
import { openFile } from '../walk.mjs';

const OUTAGE = 4_000;
const sample = (name) => readFile(new URL(`../../../crates/preadmission/src/press/tests/files/${name}`, import.meta.url));
const file = (name, buffer, mimeType = 'image/jpeg') => ({ name, mimeType, buffer });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A photo as a telephone takes it: grain compresses badly, so it has about a byte a pixel. */
async function photo(page, width, height) {
  const text = await page.evaluate(async ([width, height]) => {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext('2d');
    const picture = pen.createImageData(width, height);
    let grain = 20261122;
    for (let at = 0; at < picture.data.length; at += 4) {
      grain = (Math.imul(grain, 1664525) + 1013904223) >>> 0;
      const light = 150 + ((at >> 14) & 31) + (grain >>> 26);
      picture.data.set([light, light - 9, light - 20, 255], at);
    }
    pen.putImageData(picture, 0, 0);
    pen.font = `${height / 12}px sans-serif`;
    pen.fillText('EXEMPLE', width / 8, height / 2);
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    let binary = '';
    for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(binary);
  }, [width, height]);
  return Buffer.from(text, 'base64');
}

/** Another window of the same person. */
async function another(page, options) {
  const storageState = await page.context().storageState();
  const context = await page.context().browser().newContext({ viewport: PHONE, locale: 'fr-FR', storageState, ...options });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

/** What the page says of it; French typography keeps its colons on the line. */
const told = async (page) => (await page.getByRole('status').innerText()).replaceAll('\u00a0', ' ');
const ended = async (page, words) => {
  const isThere = async () => (await told(page)).includes(words);
  await eventually(words, isThere, 40).catch(async (fault) => { throw new Error(`${fault.message}; told: ${await told(page)}`); });
};
const listed = (page) => page.locator('#files .card h3').allInnerTexts();

/** The file in the size it has on the wire, of each announcement of an upload. */
function announced(page) {
  const sizes = [];
  page.on('request', (request) => {
    const size = request.headers()['upload-length'];
    if (size) sizes.push(Number(size));
  });
  return sizes;
}

/** Every byte of the file passed, in order, and none of them twice. */
function assertOnce(parts, size) {
  let end = 0;
  for (const { start, bytes } of parts.filter((part) => part.bytes > 0)) {
    assert.equal(start, end, `a part starts where the last one ended: ${JSON.stringify(parts)}`);
    end = start + bytes;
  }
  assert.equal(end, size, 'all of it arrived');
  assert.equal(passedIn(parts), size, 'no byte was sent twice');
}

/** A photo of 3 MB, with the line cut in the middle of a part, and then with a line that falls silent. */
async function throughAnOutage(page, line, address) {
  await page.goto(address);
  const picture = await photo(page, 2480, 1860);
  assert.ok(picture.length > 2_500_000 && picture.length < 4_500_000, `${picture.length} bytes`);
  for (const [name, fails] of [['coupure.jpg', line.cut], ['silence.jpg', () => {}]]) {
    // Each its own bytes: the same ones again would be refused.
    const bytes = Buffer.concat([picture, Buffer.from(name)]);
    line.parts.length = 0;
    const failing = line.silentAfter(1_300_000);
    await page.locator('#file').setInputFiles(file(name, bytes));
    await failing;
    const bar = page.getByRole('progressbar', { name: `Envoi en cours : ${name}` });
    const progress = await bar.evaluate((one) => one.position);
    assert.ok(progress > 0.2 && progress < 0.8, `the bar shows ${progress}`);
    assert.match(await told(page), new RegExp(`Envoi en cours : ${name} (25|50) %`));
    fails();
    if (fails === line.cut) {
      await ended(page, `Pas de réseau. L’envoi reprendra tout seul : ${name}`);
      assert.deepEqual(await page.locator('#sending .error').count(), 0, 'an outage is no refusal');
    }
    await pause(OUTAGE);
    line.mend();
    line.goOn();
    await ended(page, `Reçu : ${name}.`);
    assertOnce(line.parts, bytes.length);
    assert.equal(await bar.count(), 0, 'the bar goes with the file');
    assert.ok((await listed(page)).includes(name), 'what was received is listed without leaving the page');
  }
}

/** The page is left in the middle: nothing of it is shown, and the same file can be sent again, in full. */
async function throughAReload(page, line, address) {
  await page.goto(address);
  const bytes = Buffer.concat([await photo(page, 2480, 1860), Buffer.from('reload')]);
  const failing = line.silentAfter(600_000);
  await page.locator('#file').setInputFiles(file('rechargee.jpg', bytes));
  await failing;
  const reloaded = page.reload();
  line.goOn();
  await reloaded;
  assert.ok(!(await listed(page)).includes('rechargee.jpg') && (await told(page)) === '');
  line.parts.length = 0;
  await page.locator('#file').setInputFiles(file('rechargee.jpg', bytes));
  await ended(page, 'Reçu : rechargee.jpg.');
  assertOnce(line.parts, bytes.length);
  assert.equal((await listed(page)).filter((name) => name === 'rechargee.jpg').length, 1);
}

/** One of several is refused, the others go on; a photo that the browser cannot read goes as it is. */
async function severalAtOnce(page, address, seen) {
  await page.goto(address);
  await seen('upload');
  const sizes = announced(page);
  const large = await photo(page, 4000, 3000);
  const heic = await sample('photo.heic');
  const turned = await sample('turned_gps.jpg');
  await page.locator('#file').setInputFiles([
    file('grande.jpg', large),
    file('dessin.gif', Buffer.from('GIF89a and nothing else'), 'image/gif'),
    file('iphone.heic', heic, 'image/heic'),
    file('couchée.jpg', turned),
    // The last, for a new file takes the place of a refused one.
    file('abîmée.jpg', Buffer.from([0xff, 0xd8, 0xff, 0, 1, 2, 3])),
  ]);
  await ended(page, 'Reçu : abîmée.jpg.');
  const words = await told(page);
  for (const name of ['grande.jpg', 'iphone.heic', 'couchée.jpg']) assert.ok(words.includes(`Reçu : ${name}.`), words);
  assert.ok(words.includes('N’a pas pu être envoyé : dessin.gif. ') && words.includes('GIF'), words);
  assert.equal(words.match(/N’a pas pu/g).length, 1, 'nothing is said of the photo that the browser cannot show');
  assert.match(await page.locator('#sending li.error').innerText(), /dessin\.gif/);
  assert.deepEqual((await listed(page)).sort(), ['abîmée.jpg', 'couchée.jpg', 'grande.jpg', 'iphone.heic']);
  assert.ok(sizes[0] < large.length / 2, `shrunk before it is sent: ${sizes[0]} of ${large.length}`);
  assert.equal(sizes[2], heic.length, 'as it is');
  await seen('upload-sent');
  await eventually('all are checked', async () => {
    await page.reload();
    return !/vérifi/i.test((await page.locator('#files .tag').allInnerTexts()).join());
  }, 60);
  await seen('upload-checked');
  const state = async (name) => page.locator('#files .card', { hasText: name }).first().innerText();
  assert.match(await state('abîmée.jpg'), /À renvoyer[^]*abîmé ou incomplet/);
  assert.match(await state('grande.jpg'), /Voir la page 1/);
  assert.match(await state('iphone.heic'), /Voir la page 1/);
}

/** Refusals while a body is on its way are pages, not a broken connection. */
async function refusedWithoutJavascript(page, address) {
  const folder = await mkdtemp(join(tmpdir(), 'parvis-sending-'));
  const large = join(folder, 'enorme.jpg');
  await writeFile(large, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(40 << 20, 7)]));
  const send = async () => {
    await page.goto(address);
    await page.locator('#file').setInputFiles(large);
  };
  await send();
  await page.locator('main form[enctype] button').click();
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /enorme\.jpg\s: Ce fichier est trop lourd/);
  const cookies = await page.context().cookies();
  const visit = cookies.filter((cookie) => cookie.name.includes('visit'));
  // The session is over, or all cookies are gone, while the form is filled in: told before any byte is believed.
  for (const left of [visit, []]) {
    await page.context().addCookies(cookies);
    await send();
    await page.context().clearCookies();
    await page.context().addCookies(left);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.locator('main form[enctype] button').click();
    const status = (await answered).status();
    assert.ok([401, 403].includes(status), `refused with ${status}`);
    await page.locator('h1').waitFor();
    assert.ok(page.url().startsWith('http://localhost'), `the browser shows a page of the house: ${page.url()}`);
  }
  await rm(folder, { recursive: true });
}

export default {
  name: 'documents arrive, whatever the line does',
  async run({ page, doors, seen }) {
    const home = await openFile(page, doors, 'camille');
    await severalAtOnce(page, `${home}/documents/CN_RECTO`, seen);
    const line = await startLine();
    const far = await another(page, { proxy: { server: line.url } });
    await throughAnOutage(far, line, `${home}/documents/CN_VERSO`);
    await throughAReload(far, line, `${home}/documents/CN_VERSO`);
    await far.context().close();
    line.stop();
    const plain = await another(page, { javaScriptEnabled: false });
    await refusedWithoutJavascript(plain, `${home}/documents/CN_RECTO`);
    await plain.context().close();
  },
};
