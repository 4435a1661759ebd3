//! ADT of a planned stay, read as a notice of the house (HL7 v2.5 chapter 3, IHE PAM France 2.11): pure.

use jiff::Timestamp;
use kernel::{Finess, Zone};
use preadmission::announcement::{Announcement, Former, HospitalPerson, Merged, Notice, StayClass, Unit};

use super::{Refusal, sender::finess};
use crate::hl7::{Header, Message, Repetition, Segment, known_date, moment};

/// The longest visit number: CX.1 holds 15 characters, which French systems exceed.
const LONGEST_NUMBER: usize = 40;

/// The establishment that speaks, with its sites, the first of which is taken when none is named.
#[derive(Debug, Clone)]
pub struct Hospital {
    pub finess: Finess,
    pub sites: Vec<(Finess, Zone)>,
    /// OIDs under which we give numbers: ours coming back are not the hospital's.
    pub own_domains: Vec<String>,
}

/// What a trigger says of a planned stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Planned,
    Cancelled,
    /// Of identities: merged, or numbered anew.
    Merged,
}

/// `None` for what is not about a planned stay: other triggers, and Z99 of another movement. PAM §5.3.2: ignored.
pub fn word(message: &Message) -> Result<Option<Word>, Refusal> {
    let header = Header::of(message).unwrap_or_default();
    if header.kind != "ADT" {
        return Ok(None);
    }
    match header.trigger.as_str() {
        "A05" | "A14" => Ok(Some(Word::Planned)),
        "A38" | "A27" => Ok(Some(Word::Cancelled)),
        "A40" | "A47" => Ok(Some(Word::Merged)),
        "Z99" => corrected(message),
        _ => Ok(None),
    }
}

/// Z99 may only change a movement (PAM §5.3.2 note 2), and ZBE-6 tells which event made it.
fn corrected(message: &Message) -> Result<Option<Word>, Refusal> {
    let zbe = message.first("ZBE").ok_or(Refusal::sequence("ZBE"))?;
    match zbe.text(6).ok_or(Refusal::missing("ZBE", 6))? {
        "A05" | "A14" if zbe.text(4) == Some("UPDATE") => Ok(Some(Word::Planned)),
        "A05" | "A14" => Err(Refusal::not_in_table("ZBE", 4)),
        _ => Ok(None),
    }
}

/// The notice in a message about a planned stay of this hospital; `None` when it is about something else.
pub fn stay(message: &Message, hospital: &Hospital) -> Result<Option<Notice>, Refusal> {
    let Some(word) = word(message)? else { return Ok(None) };
    in_order(message)?;
    let pid = needed(message, "PID")?;
    Ok(Some(match word {
        Word::Merged => Notice::Merged(Box::new(merged(message, hospital, pid)?)),
        Word::Cancelled => {
            let visit_number = visit_number(needed(message, "PV1")?)?;
            Notice::Cancelled { establishment: hospital.finess.clone(), visit_number }
        }
        Word::Planned => {
            let pv1 = needed(message, "PV1")?;
            Notice::Planned(Box::new(announcement(message, hospital, pid, pv1, visit_number(pv1)?)?))
        }
    }))
}

/// A40 and A47: one pair of identities a message (IHE ITI-30). Kinds of identifiers that are not held here are left out,
/// such as an INS that is withdrawn: then the person who stays is only told anew.
fn merged(message: &Message, hospital: &Hospital, pid: &Segment) -> Result<Merged, Refusal> {
    let person = person(pid, hospital)?;
    let mut former = former(needed(message, "MRG")?, hospital)?;
    if former.is_empty() {
        former.push(Former::Hospital(person.ipp.clone()));
    }
    Ok(Merged { establishment: hospital.finess.clone(), former, person })
}

fn needed<'a>(message: &'a Message, name: &'static str) -> Result<&'a Segment, Refusal> {
    message.first(name).ok_or(Refusal::sequence(name))
}

