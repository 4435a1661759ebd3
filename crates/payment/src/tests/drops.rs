//! Lists of invoices in a folder, on both databases.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, UNIX_EPOCH},
};

use identity::directory::{NewEstablishment, upsert_establishment};
use jiff::SignedDuration;
use kernel::{EstablishmentId, World};
use serde_json::json;
use storage::{StorageError, outbox::Subscriptions, testing::TestDb};

use crate::{Invoice, Name, Payments, Settings, testing};

struct Here {
    room: Payments,
    home: EstablishmentId,
    folder: PathBuf,
    #[expect(dead_code, reason = "held for its drop")]
    database: TestDb,
}

async fn places() -> Vec<Here> {
    let (world, _): (World, _) = kernel::testing::world();
    let mut all = Vec::new();
    for database in storage::testing::databases(&world, &Subscriptions::default()).unwrap() {
        let folder = std::env::temp_dir().join(format!("parvis_drops_{}", World::system().uuid().simple()));
        fs::create_dir_all(&folder).unwrap();
        let settings: Settings = serde_json::from_value(json!({
            "rhythm": [{ "until": 10, "every": 1 }],
            "patience": { "expires_minutes": 120, "second_thoughts_minutes": 2, "reopens_minutes": 20, "known_after_minutes": 20 },
            "providers": { "payfip": { "service": "https://payfip.example/service", "page": "https://payfip.example/page" } },
            "creditors": { "990001000": { "consultations": {
                "name": "Régie", "provider": "payfip", "number": "006382", "mode": "production",
            } } },
            "drops": { "gef": { "folder": folder, "establishment": "990001000", "profile": {
                "separator": ";", "charset": "Windows-1252", "decimal_comma": true, "date_format": "%d/%m/%Y",
                "columns": {
                    "number": "FACTURE", "version": "MVT", "patient.ipp": "IPP", "patient.birth_family": "NOM",
                    "patient.given": "PRENOM", "patient.birth_date": "NE_LE", "patient.sex": "SEXE",
                    "refdet": "REF", "label": "LIBELLE", "amount": "MONTANT", "issued_on": "DATE", "state": "ETAT",
                },
                "fixed": { "kind": "regie", "creditor": "consultations", "exercice": "2026" },
                "words": { "H": "M", "T": "titled" },
            } } },
        }))
        .unwrap();
        assert_eq!(settings.faults(), [""; 0]);
        let finess = "990001000".parse().unwrap();
        let new = NewEstablishment { finess, name: "Valmont".to_owned(), short_name: "V".to_owned() };
        let home = database.db.write::<_, StorageError, _>(move |tx| upsert_establishment(tx, &new)).await.unwrap();
        let (db, keyring) = (database.db.clone(), testing::keyring(&world));
        let room = Payments::open(settings, "https://parvis.example", db, keyring, testing::client()).unwrap();
        all.push(Here { room, home, folder, database });
    }
    all
}

const TITLES: &str = "FACTURE;MVT;IPP;NOM;PRENOM;NE_LE;SEXE;REF;LIBELLE;MONTANT;DATE;ETAT\r\n";

