//! Reports of money as those who hold it write them: the *régie*'s from the DGFiP, a bank's. How one is written is a
//! profile in the settings; the column list of the DGFiP's report is not public.

use encoding_rs::Encoding;
use jiff::civil::Date;
use kernel::Money;
use serde::Deserialize;

use super::amount;

/// Lines of one report.
pub const MOST_LINES: usize = 200_000;

/// Faults that are told of one report.
const TOLD: usize = 20;

/// How a report is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// As cashiers read it.
    pub name: String,
    /// A label of the WHATWG's encoding standard: `utf-8`, `windows-1252`, `iso-8859-15`. A byte order mark wins.
    pub charset: String,
    pub separator: char,
    pub amounts: Amounts,
    /// As `strptime` reads it, such as `%d/%m/%Y`.
    pub dates: String,
    /// Days between a payment here and its line there, 0 to 15: a bank is slower than a payer.
    pub window_days: i32,
    /// Only lines with this word in this column count; the others are titles and sums.
    pub only: Option<Only>,
    pub columns: Columns,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amounts {
    /// Euros, with a comma before the cents.
    Comma,
    /// Euros, with a point before the cents.
    Point,
    /// Whole cents.
    Cents,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    pub column: Column,
    pub is: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub date: Column,
    pub refdet: Column,
    pub amount: Column,
    /// The provider's own reference of the payment.
    pub reference: Option<Column>,
    /// The bank's number of the operation.
    pub authorisation: Option<Column>,
}

/// A column by its place, from 1, or by the title in the first line.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Column {
    Place(usize),
    Title(String),
}

/// One line of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands among the lines of the file that are not empty, from 1.
    pub number: i32,
    pub day: Date,
    pub refdet: String,
    /// Below zero: money that went back.
    pub amount: Money,
    pub reference: Option<String>,
    pub authorisation: Option<String>,
}

/// What cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// 0: the whole file.
    pub number: i32,
    pub what: &'static str,
}

const fn of_all(what: &'static str) -> Fault {
    Fault { number: 0, what }
}

impl Profile {
    /// What is wrong about it.
    pub fn faults(&self) -> Vec<&'static str> {
        let mut faults = Vec::new();
        let columns = [&self.columns.date, &self.columns.refdet, &self.columns.amount];
        let others = [self.columns.reference.as_ref(), self.columns.authorisation.as_ref()];
        let only = self.only.as_ref().map(|only| &only.column);
        let mut all = columns.into_iter().chain(others.into_iter().flatten()).chain(only);
        if all.any(|column| matches!(column, Column::Place(0))) {
            faults.push("columns are counted from 1");
        }
        if Encoding::for_label(self.charset.as_bytes()).is_none() {
            faults.push("charset is not one that is known");
        }
        if !self.separator.is_ascii() || self.separator == '"' {
            faults.push("separator must be one ASCII character, and no quotation mark");
        }
        let day = jiff::civil::date(2026, 11, 22);
        if jiff::fmt::strtime::format(&self.dates, day).ok().and_then(|text| self.day(&text)) != Some(day) {
            faults.push("dates must tell day, month and year");
        }
        if !(0..=15).contains(&self.window_days) {
            faults.push("window_days must be 0 to 15");
        }
        faults
    }

    fn day(&self, text: &str) -> Option<Date> {
        // A year of two digits is no year: money of the first century is a mistake.
        Date::strptime(&self.dates, text).ok().filter(|day| (2000..2200).contains(&day.year()))
    }

    fn money(&self, text: &str) -> Option<Money> {
        let money = match self.amounts {
            Amounts::Comma => amount::euros(text, ','),
            Amounts::Point => amount::euros(text, '.'),
            Amounts::Cents => text.parse().ok().map(Money::from_cents),
        };
        money.filter(|money| *money != Money::ZERO)
    }

    /// Every line of money, or everything that cannot be read: half a report is none.
    pub fn read(&self, bytes: &[u8]) -> Result<Vec<Line>, Vec<Fault>> {
        let charset = Encoding::for_label(self.charset.as_bytes()).ok_or_else(|| vec![of_all("charset")])?;
        let (text, _, had_errors) = charset.decode(bytes);
        let separator = u8::try_from(self.separator).map_err(|_| vec![of_all("separator")])?;
        if had_errors {
            return Err(vec![of_all("charset")]);
        }
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut reading = Reading { profile: self, places: None, lines: Vec::new(), faults: Vec::new() };
        for (number, row) in (1..).zip(rows.records()) {
            let Ok(row) = row else { return Err(vec![of_all("csv")]) };
            reading.take(number, &row);
            if reading.faults.len() >= TOLD || reading.lines.len() > MOST_LINES {
                break;
            }
        }
        reading.end()
    }
}

