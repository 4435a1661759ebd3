// The steps that journeys share. Each clicks what a person would click.
import assert from 'node:assert/strict';

/** From the home page to the free times of the first reason of a speciality. */
export async function toTimes(page, doors, speciality, seen = async () => {}) {
  await page.goto(doors.base);
  await seen('home');
  await page.getByRole('link', { name: speciality }).first().click();
  await seen('services');
  await page.locator('main .card a.cover').first().click();
  await seen('service');
  await page.locator('main .card a.cover').first().click();
  await page.locator('button[name=slot]').first().waitFor();
  await seen('slots');
}

/** Goes on to later times until the last one of the page is far enough off that a patient may cancel alone. */
export async function toFarTimes(page, press = (link) => link.click()) {
  const isFar = async () => {
    const value = await page.locator('button[name=slot]').last().getAttribute('value');
    return Date.parse(value.split('/')[1]) - Date.now() > 48 * 3_600_000;
  };
  while (!(await isFar())) {
    const here = page.url();
    await Promise.all([page.waitForURL((url) => url.href !== here), press(page.locator('main .actions a.button.quiet'))]);
  }
}

/** Takes a time that can be cancelled; answers what its button stood for. */
export async function takeLast(page) {
  await toFarTimes(page);
  const button = page.locator('button[name=slot]').last();
  const slot = { value: await button.getAttribute('value'), slots: page.url(), text: await button.innerText() };
  await button.click();
  await page.waitForURL('**/checkout/**');
  return slot;
}

/** From the page that asks to log in, through the provider, back to where one was. */
export async function logIn(page, person, seen = async () => {}) {
  await page.locator('main a.button[href^="/login"]').click();
  await seen('login');
  await page.locator('main form[action^="/login/"] button').click();
  await page.locator(`button[value=${person}]`).waitFor();
  await seen('provider');
  await page.locator(`button[value=${person}]`).click();
  await page.waitForURL((url) => url.port === new URL(page.url()).port && !url.pathname.includes('interaction'));
}

/** Says where to write, and confirms. */
export async function confirm(page, email, phone) {
  await page.locator('#email').fill(email);
  await page.locator('#phone').fill(phone);
  await page.locator('form[action="/appointments"] button').click();
  await page.waitForURL(/\/appointments\/[0-9a-f-]{36}$/);
  assert.match(await page.locator('h1').innerText(), /confirmé/i);
}

/** Logs in and opens a file for a stay that the hospital has not announced; its address. */
export async function openFile(page, doors, person) {
  await page.goto(`${doors.base}/preadmissions/new`);
  await page.locator('main form[action^="/login/"] button').click();
  await page.locator(`button[value=${person}]`).click();
  await page.waitForURL('**/preadmissions/new');
  const entry = new Date(Date.now() + 20 * 24 * 3600 * 1000);
  await page.locator('#day').fill(String(entry.getDate()));
  await page.locator('#month').fill(String(entry.getMonth() + 1));
  await page.locator('#year').fill(String(entry.getFullYear()));
  await page.locator('#unit').fill('Cardiologie');
  await page.locator('main form button').click();
  await page.waitForURL(/\/preadmissions\/[0-9a-f-]{36}$/);
  return page.url();
}
