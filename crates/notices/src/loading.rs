//! From what the rooms know to what a notice may say: the one place that knows both.

use booking::{domain::appointment::State, read::AppointmentFacts};
use identity::{
    contact::spoken,
    read::{PatientFacts, Site},
};
use jiff::{SignedDuration, Span, Timestamp, civil::Time};
use kernel::{AppointmentId, EstablishmentId, Id, ObjectId, PaymentAttemptId};
use payment::people::People;
use preadmission::{
    Links,
    announcement::HospitalPerson,
    read::{Invitation, News, OpenedAs, PreadmissionFacts, Relative, Status},
};
use storage::{Conn, StorageError};
use web::Lang;

use crate::{
    Telling,
    domain::facts::{self, About, Bill, Facts, File, Kind, Paid, Place, Recipient, Visit},
    reactions::Told,
    reminder::Coming,
};

/// How long after a payment a notice of it is still worth sending.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 7);

/// The present facts of what a notice is about; `None` when it is no more.
pub(crate) fn told(
    conn: &mut Conn,
    (kind, object): (Kind, ObjectId),
    telling: &Telling,
    now: Timestamp,
) -> Result<Option<Told>, StorageError> {
    let Telling { base_url, links, opens_days_before, people } = telling;
    if matches!(kind, Kind::FileInvited | Kind::FileAnswered) {
        let found = preadmission::read::invitation(conn, Id::from_uuid(object.uuid()))?;
        let told = found.map(|(file, invitation)| told_of_invitation(kind, &file, &invitation, (base_url, links)));
        if told.is_some() || kind == Kind::FileInvited {
            return Ok(told);
        }
    }
    if kind == Kind::News {
        let found = preadmission::read::relative(conn, Id::from_uuid(object.uuid()))?;
        return Ok(found.and_then(|(file, invitation, one)| news_of(&file, &invitation, &one, (base_url, links))));
    }
    if kind == Kind::Payment {
        return paid(conn, Id::from_uuid(object.uuid()), base_url);
    }
    if kind == Kind::Invoice {
        return to_pay(conn, object, (base_url, &**people), now);
    }
    if kind.is_of_file() {
        let file = preadmission::read::preadmission(conn, Id::from_uuid(object.uuid()))?;
        return file.map_or(Ok(None), |file| told_of_file(conn, kind, &file, (base_url, links, *opens_days_before)));
    }
    let Some(appointment) = booking::read::appointment(conn, Id::from_uuid(object.uuid()))? else { return Ok(None) };
    let Some(patient) = identity::read::patient(conn, appointment.patient)? else { return Ok(None) };
    Ok(Some(Told { person: patient.id.as_object(), turn: 0, facts: facts(appointment, patient, base_url) }))
}

/// To whoever paid, at the address that they gave for it; by SMS only to who was logged in.
fn paid(conn: &mut Conn, id: PaymentAttemptId, base_url: &str) -> Result<Option<Told>, StorageError> {
    let Some(settled) = payment::read::settled(conn, id)? else { return Ok(None) };
    let Some(site) = first_site(conn, settled.establishment)? else { return Ok(None) };
    let payer = settled.payer.map(|payer| identity::read::patient(conn, payer)).transpose()?.flatten();
    let recipient = payer.map_or_else(nobody, own);
    let until = settled.settled_at.saturating_add(RECENT).unwrap_or(settled.settled_at);
    let about = About::Payment(Paid {
        means: settled.means,
        amount: settled.amount,
        too_much: settled.too_much(),
        reference: settled.refdet.to_string(),
        until,
    });
    let facts = Facts {
        object: id.as_object(),
        about,
        starts_at: settled.paid_at,
        place: place_of(&site),
        recipient: Recipient { email: Some(settled.email.to_string()), ..recipient },
        link: format!("{base_url}/payments/{id}"),
        short_link: format!("{base_url}/invoices"),
    };
    Ok(Some(Told { person: settled.payer_object, turn: 0, facts }))
}

