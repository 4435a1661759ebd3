// A file filled in: the place of birth by its name with the keyboard, the undertaking with its price, the file on paper.
import assert from 'node:assert/strict';

export default {
  name: 'a patient tells where they were born and prints the file',
  async run({ page, doors, seen }) {
    await page.goto(`${doors.base}/preadmissions/new`);
    await page.locator('main form[action^="/login/"] button').click();
    await page.locator('button[value=camille]').click();
    await page.waitForURL(/\/preadmissions\/new/);
    const [year, month, day] = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10).split('-');
    await page.locator('#day').fill(day);
    await page.locator('#month').fill(month);
    await page.locator('#year').fill(year);
    await page.locator('#unit').fill('Chirurgie');
    await page.locator('main form button').click();
    await page.waitForURL(/\/preadmissions\/[0-9a-f-]{36}$/);
    const file = page.url();

    await page.goto(`${file}/sections/identity`);
    const place = page.locator('input[data-places]');
    assert.equal(await place.inputValue(), 'Paris 7e Arrondissement (75)');
    await place.fill('');
    await place.pressSequentially('st etienne du rouv');
    await page.locator('[role=option]').first().waitFor();
    await seen('birth-place');
    await place.press('ArrowDown');
    const active = await place.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).innerText(), 'Saint-Étienne-du-Rouvray (76)');
    await place.press('Enter');
    assert.equal(await place.inputValue(), 'Saint-Étienne-du-Rouvray (76)');
    assert.equal(await place.getAttribute('aria-expanded'), 'false');
    await place.fill('arbignieu');
    await page.locator('[role=option]').first().waitFor();
    await place.press('Escape');
    assert.ok(await page.locator('[role=listbox]').isHidden());
    await place.fill('arbignieu ');
    await page.locator('[role=option]', { hasText: 'devenue Arboys en Bugey (01) en 2016' }).click();
    assert.equal(await place.inputValue(), 'Arbignieu (01)');
    await page.locator('main form:has(input[data-places]) button').click();
    await page.waitForURL(file);
    await page.goto(`${file}/check`);
    assert.match(await page.locator('main').innerText(), /Arbignieu \(01\)/);

    await page.goto(`${file}/paper`);
    await seen('paper');
    const sheets = await page.pdf({ preferCSSPageSize: true });
    const count = sheets.toString('latin1').match(/\/Type \/Page\b/g).length;
    assert.ok(count >= 2 && count <= 9, `${count} sheets`);
    await page.goto(`${file}/paper/trusted-person`);
    await seen('paper-trusted');
  },
};