impl Here {
    fn leave(&self, name: &str, lines: &str) {
        let text = format!("{TITLES}{lines}");
        let bytes = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    async fn invoice(&self, number: &str) -> Option<Invoice> {
        let name = Name { establishment: self.home, source: "gef".to_owned(), number: number.to_owned() };
        self.room.invoice_named(name).await.unwrap()
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap()
    }

    fn has(&self, path: &str) -> bool {
        self.folder.join(path).exists()
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

const FIRST: &str = "F1;1;42;D'ESSAI;Hélène;02/11/1957;F;FACT000001;Consultation d’été;24,00;20/11/2026;\r\n";

#[tokio::test]
async fn right_lines_are_heard_and_wrong_ones_are_told() {
    for here in places().await {
        here.leave("a.csv", &format!("{FIRST}F2;1;43;NOMSECRET;Zoé;1962;H;FACT000002;Séjour;12.50;20/11/2026;\r\nF3;1\r\nF4;1;44;AUTRE;Paul;05/01/1970;H;FACT000004;Séjour;1 250,5;20/11/2026;T\r\nF/5;1;44;AUTRE;Paul;05/01/1970;X;F;Séjour;1,00;20/11/2026;T\r\n"));
        here.leave("b.csv.part", FIRST);
        assert_eq!(here.room.take_drops().await, 1);
        let first = here.invoice("F1").await.unwrap();
        assert_eq!((first.label.as_str(), first.account.amount.cents()), ("Consultation d’été", 2400));
        assert_eq!((first.person.given.as_str(), first.person.birth_date.as_str()), ("Hélène", "1957-11-02"));
        let fourth = here.invoice("F4").await.unwrap();
        assert_eq!((fourth.account.state.name(), fourth.account.amount.cents()), ("titled", 125_050));
        assert!(here.invoice("F2").await.is_none());
        let result = here.text("faulty/a.csv.result.csv");
        assert_eq!(result, "line;what\n3;amount\n4;not as many columns as titles\n6;number\n", "nothing of a person");
        assert!(here.has("faulty/a.csv") && !here.has("a.csv") && here.has("b.csv.part"));
        assert_eq!(here.room.take_drops().await, 0);
    }
}

#[tokio::test]
async fn a_list_that_is_taken_again_tells_nothing_new() {
    for here in places().await {
        here.leave("a.csv", FIRST);
        here.room.take_drops().await;
        let first = here.invoice("F1").await.unwrap();
        assert_eq!(here.text("done/a.csv.result.csv"), "line;what\n");
        // As after a run that was killed before it put the file away.
        fs::rename(here.folder.join("done/a.csv"), here.folder.join("a.csv")).unwrap();
        assert_eq!(here.room.take_drops().await, 1);
        assert_eq!(here.invoice("F1").await.unwrap(), first);
        assert!(here.has("done/a.csv") && !here.has("a.csv"));

        here.leave("b.csv", &FIRST.replace("F1;1;", "F1;2;").replace("24,00", "30,00"));
        here.leave("c.csv", &FIRST.replace("24,00", "10,00"));
        here.room.take_drops().await;
        assert_eq!(here.invoice("F1").await.unwrap().account.amount.cents(), 3000, "an older line undoes nothing");
        let refused = here.text("faulty/c.csv.result.csv");
        assert_eq!(refused, "line;what\n2;a newer version of this invoice is known\n");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_put_aside_whole() {
    for here in places().await {
        fs::write(here.folder.join("a.csv"), "FACTURE;MVT\nF1;1\n").unwrap();
        fs::write(here.folder.join("b.csv"), "").unwrap();
        assert_eq!(here.room.take_drops().await, 2);
        let told = here.text("faulty/a.csv.result.csv");
        assert!(told.starts_with("line;what\n1;no column for amount issued_on label"), "{told}");
        assert!(here.text("faulty/b.csv.result.csv").starts_with("line;what\n1;no column for"));
        assert!(here.invoice("F1").await.is_none());
    }
}

#[tokio::test]
async fn an_open_quotation_mark_swallows_no_line_unseen() {
    for here in places().await {
        let line = |number: &str| FIRST.replacen("F1", number, 1).replace("FACT000001", &format!("FACT{number}"));
        let open = line("F2").replace("Consultation", "\"Consultation");
        here.leave("a.csv", &[FIRST, &open, &line("F3"), &line("F4")].concat());
        here.room.take_drops().await;
        assert!(here.invoice("F1").await.is_some() && here.invoice("F4").await.is_none());
        assert_eq!(here.text("faulty/a.csv.result.csv"), "line;what\n3;not CSV\n4;not CSV\n5;not CSV\n");
    }
}

/// Something stands where the list is to be put away.
#[tokio::test]
async fn a_list_that_cannot_be_put_away_holds_no_other_back() {
    for here in places().await {
        fs::create_dir_all(here.folder.join("faulty/a.csv.result.csv")).unwrap();
        here.leave("a.csv", "F9\r\n");
        here.leave("b.csv", FIRST);
        here.room.take_drops().await;
        assert!(here.has("a.csv"), "it waits");
        assert!(here.invoice("F1").await.is_some() && here.has("done/b.csv"));
    }
}

#[tokio::test]
async fn lists_that_were_taken_are_erased_after_a_month() {
    for here in places().await {
        here.leave("old.csv", FIRST);
        here.leave("new.csv", FIRST);
        here.room.take_drops().await;
        let now = here.room.db.now();
        let dated = |name: &str, days: i64| {
            let at = now - SignedDuration::from_hours(24 * days);
            let at = UNIX_EPOCH + Duration::from_secs(at.as_second().unsigned_abs());
            for file in [format!("done/{name}"), format!("done/{name}.result.csv")] {
                let file = fs::File::options().write(true).open(here.folder.join(file)).unwrap();
                file.set_modified(at).unwrap();
            }
        };
        dated("old.csv", 30);
        dated("new.csv", 29);
        here.leave("waiting.csv", FIRST);
        assert_eq!(here.room.purge(now).await.unwrap().lists, 2, "the list and what was wrong with it");
        assert!(!here.has("done/old.csv") && !here.has("done/old.csv.result.csv"));
        assert!(here.has("done/new.csv") && here.has("done/new.csv.result.csv") && here.has("waiting.csv"));
    }
}

#[tokio::test]
async fn a_column_says_what_is_confidential() {
    for here in places().await {
        let line = |number: &str, said: &str| format!("{};{said}\r\n", FIRST.trim_end().replacen("F1;", number, 1));
        let titles = TITLES.trim_end().to_owned() + ";SECRET\r\n";
        let text = [titles, line("F1;", "O"), line("F2;", ""), line("F3;", "?"), line("F4;", "yes")].concat();
        let bytes = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        fs::write(here.folder.join("a.csv"), bytes).unwrap();
        let mut settings = here.room.settings.clone();
        let profile = &mut settings.drops.get_mut("gef").unwrap().profile;
        profile.columns.insert("confidential".to_owned(), "SECRET".to_owned());
        profile.words.insert("O".to_owned(), "yes".to_owned());
        assert_eq!(settings.faults(), [""; 0]);
        let (db, keyring) = (here.room.db.clone(), here.room.keyring.clone());
        let room = Payments::open(settings, "https://parvis.example", db, keyring, testing::client()).unwrap();
        room.take_drops().await;
        let mut told = Vec::new();
        for number in ["F1", "F2", "F3", "F4"] {
            told.push(here.invoice(number).await.map(|invoice| invoice.secret));
        }
        assert_eq!(told, [Some(true), Some(false), None, Some(true)], "what cannot be read is not taken as open");
        assert_eq!(here.text("faulty/a.csv.result.csv"), "line;what\n4;confidential\n");
    }
}
