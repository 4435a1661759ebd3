//! Figures of a period: months of issue, by establishment.

use ::web::Problem;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Cashier;
use crate::{
    Payments,
    domain::figures::{Figures, count},
    failure::Failure,
    store::figures,
};

const LONGEST_MONTHS: usize = 36;

/// As in the address.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Period {
    /// First month of issue, such as 2026-01; the first month of this year when empty.
    pub(crate) from: String,
    /// Last month of issue; this month when empty.
    pub(crate) until: String,
}

/// What was counted, and how.
pub(crate) struct Counted {
    pub(crate) from: String,
    pub(crate) until: String,
    /// Month, establishment's FINESS and name, figures.
    pub(crate) rows: Vec<(String, String, String, Figures)>,
}

fn months(period: &Period, today: Date) -> Option<Vec<Date>> {
    let first = |text: &str, other: Date| match text {
        "" => Some(other),
        text => format!("{text}-01").parse::<Date>().ok(),
    };
    let from = first(&period.from, Date::new(today.year(), 1, 1).ok()?)?;
    let until = first(&period.until, today.first_of_month().max(from))?;
    let months = from.series(jiff::ToSpan::months(1)).take_while(|month| *month <= until).take(LONGEST_MONTHS + 1);
    let months: Vec<Date> = months.collect();
    (1..=LONGEST_MONTHS).contains(&months.len()).then_some(months)
}

fn name(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

impl Payments {
    pub(crate) async fn figures(&self, cashier: &Cashier, period: &Period) -> Result<Counted, Problem> {
        let (zone, now) = (self.desk_zone(cashier).await?, self.db.now());
        let wrong = || Problem::invalid("/from", "payment-desk-unknown");
        let months = months(period, zone.date(now)).ok_or_else(wrong)?;
        let (Some(first), Some(last)) = (months.first().copied(), months.last().copied()) else { return Err(wrong()) };
        let until = last.last_of_month().tomorrow().map_err(|_| wrong())?;
        let of = cashier.of.clone();
        let rows = self.db.read::<_, Failure, _>(move |conn| {
            let mut rows = Vec::new();
            for hospital in identity::read::establishments(conn)?.into_iter().filter(|one| of.contains(&one.id)) {
                let invoices = figures::issued(conn, hospital.id, (first, until))?;
                let services = figures::services(conn, hospital.id)?;
                for month in &months {
                    let figures = count(*month, &invoices, &services, (&zone, now));
                    rows.push((name(*month), hospital.finess.to_string(), hospital.name.clone(), figures));
                }
            }
            Ok(rows)
        });
        Ok(Counted { from: name(first), until: name(last), rows: rows.await? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_months_in_order_and_no_more_than_three_years() {
        let today = jiff::civil::date(2026, 11, 22);
        let of = |from: &str, until: &str| {
            let period = Period { from: from.into(), until: until.into() };
            months(&period, today).map(|months| months.into_iter().map(name).collect::<Vec<_>>())
        };
        assert_eq!(of("", "").map(|months| (months.len(), months[10].clone())), Some((11, "2026-11".to_owned())));
        assert_eq!(of("2025-12", "2026-01"), Some(vec!["2025-12".to_owned(), "2026-01".to_owned()]));
        for (from, until) in [("2026-02", "2026-01"), ("2020-01", "2026-01"), ("x", ""), ("", "2026-13")] {
            assert_eq!(of(from, until), None, "{from} {until}");
        }
    }
}