/// Where each column stands.
struct Places {
    date: usize,
    refdet: usize,
    amount: usize,
    reference: Option<usize>,
    authorisation: Option<usize>,
    only: Option<usize>,
}

impl Places {
    /// By the first line, whether it holds titles or money already.
    fn of(profile: &Profile, first: &csv::StringRecord) -> Option<Self> {
        let place = |column: &Column| match column {
            Column::Place(place) => place.checked_sub(1),
            Column::Title(title) => first.iter().position(|cell| cell == title),
        };
        // A column that the profile names must be there.
        let wanted = |column: Option<&Column>| match column {
            Some(column) => place(column).map(Some),
            None => Some(None),
        };
        let columns = &profile.columns;
        Some(Self {
            date: place(&columns.date)?,
            refdet: place(&columns.refdet)?,
            amount: place(&columns.amount)?,
            reference: wanted(columns.reference.as_ref())?,
            authorisation: wanted(columns.authorisation.as_ref())?,
            only: wanted(profile.only.as_ref().map(|only| &only.column))?,
        })
    }
}

struct Reading<'p> {
    profile: &'p Profile,
    places: Option<Places>,
    lines: Vec<Line>,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn take(&mut self, number: i32, row: &csv::StringRecord) {
        let profile = self.profile;
        // A quotation mark that nobody closed swallows the lines after it, and their money with them.
        if row.iter().any(|cell| cell.contains(['\n', '\r'])) {
            self.faults.push(Fault { number, what: "quote" });
            return;
        }
        if self.places.is_none() {
            self.places = Places::of(profile, row);
        }
        let Some(places) = &self.places else { return };
        let cell = |place: usize| row.get(place).unwrap_or_default();
        let wanted = profile.only.as_ref().zip(places.only);
        if wanted.is_some_and(|(only, place)| cell(place) != only.is) {
            return;
        }
        let text = |place: Option<usize>| place.map(cell).filter(|text| !text.is_empty()).map(str::to_owned);
        let (day, amount, refdet) =
            (profile.day(cell(places.date)), profile.money(cell(places.amount)), cell(places.refdet));
        match (day, amount) {
            // Titles: where an amount would stand, they have no digit.
            (None, None) if self.is_before_money() && !cell(places.amount).contains(|c: char| c.is_ascii_digit()) => {}
            (Some(day), Some(amount)) if (1..=100).contains(&refdet.len()) => self.lines.push(Line {
                number,
                day,
                refdet: refdet.to_owned(),
                amount,
                reference: text(places.reference),
                authorisation: text(places.authorisation),
            }),
            (None, _) => self.faults.push(Fault { number, what: "date" }),
            (_, None) => self.faults.push(Fault { number, what: "amount" }),
            _ => self.faults.push(Fault { number, what: "refdet" }),
        }
    }

    fn is_before_money(&self) -> bool {
        self.lines.is_empty() && self.faults.is_empty()
    }

    fn end(self) -> Result<Vec<Line>, Vec<Fault>> {
        match (self.places.is_some(), self.lines.len()) {
            _ if !self.faults.is_empty() => Err(self.faults),
            (false, _) => Err(vec![of_all("columns")]),
            (true, 0) => Err(vec![of_all("empty")]),
            (true, lines) if lines > MOST_LINES => Err(vec![of_all("long")]),
            _ => Ok(self.lines),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn profile(changes: serde_json::Value) -> Profile {
        let mut all = json!({
            "name": "Régie", "charset": "windows-1252", "separator": ";", "amounts": "comma", "dates": "%d/%m/%Y",
            "window_days": 1, "only": { "column": 1, "is": "LIGNE" }, "columns": { "date": 2, "refdet": 3, "amount": 4 },
        });
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    fn faults(profile: &Profile, text: &str) -> Vec<(i32, &'static str)> {
        profile.read(text.as_bytes()).unwrap_err().into_iter().map(|fault| (fault.number, fault.what)).collect()
    }

    #[test]
    fn the_report_of_a_regie() {
        let text = b"EN-TETE;R\xe9gie;22/11/2026\r\nLIGNE;Date;R\xe9f\xe9rence;Montant\r\nLIGNE;21/11/2026;FACT2026000123;1 024,50\r\n\r\n\
            LIGNE;22/11/2026; FACT2026000124 ;-3,00\r\nPIED-DE-PAGE;2;1021,50\r\n";
        let lines = profile(json!({})).read(text).unwrap();
        let told: Vec<_> =
            lines.iter().map(|line| (line.number, line.day.to_string(), &*line.refdet, line.amount.cents())).collect();
        assert_eq!(
            told,
            [
                (3, "2026-11-21".to_owned(), "FACT2026000123", 102_450),
                (4, "2026-11-22".to_owned(), "FACT2026000124", -300)
            ]
        );
    }

    #[test]
    fn the_statement_of_a_bank_has_titles() {
        let bank = profile(json!({
            "charset": "utf-8", "separator": ",", "amounts": "point", "dates": "%Y-%m-%d", "only": null,
            "columns": { "date": "Date", "refdet": "Libellé", "amount": "Montant", "reference": "idOp", "authorisation": "Auto" },
        }));
        let text = "\u{feff}Auto,Montant,Libellé,Date,idOp\n112233,24.5,\"FACT2026000123\",2026-11-21,\n";
        let [line] = &bank.read(text.as_bytes()).unwrap()[..] else { panic!() };
        assert_eq!(
            (line.amount.cents(), &*line.refdet, line.authorisation.as_deref()),
            (2450, "FACT2026000123", Some("112233"))
        );
        assert_eq!(line.reference, None);
        assert_eq!(faults(&bank, "Date,Montant\n2026-11-21,24.5\n"), [(0, "columns")]);
    }

    #[test]
    fn half_a_report_is_none() {
        let regie = profile(json!({}));
        let right = "LIGNE;21/11/2026;FACT2026000123;24,50\n";
        for (wrong, expected) in [
            ("LIGNE;2026-11-21;FACT2026000123;24,50", (2, "date")),
            ("LIGNE;21/11/2026;FACT2026000123;24.50", (2, "amount")),
            ("LIGNE;21/11/2026;FACT2026000123;0,00", (2, "amount")),
            ("LIGNE;21/11/2026;;24,50", (2, "refdet")),
            ("LIGNE;21/1", (2, "date")),
            ("LIGNE;21/11/26;FACT2026000124;24,50", (2, "date")),
            (
                "LIGNE;21/11/2026;FACT2026000124;24,50;\"Mme EXEMPLE\nLIGNE;21/11/2026;FACT2026000125;24,50",
                (2, "quote"),
            ),
        ] {
            assert_eq!(faults(&regie, &format!("{right}{wrong}\n")), [expected], "{wrong}");
        }
        assert_eq!(
            faults(&regie, &format!("LIGNE;2026-11-21;FACT2026000122;24.50\n{right}")),
            [(1, "date")],
            "no title"
        );
        assert_eq!(faults(&regie, "EN-TETE;x\n"), [(0, "empty")]);
        assert_eq!(faults(&regie, ""), [(0, "columns")]);
        assert_eq!(profile(json!({ "charset": "utf-8" })).read(b"LIGNE;\xe9").unwrap_err(), [of_all("charset")]);
        let many = format!("{right}{}", "LIGNE;x;y;z\n".repeat(500));
        assert_eq!(faults(&regie, &many).len(), TOLD);
    }

    #[test]
    fn a_profile_is_checked_before_any_report_comes() {
        assert_eq!(profile(json!({})).faults(), [""; 0]);
        for (change, word) in [
            (json!({ "charset": "klingon" }), "charset"),
            (json!({ "separator": "é" }), "separator"),
            (json!({ "dates": "%d/%m" }), "dates"),
            (json!({ "window_days": 16 }), "window_days"),
            (json!({ "columns": { "date": 0, "refdet": 1, "amount": 2 } }), "columns"),
        ] {
            let faults = profile(change).faults();
            assert!(matches!(faults.as_slice(), [fault] if fault.starts_with(word)), "{faults:?}");
        }
    }
}
