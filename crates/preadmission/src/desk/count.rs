//! Figures of a period: months of entry, in each site's own time.

use ::web::Problem;
use jiff::{Timestamp, civil::Date};
use kernel::Zone;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Clerk;
use crate::{
    Preadmission,
    domain::figures::{Figures, Told, count},
    failure::Failure,
    store::figures,
};

const LONGEST_MONTHS: usize = 36;

/// As in the address.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// First month of entry, such as 2026-01; the first month of this year when empty.
    pub(crate) from: String,
    /// Last month of entry; this month when empty.
    pub(crate) until: String,
    /// Days before the entry that count as "ahead", 1 to 60; 7 when empty.
    pub(crate) days_ahead: String,
}

/// What was counted, and how.
pub(crate) struct Counted {
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) days_ahead: i64,
    /// Month, establishment's FINESS and name, figures.
    pub(crate) rows: Vec<(String, String, String, Figures)>,
}

/// First days of the months of a period.
fn months(period: &Period, today: Date) -> Option<(Vec<Date>, i64)> {
    let first = |text: &str, other: Date| match text {
        "" => Some(other),
        text => format!("{text}-01").parse::<Date>().ok(),
    };
    let this = today.first_of_month();
    let from = first(&period.from, Date::new(today.year(), 1, 1).ok()?)?;
    let until = first(&period.until, this.max(from))?;
    let days = if period.days_ahead.is_empty() { 7 } else { period.days_ahead.parse().ok()? };
    let mut months = Vec::new();
    let mut month = from;
    while month <= until {
        months.push(month);
        month = month.last_of_month().tomorrow().ok()?;
    }
    ((1..=LONGEST_MONTHS).contains(&months.len()) && (1..=60).contains(&days)).then_some((months, days))
}

fn name(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

impl Preadmission {
    pub(crate) async fn figures(&self, clerk: Clerk, period: &Period, now: Timestamp) -> Result<Counted, Problem> {
        let zone = self.desk_zone(clerk.clone()).await?;
        let wrong = || Problem::invalid("/from", "preadmission-desk-filter-unknown");
        let (months, days_ahead) = months(period, zone.date(now)).ok_or_else(wrong)?;
        let (Some(first), Some(last)) = (months.first().copied(), months.last().copied()) else { return Err(wrong()) };
        let (hospitals, sites) = (self.hospitals(clerk.clone()).await?, self.desk_sites(clerk).await?);
        let mut rows = Vec::new();
        for hospital in hospitals {
            let (id, bounds) = (hospital.id, around(first, last).ok_or_else(wrong)?);
            let read: Result<Vec<Told>, Failure> = self.db.read(move |conn| Ok(figures::told(conn, id, bounds)?)).await;
            let told = read?;
            let month_of = |told: &Told| {
                let own = sites.iter().find(|site| site.id == told.site).map_or(&zone, |site| &site.zone);
                own.date(told.entry_at).first_of_month()
            };
            for month in &months {
                let theirs = told.iter().filter(|told| month_of(told) == *month);
                let (finess, title) = (hospital.finess.to_string(), hospital.name.clone());
                rows.push((name(*month), finess, title, count(theirs, days_ahead)));
            }
        }
        Ok(Counted { from: name(first), until: name(last), days_ahead, rows })
    }
}

/// Instants that hold the months whatever the zone: a day more on each side; the month decides afterwards.
fn around(first: Date, last: Date) -> Option<(Timestamp, Timestamp)> {
    let utc: Zone = "UTC".parse().ok()?;
    let start = utc.instant(first.yesterday().ok()?.into())?;
    let end = utc.instant(last.last_of_month().tomorrow().ok()?.tomorrow().ok()?.into())?;
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_months_in_order_and_no_more_than_three_years() {
        let today = jiff::civil::date(2026, 11, 22);
        let of = |from: &str, until: &str, days: &str| {
            let period = Period { from: from.into(), until: until.into(), days_ahead: days.into() };
            months(&period, today).map(|(months, days)| (months.into_iter().map(name).collect::<Vec<_>>(), days))
        };
        let (months, days) = of("", "", "").unwrap();
        assert_eq!((months.len(), months[0].as_str(), months[10].as_str(), days), (11, "2026-01", "2026-11", 7));
        assert_eq!(of("2025-12", "2026-01", "3").unwrap(), (vec!["2025-12".to_owned(), "2026-01".to_owned()], 3));
        for (from, until, days) in
            [("2026-02", "2026-01", ""), ("2020-01", "2026-01", ""), ("x", "", ""), ("", "", "0")]
        {
            assert_eq!(of(from, until, days), None, "{from} {until} {days}");
        }
    }
}
