// Point 2 of the promise: book on a phone, in French; mail, SMS and SIH hear of it; cancel; the time is free again.
import assert from 'node:assert/strict';
import { eventually, json } from '../look.mjs';
import { confirm, logIn, takeLast, toTimes } from '../walk.mjs';

const heard = async (doors, to) => {
  const all = await json(`${doors.mailbox}/messages.json`);
  return all.filter((message) => message.to.includes(to));
};
const line = (calendar, name) => calendar.replaceAll('\r\n ', '').match(new RegExp(`^${name}[^:\\r\\n]*:(.*)$`, 'm'))?.[1].trim();
const sih = async (doors, type) => {
  const all = await json(`${doors.sih}/messages.json`);
  return all.find((message) => JSON.stringify(message).includes(type) && JSON.stringify(message).includes('MSA|AA'));
};

export default {
  name: 'a patient books on a phone, and cancels',
  async run({ page, doors, seen }) {
    const email = `camille.${Date.now()}@exemple.example`;
    await toTimes(page, doors, /^Cardiologie/, seen);
    const slot = await takeLast(page);
    await seen('checkout-login');
    const time = slot.text.split('\n')[0].trim();
    assert.ok((await page.locator('main').innerText()).includes(time), 'the chosen time is shown before the login');

    await logIn(page, 'camille', seen);
    assert.match(page.url(), /\/checkout\//, 'back at the chosen time after the login');
    assert.ok((await page.locator('main').innerText()).includes(time), 'the chosen time is kept through the login');
    await seen('checkout');

    await page.locator('#email').fill('pas une adresse');
    await page.locator('form[action="/appointments"] button').click();
    await page.locator('[role=alert]').waitFor();
    await seen('checkout-error');

    await confirm(page, email, '06 39 98 00 01');
    assert.ok((await page.locator('main').innerText()).includes(time), 'the appointment is at the chosen time');
    await seen('appointment');
    const appointment = page.url();

    const mail = await eventually('the e-mail', async () => (await heard(doors, email)).find((one) => one.channel === 'mail'));
    assert.match(mail.subject, /^Votre rendez-vous du /);
    assert.equal(line(mail.calendar, 'METHOD'), 'REQUEST');
    assert.deepEqual(mail.files, ['rendez-vous.ics']);
    const sms = await eventually('the SMS', async () => (await heard(doors, '+33639980001')).find((one) => one.text.includes('confirmé')));
    assert.ok(sms.text.length <= 160 && !/camille|exemple,|cardio/i.test(sms.text), sms.text);
    await eventually('SIU^S12 with its AA', () => sih(doors, 'SIU^S12'));

    await page.locator('a[href$="/receipt"]').click();
    await seen('receipt');
    await page.goto(doors.mailbox);
    await seen('mailbox');
    await page.goto(`${doors.mailbox}/messages/${mail.number}`);
    await seen('mailbox-mail');
    await page.goto(doors.sih);
    await seen('sih');

    await page.goto(`${doors.base}/appointments`);
    await seen('appointments');
    await page.goto(appointment);
    await page.locator('a[href$="/cancellation"]').click();
    await seen('cancellation');
    await page.locator('button.danger').click();
    await page.waitForURL(appointment);
    assert.match(await page.locator('h1').innerText(), /annulé/i);
    await seen('cancelled');

    const gone = await eventually('the mail of the cancellation', async () =>
      (await heard(doors, email)).find((one) => line(one.calendar ?? '', 'METHOD') === 'CANCEL'));
    assert.equal(line(gone.calendar, 'UID'), line(mail.calendar, 'UID'));
    assert.ok(Number(line(gone.calendar, 'SEQUENCE')) > Number(line(mail.calendar, 'SEQUENCE')));
    await eventually('SIU^S15 with its AA', () => sih(doors, 'SIU^S15'));

    await page.goto(slot.slots);
    assert.equal(await page.locator(`button[name=slot][value="${slot.value}"]`).count(), 1, 'the time is free again');
    for (const [name, path] of [['me', '/me'], ['access-log', '/me/access-log'], ['help', '/help'], ['accessibility', '/accessibility'],
      ['legal', '/legal'], ['privacy', '/privacy'], ['problems', '/problems'], ['not-found', '/nowhere']]) {
      await page.goto(doors.base + path);
      await seen(name);
    }
    await page.goto(doors.base);
    await page.locator('button[name=lang][value=en]').click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await seen('home-en');
  },
};
