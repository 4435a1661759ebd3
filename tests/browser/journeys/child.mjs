// An operation of a child: one parent fills in, each of the two signs by an own act, the desk accepts.
import assert from 'node:assert/strict';
import { pointer } from '../hands.mjs';
import { jpeg, photo } from '../papers.mjs';
import * as step from '../preadmission.mjs';

const PHONE = '+33639980101';
const SECTIONS = [
  ['Votre identité', { 'Commune ou pays de naissance': 'Dijon' }],
  ['Vous joindre', { Adresse: '1 rue des Tests', 'Code postal': '21000', Ville: 'Dijon', Téléphone: '06 39 98 01 01' }],
  ['Votre situation', { 'mesure de protection': 'Non, aucune' }],
  ['Personne à prévenir', { 'Voulez-vous indiquer': 'Non' }],
  ['Discrétion', { 'présence reste secrète': 'Non' }],
  ['Mon espace santé', { 'ajouter des documents': 'J’accepte', 'lire mes documents': 'J’accepte' }],
];

/** Each parent says what they answer, on a page of their own. */
async function sign(person, seen) {
  await person.answer({ 'Que répondez-vous': /^J’autorise ces soins$/ });
  await person.hand.choose(person.main.getByLabel(/Je déclare avoir l’autorité parentale/));
  await seen();
  await person.follow(person.button('Envoyer ma réponse'));
  await person.reads(/Vous avez autorisé/);
}

export default {
  name: 'two parents prepare the operation of their child',
  async run({ page, doors, seen, fresh, studio }) {
    const mother = Object.assign(new step.Person(page, pointer()), { scripted: true });
    const link = await step.linkIn(doors, PHONE, /mère-enfant.*Préparez/);
    await page.goto(link);
    await mother.follow(mother.link('Se connecter'));
    await mother.logIn('camille');
    await mother.follow(mother.link(/pour mon enfant/));
    await seen('child-open');
    await mother.answer({ 'Qui êtes-vous': 'La mère de l’enfant', 'Date de naissance': ['4', '6', '2019'] });
    await mother.hand.choose(mother.main.getByLabel(/Je déclare avoir l’autorité parentale/));
    await mother.follow(mother.button('Ouvrir le dossier'));
    await mother.reads(/déclare avoir l’autorité parentale/);
    await seen('child-file');

    for (const [title, answers] of SECTIONS) await step.fill(mother, title, answers);
    for (const [title, name] of [['Livret de famille', 'livret'], ['Pièce d’identité d’un parent', 'parent']]) {
      await step.send(mother, title, jpeg(name, await photo(studio, `${title}\nEXEMPLE Lou`)));
    }

    await mother.follow(mother.link('Voir qui autorise les soins'));
    await mother.answer({ 'Qui est cette personne': 'Le père de l’enfant', 'Prénom et nom': 'Jean-Noël Patron', 'Téléphone portable ou adresse': '06 39 98 01 77' });
    await seen('child-signatories');
    await mother.follow(mother.button(/^Ajouter$/));
    await seen('child-signatories-two');
    await mother.follow(mother.link('Donner ma réponse'));
    await sign(mother, () => seen('child-sign'));

    const father = new step.Person(await fresh(), pointer());
    await father.page.goto(await step.linkIn(doors, '+33639980177', /autorisation est attendue/));
    await seen('child-father-link', father.page);
    await father.follow(father.link('Se connecter'));
    await father.logIn('jean-noel');
    await seen('child-father-birth', father.page);
    await father.answer({ 'Date de naissance': ['4', '6', '2019'] });
    await father.follow(father.button(/^Continuer : je suis/));
    await sign(father, () => seen('child-father-sign', father.page));
    await seen('child-father-signed', father.page);

    await page.goto(link);
    await mother.reads(/Soins autorisés/);
    await step.submit(mother);
    const clerk = await step.clerk(doors, fresh, pointer);
    await step.review(clerk, doors, 'EXEMPLE Lou', (at) => seen(`desk-child-${at}`, clerk.page));
    for (const title of ['Livret de famille', 'Pièce d’identité d’un parent']) await step.accept(clerk, title);
    await clerk.follow(clerk.button('Accepter le dossier'));
    await step.linkIn(doors, PHONE, /mère-enfant.*accepté/);
    await page.goto(link);
    await mother.reads(/Votre dossier est accepté/);
    assert.equal(await mother.link('Votre identité').count(), 0, 'an accepted file is closed');

    // What is asked for the child's stay is there for the parent who opened its file, and for no other.
    await page.goto(`${doors.base}/invoices`);
    await mother.reads(/Facture de Lou EXEMPLE/);
    await seen('child-invoices');
    await mother.follow(mother.link(/28,50/));
    await mother.reads(/titulaire de l’autorité parentale/);
    await seen('child-invoice');
    const invoice = page.url();
    await mother.hand.write(page.locator('#email'), 'camille@exemple.example');
    await mother.hand.press(page.locator('form[action="/payments"] button'));
    await page.waitForURL(/paiementws/);
    await mother.hand.press(page.locator('button[value=pay]'));
    await mother.hand.press(page.locator('a.button.main'));
    await page.locator('[data-news=paid]').waitFor();
    await father.page.goto(invoice);
    assert.match(await father.page.locator('h1').innerText(), /introuvable|n’existe pas/i, 'who only signed sees no invoice');
  },
};