/// To its patient or to who acts for them, once each, and never what it costs: with its reference that opens its paper.
fn to_pay(
    conn: &mut Conn,
    id: ObjectId,
    (base_url, people): (&str, &dyn People),
    now: Timestamp,
) -> Result<Option<Told>, StorageError> {
    let Some(letter) = payment::read::letter(conn, id)? else { return Ok(None) };
    let invoice = &letter.invoice;
    let Some(site) = first_site(conn, invoice.establishment)? else { return Ok(None) };
    let Some(whose) = payment::read::whose(conn, people, &letter, site.zone.date(now))? else { return Ok(None) };
    let Some(recipient) = identity::read::patient(conn, letter.to)? else { return Ok(None) };
    // Until the end of its last day; where the hospital names none, for a month.
    let last = invoice.due_on.unwrap_or_else(|| invoice.issued_on.saturating_add(Span::new().days(30)));
    let midnight = last.saturating_add(Span::new().days(1)).to_datetime(Time::midnight());
    let Some(until) = site.zone.instant(midnight) else { return Ok(None) };
    let link = format!("{base_url}/invoices");
    let facts = Facts {
        object: id,
        about: About::Invoice(Bill {
            whose,
            due_on: invoice.due_on,
            reference: invoice.refdet.to_string(),
            is_payable: invoice.account.state == payment::read::State::Payable,
            until,
        }),
        starts_at: until,
        place: place_of(&site),
        recipient: own(recipient),
        short_link: link.clone(),
        link,
    };
    Ok(Some(Told { person: letter.to.as_object(), turn: 0, facts }))
}

/// Whose telephone answers questions about money: an invoice names no site.
fn first_site(conn: &mut Conn, of: EstablishmentId) -> Result<Option<Site>, StorageError> {
    Ok(identity::read::sites(conn, Some(of))?.into_iter().next())
}

fn nobody() -> Recipient {
    Recipient { name: String::new(), email: None, phone: None, language: Lang::default() }
}

/// To the patient; before anybody opened the file, to whom the hospital expects.
fn told_of_file(
    conn: &mut Conn,
    kind: Kind,
    file: &PreadmissionFacts,
    (base_url, links, opens_days_before): (&str, &Links, i64),
) -> Result<Option<Told>, StorageError> {
    // The telephone that the hospital knows for a minor is often a parent's, and a parent may have opened the file.
    if file.secret && (file.patient.is_none() || file.opened_as != OpenedAs::Myself) {
        return Ok(None);
    }
    let link = format!("{base_url}{}", links.path(file));
    let patient = file.patient.map(|patient| identity::read::patient(conn, patient)).transpose()?.flatten();
    let (person, recipient, short_link) = match (patient, &file.stay.person) {
        (Some(patient), _) => (patient.id.as_object(), reached(patient, file), format!("{base_url}/preadmissions")),
        (None, Some(expected)) => (file.id.as_object(), hospitals(expected), link.clone()),
        (None, None) => return Ok(None),
    };
    let opens_at = Some(file.opens_at(opens_days_before)).filter(|at| *at > file.created_at);
    let facts = Facts {
        object: file.id.as_object(),
        about: About::File(File {
            status: file.status,
            deadline: file.deadline,
            is_hour_known: file.stay.is_hour_known(),
            opens_at,
        }),
        starts_at: file.stay.entry_at,
        place: place_of(&file.site),
        recipient,
        link,
        short_link,
    };
    // What is asked again, or accepted again, is told again; and each reminder is one of its own.
    let turn = match kind {
        Kind::FileRefused | Kind::FileCompleted => file.version,
        Kind::FileMoved => file.stay.moves,
        Kind::FileReminder => preadmission::read::reminders(conn, file.id)?,
        Kind::FileAnswered => file.refusals_and_silences(),
        _ => 0,
    };
    Ok(Some(Told { person, turn, facts }))
}

/// To whoever is asked, by the way that whoever asked gave, in French: which language they read nobody said.
fn told_of_invitation(
    kind: Kind,
    file: &PreadmissionFacts,
    invitation: &Invitation,
    (base_url, links): (&str, &Links),
) -> Told {
    let link = format!("{base_url}{}", links.invitation_path(file, invitation.id));
    let (email, phone) = match invitation.contact.contains('@') {
        true => (Some(invitation.contact.clone()), None),
        false => (None, Some(invitation.contact.clone())),
    };
    let about = facts::Invitation {
        purpose: invitation.purpose,
        until: invitation.expires_at,
        is_over: invitation.is_replaced || file.status == Status::Cancelled,
    };
    let facts = Facts {
        object: invitation.id.as_object(),
        about: About::Invitation(about),
        starts_at: file.stay.entry_at,
        place: place_of(&file.site),
        recipient: Recipient { name: invitation.name.clone(), email, phone, language: Lang::default() },
        short_link: link.clone(),
        link,
    };
    let turn = if kind == Kind::FileAnswered { file.refusals_and_silences() } else { 0 };
    Told { person: invitation.id.as_object(), turn, facts }
}

