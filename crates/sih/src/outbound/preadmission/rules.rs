//! What IHE PAM France demands of the messages we write and no public validator knows: looked at once more before a
//! message leaves, whatever built it.

use crate::hl7::{Header, Message, Segment};

/// A rule that a message breaks: its segment, field (0 for the segment itself) and the section of PAM.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{segment}-{field} ({source_of_rule})")]
pub struct Broken {
    pub segment: String,
    pub field: usize,
    pub source_of_rule: &'static str,
}

/// Never filled: race, religion, ethnic group, and the fields PAM §6.3 and 6.6 close; ZBE-3, ZFA-4 to -8, ZFV-3; and
/// ZFD-7, -8, which tell what an agent checked.
const FORBIDDEN: &[(&str, &[usize], &str)] = &[
    ("PID", &[2, 4, 9, 10, 12, 17, 19, 20, 22], "6.6"),
    ("NK1", &[25, 28, 35], "6.3"),
    ("ZBE", &[3], "6.13"),
    ("ZFA", &[4, 5, 6, 7, 8], "6.14"),
    ("ZFV", &[3], "6.16"),
    ("ZFD", &[7, 8], "6.18"),
];

/// Must be filled when the segment is there.
const REQUIRED: &[(&str, &[usize], &str)] = &[
    ("PID", &[3, 5, 32], "6.6"),
    ("NK1", &[2, 7, 33], "6.9"),
    ("PV1", &[2], "6.10"),
    ("ZBE", &[1, 2, 4, 5, 9], "6.13"),
    ("ZFD", &[5], "6.18"),
    ("IN1", &[1, 2, 3, 17], "6.20"),
];

/// Fields whose first value comes from a table.
const TABLES: &[(&str, usize, &[&str], &str)] = &[
    ("PID", 8, &["F", "M", "U"], "6.6.5"),
    ("PID", 32, &["PROV"], "6.6.15"),
    ("NK1", 7, &["C", "K", "R", "P", "N"], "6.9"),
    ("PV1", 2, &["I", "O", "N"], "6.10"),
    ("ZBE", 4, &["INSERT", "UPDATE", "CANCEL"], "6.13"),
    ("ZBE", 5, &["Y", "N"], "6.13"),
    ("ZBE", 9, &["S", "H", "M", "L", "D", "SM", "SH", "MH", "LD", "HMS", "C"], "6.13"),
    ("ZFA", 9, &["NA", "IO", "INO"], "6.14"),
    ("ZFA", 11, &["NA", "INC", "IC"], "6.14"),
    ("ZFD", 3, &["Y", "N"], "6.18"),
    ("ZFD", 5, &["SM"], "6.18"),
    ("IN1", 2, &["AMO", "CMU", "AME", "AMC", "CMUC", "AMEC", "PAT", "ASS", "EMP", "ETB", "DEP"], "6.20"),
];

/// The order of PAM §5.2, of the segments we write.
const ORDER: &[&str] =
    &["MSH", "EVN", "PID", "ROL", "NK1", "PV1", "PV2", "ZBE", "ZFA", "ZFP", "ZFV", "ZFM", "ZFD", "IN1", "TXA", "OBX"];

/// The first rule broken, if any.
pub fn check(message: &Message) -> Result<(), Broken> {
    let header = Header::of(message).unwrap_or_default();
    for segment in message.segments() {
        each(segment)?;
    }
    order(message)?;
    identity(message)?;
    match (header.kind.as_str(), header.trigger.as_str()) {
        ("ADT", "A28") => feed(message),
        ("ADT", trigger) => encounter(message, trigger),
        _ => visited(message),
    }
}

fn broken(segment: &str, field: usize, source_of_rule: &'static str) -> Broken {
    Broken { segment: segment.to_owned(), field, source_of_rule }
}

fn is_filled(segment: &Segment, field: usize) -> bool {
    segment.field(field).is_some_and(|field| !field.is_empty())
}