/// MRG-1: the identities that are given up, the hospital's and ours.
fn former(mrg: &Segment, hospital: &Hospital) -> Result<Vec<Former>, Refusal> {
    let values = mrg.field(1).map(|field| field.repetitions()).unwrap_or_default();
    let numbers = values.iter().filter(|value| matches!(value.text(5), None | Some("PI")));
    let mut former = Vec::new();
    for value in numbers {
        let number = value.text(1).ok_or(Refusal::missing("MRG", 1))?;
        former.push(match is_ours(value, hospital) {
            true => Former::Ours(number.parse().map_err(|_| Refusal::unknown("MRG", 1, "identity"))?),
            false => Former::Hospital(number.to_owned()),
        });
    }
    if values.is_empty() { Err(Refusal::missing("MRG", 1)) } else { Ok(former) }
}

/// Given under one of our OIDs.
fn is_ours(value: &Repetition, hospital: &Hospital) -> bool {
    let oid = value.component(4).and_then(|authority| authority.text(2));
    oid.is_some_and(|oid| hospital.own_domains.iter().any(|own| own == oid))
}

/// PAM §5.2: who, then the visit, then the movement.
fn in_order(message: &Message) -> Result<(), Refusal> {
    const ORDER: [&str; 6] = ["MSH", "EVN", "PID", "PV1", "PV2", "ZBE"];
    let mut reached = 0;
    for segment in message.segments() {
        let Some(place) = ORDER.iter().position(|name| *name == segment.name()) else { continue };
        if place < reached {
            return Err(Refusal::sequence(ORDER.get(place).copied().unwrap_or("MSH")));
        }
        reached = place;
    }
    Ok(())
}

fn announcement(
    message: &Message,
    hospital: &Hospital,
    pid: &Segment,
    pv1: &Segment,
    visit_number: String,
) -> Result<Announcement, Refusal> {
    let (pv2, zbe) = (message.first("PV2"), message.first("ZBE"));
    let site = site(pv1, hospital)?;
    let zone = zone(hospital, site.as_ref())?;
    let entry_at = entry(message, pv2, zone)?;
    let exit_at = instant(pv2, "PV2", 9, zone)?;
    if exit_at.is_some_and(|exit| exit < entry_at) {
        return Err(Refusal::contradiction("PV2", 9));
    }
    Ok(Announcement {
        establishment: hospital.finess.clone(),
        site,
        visit_number,
        folder_number: typed(pid, 18, "AN").map(str::to_owned),
        movement: zbe.and_then(movement),
        person: person(pid, hospital)?,
        class: class(pv1)?,
        unit: unit(pv1, zbe),
        entry_at,
        exit_at,
        label: pv2.and_then(|pv2| pv2.text(12)).unwrap_or_default().to_owned(),
        practitioner: practitioner(pv1),
        surgery: surgery(message, pv1),
    })
}

/// The first value of that type; one without a type is taken for it (PAM §6.6.9, 6.10.4).
fn typed<'a>(segment: &'a Segment, field: usize, kind: &str) -> Option<&'a str> {
    let values = segment.field(field)?.repetitions();
    let of = |wanted: Option<&str>| values.iter().find(|value| value.text(5) == wanted).and_then(|value| value.text(1));
    of(Some(kind)).or_else(|| of(None))
}

fn visit_number(pv1: &Segment) -> Result<String, Refusal> {
    let number = typed(pv1, 19, "VN").ok_or(Refusal::missing("PV1", 19))?;
    if number.chars().count() > LONGEST_NUMBER {
        return Err(Refusal::malformed("PV1", 19));
    }
    Ok(number.to_owned())
}

