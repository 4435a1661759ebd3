// Point 3: the desk sees what went to the SIH, replays what is stuck, stops what must not leave; no role, no entry.
import assert from 'node:assert/strict';
import { eventually } from '../look.mjs';
import { confirm, logIn, takeLast, toTimes } from '../walk.mjs';

const conduct = (doors, name) =>
  fetch(`${doors.sih}/conduct`, { method: 'POST', body: new URLSearchParams({ conduct: name }), redirect: 'manual' });

async function enter(page, doors, person, seen = async () => {}) {
  await page.goto(`${doors.base}/desk`);
  await seen('desk-login');
  await page.locator('main form[action^="/desk/login/"] button').click();
  await page.locator(`button[value=${person}]`).click();
  await page.waitForURL(`${doors.base}/**`);
}

async function book(page, doors, speciality, person) {
  await toTimes(page, doors, speciality);
  await takeLast(page);
  await logIn(page, person);
  await confirm(page, 'helene@exemple.example', '');
}

const stuck = (page, doors) =>
  eventually('a refused delivery', async () => {
    await page.goto(`${doors.base}/desk/deliveries?state=refused&consumer=sih`);
    return (await page.locator('tbody tr').count()) > 0;
  });

export default {
  name: 'the desk sees, replays and stops deliveries',
  async run({ page, doors, seen, fresh }) {
    await conduct(doors, 'rejecting');
    await book(await fresh(), doors, /^Dermatologie/, 'ange');
    await enter(page, doors, 'irene', seen);
    await seen('desk');
    await stuck(page, doors);
    await seen('deliveries');
    await page.locator('tbody a').first().click();
    await seen('delivery-refused');

    await conduct(doors, 'normal');
    const delivery = page.url();
    await page.locator('form[action$="/replay"] button').click();
    await eventually('the replayed delivery is settled', async () => {
      await page.goto(delivery);
      return /\bAA\b/.test(await page.locator('main').innerText());
    });
    await seen('delivery-settled');

    await conduct(doors, 'rejecting');
    await book(await fresh(), doors, /^Neurologie/, 'letizia');
    await stuck(page, doors);
    await conduct(doors, 'normal');
    await page.locator('tbody a').first().click();
    const stopped = page.url();
    await page.locator('#reason').fill('Saisi à la main par le secrétariat.');
    await page.locator('form[action$="/drop"] button').click();
    await page.goto(stopped);
    assert.ok((await page.locator('main').innerText()).includes('Saisi à la main'), 'the reason is kept and shown');

    const nobody = await fresh();
    await enter(nobody, doors, 'sylvain');
    await nobody.goto(`${doors.base}/desk/deliveries`);
    assert.equal(await nobody.locator('tbody tr').count(), 0, 'without a role nothing is shown');
  },
};
