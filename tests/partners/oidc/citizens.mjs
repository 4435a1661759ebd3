// Invented people for the cases that matter to a relying party; the account id is the `sub`.
import { createHash } from 'node:crypto';

const sub = (key) => `${createHash('sha256').update(`partner ${key}`).digest('hex')}v1`;

const plain = {
  given_name: 'Camille Louise Odette',
  given_name_array: ['Camille', 'Louise', 'Odette'],
  family_name: 'EXEMPLE',
  gender: 'female',
  birthdate: '1984-03-12',
  idp_birthdate: '1984-03-12',
  birthplace: '75107',
  birthcountry: '99100',
};

export const citizens = Object.fromEntries(
  [
    { key: 'camille', email: 'camille@exemple.test' },
    { key: 'helene', given_name: 'Hélène Zoé', given_name_array: ['Hélène', 'Zoé'], family_name: 'D’ESSAI-FICTÏVE',
      preferred_username: 'Modèle', email: 'helene@exemple.test' },
    { key: 'tuan', given_name: 'Tuấn', given_name_array: ['Tuấn'], family_name: 'ÉBAUCHE', gender: 'male',
      birthdate: '1948-01-01', idp_birthdate: '1948-00-00', birthplace: '', birthcountry: '99243', email: 'tuan@exemple.test' },
    { key: 'ange', given_name: 'Ange', given_name_array: ['Ange'], family_name: 'SPÉCIMENI', gender: 'unspecified',
      birthplace: '2A004', email: 'ange@exemple.test' },
  ].map(({ key, ...traits }) => [key, { sub: sub(key), traits: { ...plain, ...traits } }]),
);
