// The square code on the photo of a card: suggested to the patient, taken with one press, beside the numbers at the desk.
import assert from 'node:assert/strict';
import { pointer } from '../hands.mjs';
import { eventually } from '../look.mjs';
import { card, jpeg } from '../papers.mjs';
import * as step from '../preadmission.mjs';

export default {
  name: 'what a card says is taken with one press',
  async run({ page, doors, seen, fresh, studio }) {
    const patient = Object.assign(new step.Person(page, pointer()), { scripted: true });
    await page.goto(`${doors.base}/preadmissions/new`);
    await patient.logIn('camille');
    const [year, month, day] = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10).split('-');
    for (const [field, text] of Object.entries({ day, month, year, unit: 'Chirurgie' })) await page.locator(`#${field}`).fill(text);
    const here = await page.locator('#site option', { hasText: 'Tilleuls' }).first().getAttribute('value');
    await page.locator('#site').selectOption(here);
    await patient.follow(page.locator('main form button'));
    const home = page.url();
    const file = home.split('/').at(-1);

    await patient.follow(patient.link('Mutuelle'));
    await patient.answer({ 'Quelle couverture complémentaire': 'Une mutuelle ou assurance' });
    await patient.follow(patient.button('Enregistrer'));
    await page.goto(home);
    await patient.follow(patient.link('Carte de mutuelle, recto'));
    await step.give(patient, jpeg('mutuelle', await card(studio)));
    // A worker reads the photo meanwhile.
    await eventually('the code is read', async () => {
      await page.reload();
      return (await patient.main.getByRole('heading', { name: 'Lu sur votre carte' }).count()) > 0;
    }, 60);
    await patient.reads(/99100001.*AB12345678.*Rien n’est rempli|Rien n’est rempli.*99100001.*AB12345678/);
    await seen('card-beside');
    await page.goto(`${home}/sections/complementary-cover`);
    assert.equal(await patient.main.getByLabel('Numéro d’adhérent').inputValue(), '', 'nothing is filled in by itself');
    await seen('card-offered');

    await patient.follow(patient.button('Utiliser ces valeurs'));
    for (const [label, value] of [['Numéro AMC de la carte', '99100001'], ['Numéro d’adhérent', 'AB12345678']]) {
      assert.equal(await patient.main.getByLabel(label).inputValue(), value, label);
    }
    await patient.reads(/Lu sur la photo de votre carte/);
    assert.equal(await patient.button('Utiliser ces valeurs').count(), 0, 'offered once');
    await seen('card-taken');

    const clerk = await step.clerk(doors, fresh, pointer);
    await clerk.page.goto(`${doors.base}/desk/preadmissions/${file}`);
    const part = step.shown(clerk, 'Carte de mutuelle, recto');
    const words = (await part.innerText()).replace(/\s+/g, ' ');
    assert.match(words, /Code lu sur la photo de la carte AMC=99100001;ADHERENT=AB12345678;FIN=20281231/);
    assert.equal(words.match(/figure dans le code/g).length, 2, words);
    assert.doesNotMatch(words, /ne figure pas/);
    await seen('desk-card', clerk.page);
  },
};