/// What stands now, to whoever accepted to know it.
fn news_of(
    file: &PreadmissionFacts,
    invitation: &Invitation,
    relative: &Relative,
    links: (&str, &Links),
) -> Option<Told> {
    let (news, turn) = match file.status {
        Status::Completed => (News::Ready, 0),
        Status::Cancelled => (News::Cancelled, 1),
        _ => return None,
    };
    let is_wanted = relative.is_told(news) && !file.is_silent();
    let told = told_of_invitation(Kind::News, file, invitation, links);
    let about = About::News(facts::Told { news, called: relative.called.clone(), is_wanted });
    Some(Told { turn, facts: Facts { about, ..told.facts }, ..told })
}

fn place_of(site: &Site) -> Place {
    let lines = site.address_lines.iter().cloned();
    let address: Vec<String> = lines.chain([format!("{} {}", site.postcode, site.city)]).collect();
    Place {
        short_name: site.name.clone(),
        name: site.name.clone(),
        address: address.join(", "),
        phone: spoken(&site.help_phone),
        zone: site.zone.clone(),
    }
}

fn hospitals(expected: &HospitalPerson) -> Recipient {
    Recipient {
        name: format!("{} {}", expected.given, expected.used_family.as_ref().unwrap_or(&expected.birth_family)),
        email: expected.email.clone(),
        phone: expected.phone.clone(),
        language: Lang::default(),
    }
}

/// As the file says; what it does not say, as the account and then the hospital know it: many accounts hold no number.
fn reached(patient: PatientFacts, file: &PreadmissionFacts) -> Recipient {
    let (account, said) = (own(patient), |field| file.said(field).map(str::to_owned));
    let hospitals = || file.stay.person.as_ref().and_then(|person| person.phone.clone());
    Recipient {
        email: said("contact.email").or(account.email),
        phone: said("contact.mobile").or(account.phone).or_else(hospitals),
        ..account
    }
}

fn own(patient: PatientFacts) -> Recipient {
    Recipient {
        name: patient.full_name(),
        email: patient.email,
        phone: patient.phone,
        language: Lang::from_code(&patient.language).unwrap_or_default(),
    }
}

/// An appointment that still stands, for its reminder.
pub(crate) fn coming(conn: &mut Conn, id: AppointmentId) -> Result<Option<Coming>, StorageError> {
    let appointment = booking::read::appointment(conn, id)?.filter(|facts| facts.state == State::Booked);
    Ok(appointment.map(|facts| Coming {
        establishment: facts.place.establishment,
        patient: facts.patient,
        starts_at: facts.starts_at,
    }))
}

fn facts(appointment: AppointmentFacts, patient: PatientFacts, base_url: &str) -> Facts {
    // The service's own line, else the site's.
    let telephone = appointment.service.telephone.or(appointment.place.telephone).unwrap_or_default();
    let practitioner = appointment.practitioner.name();
    let instructions = Some(appointment.reason.instructions).filter(|text| !text.is_empty());
    Facts {
        object: appointment.id.as_object(),
        about: About::Visit(Visit {
            reference: appointment.reference,
            revision: u32::try_from(appointment.sequence).unwrap_or(0),
            cancelled: appointment.state == State::Cancelled,
            ends_at: appointment.ends_at,
            service: appointment.service.name,
            practitioner,
            reason: appointment.reason.label,
            instructions,
            sensitive: appointment.reason.sensitive,
        }),
        starts_at: appointment.starts_at,
        place: Place {
            short_name: appointment.place.name.clone(),
            name: appointment.place.name,
            address: appointment.place.address.join(", "),
            phone: spoken(&telephone),
            zone: appointment.place.zone,
        },
        recipient: own(patient),
        link: format!("{base_url}/appointments/{}", appointment.id),
        short_link: format!("{base_url}/appointments"),
    }
}
