// A cashier's day with payments that were made: totals held against the lines, an answer of the provider word for word, and a
// report whose lists all have something.
import assert from 'node:assert/strict';
import { pointer } from '../hands.mjs';
import { DESKTOP, eventually } from '../look.mjs';
import { end, invoices, leave } from './payment.mjs';

/** Cents of "1 024,50 €". */
const cents = (words) => Number(words.replace(/[^\d−-]/g, '').replace('−', '-'));

/** Pays an invoice, or so much of it; ends the payment in this way, or stays away. */
async function pay(page, doors, [invoice, amount], choice) {
  await page.goto(`${doors.base}/invoices`);
  await page.getByRole('link', { name: invoice }).first().click();
  if (amount) await page.locator('#amount').fill(amount);
  await leave(page, pointer(), 'camille@exemple.example');
  if (choice) await end(page, pointer(), choice);
}

/** The lines of the day add up to its totals. */
async function addUp(page) {
  const lines = await page.locator('table').last().locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  const sum = (state) => lines.filter((line) => !state || line[4].startsWith(state))
    .reduce((all, line) => all + cents(line[3]), 0);
  const total = (await page.locator('tfoot strong').allInnerTexts()).map(cents);
  assert.deepEqual([total[0], total[1], total[5]], [sum('payé'), sum('prélèvement accepté'), sum('')]);
  const creditors = await page.locator('table').first().locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => row.cells[6].firstChild.textContent));
  assert.equal(creditors.map(cents).reduce((all, one) => all + one, 0), total[5], 'creditors make the total');
  assert.equal(total.slice(0, 5).reduce((all, one) => all + one, 0), total[5], 'columns make the whole');
  return { paid: total[0], debits: total[1], lines: lines.length };
}

export default {
  name: 'the cashier closes a day of payments',
  context: { viewport: DESKTOP },
  async run({ page, doors, seen, fresh }) {
    const patient = await fresh({ viewport: { width: 360, height: 740 } });
    await invoices(patient, doors, 'camille');
    const stay = /Chambre particulière/;
    await pay(patient, doors, [/^24,75/], 'pay');
    await pay(patient, doors, [stay, '50'], 'pay');
    await pay(patient, doors, [stay, '40'], 'refused-by-bank');
    await pay(patient, doors, [stay, '30'], 'debit');
    await pay(patient, doors, [stay, '20']);

    await page.goto(`${doors.base}/desk`);
    await page.locator('main form[action^="/desk/login/"] button').click();
    await page.locator('button[value=regine]').click();
    await page.waitForURL(`${doors.base}/**`);
    await page.goto(`${doors.base}/desk/payments`);
    const day = await addUp(page);
    assert.ok(day.paid >= 7_475 && day.debits >= 3_000 && day.lines >= 5, JSON.stringify(day));
    await seen('cashier-day');

    await page.locator('tr', { hasText: '50,00' }).getByRole('link', { name: 'FA26003877' }).last().click();
    await eventually('the billing system knows of the payment', async () => {
      await page.reload();
      return (await page.locator('main').innerText()).includes('il a reçu le paiement');
    });
    await page.locator('form[action$="/look-up"] button').click();
    assert.equal(await page.locator('main details').count(), 2, 'each question is kept');
    await page.locator('main details summary').first().click();
    const raw = await page.locator('main details pre').first().innerText();
    assert.match(raw, /<resultrans>P<\/resultrans>/, 'what the provider said, word for word');
    assert.doesNotMatch(raw, /<idOp>[0-9a-f]{8}-[0-9a-f]{4}/, 'and nobody reads what would let them ask');
    await seen('cashier-payment');

    await page.goto(`${doors.base}/desk/payment-reports`);
    const today = new Date().toLocaleDateString('fr-FR', { timeZone: 'Europe/Paris' });
    const line = (refdet, amount) => `LIGNE;${today};${refdet};${amount}\r\n`;
    const report = ['EN-TETE;Régie des séjours\r\n', 'LIGNE;Date;Référence;Montant\r\n', line('FA26003877', '50,00'),
      line('FA26003877', '20,00'), line('FA26009999', '12,00')].join('');
    const send = async (text) => {
      await page.locator('#creditor').selectOption({ label: 'Régie des séjours' });
      await page.locator('#file').setInputFiles({ name: 'releve-sejours.csv', mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
      await page.locator('main form[action="/desk/payment-reports"] button').click();
    };
    await send(report.replace('12,00', 'douze'));
    assert.match(await page.locator('[role=alert]').innerText(), /Ligne 5/, 'half a report is none');
    await seen('cashier-report-wrong');
    await send(report);
    await page.waitForURL(/payment-reports\/[0-9a-f-]{36}/);
    const list = (id) => page.locator(`#${id} ~ :is(div.scroll, ul.cards)`).first().innerText();
    assert.match(await list('unknown'), /FA26009999/, 'paid there, unknown here');
    assert.match(await list('waiting'), /20,00/, 'paid there, waiting here');
    assert.match(await list('absent'), /30,00/, 'paid here, absent there');
    assert.match(await list('matched'), /50,00/);
    await seen('cashier-report');
    await page.locator('form[action$="/note"] input[name=note]').fill('Versement d’un autre service, transmis');
    await page.locator('form[action$="/note"] button').click();
    assert.match(await list('unknown'), /transmis/);
  },
};