/// PV1-3.4, or the authority of the visit number, when it is a site of ours.
fn site(pv1: &Segment, hospital: &Hospital) -> Result<Option<Finess>, Refusal> {
    let place = |field: usize| pv1.field(field)?.repetitions().first()?.component(4);
    let named = [3, 19].into_iter().find_map(|field| finess(place(field)?, "N").map(|finess| (field, finess)));
    let Some((field, named)) = named else { return Ok(None) };
    let known = hospital.sites.iter().map(|(site, _)| site).find(|site| site.as_str() == named);
    let field = if field == 3 { 3 } else { 19 };
    known.cloned().map(Some).ok_or(Refusal::unknown("PV1", field, "site"))
}

fn zone<'a>(hospital: &'a Hospital, site: Option<&Finess>) -> Result<&'a Zone, Refusal> {
    let of_site = hospital.sites.iter().find(|(finess, _)| site.is_none_or(|site| site == finess));
    of_site.map(|(_, zone)| zone).ok_or(Refusal::unknown("PV1", 3, "site"))
}

/// PV2-8, or EVN-3, which a planned event carries too (PAM §6.4).
fn entry(message: &Message, pv2: Option<&Segment>, zone: &Zone) -> Result<Timestamp, Refusal> {
    let planned = match instant(pv2, "PV2", 8, zone)? {
        Some(planned) => Some(planned),
        None => instant(message.first("EVN"), "EVN", 3, zone)?,
    };
    planned.ok_or(Refusal::missing("PV2", 8))
}

fn instant(
    segment: Option<&Segment>,
    name: &'static str,
    field: u16,
    zone: &Zone,
) -> Result<Option<Timestamp>, Refusal> {
    let text = segment.and_then(|segment| segment.text(field.into()));
    text.map(|text| moment(text, zone).ok_or(Refusal::malformed(name, field))).transpose()
}

/// ZBE-1, as `number^authority`.
fn movement(zbe: &Segment) -> Option<String> {
    let number = zbe.text(1)?;
    Some(zbe.component(1, 2).map_or_else(|| number.to_owned(), |authority| format!("{number}^{authority}")))
}

fn person(pid: &Segment, hospital: &Hospital) -> Result<HospitalPerson, Refusal> {
    let (birth, used) = names(pid)?;
    let family = birth.text(1).ok_or(Refusal::missing("PID", 5))?;
    let given = birth.text(2).ok_or(Refusal::missing("PID", 5))?;
    let date = pid.text(7).ok_or(Refusal::missing("PID", 7))?;
    let (phone, email) = contacts(pid);
    Ok(HospitalPerson {
        ipp: ipp(pid, hospital)?.to_owned(),
        birth_family: family.to_owned(),
        used_family: used.and_then(|used| used.text(1)).filter(|used| *used != family).map(str::to_owned),
        given: given.to_owned(),
        birth_date: known_date(date).ok_or(Refusal::malformed("PID", 7))?,
        sex: sex(pid)?.to_owned(),
        birth_place: birth_place(pid),
        phone,
        email,
        identity_status: pid.text(32).map(str::to_owned),
    })
}

/// The hospital's patient number, type PI: that of the legal entity or of its site before any other's, never ours.
fn ipp<'a>(pid: &'a Segment, hospital: &Hospital) -> Result<&'a str, Refusal> {
    let values = pid.field(3).map(|field| field.repetitions()).unwrap_or_default();
    let theirs = || values.iter().filter(|value| value.text(5) == Some("PI") && !is_ours(value, hospital));
    let by_entity = |value: &&Repetition| {
        value.component(4).and_then(|authority| finess(authority, "M")) == Some(hospital.finess.as_str())
    };
    let best = theirs().find(by_entity).or_else(|| theirs().next());
    best.and_then(|value| value.text(1)).ok_or(Refusal::missing("PID", 3))
}

/// Birth name (L) and used name (D). A single name without a type is the birth name.
fn names(pid: &Segment) -> Result<(&Repetition, Option<&Repetition>), Refusal> {
    let values = pid.field(5).map(|field| field.repetitions()).unwrap_or_default();
    let of = |kind: &str| values.iter().find(|value| value.text(7) == Some(kind));
    let untyped = values.iter().find(|value| value.text(7).is_none());
    Ok((of("L").or(untyped).ok_or(Refusal::missing("PID", 5))?, of("D")))
}

