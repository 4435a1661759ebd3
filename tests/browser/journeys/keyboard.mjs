// The whole booking with the Tab and Enter keys alone; the focus is always to be seen.
import assert from 'node:assert/strict';

/** Presses Tab until the focus is on what the selector names, then answers. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press('Tab');
    const { there, seen, name } = await page.evaluate((wanted) => {
      const focus = document.activeElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focus);
      const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      // A card's link covers it, and may let the card show the focus.
      const card = focus.closest('.card');
      const carded = card !== null && getComputedStyle(card).outlineStyle !== 'none';
      const seen = focus === document.body || outlined || boxShadow !== 'none' || carded;
      return { there: focus.matches(wanted), seen, name: focus.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(seen, `the focus cannot be seen on ${name} (${page.url()})`);
    if (there) return;
  }
  throw new Error(`Tab never reaches ${selector} on ${page.url()}`);
}

async function press(page, selector, address) {
  await tabTo(page, selector);
  await Promise.all([page.waitForURL(address), page.keyboard.press('Enter')]);
}

export default {
  name: 'a patient books with the keyboard alone',
  async run({ page, doors }) {
    await page.goto(doors.base);
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.matches('a.skip')), 'the first stop skips to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await press(page, 'a[href*="speciality=SM38"]', /\/services\?/);
    await press(page, 'main .card a.cover', /\/services\/[0-9a-f-]{36}/);
    await press(page, 'main .card a.cover', /\/slots\?/);
    await press(page, 'button[name=slot]', /\/checkout\//);
    await press(page, 'main a.button[href^="/login"]', /\/login\?/);
    await press(page, 'main form[action^="/login/"] button', /interaction|authorize/);
    await press(page, 'button[value=helene]', /\/checkout\//);
    await tabTo(page, '#email');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('helene@exemple.example');
    await press(page, 'form[action="/appointments"] button', /\/appointments\/[0-9a-f-]{36}$/);
    await press(page, 'a[href$="/cancellation"]', /\/cancellation$/);
    await press(page, 'button.danger', /\/appointments\/[0-9a-f-]{36}$/);
    assert.match(await page.locator('h1').innerText(), /annulé/i);
  },
};
