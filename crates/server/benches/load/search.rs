//! The first free times of a service with forty practitioners.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::ensure;

use crate::{
    Plan, crowd,
    fill::{self, kind},
    house::{Database, House},
};

const CLIENTS: usize = 32;

pub(crate) fn measure(plan: &Plan, house: &House, database: &Database) -> anyhow::Result<()> {
    let services = fill::AGENDAS * plan.scale / fill::OF_A_SERVICE;
    let turn = AtomicU64::new(0);
    let turn = &turn;
    let client = |place: usize| {
        let visit = format!("__Host-parvis-visit={place:0>43}");
        move |line: &mut crate::http::Line| {
            let service = turn.fetch_add(7, Ordering::Relaxed) % services;
            let reason = fill::uuid(kind::REASON, service);
            let answer = line.get(&format!("/api/v1/slots?visit_reason={reason}"), &visit)?;
            ensure!(answer.status != 200 || answer.body.len() > 1000, "hardly any free time: the data do not fit");
            Ok(Some(answer.status))
        }
    };
    // The first questions fill the cache; what they take is not what is asked here.
    crowd::ask(4, crate::WARM_UP, client)?;
    let before = house.spent();
    let outcome = crowd::ask(CLIENTS, plan.span, client)?;
    let [house_us, database_us, both] = house.each_since(before, outcome.count());
    println!(
        "| first free slots, {CLIENTS} clients | requests/s | p50 ms | p99 ms | CPU µs: house | database | together | answers |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    println!(
        "| {}, 40 practitioners, {services} services | {outcome} | {house_us:.0} | {database_us:.0} | {both:.0} | {:?} |\n",
        database.name, outcome.statuses
    );
    Ok(())
}
