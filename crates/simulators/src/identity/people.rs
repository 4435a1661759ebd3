//! Everybody these providers know. All invented; each citizen stands for a case that real civil status holds.

use ring::digest::{SHA256, digest};
use serde_json::{Map, Value, json};

use super::Audience;

/// A citizen as FranceConnect would hand them over (identité pivot).
pub struct Citizen {
    pub key: &'static str,
    /// What this person is here to show.
    pub case: &'static str,
    pub given_names: &'static [&'static str],
    pub family_name: &'static str,
    pub preferred_username: Option<&'static str>,
    pub gender: &'static str,
    pub birthdate: &'static str,
    /// As the person's own provider knows it: day or month may be 00.
    pub idp_birthdate: &'static str,
    /// INSEE code of the commune; empty when born abroad.
    pub birthplace: &'static str,
    pub birthcountry: &'static str,
    /// Chosen, the login comes back with `access_denied`.
    pub refused: bool,
}

/// Somebody who works at the hospital.
pub struct StaffMember {
    pub key: &'static str,
    pub name: &'static str,
    pub job: &'static str,
    pub roles: &'static [&'static str],
}

const FRANCE: &str = "99100";

const PLAIN: Citizen = Citizen {
    key: "camille",
    case: "trois prénoms, née à Paris",
    given_names: &["Camille", "Louise", "Odette"],
    family_name: "EXEMPLE",
    preferred_username: None,
    gender: "female",
    birthdate: "1984-03-12",
    idp_birthdate: "1984-03-12",
    birthplace: "75107",
    birthcountry: FRANCE,
    refused: false,
};

pub static CITIZENS: &[Citizen] = &[
    PLAIN,
    Citizen {
        key: "helene",
        case: "nom d’usage, accents",
        given_names: &["Hélène", "Zoé"],
        family_name: "D’ESSAI-FICTÏVE",
        preferred_username: Some("Modèle"),
        birthdate: "1957-11-02",
        idp_birthdate: "1957-11-02",
        birthplace: "69381",
        ..PLAIN
    },
    Citizen {
        key: "jean-noel",
        case: "prénom composé",
        given_names: &["Jean-Noël", "Aimé"],
        family_name: "PATRON",
        gender: "male",
        birthdate: "1949-12-25",
        idp_birthdate: "1949-12-25",
        birthplace: "59350",
        ..PLAIN
    },
    Citizen {
        key: "marie-france",
        case: "une espace dans le premier prénom",
        given_names: &["Marie France", "Rose"],
        family_name: "GABARIT",
        birthdate: "1968-07-30",
        idp_birthdate: "1968-07-30",
        birthplace: "44109",
        ..PLAIN
    },
    Citizen {
        key: "ange",
        case: "né en Corse-du-Sud",
        given_names: &["Ange", "Toussaint"],
        family_name: "SPÉCIMENI",
        gender: "male",
        birthdate: "1975-08-15",
        idp_birthdate: "1975-08-15",
        birthplace: "2A004",
        ..PLAIN
    },
    Citizen {
        key: "letizia",
        case: "née en Haute-Corse",
        given_names: &["Letizia"],
        family_name: "MAQUETTI",
        birthdate: "1991-02-28",
        idp_birthdate: "1991-02-28",
        birthplace: "2B033",
        ..PLAIN
    },
    Citizen {
        key: "ti-jean",
        case: "né à La Réunion",
        given_names: &["Jean", "Expédit"],
        family_name: "ÉCHANTILLON",
        gender: "male",
        birthdate: "2001-05-20",
        idp_birthdate: "2001-05-20",
        birthplace: "97411",
        ..PLAIN
    },
    Citizen {
        key: "zoe",
        case: "mineure de seize ans",
        given_names: &["Zoé"],
        family_name: "TEMOIN",
        birthdate: "2010-05-14",
        idp_birthdate: "2010-05-14",
        birthplace: "21231",
        ..PLAIN
    },
    Citizen {
        key: "amina",
        case: "née à l’étranger, jour de naissance inconnu",
        given_names: &["Amina"],
        family_name: "ESQUISSE",
        birthdate: "1962-11-01",
        idp_birthdate: "1962-11-00",
        birthplace: "",
        birthcountry: "99350",
        ..PLAIN
    },
    Citizen {
        key: "tuan",
        case: "né à l’étranger, jour et mois inconnus",
        given_names: &["Tuấn"],
        family_name: "ÉBAUCHE",
        gender: "male",
        birthdate: "1948-01-01",
        idp_birthdate: "1948-00-00",
        birthplace: "",
        birthcountry: "99243",
        ..PLAIN
    },
    Citizen {
        key: "sacha",
        case: "sexe non précisé",
        given_names: &["Sacha", "Dominique"],
        family_name: "CANEVAS",
        gender: "unspecified",
        birthdate: "1998-09-09",
        idp_birthdate: "1998-09-09",
        birthplace: "13055",
        ..PLAIN
    },
    Citizen {
        key: "bissextile",
        case: "née un 29 février, prénom unique",
        given_names: &["Ève"],
        family_name: "PROTOTYPE",
        birthdate: "1996-02-29",
        idp_birthdate: "1996-02-29",
        birthplace: "31555",
        ..PLAIN
    },
    Citizen {
        key: "long",
        case: "nom très long",
        given_names: &["Maximilien-Alexandre", "Barthélemy", "Théophraste", "Emmanuel", "Hyacinthe"],
        family_name: "DE LA DÉMONSTRATION-PARTICULIÈREMENT-LONGUE DE SAINT-EXEMPLE-LES-ÉCHANTILLONS",
        gender: "male",
        birthdate: "1939-06-18",
        idp_birthdate: "1939-06-18",
        birthplace: "33063",
        ..PLAIN
    },
    Citizen {
        key: "inconnu",
        case: "inconnu de l’état civil : la connexion est refusée",
        given_names: &["Personne"],
        family_name: "INTROUVABLE",
        gender: "male",
        refused: true,
        ..PLAIN
    },
];

