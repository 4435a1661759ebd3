//! What the desk sees.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::web::Lang;
use identity::{
    read::{Establishment, PatientFacts, Site},
    traces::{self, Action, Actor, Trace},
};
use kernel::{EstablishmentId, PreadmissionId, StaffId, Zone};
use storage::{Conn, StorageError};

use super::{Clerk, Partner, Standing, Telling};
use crate::{
    Preadmission,
    commands::at_desk,
    domain::{
        compare::{Compared, Sides, compare},
        reasons,
        same_person::Traits,
        status::Status,
    },
    failure::Failure,
    read::{Invitation, OpenedAs, PreadmissionFacts, Source},
    store::{
        clerks::{self, Note},
        decisions::{self, Correction, Decision},
        files,
        identities::{self, Chosen, Reading},
        invitations,
        meetings::{self, Meeting},
        merges::{self, Met},
        pages::{self, Look, LookId},
        reasons::{self as own_reasons, Own},
        steps::{self, Past},
        worklist::{self, Wanted},
    },
};

/// One line of the worklist.
pub(crate) struct Line {
    pub(crate) facts: PreadmissionFacts,
    pub(crate) assigned: Option<StaffId>,
    pub(crate) standing: Standing,
}

/// A page of the worklist, and what its filters offer.
pub(crate) struct Worklist {
    pub(crate) lines: Vec<Line>,
    /// Where the next page begins, when there is one.
    pub(crate) next: Option<worklist::Place>,
    pub(crate) counts: Vec<(Status, i64)>,
    pub(crate) sites: Vec<Site>,
    pub(crate) units: Vec<(String, String)>,
    pub(crate) names: HashMap<StaffId, String>,
}

/// Everything that a clerk needs to decide on one file.
pub(crate) struct Review {
    pub(crate) facts: PreadmissionFacts,
    pub(crate) assigned: Option<StaffId>,
    pub(crate) standing: Standing,
    pub(crate) notes: Vec<Note>,
    pub(crate) steps: Vec<Past>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) compared: Vec<Compared>,
    pub(crate) reading: Option<Reading>,
    /// What comparing came to; the last one counts.
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) tellings: Vec<Telling>,
    /// Who opened which picture.
    pub(crate) looks: Vec<Look>,
    /// The next file that waits for a decision.
    pub(crate) next: Option<PreadmissionId>,
    /// Who was asked to come by a link of their own.
    pub(crate) invitations: Vec<Invitation>,
    pub(crate) corrections: Vec<Correction>,
    pub(crate) merges: Vec<Met>,
    pub(crate) meetings: Vec<Meeting>,
    /// The other files of these meetings.
    pub(crate) beside: Vec<PreadmissionFacts>,
    pub(crate) alike: Vec<PreadmissionFacts>,
    /// By kind of document.
    pub(crate) reasons: BTreeMap<String, Vec<Reason>>,
    pub(crate) names: HashMap<StaffId, String>,
    pub(crate) colleagues: Vec<StaffId>,
}

impl Review {
    /// Whether another document was read since the identities were compared.
    pub(crate) fn choice_is_old(&self) -> bool {
        let reading = self.reading.as_ref().map(|reading| reading.id);
        self.chosen.last().is_some_and(|one| one.reading != reading)
    }
}

/// Why a document may be refused; a shipped one has the words of the locale files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    pub(crate) code: String,
    pub(crate) own: Option<(String, String)>,
    pub(crate) active: bool,
}

impl Reason {
    /// Its own words; none: the shipped ones.
    pub(crate) fn words(&self, lang: Lang) -> Option<&str> {
        self.own.as_ref().map(|(fr, en)| if lang == Lang::En { en.as_str() } else { fr.as_str() })
    }
}

/// A look at a page, with who it was.
pub(crate) struct SeenPage {
    pub(crate) look: Look,
    pub(crate) name: String,
    pub(crate) visit: String,
}

pub(crate) struct SeenPages {
    pub(crate) lines: Vec<SeenPage>,
    /// Where the next page begins, when there is one.
    pub(crate) next: Option<LookId>,
}

/// Looks on one page.
const LOOKS: usize = 50;

impl Preadmission {
    /// Who opened which picture, in files of these establishments; for who sees to data protection.
    pub(crate) async fn looks(&self, clerk: Clerk, text: String, before: Option<LookId>) -> Result<SeenPages, Failure> {
        self.db
            .read(move |conn| {
                let limit = i64::try_from(LOOKS + 1).unwrap_or(i64::MAX);
                let mut found = pages::all_looks(conn, &clerk.of, &text, (before, limit))?;
                let more = found.len() > LOOKS;
                found.truncate(LOOKS);
                let next = found.last().filter(|_| more).map(|(id, ..)| *id);
                let names = names(conn, found.iter().map(|(_, look, _)| look.by).collect())?;
                let line = |(_, look, visit): (LookId, Look, String)| SeenPage {
                    name: names.get(&look.by).cloned().unwrap_or_default(),
                    look,
                    visit,
                };
                Ok(SeenPages { lines: found.into_iter().map(line).collect(), next })
            })
            .await
    }

