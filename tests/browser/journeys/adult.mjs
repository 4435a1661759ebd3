// A stay from its announcement to the accepted file, with a photo that the clerk asks for again.
import assert from 'node:assert/strict';
import { keys, pointer } from '../hands.mjs';
import { heavyPhoto, jpeg, paper, pdf, photo } from '../papers.mjs';
import * as step from '../preadmission.mjs';

/** Everything that is asked of an adult, section by section. */
const sections = (phone) => [
  ['Votre identité', {}],
  ['Vous joindre', { Adresse: '1 rue des Tests', 'Code postal': '21000', Ville: 'Dijon', Téléphone: phone }],
  ['Votre situation', { 'Situation familiale': 'En couple', 'arrêt de travail': 'Non', 'mesure de protection': 'Non, aucune' }],
  ['Votre médecin traitant', [{ 'Avez-vous un médecin traitant': 'Oui' }, { 'Son nom': 'Dr Martin', 'Sa ville': 'Dijon' }]],
  ['Personne à prévenir', [{ 'Voulez-vous indiquer': 'Oui' }, { 'Son nom': 'Sam Exemple', 'Qui est-ce': 'Conjoint', 'Son téléphone': '06 39 98 01 42' }]],
  ['Personne de confiance', { 'Voulez-vous désigner': 'Non' }],
  ['Assurance maladie', { 'carte Vitale': 'Non' }],
  ['Mutuelle', { 'couverture complémentaire': 'Complémentaire santé solidaire' }],
  ['Discrétion', { 'présence reste secrète': 'Non' }],
  ['Mon espace santé', { 'ajouter des documents': 'J’accepte', 'lire mes documents': 'Je refuse' }],
  ['Directives anticipées', { 'Avez-vous écrit': 'Non' }],
  ['Une remarque', { 'Votre remarque': 'Je viendrai en taxi.' }],
];

/** The way of one adult; `who` is who logs in, `stay` what the hospital announces of them. */
async function theWhole({ page, doors, seen, fresh, studio }, { who, hand, scripted, stay, words }) {
  const patient = Object.assign(new step.Person(page, hand(page)), { scripted });
  if (stay) await step.announce(doors, stay);
  const { phone, name } = words;
  const link = await step.linkIn(doors, phone, /Tilleuls.*Préparez/);

  await page.goto(link);
  await seen('file-link');
  await patient.follow(patient.link('Se connecter'));
  await patient.logIn(who);
  await seen('file-open');
  await patient.follow(patient.button(/^Continuer : je suis/));
  await patient.reads(/Votre dossier est à compléter/);
  await seen('file');

  for (const [at, [title, answers]] of sections(phone).entries()) {
    await step.fill(patient, title, answers, () => seen(`file-section-${at + 1}`));
  }
  // Only who sleeps there is asked.
  if (await patient.link('Chambre particulière').count()) {
    await step.fill(patient, 'Chambre particulière', { 'chambre particulière': 'Non' }, () => seen('file-room'));
  }
  const front = jpeg('recto', await (scripted ? heavyPhoto : photo)(studio, `CARTE D’IDENTITÉ\n${name}\nrecto`));
  const parts = [];
  page.on('request', (request) => request.method() === 'PATCH' && parts.push(request.url()));
  await step.send(patient, 'Carte d’identité, recto', front, (when) => seen(`file-upload-${when}`));
  if (scripted) assert.ok(parts.length > 1, `the photo went in ${parts.length} parts`);
  await step.send(patient, 'Carte d’identité, verso', jpeg('verso', await photo(studio, `CARTE D’IDENTITÉ\n${name}\nverso`)));
  await step.send(patient, 'Attestation de droits', pdf('droits', await paper(studio, `Attestation de droits de ${name}`)));
  await seen('file-complete');
  // Before an anaesthesia; sent on its own, the file does not wait for it.
  if (await patient.link('Remplir le questionnaire').count()) {
    await patient.follow(patient.link('Remplir le questionnaire'));
    await seen('medical');
    await patient.follow(patient.link(/^Modifier/));
    await seen('medical-section');
    await patient.follow(patient.button('Enregistrer'));
    await patient.follow(patient.link('Revenir au dossier'));
  }
  await step.submit(patient, (when) => seen(`file-${when}`));
  await seen('file-sent');

  const clerk = await step.clerk(doors, fresh, hand);
  const desk = (at) => seen(`desk-${at}`, clerk.page);
  await step.review(clerk, doors, name, desk);
  await step.accept(clerk, 'Carte d’identité, recto');
  await step.accept(clerk, 'Attestation de droits');
  await step.refuse(clerk, 'Carte d’identité, verso', 'L’image est floue ou coupée', 'On ne lit pas la date.');
  await desk('refused');
  await clerk.hand.write(clerk.main.getByLabel('Ce que lira le patient'), 'Merci de reprendre la photo du verso.');
  await clerk.follow(clerk.button('Demander une correction'));
  await desk('asked');

  await step.linkIn(doors, phone, /Tilleuls.*à renvoyer/);
  await page.goto(link);
  await patient.reads(/Merci de reprendre la photo du verso/);
  await seen('file-to-correct');
  assert.equal(await patient.link('Carte d’identité, recto').count(), 0, 'what was accepted stays');
  await patient.follow(patient.link('Carte d’identité, verso'));
  await patient.reads(/L’image est floue ou coupée\. On ne lit pas la date/);
  await step.give(patient, jpeg('verso-net', await photo(studio, `CARTE D’IDENTITÉ\n${name}\nverso, lisible`)), (when) => seen(`file-again-${when}`));
  await patient.follow(patient.link('Revenir au dossier'));
  await step.submit(patient);

  await step.review(clerk, doors, name);
  await step.accept(clerk, 'Carte d’identité, verso');
  await clerk.follow(clerk.button('Accepter le dossier'));
  await clerk.reads(/Accepté/);
  await desk('accepted');
  await step.linkIn(doors, phone, /Tilleuls.*accepté/);
  await page.goto(link);
  await patient.reads(/Votre dossier est accepté/);
  await seen('file-accepted');
}

export const withJavascript = {
  name: 'an adult prepares a stay on a phone',
  run: (scene) => theWhole(scene, { who: 'camille', hand: pointer, scripted: true, words: { phone: '+33639980101', name: 'EXEMPLE Camille' } }),
};

const letizia = { visit: 'VN26000901', family: 'MAQUETTI', given: 'Letizia', born: '1991-02-28', sex: 'F', phone: '0639980141' };
export const withoutJavascript = {
  name: 'an adult prepares a stay without JavaScript',
  context: { javaScriptEnabled: false },
  run: (scene) => theWhole(scene, { who: 'letizia', hand: pointer, stay: letizia, words: { phone: '+33639980141', name: 'MAQUETTI' } }),
};

const ange = { visit: 'VN26000902', family: 'SPÉCIMENI', given: 'Ange', born: '1975-08-15', sex: 'M', phone: '0639980142' };
export const keyboard = {
  name: 'an adult prepares a stay with the keyboard alone',
  run: (scene) => theWhole(scene, { who: 'ange', hand: keys, scripted: true, stay: ange, words: { phone: '+33639980142', name: 'SPÉCIMENI' } }),
};
