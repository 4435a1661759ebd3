//! How soon the house is ready over existing data, and what it takes when nobody asks anything.

use std::time::Duration;

use crate::{
    Plan,
    house::{Database, House},
    machine,
};

const STARTS: usize = 7;

pub(crate) fn measure(plan: &Plan, database: &Database) -> anyhow::Result<()> {
    let mut times = Vec::new();
    let mut memory = 0.0;
    for start in 1..=STARTS {
        let house = House::start_as(plan, database, &["serve", "--with-work"])?;
        times.push(house.ready.as_micros());
        if start == STARTS {
            std::thread::sleep(Duration::from_secs(10));
            memory = machine::resident_mb(house.pid);
        }
    }
    times.sort_unstable();
    let at = |place: usize| times.get(place).copied().unwrap_or(0) / 1000;
    println!(
        "| start with existing data | ready after, ms: median (slowest of {STARTS}) | memory after 10 s idle, MB |"
    );
    println!("| --- | --- | --- |");
    println!("| `serve --with-work` | {} ({}) | {memory:.0} |\n", at(STARTS / 2), at(STARTS - 1));
    Ok(())
}