    pub(crate) async fn worklist(&self, clerk: Clerk, mut wanted: Wanted) -> Result<Worklist, Failure> {
        let (standings, now) = (self.partner.standings, self.db.now());
        wanted.establishments = clerk.of;
        let limit = usize::try_from(wanted.limit).unwrap_or_default();
        // One more tells whether there is a next page.
        wanted.limit = wanted.limit.saturating_add(1);
        self.db
            .read(move |conn| {
                let mut found = worklist::page(conn, &wanted)?;
                let more = found.len() > limit;
                found.truncate(limit);
                let next = found.last().filter(|_| more).map(|last| last.place);
                let ids: Vec<PreadmissionId> = found.iter().map(|one| one.file).collect();
                let objects: Vec<_> = ids.iter().map(|id| id.as_object()).collect();
                let mut standing = standings(conn, &objects)?;
                let mut files: HashMap<_, _> =
                    files::of_ids(conn, &ids)?.into_iter().map(|facts| (facts.id, facts)).collect();
                let line = |one: &worklist::Found| {
                    files.remove(&one.file).map(|facts| Line {
                        standing: standing.remove(&facts.id.as_object()).unwrap_or_default(),
                        assigned: one.assigned,
                        facts,
                    })
                };
                let lines: Vec<Line> = found.iter().filter_map(line).collect();
                let mut people: HashSet<StaffId> = lines.iter().filter_map(|line| line.assigned).collect();
                people.extend(clerks::known(conn, &wanted.establishments)?);
                Ok(Worklist {
                    lines,
                    next,
                    counts: worklist::counts(conn, &wanted)?,
                    sites: sites(conn, &wanted.establishments)?,
                    units: worklist::units(conn, &wanted.establishments, wanted.from.unwrap_or(now))?,
                    names: names(conn, people)?,
                })
            })
            .await
    }

    /// Files of which the desk must say whether their person, or their stay, is one with another.
    pub(crate) async fn questions(&self, clerk: Clerk) -> Result<Vec<PreadmissionFacts>, Failure> {
        self.db
            .read(move |conn| {
                let mut asked = meetings::asked(conn, &clerk.of)?;
                asked.extend(merges::asked(conn, &clerk.of)?);
                asked.sort();
                asked.dedup();
                Ok(files::of_ids(conn, &asked)?)
            })
            .await
    }

    /// One file in full. Who looks at it is written down, or sees nothing.
    pub(crate) async fn review(&self, clerk: Clerk, id: PreadmissionId) -> Result<Review, Failure> {
        let partner = self.partner;
        self.db
            .write(move |tx| {
                let facts = at_desk(tx, id, &clerk.of)?;
                if let Some(patient) = facts.patient {
                    let actor = Actor::Staff(clerk.staff);
                    traces::record(tx, Trace { patient, actor, action: Action::Read, what: "preadmission" })?;
                }
                review(tx.conn(), &clerk, facts, partner)
            })
            .await
    }

    /// The establishments of a clerk, by name.
    pub(crate) async fn hospitals(&self, clerk: Clerk) -> Result<Vec<Establishment>, Failure> {
        let all: Vec<Establishment> =
            self.db.read::<_, Failure, _>(|conn| Ok(identity::read::establishments(conn)?)).await?;
        Ok(all.into_iter().filter(|one| clerk.of.contains(&one.id)).collect())
    }

    /// The zone in which a team reads days: that of its first site.
    pub(crate) async fn desk_zone(&self, clerk: Clerk) -> Result<Zone, Failure> {
        let sites = self.desk_sites(clerk).await?;
        sites.into_iter().next().map(|site| site.zone).ok_or(Failure::Unknown)
    }

    pub(crate) async fn desk_sites(&self, clerk: Clerk) -> Result<Vec<Site>, Failure> {
        self.db.read(move |conn| Ok(sites(conn, &clerk.of)?)).await
    }
}

