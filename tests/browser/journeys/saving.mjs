// Each field is kept as it is filled in, over an outage too, without a press on the button.
import assert from 'node:assert/strict';
import { eventually } from '../look.mjs';
import { logIn } from '../walk.mjs';

const DAY = 86_400_000;
const told = (page, words) => page.locator('#saved', { hasText: words }).waitFor();

/** Opens a file for a stay that the hospital has not announced, and answers its address. */
async function openFile(page, doors) {
  await page.goto(`${doors.base}/preadmissions/new`);
  await page.locator('main form button').first().click();
  await page.locator('button[value=camille]').click();
  await page.waitForURL(/\/preadmissions\/new/);
  const [year, month, day] = new Date(Date.now() + 20 * DAY).toISOString().slice(0, 10).split('-');
  await page.locator('#day').fill(day);
  await page.locator('#month').fill(month);
  await page.locator('#year').fill(year);
  await page.locator('#unit').fill('Chirurgie');
  await page.locator('main form button').click();
  await page.waitForURL(/\/preadmissions\/[0-9a-f-]+$/);
  return page.url();
}

export default {
  name: 'each field is saved as it is filled in',
  async run({ page, doors, seen }) {
    const file = await openFile(page, doors);
    const contact = `${file}/sections/contact`;
    const city = '[id="contact.city"]';
    const line = '[id="contact.address"]';

    await page.goto(contact);
    await page.locator(line).fill('12 rue du Port');
    await page.locator(city).focus();
    await told(page, 'enregistré');
    await page.reload();
    assert.equal(await page.locator(line).inputValue(), '12 rue du Port', 'kept without the button');

    await page.context().setOffline(true);
    await page.locator(city).fill('Brest');
    await page.locator(line).focus();
    await told(page, 'Pas de réseau');
    await seen('section-offline');
    await page.context().setOffline(false);
    await told(page, 'enregistré.');
    await page.reload();
    assert.equal(await page.locator(city).inputValue(), 'Brest', 'kept once the network is back');

    // The three parts of a date are one answer: nothing is kept of half a date.
    await page.goto(`${file}/sections/identity`);
    const part = (name) => page.locator(`[id="identity.birth-date-${name}"]`);
    await part('day').fill('');
    await part('month').fill('2');
    await part('month').blur();
    await page.waitForTimeout(300);
    await part('day').fill('14');
    await part('day').blur();
    await told(page, 'enregistré');
    await page.reload();
    await eventually('the whole date', async () => (await part('day').inputValue()) === '14' && (await part('month').inputValue()) === '02');

    // A consent is an act: only the button gives it.
    await page.goto(`${file}/sections/consents`);
    assert.equal(await page.locator('form[data-saved]').count(), 0);
  },
};
