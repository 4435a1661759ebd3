//! `/slots`: the first free times as large buttons, of anybody or of one practitioner; `/holds`: one was pressed.

use std::collections::BTreeMap;

use ::web::{Ctx, Phone, Problem, page, see_other, when};
use actix_web::{HttpResponse, web};
use askama::Template;
use jiff::Timestamp;
use kernel::{AgendaId, HoldId, PractitionerId, ServiceId, SiteId, VisitReasonId};
use serde::Deserialize;
use storage::{Conn, StorageError};

use super::{
    refusal,
    shown::{Time, phone},
};
use crate::{
    Booking,
    availability::{Offer, Wanted},
    domain::Wish,
    read::{Place, Practitioner},
    room::Whose,
    store::catalogue::{self, Reason, Receiving, Service},
};

/// Times of one page.
const SHOWN: usize = 24;

/// Fields of a form: an empty one is a wish not made.
#[derive(Deserialize)]
pub(super) struct Search {
    visit_reason: VisitReasonId,
    #[serde(default)]
    practitioner: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    from: String,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

struct Day {
    name: String,
    times: Vec<Time>,
}

struct Kept {
    id: HoldId,
    when: String,
}

#[derive(Template)]
#[template(path = "booking-slots.html")]
struct Slots<'a> {
    ctx: &'a Ctx,
    reason: &'a Reason,
    service: ServiceId,
    service_name: String,
    duration: String,
    /// Where, when it is one place for all times.
    place: String,
    telephone: Phone,
    practitioners: Vec<Choice>,
    sites: Vec<Choice>,
    kept: Vec<Kept>,
    days: Vec<Day>,
    later: Option<String>,
    from_later: bool,
}

/// What surrounds the times.
struct Known {
    reason: Reason,
    service: Service,
    receiving: Vec<Receiving>,
    places: BTreeMap<SiteId, Place>,
}

pub(super) async fn show(
    room: web::Data<Booking>,
    ctx: Ctx,
    search: web::Query<Search>,
) -> Result<HttpResponse, Problem> {
    let wanted = wanted(&ctx, &search)?;
    let (id, places) = (search.visit_reason, room.places());
    let known = room.db.read(move |conn| known(conn, places, id)).await?.ok_or_else(Problem::not_found)?;
    let mut offers = room.search(&ctx, id, wanted.clone()).await?;
    let later = offers.get(SHOWN).map(|next| address(&search, Some(next.slot.time.start())));
    offers.truncate(SHOWN);
    let (kept, free): (Vec<Offer>, Vec<Offer>) = offers.into_iter().partition(|offer| offer.kept.is_some());
    page(&Slots {
        ctx: &ctx,
        reason: &known.reason,
        service: known.service.facts.id,
        service_name: known.service.facts.name.clone(),
        duration: when::duration(known.reason.minutes.into()),
        place: only_place(&known),
        telephone: phone(&ctx, &[known.service.facts.telephone.as_deref()]),
        practitioners: practitioners(&known, wanted.practitioner),
        sites: sites(&known, wanted.site),
        kept: kept.iter().filter_map(|offer| own(&ctx, &known, offer)).collect(),
        days: days(&ctx, &known, wanted.practitioner, &free),
        later,
        from_later: !search.from.is_empty(),
    })
}