pub static STAFF: &[StaffMember] = &[
    StaffMember {
        key: "irene",
        name: "Irène INTERFACE",
        job: "responsable des interfaces, tous les établissements",
        roles: &["parvis-interfaces", "hospital-1", "hospital-2", "hospital-3"],
    },
    StaffMember {
        key: "adrien",
        name: "Adrien ADMISSION",
        job: "agent des admissions, premier établissement",
        roles: &["parvis-admissions", "hospital-1"],
    },
    StaffMember {
        key: "regine",
        name: "Régine RÉGIE",
        job: "régisseuse, premier établissement",
        roles: &["parvis-cashier", "hospital-1"],
    },
    StaffMember {
        key: "romain",
        name: "Romain RECETTES",
        job: "régisseur, deuxième établissement seulement",
        roles: &["parvis-cashier", "hospital-2"],
    },
    StaffMember {
        key: "sandrine",
        name: "Sandrine SECRÉTARIAT",
        job: "secrétaire de consultation, premier établissement",
        roles: &["parvis-agendas", "hospital-1"],
    },
    StaffMember {
        key: "denis",
        name: "Denis DONNÉES",
        job: "délégué à la protection des données",
        roles: &["parvis-dpo", "hospital-1", "hospital-2", "hospital-3"],
    },
    StaffMember {
        key: "sofia",
        name: "Sofia SOINS",
        job: "infirmière d’anesthésie, premier établissement",
        roles: &["parvis-care", "hospital-1"],
    },
    StaffMember {
        key: "elie",
        name: "Élie ÉVEIL",
        job: "infirmier d’anesthésie, deuxième établissement seulement",
        roles: &["parvis-care", "hospital-2"],
    },
    StaffMember {
        key: "odile",
        name: "Odile AILLEURS",
        job: "responsable des interfaces, deuxième établissement seulement",
        roles: &["parvis-interfaces", "hospital-2"],
    },
    StaffMember {
        key: "aline",
        name: "Aline ACCUEIL",
        job: "agente des admissions, deuxième établissement seulement",
        roles: &["parvis-admissions", "hospital-2"],
    },
    StaffMember {
        key: "sylvain",
        name: "Sylvain SANSDROIT",
        job: "aucun rôle : l’entrée est refusée",
        roles: &["intranet"],
    },
];

