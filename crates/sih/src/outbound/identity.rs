//! Who: PID of a patient whose identity was declared, and professionals (IHE PAM France §6.6, appendix N).

use kernel::Finess;

use super::{
    facts::{Person, Professional, Sex},
    preadmission::{Address, home},
    profile::Profile,
};
use crate::hl7::{Component, Repetition, Segment, birth_date, components};

const FRANCE: &str = "99100";

/// Status PROV: a portal records what a person declares, an agent of the hospital qualifies it.
pub(super) fn pid(person: &Person, profile: &Profile) -> Segment {
    let own = Repetition::default().with(1, person.id.to_string()).with(4, profile.domain()).with(5, "PI");
    let sex = match person.sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "U",
    };
    Segment::new("PID")
        .with(1, "1")
        .with(3, own)
        .with(5, names(person))
        .with(7, birth_date(&person.birth_date).unwrap_or_default())
        .with(8, sex)
        .with(11, addresses(person, None))
        .with(13, contacts(person))
        .with(32, "PROV")
}

/// Birth name always (L), used name when it is another (D). The list of given names in XPN-3 is INSi's alone.
fn names(person: &Person) -> Vec<Repetition> {
    let name = |family: &str, kind: &str| components([family, &person.given, "", "", "", "", kind]);
    let used = person.used_family.as_deref().filter(|used| !used.is_empty() && *used != person.birth_family);
    let mut names = vec![name(&person.birth_family, "L")];
    names.extend(used.map(|used| name(used, "D")));
    names
}

/// Where the person lives (H), when that was asked, and was born (BDL).
pub(super) fn addresses(person: &Person, living: Option<&Address>) -> Vec<Repetition> {
    living.map(|address| home(address, "H")).into_iter().chain(birth_place(person)).collect()
}

/// XAD-9 is the INSEE code of the commune, or of the country for those born abroad.
fn birth_place(person: &Person) -> Option<Repetition> {
    let told = |code: &Option<String>| code.clone().filter(|code| !code.is_empty());
    let country = told(&person.birth_country);
    let code = told(&person.birth_place).or_else(|| country.clone())?;
    let alpha3 = if country.as_deref().is_none_or(|country| country == FRANCE) { "FRA" } else { "" };
    Some(components(["", "", "", "", "", alpha3, "BDL", "", &code]))
}

fn contacts(person: &Person) -> Vec<Repetition> {
    let phone = person.phone.as_deref().map(phone);
    let mail = person.mail.as_deref().map(|mail| components(["", "NET", "Internet", mail]));
    phone.into_iter().chain(mail).collect()
}

pub(super) fn phone(number: &str) -> Repetition {
    let number = national(number);
    let kind = if number.starts_with("06") || number.starts_with("07") { "CP" } else { "PH" };
    components(["", "PRN", kind]).with(12, number)
}

/// Digits as French systems keep them: `+33612345678` is `0612345678`; a foreign number keeps its prefix.
fn national(phone: &str) -> String {
    let bare: String = phone.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    bare.strip_prefix("+33").map(|rest| format!("0{rest}")).unwrap_or(bare)
}

/// XCN of a professional by the national number, typed RPPS.
pub(super) fn professional(professional: &Professional) -> Repetition {
    let authority = Component::subcomponents(["ASIP-SANTE-PS", "1.2.250.1.71.4.2.1", "ISO"]);
    components([professional.rpps.as_str(), &professional.family, &professional.given])
        .with(9, authority)
        .with(10, "L")
        .with(13, "RPPS")
}

/// CX of a number that the hospital gave, under its legal entity: `name&FINESS&M` (appendix N §1).
pub(super) fn numbered_by(profile: &Profile, finess: &Finess, number: &str, kind: &str) -> Repetition {
    Repetition::default().with(1, number).with(4, hospital(profile, finess)).with(5, kind)
}

pub(super) fn hospital(profile: &Profile, finess: &Finess) -> Component {
    Component::subcomponents([profile.receiving_facility_name(), finess.as_str(), "M"])
}