fn each(segment: &Segment) -> Result<(), Broken> {
    let of = |name: &str| name == segment.name();
    for (name, fields, source) in FORBIDDEN.iter().filter(|(name, ..)| of(name)) {
        if let Some(field) = fields.iter().find(|field| is_filled(segment, **field)) {
            return Err(broken(name, *field, source));
        }
    }
    for (name, fields, source) in REQUIRED.iter().filter(|(name, ..)| of(name)) {
        if let Some(field) = fields.iter().find(|field| !is_filled(segment, **field)) {
            return Err(broken(name, *field, source));
        }
    }
    for (name, field, values, source) in TABLES.iter().filter(|(name, ..)| of(name)) {
        if segment.text(*field).is_some_and(|value| !values.contains(&value)) {
            return Err(broken(name, *field, source));
        }
    }
    let is_empty = (1..=64).all(|field| !is_filled(segment, field));
    if is_empty { Err(broken(segment.name(), 0, "5.2")) } else { Ok(()) }
}

fn order(message: &Message) -> Result<(), Broken> {
    let mut reached = 0;
    for segment in message.segments() {
        // One that is not listed is not one of ours.
        let place = ORDER.iter().position(|name| *name == segment.name());
        match place.filter(|place| *place >= reached) {
            Some(place) => reached = place,
            None => return Err(broken(segment.name(), 0, "5.2")),
        }
    }
    Ok(())
}

/// No INS leaves a portal, in no segment: its type is nowhere, and neither are its domains' names (PAM §6.6.1).
fn identity(message: &Message) -> Result<(), Broken> {
    for segment in message.segments() {
        for field in [3, 33, 49] {
            let values = segment.field(field).map(|field| field.repetitions()).unwrap_or_default();
            let is_ins = |name: &str| name.starts_with("ASIP-SANTE-INS");
            let ins = values.iter().any(|value| {
                value.text(5) == Some("INS") || value.component(4).and_then(|one| one.text(1)).is_some_and(is_ins)
            });
            if ins {
                return Err(broken(segment.name(), field, "6.6.1"));
            }
        }
        let typed = segment.name() != "NK1" || segment.component(33, 5) == Some("PN");
        if !typed {
            return Err(broken("NK1", 33, "6.9"));
        }
    }
    Ok(())
}

/// ITI-30: no movement, no trusted person.
fn feed(message: &Message) -> Result<(), Broken> {
    if message.first("ZBE").is_some() {
        return Err(broken("ZBE", 0, "5.2"));
    }
    if message.all("NK1").any(|nk1| nk1.text(7) == Some("K")) {
        return Err(broken("NK1", 7, "6.9"));
    }
    match message.first("PV1").and_then(|pv1| pv1.text(2)) {
        Some("N") => Ok(()),
        _ => Err(broken("PV1", 2, "4.3")),
    }
}

/// ITI-31: the movement, and what it does.
fn encounter(message: &Message, trigger: &str) -> Result<(), Broken> {
    visited(message)?;
    let zbe = message.first("ZBE").ok_or_else(|| broken("ZBE", 0, "5.2"))?;
    let (action, original) = match trigger {
        "A05" => ("INSERT", None),
        "Z99" => ("UPDATE", Some("A05")),
        "A38" => ("CANCEL", Some("A05")),
        _ => return Err(broken("MSH", 9, "5.3.2")),
    };
    if zbe.text(4) != Some(action) {
        return Err(broken("ZBE", 4, "5.3.2"));
    }
    if zbe.text(6) != original {
        return Err(broken("ZBE", 6, "6.13"));
    }
    Ok(())
}

/// The folder and the visit are named (PAM §6.6.9, 6.10.4).
fn visited(message: &Message) -> Result<(), Broken> {
    let of = |name: &str, field: usize, kind: &str| {
        message.first(name).and_then(|segment| segment.component(field, 5)) == Some(kind)
    };
    if !of("PID", 18, "AN") {
        return Err(broken("PID", 18, "6.6.9"));
    }
    if of("PV1", 19, "VN") { Ok(()) } else { Err(broken("PV1", 19, "6.10.4")) }
}

#[cfg(test)]
mod tests;
