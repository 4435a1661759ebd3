// The whole booking with the Tab and Enter keys alone; the focus is always to be seen.
import assert from 'node:assert/strict';
import { keys } from '../hands.mjs';
import { toFarTimes } from '../walk.mjs';

export default {
  name: 'a patient books with the keyboard alone',
  async run({ page, doors }) {
    const hand = keys(page);
    const go = (target, address) => Promise.all([page.waitForURL(address), hand.press(target)]);
    const press = (selector, address) => go(page.locator(selector).first(), address);
    await page.goto(doors.base);
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.matches('a.skip')), 'the first stop skips to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await press('main a[href*="speciality=SM38"]', /\/services\?/);
    await press('main .card a.cover', /\/services\/[0-9a-f-]{36}/);
    await press('main .card a.cover', /\/slots\?/);
    await toFarTimes(page, hand.press);
    await go(page.locator('button[name=slot]').last(), /\/checkout\//);
    await press('main a.button[href^="/login"]', /\/login\?/);
    await press('main form[action^="/login/"] button', /interaction|authorize/);
    await press('button[value=helene]', /\/checkout\//);
    await hand.write(page.locator('#email'), 'helene@exemple.example');
    await press('form[action="/appointments"] button', /\/appointments\/[0-9a-f-]{36}$/);
    await press('a[href$="/cancellation"]', /\/cancellation$/);
    await press('button.danger', /\/appointments\/[0-9a-f-]{36}$/);
    assert.match(await page.locator('h1').innerText(), /annulé/i);
  },
};
