// An adult under guardianship: the person in charge fills in for them, and the order is asked for.
import { pointer } from '../hands.mjs';
import { jpeg, paper, pdf, photo } from '../papers.mjs';
import * as step from '../preadmission.mjs';

const odette = { visit: 'VN26000903', family: 'TEMOIN', given: 'Odette', born: '1940-02-02', sex: 'F', phone: '0639980143' };
const PHONE = '+33639980143';
const SECTIONS = [
  ['Votre identité', { 'Commune ou pays de naissance': 'Dijon' }],
  ['Vous joindre', { Adresse: '3 rue des Tests', 'Code postal': '21000', Ville: 'Dijon' }],
  ['Votre situation', { 'La personne protégée': 'Oui', 'Son téléphone': '06 39 98 01 44' }],
  ['Votre médecin traitant', { 'Avez-vous un médecin traitant': 'Non' }],
  ['Personne à prévenir', { 'Voulez-vous indiquer': 'Non' }],
  ['Personne de confiance', { 'Voulez-vous désigner': 'Non' }],
  ['Chambre particulière', { 'chambre particulière': 'Non' }],
  ['Discrétion', { 'présence reste secrète': 'Oui' }],
  ['Mon espace santé', { 'ajouter des documents': 'J’accepte', 'lire mes documents': 'J’accepte' }],
];

export default {
  name: 'a guardian prepares the stay of an adult',
  async run({ page, doors, seen, fresh, studio }) {
    await step.announce(doors, odette);
    const guardian = Object.assign(new step.Person(page, pointer()), { scripted: true });
    const link = await step.linkIn(doors, PHONE, /Préparez/);
    await page.goto(link);
    await guardian.follow(guardian.link('Se connecter'));
    await guardian.logIn('helene');
    await guardian.follow(guardian.link(/pour mon enfant ou pour un proche/));
    const said = { 'Qui êtes-vous': /^La personne chargée/, 'Quelle est la mesure': 'Tutelle', 'Date de naissance': ['2', '2', '1940'] };
    await guardian.answer(said);
    await guardian.hand.choose(guardian.main.locator('#scope-person'));
    await guardian.hand.choose(guardian.main.getByLabel(/Je déclare agir/));
    await seen('guardian-open');
    await guardian.follow(guardian.button('Ouvrir le dossier'));
    await guardian.reads(/déclare représenter le patient/);
    await seen('guardian-file');

    for (const [title, answers] of SECTIONS) await step.fill(guardian, title, answers, () => title === 'Votre situation' && seen('guardian-situation'));
    const card = (side) => photo(studio, `CARTE D’IDENTITÉ\nTEMOIN Odette\n${side}`);
    await step.send(guardian, 'Carte d’identité, recto', jpeg('recto', await card('recto')));
    await step.send(guardian, 'Carte d’identité, verso', jpeg('verso', await card('verso')));
    await step.send(guardian, 'Jugement de la mesure', pdf('jugement', await paper(studio, 'Jugement de tutelle')));
    await step.submit(guardian);

    const clerk = await step.clerk(doors, fresh, pointer);
    await step.review(clerk, doors, 'TEMOIN Odette', (at) => seen(`desk-guardian-${at}`, clerk.page));
    for (const title of ['Carte d’identité, recto', 'Carte d’identité, verso', 'Jugement de la mesure']) await step.accept(clerk, title);
    await clerk.follow(clerk.button('Accepter le dossier'));
    await step.linkIn(doors, PHONE, /accepté/);
    await page.goto(link);
    await guardian.reads(/Votre dossier est accepté/);
  },
};