fn review(conn: &mut Conn, clerk: &Clerk, facts: PreadmissionFacts, partner: Partner) -> Result<Review, Failure> {
    let object = facts.id.as_object();
    let assigned = clerks::assigned(conn, facts.id)?;
    let (notes, steps) = (clerks::notes(conn, facts.id)?, steps::of_file(conn, facts.id)?);
    let decisions = decisions::of_file(conn, facts.id)?;
    let (reading, chosen) = (identities::reading(conn, facts.id)?, identities::chosen(conn, facts.id)?);
    let corrections = decisions::corrections(conn, facts.id)?;
    let invitations = invitations::of_file(conn, facts.id)?;
    let merges = merges::of_file(conn, facts.id)?;
    let meetings = meetings::of_file(conn, facts.id)?;
    let two = meetings.iter().flat_map(|one| [Some(one.file), one.announced]).flatten();
    let beside: Vec<PreadmissionId> = two.filter(|id| *id != facts.id).collect();
    let colleagues = clerks::known(conn, &[facts.establishment.id])?;
    let me = facts.patient.map(|patient| identity::read::patient(conn, patient)).transpose()?.flatten();
    let alike = decisions::alike(conn, &facts)?;
    let looks = pages::looks(conn, facts.id)?;
    let told: Vec<_> =
        std::iter::once(object).chain(facts.documents.iter().map(|document| document.id.as_object())).collect();
    let mut reasons = BTreeMap::new();
    for document in &facts.documents {
        if !reasons.contains_key(&document.kind) {
            let of = reasons_of(conn, facts.establishment.id, &document.kind)?;
            reasons.insert(document.kind.clone(), of);
        }
    }
    let at_the_desk = |step: &Past| {
        step.actor.filter(|_| step.channel == steps::Channel::Clerk).map(|actor| StaffId::from_uuid(actor.uuid()))
    };
    let gave = facts.documents.iter().filter(|one| one.source == Source::Clerk);
    let gave: Vec<StaffId> =
        gave.filter_map(|one| one.received_by).map(|staff| StaffId::from_uuid(staff.uuid())).collect();
    let people = notes
        .iter()
        .map(|note| note.by)
        .chain(decisions.iter().map(|decision| decision.by))
        .chain(corrections.iter().map(|correction| correction.by))
        .chain(steps.iter().filter_map(at_the_desk))
        .chain(chosen.iter().map(|chosen| chosen.by))
        .chain(reading.iter().map(|reading| reading.by))
        .chain(looks.iter().map(|look| look.by))
        .chain(meetings.iter().filter_map(|one| one.decided.map(|(by, _)| by)))
        .chain(gave)
        .chain(assigned)
        .chain(colleagues.iter().copied())
        .collect();
    Ok(Review {
        standing: (partner.standings)(conn, &[object])?.remove(&object).unwrap_or_default(),
        tellings: (partner.tellings)(conn, &told)?,
        compared: compared(&facts, me.as_ref(), reading.as_ref()),
        alike: files::of_ids(conn, &alike)?,
        beside: files::of_ids(conn, &beside)?,
        names: names(conn, people)?,
        next: worklist::next_waiting(conn, (clerk.staff, &clerk.of), &facts)?,
        facts,
        assigned,
        notes,
        steps,
        decisions,
        reading,
        chosen,
        looks,
        invitations,
        corrections,
        merges,
        meetings,
        reasons,
        colleagues,
    })
}

fn compared(facts: &PreadmissionFacts, me: Option<&PatientFacts>, reading: Option<&Reading>) -> Vec<Compared> {
    let said = |field: &str| facts.answers.get(field).map(|answer| answer.value.as_str()).unwrap_or_default();
    compare(&Sides {
        hospital: facts.stay.person.as_ref().map(|person| Traits {
            birth_family: &person.birth_family,
            given: &person.given,
            birth_date: &person.birth_date,
            sex: &person.sex,
        }),
        // Whoever opened the file for somebody else is not the patient.
        franceconnect: me.filter(|_| facts.opened_as == OpenedAs::Myself).map(|me| Traits {
            birth_family: &me.family_name,
            given: me.first_name(),
            birth_date: me.idp_birthdate.as_deref().or(me.birthdate.as_deref()).unwrap_or_default(),
            sex: match me.gender.as_deref() {
                Some("female") => "F",
                Some("male") => "M",
                _ => "",
            },
        }),
        typed: Some(Traits {
            birth_family: said("identity.birth-family"),
            given: said("identity.given"),
            birth_date: said("identity.birth-date"),
            sex: said("identity.sex"),
        }),
        document: reading.map(|reading| Traits {
            birth_family: &reading.read.birth_family,
            given: &reading.read.given,
            birth_date: &reading.read.birth_date,
            sex: &reading.read.sex,
        }),
    })
}

/// Those that the establishment has for a kind: shipped ones, in its own words where it has some, then its own.
pub(crate) fn reasons_of(
    conn: &mut Conn,
    establishment: EstablishmentId,
    kind: &str,
) -> Result<Vec<Reason>, StorageError> {
    let mut own: Vec<Own> =
        own_reasons::own(conn, establishment)?.into_iter().filter(|reason| reason.kind == kind).collect();
    let mut all: Vec<Reason> = Vec::new();
    for code in reasons::shipped(kind) {
        let changed = own.iter().position(|reason| reason.code == code).map(|at| own.remove(at));
        all.push(match changed {
            Some(own) => own.into(),
            None => Reason { code: code.to_owned(), own: None, active: true },
        });
    }
    all.extend(own.into_iter().map(Reason::from));
    Ok(all)
}

impl From<Own> for Reason {
    fn from(own: Own) -> Self {
        Self { code: own.code, own: Some((own.fr, own.en)), active: own.active }
    }
}

fn sites(conn: &mut Conn, of: &[EstablishmentId]) -> Result<Vec<Site>, StorageError> {
    Ok(identity::read::sites(conn, None)?.into_iter().filter(|site| of.contains(&site.establishment)).collect())
}

fn names(conn: &mut Conn, people: HashSet<StaffId>) -> Result<HashMap<StaffId, String>, StorageError> {
    let mut names = HashMap::new();
    for person in people {
        names.insert(person, identity::read::staff_name(conn, person)?.unwrap_or_default());
    }
    Ok(names)
}