fn wanted(ctx: &Ctx, search: &Search) -> Result<Wanted, Problem> {
    let absent = |_| Problem::not_found();
    let practitioner = given(&search.practitioner).map(str::parse).transpose().map_err(absent)?;
    let site = given(&search.site).map(str::parse).transpose().map_err(absent)?;
    let from: Option<Timestamp> =
        given(&search.from).map(str::parse).transpose().map_err(|_| Problem::invalid("/from", "from"))?;
    // One more than shown tells whether there are later ones.
    let from = from.unwrap_or_else(|| ctx.now());
    Ok(Wanted { practitioner, site, from, before: None, limit: SHOWN + 1 })
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn known(conn: &mut Conn, places: crate::place::Places, reason: VisitReasonId) -> Result<Option<Known>, StorageError> {
    let Some((reason, service)) = catalogue::reason(conn, reason)? else { return Ok(None) };
    let receiving = catalogue::practitioners(conn, Some(reason.service))?;
    let mut known = BTreeMap::new();
    for one in &receiving {
        if !known.contains_key(&one.site) {
            known.extend(places(conn, one.site)?.map(|place| (one.site, place)));
        }
    }
    Ok(Some(Known { reason, service, receiving, places: known }))
}

fn only_place(known: &Known) -> String {
    let mut places = known.places.values();
    match (places.next(), places.next()) {
        (Some(place), None) => {
            let town = place.address.last().map(String::as_str).unwrap_or_default();
            format!("{}, {town}", place.name)
        }
        _ => String::new(),
    }
}

fn practitioners(known: &Known, chosen: Option<PractitionerId>) -> Vec<Choice> {
    let mut all: Vec<&Practitioner> = known.receiving.iter().map(|one| &one.practitioner).collect();
    all.dedup_by_key(|who| who.id);
    let choice =
        |who: &Practitioner| Choice { id: who.id.to_string(), name: who.name(), chosen: chosen == Some(who.id) };
    all.into_iter().map(choice).collect()
}

fn sites(known: &Known, chosen: Option<SiteId>) -> Vec<Choice> {
    let choice = |place: &Place| Choice {
        id: place.site.to_string(),
        name: place.name.clone(),
        chosen: chosen == Some(place.site),
    };
    known.places.values().map(choice).collect()
}

fn own(ctx: &Ctx, known: &Known, offer: &Offer) -> Option<Kept> {
    let place = known.places.get(&offer.site)?;
    Some(Kept { id: offer.kept?, when: ctx.moment(offer.slot.time.start(), &place.zone) })
}

/// The practitioner's name stands under each time unless one was chosen, the place where there are several.
fn days(ctx: &Ctx, known: &Known, chosen: Option<PractitionerId>, offers: &[Offer]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for offer in offers {
        let Some(place) = known.places.get(&offer.site) else { continue };
        let who = known.receiving.iter().map(|one| &one.practitioner).find(|who| who.id == offer.practitioner);
        let mut time = Time::of(ctx, &offer.slot, who.filter(|_| chosen.is_none()), place);
        if known.places.len() == 1 {
            time.place.clear();
        }
        match days.last_mut() {
            Some(day) if day.name == time.day => day.times.push(time),
            _ => days.push(Day { name: time.day.clone(), times: vec![time] }),
        }
    }
    days
}

/// The same search from another moment on.
fn address(search: &Search, from: Option<Timestamp>) -> String {
    let mut address = format!("/slots?visit_reason={}", search.visit_reason);
    for (name, value) in [("practitioner", &search.practitioner), ("site", &search.site)] {
        if !value.is_empty() {
            address += &format!("&{name}={value}");
        }
    }
    from.map_or(address.clone(), |from| format!("{address}&from={from}"))
}

#[derive(Deserialize)]
pub(super) struct Pressed {
    visit_reason: VisitReasonId,
    /// `agenda/instant`, as the button carries it.
    slot: String,
}

pub(super) async fn keep(
    room: web::Data<Booking>,
    ctx: Ctx,
    form: web::Form<Pressed>,
) -> Result<HttpResponse, Problem> {
    let (agenda, starts_at) = pressed(&form.slot).ok_or_else(|| Problem::invalid("/slot", "slot"))?;
    let wish = Wish { reason: form.visit_reason, starts_at };
    match room.keep(ctx.visit(), Whose::Agenda(agenda), wish).await {
        Ok(hold) => Ok(see_other(&format!("/checkout/{}", hold.id))),
        Err(refused) => refusal::show(&room, &ctx, refused).await,
    }
}

fn pressed(value: &str) -> Option<(AgendaId, Timestamp)> {
    let (agenda, instant) = value.split_once('/')?;
    Some((agenda.parse().ok()?, instant.parse().ok()?))
}