/// O left the table in 2.11; those who still send it are understood.
fn sex(pid: &Segment) -> Result<&str, Refusal> {
    match pid.text(8) {
        Some(sex @ ("F" | "M")) => Ok(sex),
        None | Some("U" | "O") => Ok("U"),
        Some(_) => Err(Refusal::not_in_table("PID", 8)),
    }
}

fn birth_place(pid: &Segment) -> Option<String> {
    let addresses = pid.field(11)?.repetitions();
    let born = addresses.iter().find(|address| address.text(7) == Some("BDL"))?;
    born.text(9).map(str::to_owned)
}

/// A mobile before a fixed line: XTN-12, or XTN-1 as older systems write it; and the mail of XTN-4.
fn contacts(pid: &Segment) -> (Option<String>, Option<String>) {
    let values = pid.field(13).map(|field| field.repetitions()).unwrap_or_default();
    let is_mail = |value: &Repetition| value.text(2) == Some("NET") || value.text(3) == Some("Internet");
    let number = |value: &Repetition| international(value.text(12).or_else(|| value.text(1))?);
    let phones = || values.iter().filter(|value| !is_mail(value));
    let mobile = phones().filter(|value| value.text(3) == Some("CP")).find_map(number);
    let mail = values.iter().filter(|value| is_mail(value)).find_map(|value| value.text(4));
    (mobile.or_else(|| phones().find_map(number)), mail.map(str::to_owned))
}

/// E.164. A French number loses its 0; one that is neither French nor international is left out rather than guessed.
fn international(text: &str) -> Option<String> {
    let bare: String = text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
    let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
    match digits {
        Some(digits) => {
            let good = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            good.then(|| format!("+{digits}"))
        }
        None => {
            let national = bare.strip_prefix('0')?;
            (national.len() == 9 && !national.starts_with('0')).then(|| format!("+33{national}"))
        }
    }
}

/// PV1-2 I or O (PAM §5.3.5); PV1-21 tells a day from nights.
fn class(pv1: &Segment) -> Result<StayClass, Refusal> {
    match (pv1.text(2).ok_or(Refusal::missing("PV1", 2))?, pv1.text(21)) {
        ("I", Some("04" | "23")) => Ok(StayClass::Day),
        ("I", _) => Ok(StayClass::Inpatient),
        ("O", _) => Ok(StayClass::External),
        _ => Err(Refusal::not_in_table("PV1", 2)),
    }
}

/// PV1-3.1 with the label ZBE-7 gives the same unit; else the unit of ZBE-7.
fn unit(pv1: &Segment, zbe: Option<&Segment>) -> Option<Unit> {
    let responsible = zbe.map(|zbe| (zbe.component(7, 10), zbe.component(7, 1)));
    let (responsible, label) = responsible.unwrap_or_default();
    let code = pv1.text(3).or(responsible)?;
    let label = label.filter(|_| responsible == Some(code)).unwrap_or(code);
    Some(Unit { code: code.to_owned(), label: label.to_owned() })
}

/// PV1-7, as on a door: prefix, given name, family name.
fn practitioner(pv1: &Segment) -> Option<String> {
    let part = |number: usize| pv1.component(7, number);
    part(2)?;
    Some([part(6), part(3), part(2)].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// PV1-21 23 (ambulatory surgery), PV1-10 SUR (table 0069), or a procedure that is anaesthesia (PR1-6, table 0230).
fn surgery(message: &Message, pv1: &Segment) -> bool {
    pv1.text(21) == Some("23") || pv1.text(10) == Some("SUR") || message.all("PR1").any(|pr1| pr1.text(6) == Some("A"))
}

#[cfg(test)]
mod tests;
