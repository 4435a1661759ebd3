// Whom a patient wants beside them: relatives who are told of the stay, and a trusted person who co-signs.
import assert from 'node:assert/strict';
import { pointer } from '../hands.mjs';
import * as step from '../preadmission.mjs';

/** The way of one patient; the words of their stay, and to whom messages go. */
async function theWhole({ page, doors, seen, fresh }, { who, scripted, stay, born, relative, trusted }) {
  const patient = Object.assign(new step.Person(page, pointer()), { scripted });
  await step.announce(doors, stay);
  await page.goto(await step.linkIn(doors, `+33${stay.phone.slice(1)}`, /Tilleuls.*Préparez/));
  await patient.follow(patient.link('Se connecter'));
  await patient.logIn(who);
  await patient.follow(patient.button(/^Continuer : je suis/));
  const home = page.url();

  await patient.follow(patient.link('Choisir qui est tenu au courant'));
  await seen('relatives-none');
  await patient.answer({ 'Prénom et nom': 'Sam Exemple', 'Téléphone portable': '01 40 00 00 00', 'Comment ces messages': 'Mamie' });
  await patient.hand.choose(patient.main.getByLabel(/La venue est annulée/));
  await patient.follow(patient.button('Lui demander'));
  await patient.reads(/Aucun SMS n’arrive à ce numéro/);
  await seen('relatives-landline');
  await patient.answer({ 'Téléphone portable': relative });
  await patient.follow(patient.button('Lui demander'));
  await patient.reads(/Sam Exemple.*Réponse attendue/);
  await seen('relatives-asked');
  const sam = new step.Person(await fresh(), pointer());
  await sam.page.goto(await step.linkIn(doors, `+33${relative.slice(1)}`, /que vous ayez de ses nouvelles/));
  await sam.reads(/Mamie/);
  await seen('relative-asked', sam.page);
  await sam.follow(sam.button('Oui, m’informer'));
  await sam.reads(/Vous serez informé/);
  await seen('relative-accepted', sam.page);
  await page.reload();
  await patient.reads(/Veut être informé/);
  await seen('relatives-accepted');
  await patient.follow(patient.link('Revenir au dossier'));

  await patient.follow(patient.link('Personne de confiance'));
  await patient.answer({ 'Voulez-vous désigner': 'Oui' });
  await patient.follow(patient.button('Enregistrer'));
  await patient.answer({ 'Son nom': 'Paul Exemple', 'Son téléphone': trusted });
  await patient.follow(patient.button('Enregistrer'));
  await patient.reads(/Paul Exemple Pas encore demandée/);
  await seen('trusted-wished');
  await patient.follow(patient.button('Envoyer le lien'));
  await patient.reads(/Réponse attendue.*Lien envoyé par SMS/);
  await seen('trusted-asked');

  const paul = new step.Person(await fresh(), pointer());
  await paul.page.goto(await step.linkIn(doors, `+33${trusted.slice(1)}`, /choisit comme personne de confiance/));
  await paul.reads(/l’emporte sur tout autre témoignage/);
  await seen('trusted-link', paul.page);
  await paul.follow(paul.link('Se connecter'));
  await paul.logIn('jean-noel');
  await seen('trusted-birth', paul.page);
  await paul.answer({ 'Date de naissance': born });
  await paul.follow(paul.button(/^Continuer : je suis/));
  await paul.reads(/vous désigne comme personne de confiance/);
  await paul.answer({ 'Que répondez-vous': 'J’accepte d’être sa personne de confiance' });
  await paul.follow(paul.button('Envoyer ma réponse'));
  await paul.reads(/Cochez la déclaration/);
  await seen('trusted-unstated', paul.page);
  await paul.answer({ 'Que répondez-vous': 'J’accepte d’être sa personne de confiance' });
  await paul.hand.choose(paul.main.getByLabel(/Je déclare avoir compris/));
  await paul.follow(paul.button('Envoyer ma réponse'));
  await paul.reads(/Vous avez accepté et signé/);
  await seen('trusted-signed', paul.page);

  await page.goto(home);
  await patient.reads(/Personne de confiance.*A accepté et signé/);
  await seen('file-with-people');
  const clerk = await step.clerk(doors, fresh, pointer);
  await clerk.page.goto(`${doors.base}/desk/preadmissions`);
  await clerk.follow(clerk.link(`${stay.family} ${stay.given}`));
  await clerk.reads(/Personne de confiance A accepté et signé Paul Exemple/);
  await seen('desk-trusted', clerk.page);

  await patient.follow(patient.link('Voir la désignation'));
  await patient.follow(patient.button('Ne plus désigner Paul Exemple'));
  await patient.reads(/Désignation retirée/);
  await seen('trusted-revoked');
  await paul.page.reload();
  await paul.reads(/Le patient a retiré cette désignation/);
  await seen('trusted-gone', paul.page);
  assert.equal(await paul.button('Envoyer ma réponse').count(), 0);
}

const marie = { visit: 'VN26000911', family: 'GABARIT', given: 'Marie France', born: '1968-07-30', sex: 'F', phone: '0639980151' };
export const withJavascript = {
  name: 'a patient chooses relatives and a trusted person',
  run: (scene) => theWhole(scene, { who: 'marie-france', scripted: true, stay: marie, born: ['30', '7', '1968'], relative: '0639980152', trusted: '0639980153' }),
};

const jean = { visit: 'VN26000912', family: 'ÉCHANTILLON', given: 'Jean', born: '2001-05-20', sex: 'M', phone: '0639980154' };
export const withoutJavascript = {
  name: 'a patient chooses relatives and a trusted person without JavaScript',
  context: { javaScriptEnabled: false },
  run: (scene) => theWhole(scene, { who: 'ti-jean', stay: jean, born: ['20', '5', '2001'], relative: '0639980155', trusted: '0639980156' }),
};
