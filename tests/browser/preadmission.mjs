// The steps of a pre-admission that journeys share: what the hospital says, what a patient does, what a clerk does.
import assert from 'node:assert/strict';
import { DESKTOP, eventually, json } from './look.mjs';

/** The hospital's system announces a stay, three weeks ahead; only what differs between people is said. */
export async function announce(doors, { visit, family, given, born, sex, phone }) {
  const day = new Date(Date.now() + 21 * 24 * 3600 * 1000).toISOString().slice(0, 10);
  const said = { word: 'announced', finess: '990001000', visit, ipp: `9${visit.replace(/\D/g, '')}`, family, given, born, sex, phone,
    entry: `${day}T07:30`, label: 'Chirurgie de la main' };
  const answer = await fetch(`${doors.sih}/stays`, { method: 'POST', body: new URLSearchParams(said), redirect: 'manual' });
  assert.equal(answer.status, 303, await answer.text());
}

const messages = async (doors, phone) => (await json(`${doors.mailbox}/messages.json`)).filter((one) => one.to.includes(phone));

/** The first link in an SMS to this number whose words are these. */
export const linkIn = (doors, phone, words) =>
  eventually(`an SMS to ${phone} with ${words}`, async () => {
    const sms = (await messages(doors, phone)).find((one) => one.channel === 'sms' && words.test(one.text));
    return sms?.text.match(/https?:\S+/)[0];
  }, 30);

/** Does what leads to another page, and waits for it. */
export const leads = async (page, act) => {
  await Promise.all([page.waitForEvent('domcontentloaded'), act()]);
};

/** A visitor at a page: what they see, and the hand they work with. */
export class Person {
  constructor(page, hand) {
    Object.assign(this, { page, hand, main: page.locator('main') });
  }

  link(words) {
    return this.main.getByRole('link', { name: words });
  }

  button(words) {
    return this.main.getByRole('button', { name: words });
  }

  /** Follows a link or presses a button of the page. */
  follow(target) {
    return leads(this.page, () => this.hand.press(target.first()));
  }

  async reads(words) {
    assert.match((await this.main.innerText()).replace(/\s+/g, ' '), words);
  }

  /** Through the provider that the page offers, back to where one was. */
  async logIn(who) {
    await this.follow(this.page.locator('main form[action*="/login/"] button'));
    await leads(this.page, () => this.hand.press(this.page.locator(`button[value=${who}]`)));
    await this.page.waitForURL((url) => !/interaction|authorize|callback/.test(url.pathname));
    await this.page.waitForLoadState();
  }

  /** Answers by the words of the questions: a choice by its own words, a date by three numbers. */
  async answer(answers) {
    for (const [question, said] of Object.entries(answers)) {
      const group = this.main.getByRole('group', { name: question });
      if (Array.isArray(said)) {
        const fields = ['Jour', 'Mois', 'Année'];
        for (const [at, part] of said.entries()) await this.hand.write(group.getByLabel(fields[at]), part);
      } else if (await group.count()) {
        await this.hand.choose(group.getByRole('radio', { name: said }).first());
      } else {
        await this.hand.write(this.main.getByLabel(question).first(), said);
      }
    }
  }
}

/** One section of the task list, filled in and saved; back on the list. */
export async function fill(person, title, answers, seen = async () => {}) {
  await person.follow(person.link(title));
  const home = person.page.url().replace(/\/sections\/.*/, '');
  // What is asked next may hang on an answer: the page comes back with it.
  for (const some of [answers].flat()) {
    await person.answer(some);
    await seen();
    await person.follow(person.button('Enregistrer'));
  }
  assert.equal(person.page.url(), home, `${title}: ${await person.main.innerText()}`);
}

/** Gives a file for a document of the task list, and goes back. */
export async function send(person, title, file, seen = async () => {}) {
  await person.follow(person.link(title));
  await give(person, file, seen);
  await person.follow(person.link('Revenir au dossier'));
}

/** Gives a file on the page of its document. Without JavaScript a button sends it. */
export async function give(person, file, seen = async () => {}) {
  const { page, hand, main } = person;
  const told = page.locator('#told');
  await seen('before');
  await hand.give(main.locator('input[type=file]'), file);
  if (person.scripted) await eventually('the file is received', async () => (await told.innerText()).includes('Reçu'));
  else await person.follow(person.button(/^Envoyer/));
  assert.ok(await main.getByText(file.name).count(), `${file.name} is in the list`);
  await seen('after');
}

/** Looks over what was said, and sends it; who represents the patient states that they do. */
export async function submit(person, seen = async () => {}) {
  await person.follow(person.link('Vérifier et envoyer'));
  await seen('check');
  const statement = person.main.getByLabel(/Je déclare agir/);
  if (await statement.count()) await person.hand.choose(statement);
  await person.follow(person.button('Envoyer mon dossier'));
  await person.reads(/Votre dossier est envoyé/);
}

/** A clerk of the admissions, at their desk. */
export async function clerk(doors, fresh, hand) {
  const page = await fresh({ viewport: DESKTOP });
  const person = new Person(page, hand(page));
  await page.goto(`${doors.base}/desk`);
  await person.logIn('adrien');
  return person;
}

/** Opens the file of somebody from the worklist, once nothing of it is being checked any more. */
export async function review(person, doors, name, seen = async () => {}) {
  await person.page.goto(`${doors.base}/desk/preadmissions`);
  await seen('list');
  await person.follow(person.link(name));
  await eventually('the documents are checked', async () => {
    if (!(await person.main.getByText('Vérification en cours').count())) return true;
    await person.page.reload();
    return false;
  }, 60);
  await seen('review');
}

/** The part of the review that shows a document. */
export const shown = (person, title) => person.main.locator('section', { has: person.page.getByRole('heading', { name: title }) }).last();

export async function accept(person, title) {
  await person.follow(shown(person, title).getByRole('button', { name: 'Accepter ce document' }));
}

export async function refuse(person, title, reason, comment) {
  const part = shown(person, title);
  await person.hand.pick(part.getByLabel('Motif du refus'), reason);
  await person.hand.write(part.getByLabel('Précision pour le patient'), comment);
  await person.follow(part.getByRole('button', { name: 'Refuser ce document' }));
}
