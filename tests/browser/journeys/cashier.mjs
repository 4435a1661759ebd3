// The cashier's desk, screen by screen: readable for everybody, on a phone too.
import assert from 'node:assert/strict';

export default {
  name: 'the cashier counts, switches and reads figures',
  async run({ page, doors, seen }) {
    await page.goto(`${doors.base}/desk`);
    await page.locator('main form[action^="/desk/login/"] button').click();
    await page.locator('button[value=regine]').click();
    await page.waitForURL(`${doors.base}/**`);
    await page.goto(`${doors.base}/desk/payments`);
    assert.ok((await page.locator('tfoot td').count()) >= 6, 'each column has its sum');
    await seen('payments');
    const today = await page.locator('#day').inputValue();
    await page.locator('a[rel=prev]').first().click();
    assert.notEqual(await page.locator('#day').inputValue(), today);

    const nav = page.locator('main nav').first();
    for (const [address, name] of [
      ['/desk/payments/to-review', 'to-review'],
      ['/desk/payment-reports', 'reports'],
      ['/desk/invoice-lists', 'lists'],
      ['/desk/creditors', 'creditors'],
      ['/desk/payments/figures', 'figures'],
    ]) {
      await nav.locator(`a[href="${address}"]`).click();
      await page.waitForURL(`${doors.base}${address}`);
      assert.equal(await nav.locator('a[aria-current=page]').getAttribute('href'), address);
      await seen(name);
    }
  },
};
