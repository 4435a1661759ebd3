// The admissions desk, screen by screen: what a clerk reads is accessible, and letters lead where they say.
import assert from 'node:assert/strict';

async function enter(page, doors, person) {
  await page.goto(`${doors.base}/desk`);
  await page.locator('main form[action^="/desk/login/"] button').click();
  await page.locator(`button[value=${person}]`).click();
  await page.waitForURL(`${doors.base}/**`);
}

/** Presses a letter that leads to another page. */
async function press(page, letter, expected) {
  await page.locator('h1').click();
  await page.keyboard.press(letter);
  await page.waitForURL(expected);
}

export default {
  name: 'the admissions desk reads, names and reminds',
  async run({ page, doors, seen, fresh }) {
    await enter(page, doors, 'adrien');
    await page.goto(`${doors.base}/desk/preadmissions?days=60`);
    await seen('admissions-files');
    await page.locator('details:has(#view-name) summary').click();
    await page.locator('#view-name').fill('Deux mois');
    await page.locator('form[action$="/views"] button').click();
    assert.match(await page.locator('main nav').nth(1).innerText(), /Deux mois \(\d+\)/);
    await seen('admissions-files-view');

    await page.locator('#deed').selectOption('remind');
    for (const box of await page.locator('tbody input[type=checkbox]').all()) await box.check();
    await page.locator('form[action$="/batch"] button').click();
    await seen('admissions-remind');
    await page.locator('form[action$="/batch"] button').click();
    assert.match(await page.locator('[role=status]').innerText(), /Patients relancés\s: [1-9]/);
    await seen('admissions-reminded');

    await page.goto(`${doors.base}/desk/preadmissions`);
    await page.locator('tbody a').first().click();
    const file = page.url();
    await page.locator('#read-family').fill('EXEMPLE');
    await page.locator('#read-given').fill('Camille');
    await page.locator('#read-birth').fill('1984');
    await page.locator('form[action$="/identity-document"] button').click();
    assert.equal(page.url(), file);
    await seen('admissions-file');
    await press(page, 'z', /size=large/);
    await press(page, 't', /turn=90/);
    await page.goto(`${file}?keys=off`);
    await page.locator('h1').click();
    await page.keyboard.press('z');
    assert.match(page.url(), /keys=off$/, 'no letter does anything once they are off');
    await page.goto(`${file}/fill`);
    await seen('admissions-fill');

    for (const screen of ['rules', 'reasons', 'figures']) {
      await page.goto(`${doors.base}/desk/preadmissions/${screen}`);
      await seen(`admissions-${screen}`);
    }
    await page.goto(`${doors.base}/desk/stays`);
    await seen('admissions-stay');
    const guard = await fresh();
    await enter(guard, doors, 'denis');
    await guard.goto(`${doors.base}/desk/preadmissions/looks`);
    assert.equal(await guard.locator('h1').innerText(), 'Qui a vu les pages');
  },
};
