// The whole booking in a browser that runs no script.
import assert from 'node:assert/strict';
import { confirm, logIn, takeLast, toTimes } from '../walk.mjs';

export default {
  name: 'a patient books without JavaScript',
  context: { javaScriptEnabled: false },
  async run({ page, doors, seen }) {
    await toTimes(page, doors, /^Rhumatologie/, seen);
    await takeLast(page);
    await seen('checkout-anonymous');
    await logIn(page, 'tuan', seen);
    await seen('checkout');
    await confirm(page, 'camille@exemple.example', '');
    await seen('confirmed');
    await page.locator('a[href$="/cancellation"]').click();
    await page.locator('button.danger').click();
    await page.waitForURL(/\/appointments\/[0-9a-f-]{36}$/);
    assert.match(await page.locator('h1').innerText(), /annulé/i);
  },
};
