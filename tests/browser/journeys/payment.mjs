// A patient pays on a phone: from the list to the bank's page and back, with a finger, with the keys alone, without JavaScript;
// refused and tried again; two tabs; and with the paper's two secrets, without a login.
import assert from 'node:assert/strict';
import { keys, pointer } from '../hands.mjs';

const title = (page) => page.locator('h1').innerText();
const SETTLED = '[data-news=paid]';

/** Logs in, and opens one's own invoices. */
export async function invoices(page, doors, person) {
  await page.goto(`${doors.base}/login?return_to=/invoices`);
  await page.locator('main form[action^="/login/"] button').click();
  await page.locator(`button[value=${person}]`).click();
  await page.waitForURL('**/invoices');
}

/** From the page of an invoice to the provider's page. */
export async function leave(page, hands, email) {
  await hands.write(page.locator('#email'), email);
  await hands.press(page.locator('form[action="/payments"] button'));
  await page.waitForURL(/paiementws/);
}

/** Ends the payment on the provider's page in this way, and comes back. */
export async function end(page, hands, choice) {
  await hands.press(page.locator(`button[value=${choice}]`));
  await hands.press(page.locator('a.button.main'));
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}$/);
}

const inWords = {
  name: 'a patient pays invoices on a phone',
  async run({ page, doors, seen }) {
    const hands = pointer();
    await page.goto(`${doors.base}/`);
    assert.ok(await page.locator('nav a[href="/pay"]').isVisible(), 'a way to pay without a login');
    await invoices(page, doors, 'camille');
    await seen('payment-invoices');
    const list = page.url();

    // What is asked for her son without a visit or a file: the desk knows that she acts for him.
    await page.locator('main').getByText('Facture de Noé EXEMPLE').waitFor();
    await page.goto(`${doors.base}/me/proxies`);
    await page.getByRole('heading', { name: 'Noé EXEMPLE' }).waitFor();
    await seen('me-proxies');
    await page.goto(list);

    await page.getByRole('link', { name: /^30,00/ }).first().click();
    await seen('payment-invoice');
    await page.locator('#email').fill('pas une adresse');
    await page.locator('form[action="/payments"] button').click();
    await page.locator('[role=alert]').waitFor();
    await seen('payment-invoice-wrong');

    const invoice = list.replace('/invoices', await page.locator('input[name=invoice]').getAttribute('value').then((id) => `/invoices/${id}`));
    const other = await page.context().newPage();
    await other.goto(invoice);
    await leave(page, hands, 'camille@exemple.example');
    await other.locator('form[action="/payments"] button').click();
    await other.locator('a[href^="/payments/"]').waitFor();
    assert.match(await title(other), /déjà en cours/, 'the second tab is told');
    await seen('payment-under-way', other);
    await other.locator('a[href^="/payments/"]').click();
    assert.match(await title(other), /attendons/);
    await seen('payment-waiting', other);

    await end(page, hands, 'refused-by-bank');
    assert.match(await title(page), /refusé/);
    await seen('payment-refused');
    // The other tab learns of it by itself.
    await other.locator('[data-news=refused]').waitFor({ timeout: 20_000 });
    await other.close();

    await page.locator('main a.button[href^="/invoices/"]').click();
    await leave(page, hands, 'camille@exemple.example');
    await end(page, hands, 'pay');
    await page.locator(SETTLED).waitFor();
    await seen('payment-paid');
    await page.locator('a[href$="/receipt"]').click();
    assert.match(await title(page), /Accusé de paiement/);
    await seen('payment-receipt');

    await page.goto(list);
    await page.getByRole('link', { name: /Chambre particulière/ }).click();
    await seen('payment-invoice-stay');
    await page.goto(list);
    await page.getByRole('link', { name: /Consultation externe/ }).filter({ hasText: '46,00' }).click();
    await seen('payment-title');
    await page.locator('#email').fill('camille@exemple.example');
    await page.locator('form[action="/payments"] button').click();
    await page.locator('button[value=pay]').click();
    await page.locator('form[action*="/payments/"] button').click();
    await page.locator('[data-news=announced]').waitFor();
    await seen('payment-announced');

    await page.goto(list);
    await page.getByRole('link', { name: /Consultation externe/ }).filter({ hasText: '55,00' }).click();
    assert.match(await page.locator('main').innerText(), /vous n’avez rien à payer/);
    await seen('payment-invoice-cancelled');
  },
};

const byPaper = {
  name: 'a relative pays with the paper and without JavaScript',
  context: { javaScriptEnabled: false },
  async run({ page, doors, seen }) {
    const hands = pointer();
    await page.goto(`${doors.base}/pay`);
    await seen('payment-paper');
    const show = async (amount) => {
      await page.locator('#reference').fill('P2600310');
      await page.locator('#amount').fill(amount);
      await page.locator('form[action="/pay"] button').click();
    };
    await show('42,01');
    await page.locator('[role=alert]').waitFor();
    await seen('payment-paper-wrong');
    await show('42');
    await page.waitForURL(/\/pay\/[0-9a-f-]{36}$/);
    assert.doesNotMatch(await page.locator('main').innerText(), /Patron|Jean|Consultation externe/i, 'neither whose nor what for');
    await seen('payment-paper-invoice');
    await leave(page, hands, 'fille@exemple.example');
    await end(page, hands, 'debit');
    assert.match(await title(page), /prélèvement est enregistré/);
    await seen('payment-debit');
  },
};

const byKeys = {
  name: 'a patient pays with the keys alone',
  async run({ page, doors }) {
    const hands = keys(page);
    await invoices(page, doors, 'helene');
    await hands.press(page.locator('main .card a.cover').first());
    await leave(page, hands, 'helene@exemple.example');
    await page.locator('button[value=pay]').click();
    await page.locator('a.button.main').click();
    await page.locator(SETTLED).waitFor();
    await hands.press(page.locator('a[href$="/receipt"]'));
    await page.waitForURL(/receipt$/);
  },
};

const several = {
  name: 'a patient pays several invoices, then finds the acknowledgement again',
  async run({ page, doors, seen }) {
    const hands = pointer();
    await invoices(page, doors, 'helene');
    await page.getByRole('link', { name: /Télévision/ }).click();
    await page.locator('fieldset label').first().click();
    const sum = page.locator('fieldset output');
    assert.match(await sum.innerText(), /^72,50/, 'the sum is told before one leaves');
    await page.locator('#amount').fill('5');
    assert.match(await sum.innerText(), /^65,00/);
    await seen('payment-several');
    await leave(page, hands, 'helene@exemple.example');
    await end(page, hands, 'pay');
    await page.locator(SETTLED).waitFor();
    assert.match(await page.locator('main').innerText(), /Il reste 7,50/);
    await seen('payment-part');
    await page.locator('.panel a').click();
    await page.locator('main .card a').waitFor();
    await seen('payment-made');
    const address = new URL(await page.locator('main .card a').getAttribute('href'), page.url()).href;
    const stranger = await page.context().browser().newContext({ locale: 'fr-FR' });
    const elsewhere = await stranger.newPage();
    await elsewhere.goto(address);
    assert.match(await title(elsewhere), /ne peut pas être montré ici/);
    await seen('payment-elsewhere', elsewhere);
    await stranger.close();
  },
};

export default [inWords, byPaper, several, byKeys];
