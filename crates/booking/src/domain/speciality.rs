//! A medical speciality of the national nomenclature TRE_R38-SpecialiteOrdinale (ANS, value set J210 of 2026-07-30).

use std::{fmt, str::FromStr};

/// One line of the nomenclature.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speciality {
    code: &'static str,
    label: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a speciality of TRE_R38")]
pub struct NotASpeciality;

impl Speciality {
    pub const fn code(self) -> &'static str {
        self.code
    }
    /// Every code of the same wording: general practice has three.
    pub fn alike(self) -> impl Iterator<Item = &'static str> {
        NOMENCLATURE.iter().filter(move |(_, label)| *label == self.label).map(|(code, _)| *code)
    }
    /// Its French wording, without the code of the profession.
    pub const fn label(self) -> &'static str {
        self.label
    }
}

impl FromStr for Speciality {
    type Err = NotASpeciality;
    fn from_str(text: &str) -> Result<Self, NotASpeciality> {
        let known = NOMENCLATURE.iter().find(|(code, _)| *code == text).ok_or(NotASpeciality)?;
        Ok(Self { code: known.0, label: known.1 })
    }
}

impl fmt::Debug for Speciality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}
impl fmt::Display for Speciality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

#[rustfmt::skip]
const NOMENCLATURE: &[(&str, &str)] = &[
    ("SCD01", "Orthopédie dento-faciale"),
    ("SCD02", "Chirurgie orale"),
    ("SCD03", "Médecine bucco-dentaire"),
    ("SI01", "Infirmier en pratique avancée, pathologies chroniques stabilisées"),
    ("SI02", "Infirmier en pratique avancée, oncologie et hémato-oncologie"),
    ("SI03", "Infirmier en pratique avancée, maladie rénale chronique, dialyse et transplantation rénale"),
    ("SI04", "Infirmier en pratique avancée, santé mentale"),
    ("SM01", "Anatomie et cytologie pathologiques"),
    ("SM02", "Anesthésie-réanimation"),
    ("SM03", "Biologie médicale"),
    ("SM04", "Cardiologie et maladies vasculaires"),
    ("SM05", "Chirurgie générale"),
    ("SM06", "Chirurgie maxillo-faciale"),
    ("SM07", "Chirurgie maxillo-faciale et stomatologie"),
    ("SM08", "Chirurgie orthopédique et traumatologie"),
    ("SM09", "Chirurgie infantile"),
    ("SM10", "Chirurgie plastique reconstructrice et esthétique"),
    ("SM11", "Chirurgie thoracique et cardio-vasculaire"),
    ("SM12", "Chirurgie urologique"),
    ("SM13", "Chirurgie vasculaire"),
    ("SM14", "Chirurgie viscérale et digestive"),
    ("SM15", "Dermatologie et vénéréologie"),
    ("SM16", "Endocrinologie et métabolisme"),
    ("SM17", "Génétique médicale"),
    ("SM18", "Gériatrie"),
    ("SM19", "Gynécologie médicale"),
    ("SM20", "Gynécologie-obstétrique"),
    ("SM21", "Hématologie"),
    ("SM22", "Hématologie, option maladie du sang"),
    ("SM23", "Hématologie, option onco-hématologie"),
    ("SM24", "Gastro-entérologie et hépatologie"),
    ("SM25", "Médecine du travail"),
    ("SM26", "Médecine générale"),
    ("SM27", "Médecine interne"),
    ("SM28", "Médecine nucléaire"),
    ("SM29", "Médecine physique et de réadaptation"),
    ("SM30", "Néphrologie"),
    ("SM31", "Neuro-chirurgie"),
    ("SM32", "Neurologie"),
    ("SM33", "Neuro-psychiatrie"),
    ("SM34", "ORL et chirurgie cervico-faciale"),
    ("SM35", "Oncologie, option onco-hématologie"),
    ("SM36", "Oncologie, option médicale"),
    ("SM37", "Oncologie, option radiothérapie"),
    ("SM38", "Ophtalmologie"),
    ("SM39", "Oto-rhino-laryngologie"),
    ("SM40", "Pédiatrie"),
    ("SM41", "Pneumologie"),
    ("SM42", "Psychiatrie"),
    ("SM43", "Psychiatrie, option enfant et adolescent"),
    ("SM44", "Radio-diagnostic"),
    ("SM45", "Radio-thérapie"),
    ("SM46", "Médecine intensive-réanimation"),
    ("SM47", "Recherche médicale"),
    ("SM48", "Rhumatologie"),
    ("SM49", "Santé publique et médecine sociale"),
    ("SM50", "Stomatologie"),
    ("SM51", "Gynéco-obstétrique et gynéco-médicale, option gynéco-obstétrique"),
    ("SM52", "Gynéco-obstétrique et gynéco-médicale, option gynéco-médicale"),
    ("SM53", "Médecine générale"),
    ("SM54", "Médecine générale"),
    ("SM55", "Radio-diagnostic et radio-thérapie"),
    ("SM56", "Chirurgie orale"),
    ("SM57", "Allergologie"),
    ("SM58", "Maladies infectieuses et tropicales"),
    ("SM59", "Médecine d’urgence"),
    ("SM60", "Médecine légale et expertises médicales"),
    ("SM61", "Médecine vasculaire"),
    ("SM62", "Endocrinologie, diabétologie, nutrition"),
    ("SM63", "Biologie médicale, option biologie générale"),
    ("SM64", "Biologie médicale, option médecine moléculaire, génétique et pharmacologie"),
    ("SM65", "Biologie médicale, option hématologie et immunologie"),
    ("SM66", "Biologie médicale, option agents infectieux"),
    ("SM67", "Biologie médicale, option biologie de la reproduction"),
    ("SM68", "Chirurgie maxillo-faciale"),
    ("SM69", "Chirurgie pédiatrique, option chirurgie viscérale pédiatrique"),
    ("SM70", "Chirurgie pédiatrique, option orthopédie pédiatrique"),
    ("SM71", "Hématologie"),
    ("SM72", "Médecine interne et immunologie clinique"),
    ("SM73", "Médecine cardiovasculaire"),
    ("SM74", "Radiologie et imagerie médicale"),
    ("SM75", "Santé publique"),
    ("SM76", "Anesthésie-réanimation, option anesthésie pédiatrique"),
    ("SM77", "Chirurgie maxillo-faciale, option orthodontie des dysmorphies maxillo-faciales"),
    ("SM78", "Chirurgie viscérale et digestive, option endoscopie chirurgicale"),
    ("SM79", "Médecine cardiovasculaire, option cardiologie interventionnelle"),
    ("SM80", "Médecine cardiovasculaire, option imagerie d’expertise"),
    ("SM81", "Médecine cardiovasculaire, option rythmologie interventionnelle"),
    ("SM82", "Médecine intensive-réanimation, option réanimation pédiatrique"),
    ("SM83", "Néphrologie, option soins intensifs néphrologiques"),
    ("SM84", "Neurologie, option traitement de l’ischémie cérébrale aiguë"),
    ("SM85", "Ophtalmologie, option chirurgie ophtalmopédiatrique et strabologique"),
    ("SM86", "ORL et chirurgie cervico-faciale, option audiophonologie"),
    ("SM87", "Pédiatrie, option néonatologie"),
    ("SM88", "Pédiatrie, option neuropédiatrie"),
    ("SM89", "Pédiatrie, option pneumopédiatrie"),
    ("SM90", "Pédiatrie, option réanimation pédiatrique"),
    ("SM91", "Pneumologie, option soins intensifs respiratoires"),
    ("SM92", "Psychiatrie, option enfant et adolescent"),
    ("SM93", "Psychiatrie, option personne âgée"),
    ("SM94", "Radiologie et imagerie médicale, option radiologie interventionnelle avancée"),
    ("SM95", "Santé publique, option administration de la santé"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_nomenclature_holds() {
        let cardiology: Speciality = "SM04".parse().unwrap();
        assert_eq!((cardiology.code(), cardiology.label()), ("SM04", "Cardiologie et maladies vasculaires"));
        let practice: Speciality = "SM54".parse().unwrap();
        assert_eq!(practice.alike().collect::<Vec<_>>(), ["SM26", "SM53", "SM54"]);
        for wrong in ["", "SM4", "sm04", "SM00", "SM96", "SCD04"] {
            assert_eq!(wrong.parse::<Speciality>(), Err(NotASpeciality), "{wrong}");
        }
        assert!(NOMENCLATURE.is_sorted_by(|one, next| one.0 < next.0), "each code once, in order");
    }
}