impl Citizen {
    pub fn first_name(&self) -> &'static str {
        self.given_names.first().copied().unwrap_or_default()
    }

    fn claims(&self, changed: bool) -> Vec<(&'static str, Value)> {
        let mut claims = vec![
            ("given_name", json!(self.given_names.join(" "))),
            ("given_name_array", json!(self.given_names)),
            (
                "family_name",
                json!(if changed { format!("{}-RECTIFIÉ", self.family_name) } else { self.family_name.to_owned() }),
            ),
            ("gender", json!(self.gender)),
            ("birthdate", json!(self.birthdate)),
            ("idp_birthdate", json!(self.idp_birthdate)),
            ("birthplace", json!(self.birthplace)),
            ("birthcountry", json!(self.birthcountry)),
            ("email", json!(format!("{}{}@exemple.test", self.key, if changed { ".nouveau" } else { "" }))),
        ];
        claims.extend(self.preferred_username.map(|name| ("preferred_username", json!(name))));
        claims
    }
}

pub(super) fn citizen(key: &str) -> Option<&'static Citizen> {
    CITIZENS.iter().find(|citizen| citizen.key == key)
}

pub(super) fn staff_member(key: &str) -> Option<&'static StaffMember> {
    STAFF.iter().find(|member| member.key == key)
}

/// Stable, opaque, and another one for each service: 64 hexadecimal digits and "v1", as FranceConnect's.
pub(super) fn subject(client: &str, key: &str, renewed: bool) -> String {
    let text = format!("{client}\n{key}\n{renewed}");
    format!("{}v1", data_encoding::HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref()))
}

/// Whom a client meets at the first login of a citizen: the subject, and the claims of these scopes.
pub fn introduce(client: &str, key: &str, scopes: &[&str]) -> (String, Map<String, Value>) {
    (subject(client, key, false), claims(Audience::Patients, key, &scopes.join(" "), false))
}

/// What the granted scopes let out. `changed` is the same person after a correction of civil status.
pub(super) fn claims(audience: Audience, key: &str, scope: &str, changed: bool) -> Map<String, Value> {
    let allowed: Vec<&str> = scope.split(' ').flat_map(of_scope).copied().collect();
    let all = match audience {
        Audience::Patients => citizen(key).map(|citizen| citizen.claims(changed)),
        Audience::Staff => {
            staff_member(key).map(|member| vec![("name", json!(member.name)), ("roles", json!(member.roles))])
        }
    };
    let listed = |name: &str| audience == Audience::Staff || allowed.contains(&name);
    all.into_iter().flatten().filter(|(name, _)| listed(name)).map(|(name, value)| (name.to_owned(), value)).collect()
}

fn of_scope(scope: &str) -> &'static [&'static str] {
    match scope {
        "profile" => &["given_name", "given_name_array", "family_name", "birthdate", "gender", "preferred_username"],
        "birth" => &["birthplace", "birthcountry"],
        "identite_pivot" => {
            &["given_name", "given_name_array", "family_name", "birthdate", "gender", "birthplace", "birthcountry"]
        }
        "given_name" => &["given_name", "given_name_array"],
        "family_name" => &["family_name"],
        "gender" => &["gender"],
        "birthdate" => &["birthdate"],
        "birthplace" => &["birthplace"],
        "birthcountry" => &["birthcountry"],
        "preferred_username" => &["preferred_username"],
        "email" => &["email"],
        "idp_birthdate" => &["idp_birthdate"],
        _ => &[],
    }
}
