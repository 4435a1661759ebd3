//! What surrounds a decision at the admissions desk: identities side by side, named views, reminders, those who act for a
//! patient, and who looked at what.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    documents,
    people::{MOTHER, add_father, announce, id_of, open_for},
    preadmission::{SECTIONS, link, opened},
};

/// The cells of one line of a table, by what its first cell says.
fn row(page: &Page, first: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(&page.text);
    let (line, cell) = (scraper::Selector::parse("tbody tr").unwrap(), scraper::Selector::parse("th, td").unwrap());
    let cells = |line: scraper::ElementRef<'_>| {
        line.select(&cell).map(|cell| cell.text().collect::<String>().trim().to_owned()).collect::<Vec<_>>()
    };
    html.select(&line).map(cells).find(|cells| cells.first().is_some_and(|one| one == first)).expect("the line")
}

async fn review(clerk: &mut Browser, id: &str) -> Page {
    let page = clerk.open(&format!("/desk/preadmissions/{id}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page
}

#[actix_web::test]
async fn what_stands_on_the_identity_document_comes_beside_and_changes_nothing() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&app, &mut camille, "VN1").await;
        let mut clerk = app.staff("adrien").await;
        let page = review(&mut clerk, &id).await;
        assert_eq!(row(&page, "Premier prénom")[1..], ["Camille", "Camille", "Camille", "", "Pas de différence"]);
        let born = "12\u{a0}mars 1984";
        assert_eq!(row(&page, "Date de naissance")[1..], [born, born, born, "", "Pas de différence"]);
        assert_eq!(row(&page, "Sexe")[1..4], ["Féminin", "Féminin", "Féminin"]);
        let action = format!("/desk/preadmissions/{id}/identity-document");
        let form = page.form(&action).with("proof", "passport").with("birth_family", "EXEMPLE").with("sex", "F");
        let wrong = clerk.submit(&page, &form.clone().with("given", "Camilla").with("birth_date", "12/03/1984")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.first("main"));
        let page = clerk.submit(&page, &form.clone().with("given", "Camilla").with("birth_date", "1984")).await;
        assert_eq!(row(&page, "Premier prénom")[1..], ["Camille", "Camille", "Camille", "Camilla", "Différent"]);
        assert_eq!(row(&page, "Date de naissance")[4..], ["1984", "Pas de différence"]);
        assert!(page.text.contains("Passeport – Adrien ADMISSION"), "{}", page.first("main"));

        let choose = page.forms().into_iter().find(|form| form.action.ends_with("/identity")).expect("a choice");
        let chosen = clerk.submit(&page, &choose.with("choice", "cell")).await;
        assert!(chosen.text.contains("À la cellule d’identitovigilance"), "{}", chosen.first("main"));
        assert!(!chosen.text.contains("Une autre lecture a été faite depuis"));
        // Read again: the choice is told to rest on another reading, and the history keeps both.
        let again = clerk.submit(&chosen, &form.with("given", "Camille").with("birth_date", "1984-03-12")).await;
        assert_eq!(row(&again, "Premier prénom")[4..], ["Camille", "Pas de différence"]);
        assert!(again.text.contains("Une autre lecture a été faite depuis"), "{}", again.first("main"));
        assert!(again.text.contains("Identité – À la cellule"), "{}", again.first("main"));

        let mine = camille.open(&format!("/preadmissions/{id}/sections/identity")).await;
        assert_eq!(mine.attribute("input[name='identity.given']", "value").as_deref(), Some("Camille"));
        let log = camille.open("/api/v1/me/access-log").await.text;
        assert!(log.contains("changed"), "{log}");
        app.stop().await;
    }
}

/// Chooses all files of the page for a deed; the page that asks first.
async fn choose(clerk: &mut Browser, address: &str, deed: &str) -> Page {
    let page = clerk.open(address).await;
    let form = page.form("/desk/preadmissions/batch").with("deed", deed);
    clerk.submit(&page, &form).await
}

#[actix_web::test]
async fn many_are_reminded_once_and_not_again_for_some_days() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        announce(&app, "VNR", ("Lou", "2019-05-14"), false).await;
        app.deliver().await;
        let mails = async || app.shown(app.partners.mailbox.http_addr, "/messages.json").await;
        let before = mails().await.as_array().map_or(0, Vec::len);
        let mut clerk = app.staff("adrien").await;
        let asked = choose(&mut clerk, "/desk/preadmissions?days=90", "remind").await;
        let counts = asked.all("main dd");
        // VN1 has a telephone; the child has neither; VN2 enters in 90 days, which is not within them.
        assert_eq!(counts, ["1", "0", "1", "0"], "{}", asked.first("main"));
        let confirm = asked.form("/desk/preadmissions/batch");
        let done = clerk.submit(&asked, &confirm).await;
        assert!(done.text.contains("Patients relancés\u{a0}: 1."), "{}", done.first("main"));
        // Pressed twice: the same answer, and nobody is told twice.
        let twice = clerk.submit(&asked, &confirm).await;
        assert_eq!(twice.first("[role=status]"), done.first("[role=status]"));
        app.deliver().await;
        let after = mails().await.as_array().map_or(0, Vec::len);
        assert_eq!(after, before + 1, "one message to one person");
        let asked = choose(&mut clerk, "/desk/preadmissions?days=90", "remind").await;
        assert_eq!(asked.all("main dd"), ["0", "1", "1", "0"], "reminded lately: {}", asked.first("main"));
        let none = clerk.submit(&asked, &asked.form("/desk/preadmissions/batch")).await;
        assert!(none.text.contains("Patients relancés\u{a0}: 0."), "{}", none.first("main"));
        app.clock.advance(jiff::SignedDuration::from_hours(73));
        let mut clerk = app.staff("adrien").await;
        let asked = choose(&mut clerk, "/desk/preadmissions?days=90", "remind").await;
        // Three days later VN2 is among them, too, and its file opens only later.
        assert_eq!(asked.all("main dd"), ["1", "0", "1", "1"], "{}", asked.first("main"));
        let done = clerk.submit(&asked, &asked.form("/desk/preadmissions/batch")).await;
        assert!(done.text.contains("Patients relancés\u{a0}: 1."), "{}", done.first("main"));
        app.deliver().await;
        assert_eq!(mails().await.as_array().map_or(0, Vec::len), before + 2, "a second reminder is one of its own");
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_list_kept_under_a_name_is_found_again_with_its_count() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut clerk = app.staff("adrien").await;
        let page = clerk.open("/desk/preadmissions?days=30&status=CREATED").await;
        let form = page.form("/desk/preadmissions/views").with("name", "Le mois");
        let kept = clerk.submit(&page, &form).await;
        assert!(kept.url.ends_with("/desk/preadmissions?status=CREATED&days=30"), "{}", kept.url);
        assert!(kept.first("main").contains("Le mois (1)"), "{}", kept.first("main"));
        let nameless = clerk.submit(&page, &form.clone().with("name", " ")).await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        let team = page.attribute("#team option:nth-child(2)", "value").expect("a team");
        let shared = clerk.submit(&page, &form.with("name", "Nous").with("team", &team)).await;
        assert!(shared.text.contains("Partagée avec l’équipe"), "{}", shared.first("main"));

        let mut elsewhere = app.staff("aline").await;
        let theirs = elsewhere.open("/desk/preadmissions").await;
        assert!(!theirs.text.contains("Le mois") && !theirs.text.contains("Nous ("), "another hospital's");
        let removal = shared.forms().into_iter().find(|form| form.action.contains("/views/")).expect("a way to remove");
        let foreign = elsewhere.csrf().await;
        let url = format!("{}{}", app.base, removal.action);
        let headers = [("sec-fetch-site", "same-origin")];
        let body = ("application/x-www-form-urlencoded", format!("csrf={foreign}"));
        let refused = elsewhere.send(Method::POST, &url, &headers, Some(body)).await;
        assert!([StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&refused.status), "{}", refused.text);
        let left = clerk.submit(&shared, &removal).await;
        assert_eq!(left.text.matches("/views/").count(), 1, "{}", left.first("main"));
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_clerk_sees_who_acts_for_a_child_and_what_must_not_be_said() {
    let app = TestApp::start(On::Sqlite).await;
    announce(&app, "VNC", ("Lou", "2019-05-14"), true).await;
    let mut mother = app.patient("camille").await;
    let id = id_of(&open_for(&app, &mut mother, "VNC", MOTHER).await);
    add_father(&app, &mut mother, &id).await;
    let mut clerk = app.staff("adrien").await;
    let page = review(&mut clerk, &id).await;
    assert!(page.text.contains("Dossier ouvert par une personne qui déclare avoir l’autorité parentale"));
    let father = row(&page, "Jean-Noël Patron");
    assert_eq!(father[1], "Le père de l’enfant");
    assert!(father[2].starts_with("Réponse attendue"), "{father:?}");
    assert_eq!(row(&page, "Nom de naissance")[2], "", "the mother's FranceConnect is not the child's");
    assert!(page.text.contains(&format!("/desk/preadmissions/{id}/fill")) && !page.text.contains("À savoir"));
    let form = page.form(&format!("/desk/preadmissions/{id}/secrecy")).with("secret", "yes");
    let page = clerk.submit(&page, &form).await;
    assert!(page.text.contains("a demandé le secret"), "{}", page.first("main"));
    assert_eq!(mother.open(&format!("/preadmissions/{id}")).await.status, StatusCode::NOT_FOUND);
    let adult = link(&app, "VN1").await;
    let adult = adult.split('/').nth(2).unwrap();
    let page = review(&mut clerk, adult).await;
    assert!(page.text.contains("Personne ne l’a encore ouvert") && !page.text.contains("/secrecy"));
    app.deliver().await;
    app.stop().await;
}

/// Fills in one section with the patient at the desk; where that leads.
async fn fill_at_desk(clerk: &mut Browser, id: &str, section: &str, fields: &[(&str, &str)]) -> Page {
    let page = clerk.open(&format!("/desk/preadmissions/{id}/fill/{section}")).await;
    let (mut form, texts) = (page.form("/desk/preadmissions/"), page.texts());
    form.fields.retain(|(name, _)| texts.contains(name));
    for (name, value) in fields {
        form = form.with(&format!("{section}.{name}"), value);
    }
    clerk.submit(&page, &form).await
}

/// Everything that a day stay of an adult waits for, typed by a clerk; the page from which it is sent.
async fn fill_all_at_desk(clerk: &mut Browser, id: &str) -> Page {
    let home = format!("/desk/preadmissions/{id}/fill");
    for (section, fields) in SECTIONS.into_iter().filter(|(section, _)| *section != "identity") {
        let page = fill_at_desk(clerk, id, section, fields).await;
        assert!(page.url.ends_with(&home), "{section}: {}", page.first("main"));
    }
    // What neither the hospital nor FranceConnect told.
    fill_at_desk(clerk, id, "identity", &[("birth-place", "21231"), ("sex", "F")]).await;
    for kind in ["CN_RECTO", "CN_VERSO"] {
        let page = clerk.open(&home).await;
        let form = page.form(&format!("/desk/preadmissions/{id}/missing-documents/{kind}"));
        let page = clerk.submit(&page, &form.with("reason", "on-the-day")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.first("main"));
    }
    clerk.open(&home).await
}

#[actix_web::test]
async fn a_clerk_sends_for_a_patient_who_agrees() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut camille = app.patient("camille").await;
        let id = opened(&app, &mut camille, "VN1").await;
        let mut clerk = app.staff("adrien").await;
        let early = clerk.open(&format!("/desk/preadmissions/{id}/fill")).await;
        assert!(early.forms().iter().all(|form| !form.action.ends_with("/submission")), "not complete");
        let page = fill_all_at_desk(&mut clerk, &id).await;
        let form = page.form(&format!("/desk/preadmissions/{id}/submission"));
        let mut silent = form.clone();
        silent.fields.retain(|(name, _)| name != "agreed");
        let refused = clerk.submit(&page, &silent).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.first("main"));
        assert!(refused.text.contains("L’accord du patient"), "{}", refused.first("main"));
        let page = clerk.open(&format!("/desk/preadmissions/{id}/fill")).await;
        let form = page.form(&format!("/desk/preadmissions/{id}/submission")).with("agreed", "yes");
        let sent = clerk.submit(&page, &form).await;
        assert!(sent.text.contains("À examiner (version 1), Adrien ADMISSION"), "{}", sent.first("main"));
        let twice = clerk.submit(&page, &form).await;
        assert_eq!(twice.status, StatusCode::OK, "pressing twice sends once: {}", twice.first("main"));
        let file = camille.open(&format!("/api/v1/preadmissions/{id}")).await.json();
        assert_eq!((&file["status"], &file["version"]), (&"READY".into(), &1.into()));
        let log = camille.open("/api/v1/me/access-log").await.text;
        assert!(log.contains("staff"), "the patient sees who sent it: {log}");
        let figures = clerk.open("/api/v1/desk/preadmission-figures?from=2026-12&until=2026-12").await.json();
        assert_eq!(figures["rows"][0]["channels"], serde_json::json!({ "clerk": 1 }), "{figures}");
        app.deliver().await;
        app.stop().await;
    }
}

#[actix_web::test]
async fn who_has_no_login_is_sent_for_and_may_come_later() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let letter = link(&app, "VN1").await;
        let id = letter.split('/').nth(2).unwrap().to_owned();
        let mut clerk = app.staff("adrien").await;
        let page = fill_all_at_desk(&mut clerk, &id).await;
        assert!(page.text.contains("Personne n’a encore ouvert ce dossier"), "{}", page.first("main"));
        let form = page.form(&format!("/desk/preadmissions/{id}/submission")).with("agreed", "yes");
        let sent = clerk.submit(&page, &form).await;
        assert!(sent.text.contains("Un agent, pour le patient"), "{}", sent.first("main"));
        let accepted = clerk.submit(&sent, &sent.form(&format!("/desk/preadmissions/{id}/acceptance"))).await;
        assert_eq!(accepted.first("h1 .tag"), "Accepté", "{}", accepted.first("main"));
        app.deliver().await;
        let told = review(&mut clerk, &id).await;
        assert!(
            told.text.contains("Dossier vers le système de l’hôpital – Reçu par l’hôpital"),
            "{}",
            told.first("main")
        );

        let mut stranger = app.patient("helene").await;
        let page = stranger.open(&letter).await;
        let refused = stranger.submit(&page, &page.form("/preadmissions/")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.first("main"));
        let mut camille = app.patient("camille").await;
        let page = camille.open(&letter).await;
        let home = camille.submit(&page, &page.form("/preadmissions/")).await;
        assert!(home.url.ends_with(&format!("/preadmissions/{id}")), "{}", home.first("main"));
        let file = camille.open(&format!("/api/v1/preadmissions/{id}")).await.json();
        assert_eq!((&file["status"], &file["version"]), (&"COMPLETED".into(), &1.into()), "nothing changed");
        app.deliver().await;
        app.stop().await;
    }
}

/// The form as a browser sends it that nobody touched: what is selected, and boxes that are ticked.
fn as_shown(page: &Page, mut form: crate::browser::Form) -> crate::browser::Form {
    let html = scraper::Html::parse_document(&page.text);
    let of = |selector: &str| scraper::Selector::parse(selector).unwrap();
    let names = |selector: &str| -> Vec<String> {
        html.select(&of(selector)).filter_map(|one| one.value().attr("name").map(str::to_owned)).collect()
    };
    let unticked = names("input[type=checkbox]:not([checked])");
    form.fields.retain(|(name, _)| !unticked.contains(name));
    for select in html.select(&of("select[name]")) {
        let name = select.value().attr("name").unwrap();
        let chosen = select.select(&of("option[selected]")).next().or_else(|| select.select(&of("option")).next());
        let value = chosen.and_then(|option| option.value().attr("value")).unwrap_or_default();
        if let Some(field) = form.fields.iter_mut().find(|(known, _)| known == name) {
            field.1 = value.to_owned();
        }
    }
    form
}

#[actix_web::test]
async fn rules_are_published_in_versions_that_tell_who_and_what() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut clerk = app.staff("adrien").await;
        let path = "/desk/preadmissions/rules";
        let first = clerk.open(path).await;
        let table = |page: &Page| {
            let mut forms = page.forms().into_iter();
            let form = forms.find(|form| form.fields.iter().any(|(name, _)| name == "seen")).expect("the table");
            as_shown(page, form)
        };
        let changed = |page: &Page| table(page).with("or-1-0", "LIVRET_FAMILLE").with("deed", "publish");
        // A fault: nothing is published, and what was typed is still there.
        let wrong = clerk.submit(&first, &changed(&first).with("below-age-0", "vieux")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.first("main"));
        assert_eq!(wrong.attribute("[name='below-age-0']", "value").as_deref(), Some("vieux"));
        assert_eq!(wrong.attribute("[name='or-1-0'] option[selected]", "value").as_deref(), Some("LIVRET_FAMILLE"));
        let published = clerk.submit(&wrong, &changed(&wrong).with("below-age-0", "")).await;
        assert_eq!(published.first("h1 .tag"), "version 1", "{}", published.first("main"));
        assert_eq!(published.attribute("[name='or-1-0'] option[selected]", "value").as_deref(), Some("LIVRET_FAMILLE"));
        let listed = published.first("ol li");
        assert!(listed.contains("Adrien ADMISSION") && listed.contains("Modifié : "), "{listed}");
        // Somebody who still looks at the former one does not publish over it unseen.
        let stale = clerk.submit(&first, &table(&first).with("deed", "publish")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.first("main"));
        assert!(stale.text.contains("Un collègue a publié"), "{}", stale.first("main"));
        // The old one can be read, and made the next one.
        let old = clerk.open(&format!("{path}?version=0")).await;
        assert_eq!(old.first("h1 .tag"), "version 0");
        assert_eq!(old.attribute("[name='or-1-0'] option[selected]", "value"), None);
        assert!(old.text.contains("La version 1 est en vigueur"), "{}", old.first("main"));
        let restored = clerk.submit(&old, &table(&old).with("deed", "publish")).await;
        assert_eq!(restored.first("h1 .tag"), "version 2", "{}", restored.first("main"));
        assert_eq!(clerk.open(&format!("{path}?version=9")).await.status, StatusCode::NOT_FOUND);
        let asked = clerk.submit(&restored, &table(&restored).with("deed", "preview").with("patient-age", "7")).await;
        assert_eq!(asked.attribute("[name='patient-age']", "value").as_deref(), Some("7"));
        assert!(asked.first("[role=status]").contains("Livret de famille"), "{}", asked.first("[role=status]"));
        app.stop().await;
    }
}

#[actix_web::test]
async fn a_clerk_opens_a_stay_that_no_message_announced() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut clerk = app.staff("adrien").await;
        let page = clerk.open("/desk/stays").await;
        let site = page.attribute("#site option", "value").expect("a site");
        let fields = [
            ("site", site.as_str()),
            ("visit_number", "VND"),
            ("ipp", "77"),
            ("birth_family", "MODÈLE"),
            ("given", "Hélène"),
            ("birth_date", "1957-11-02"),
            ("sex", "F"),
            ("phone", "06 39 98 01 44"),
            ("class", "inpatient"),
            ("unit_code", "12"),
            ("unit_label", "Chirurgie"),
            ("day", "2026-12-03"),
            ("time", "07:30"),
            ("nights", "2"),
            ("label", "Prothèse de hanche"),
            ("surgery", "yes"),
        ];
        let form = fields.iter().fold(page.form("/desk/stays"), |form, (name, value)| form.with(name, value));
        for (name, wrong) in [("day", "2020-01-01"), ("birth_date", "hier"), ("phone", "12"), ("nights", "400")] {
            let refused = clerk.submit(&page, &form.clone().with(name, wrong)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", refused.first("main"));
        }
        let opened = clerk.submit(&page, &form).await;
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.first("main"));
        assert!(opened.text.contains("jeudi 3"), "{}", opened.first("main"));
        assert!(opened.first("h1").contains("MODÈLE Hélène"), "{}", opened.first("h1"));
        let twice = clerk.submit(&page, &form).await;
        assert_eq!(twice.url, opened.url, "pressed twice opens one stay");
        // Whom the hospital expects is invited, and opens the file with the link.
        app.deliver().await;
        let mut helene = app.patient("helene").await;
        let letter = helene.open(&link(&app, "VND").await).await;
        assert!(letter.text.contains("jeudi 3"), "{}", letter.first("main"));
        let id = opened.url.rsplit('/').next().unwrap();
        let api = clerk.open(&format!("/api/v1/desk/preadmissions/{id}")).await.json();
        assert_eq!((&api["status"], &api["assigned_to"]), (&"CREATED".into(), &serde_json::Value::Null));
        let mut elsewhere = app.staff("aline").await;
        let page = elsewhere.open("/desk/stays").await;
        assert!(!page.text.contains("Site des Tests"), "another hospital's site");
        app.stop().await;
    }
}

#[actix_web::test]
async fn who_sees_to_data_protection_sees_who_looked() {
    let mut app = documents::app(On::Sqlite, None).await;
    app.may_leave_open = true;
    let mut camille = app.patient("camille").await;
    let id = opened(&app, &mut camille, "VN1").await;
    let (document, _) = documents::checked(&app, &mut camille, &id).await;
    let (mut clerk, mut guard) = (app.staff("adrien").await, app.staff("denis").await);
    let none = guard.open("/desk/preadmissions/looks").await;
    assert!(none.text.contains("Aucune page ouverte"), "{}", none.first("main"));
    let page = format!("/desk/preadmissions/{id}/documents/{document}/pages/1");
    assert_eq!(clerk.open(&page).await.status, StatusCode::OK);
    let seen = guard.open("/desk/preadmissions/looks?text=exemple%20camille").await;
    let line = seen.first("tbody tr");
    assert!(line.contains("Adrien ADMISSION") && line.contains("VN1"), "{line}");
    assert!(!seen.first("tbody").contains("EXEMPLE"), "the patient is not named");
    let other = guard.open("/desk/preadmissions/looks?text=quelquun").await;
    assert!(other.text.contains("Aucune page ouverte"), "{}", other.first("main"));
    let review = review(&mut clerk, &id).await;
    assert!(review.first("#looks").contains("Adrien ADMISSION"), "{}", review.first("main"));
    assert_eq!(clerk.open("/desk/preadmissions/looks").await.status, StatusCode::FORBIDDEN, "no clerk's matter");
    app.stop().await;
}

/// The page's own part, without what is new each time: ids, tokens, keys and the digests of scripts.
fn still(page: &Page) -> String {
    let html = scraper::Html::parse_document(&page.text);
    let main = html.select(&scraper::Selector::parse("main").unwrap()).next().expect("a page").inner_html();
    let mut text = String::new();
    let mut word = String::new();
    let put = |word: &mut String, text: &mut String| {
        let is_fresh = word.len() >= 30 && word.bytes().any(|byte| byte.is_ascii_digit());
        text.push_str(match word.as_str() {
            _ if is_fresh => "[…]",
            script if script.starts_with("desk-") && script.len() == 17 => "[script]",
            word => word,
        });
        word.clear();
    };
    for sign in main.chars() {
        if sign.is_ascii_alphanumeric() || sign == '-' || sign == '_' {
            word.push(sign);
        } else {
            put(&mut word, &mut text);
            text.push(sign);
        }
    }
    put(&mut word, &mut text);
    text
}

#[actix_web::test]
async fn the_screens_of_the_desk() {
    let mut app = TestApp::start(On::Sqlite).await;
    app.may_leave_open = true;
    announce(&app, "VNC", ("Lou", "2019-05-14"), true).await;
    let mut mother = app.patient("camille").await;
    let child = id_of(&open_for(&app, &mut mother, "VNC", MOTHER).await);
    add_father(&app, &mut mother, &child).await;
    let mut clerk = app.staff("adrien").await;
    let page = clerk.open("/desk/preadmissions?days=30").await;
    clerk.submit(&page, &page.form("/desk/preadmissions/views").with("name", "Ce mois-ci")).await;
    let file = format!("/desk/preadmissions/{child}");
    let screens = [
        ("list", "/desk/preadmissions"),
        ("review", &file),
        ("fill", &format!("{file}/fill")),
        ("rules", "/desk/preadmissions/rules"),
        ("reasons", "/desk/preadmissions/reasons"),
        ("figures", "/desk/preadmissions/figures?from=2026-12&until=2026-12"),
        ("stay", "/desk/stays"),
    ];
    for lang in ["fr", "en"] {
        let home = clerk.open("/desk").await;
        let form = home.form("/language").with("lang", lang);
        clerk.submit(&home, &form).await;
        for (name, address) in screens {
            let page = clerk.open(address).await;
            assert_eq!(page.status, StatusCode::OK, "{address}");
            insta::assert_snapshot!(format!("desk_{name}_{lang}"), still(&page));
        }
        let asked = choose(&mut clerk, "/desk/preadmissions", "remind").await;
        insta::assert_snapshot!(format!("desk_batch_{lang}"), still(&asked));
    }
    app.stop().await;
}

/// A request of the interface, as a program of the desk sends it.
async fn call(clerk: &mut Browser, method: Method, path: &str, key: Option<&str>, body: &Value) -> Page {
    let token = clerk.open("/api/v1/desk/session").await.json()["csrf_token"].as_str().unwrap().to_owned();
    let mut headers = vec![("x-csrf-token", token.as_str()), ("sec-fetch-site", "same-origin")];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    let url = clerk.absolute(path, &clerk.base.clone());
    clerk.send(method, &url, &headers, Some(("application/json", body.to_string()))).await
}

#[actix_web::test]
async fn programs_keep_lists_under_names_like_pages_do() {
    const VIEWS: &str = "/api/v1/desk/preadmission-views";
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut clerk = app.staff("adrien").await;
        let team = clerk.open("/desk/preadmissions").await.attribute("select[name=team] option[value*='-']", "value");
        let mine = json!({ "name": "Deux mois", "question": { "days": "60", "assigned": "nobody" } });
        let shared = json!({ "name": "Équipe", "team": team.expect("a team"), "question": {} });
        for new in [&mine, &shared, &mine] {
            let kept = call(&mut clerk, Method::POST, VIEWS, None, new).await;
            assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.text);
        }
        let items = clerk.open(VIEWS).await.json()["items"].as_array().unwrap().clone();
        let told: Vec<_> = items.iter().map(|one| (one["name"].as_str().unwrap(), one["is_shared"].clone())).collect();
        assert_eq!(told, [("Deux mois", json!(false)), ("Équipe", json!(true))], "of one name there is one");
        assert_eq!((&items[0]["question"]["days"], &items[0]["shared_by"]), (&json!("60"), &Value::Null));
        assert!(clerk.open("/desk/preadmissions").await.text.contains("Deux mois ("), "pages show it, too");
        assert!(app.staff("aline").await.open(VIEWS).await.json()["items"].as_array().unwrap().is_empty());

        for wrong in [
            json!({ "name": "", "question": {} }),
            json!({ "name": "x", "question": { "days": "0" } }),
            json!({ "name": "x", "question": { "colour": "red" } }),
        ] {
            let refused = call(&mut clerk, Method::POST, VIEWS, None, &wrong).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", refused.text);
        }
        let one = format!("{VIEWS}/{}", items[0]["id"].as_str().unwrap());
        let mut other = app.staff("aline").await;
        assert_eq!(call(&mut other, Method::DELETE, &one, None, &json!({})).await.status, StatusCode::NOT_FOUND);
        assert_eq!(call(&mut clerk, Method::DELETE, &one, None, &json!({})).await.status, StatusCode::NO_CONTENT);
        assert_eq!(call(&mut clerk, Method::DELETE, &one, None, &json!({})).await.status, StatusCode::NOT_FOUND);
        app.stop().await;
    }
}

#[actix_web::test]
async fn programs_tell_what_stands_on_an_identity_document() {
    for on in On::all() {
        let app = TestApp::start(on).await;
        let id = opened(&app, &mut app.patient("camille").await, "VN1").await;
        let mut clerk = app.staff("adrien").await;
        let home = format!("/api/v1/desk/preadmissions/{id}");
        let reading = |given: &str, birth: &str| {
            let traits = json!({ "birth_family": "EXEMPLE", "given": given, "birth_date": birth, "sex": "F" });
            let mut body = json!({ "proof": "passport" });
            body.as_object_mut().unwrap().extend(traits.as_object().unwrap().clone());
            body
        };
        let read = format!("{home}/identity-document");
        let wrong = call(&mut clerk, Method::POST, &read, None, &reading("Camilla", "12/03/1984")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
        let kept = call(&mut clerk, Method::POST, &read, None, &reading("Camilla", "1984")).await;
        assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.text);
        let choose = format!("{home}/identity");
        let chosen = call(&mut clerk, Method::POST, &choose, None, &json!({ "choice": "cell" })).await;
        assert_eq!(chosen.status, StatusCode::NO_CONTENT, "{}", chosen.text);
        let told = clerk.open(&home).await.json()["identity"].clone();
        assert_eq!((&told["read_on"], &told["choice"]), (&json!("passport"), &json!("cell")));
        assert_eq!((&told["read_by"]["name"], &told["choice_is_old"]), (&json!("Adrien ADMISSION"), &json!(false)));
        let given = told["traits"].as_array().unwrap().iter().find(|one| one["name"] == "given").unwrap().clone();
        let expected = json!({
            "name": "given", "hospital": "Camille", "franceconnect": "Camille", "typed": "Camille",
            "document": "Camilla", "differs": true,
        });
        assert_eq!(given, expected);
        call(&mut clerk, Method::POST, &read, None, &reading("Camille", "1984-03-12")).await;
        let told = clerk.open(&home).await.json()["identity"].clone();
        assert_eq!((&told["choice"], &told["choice_is_old"]), (&json!("cell"), &json!(true)), "read again since");
        app.stop().await;
    }
}

#[actix_web::test]
async fn programs_remind_many_and_nobody_twice() {
    const REMINDERS: &str = "/api/v1/desk/preadmission-reminders";
    for on in On::all() {
        let app = TestApp::start(on).await;
        let mut clerk = app.staff("adrien").await;
        let list = clerk.open("/api/v1/desk/preadmissions").await.json();
        let files: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
        let all = json!({ "files": files });
        let preview = format!("{REMINDERS}/preview");
        let before = call(&mut clerk, Method::POST, &preview, None, &all).await.json();
        assert!(before["told"].as_u64().unwrap() > 0, "{before}");
        assert_eq!(call(&mut clerk, Method::POST, &preview, None, &all).await.json(), before, "nobody was told");
        let first = call(&mut clerk, Method::POST, REMINDERS, Some("k-1"), &all).await;
        assert_eq!((first.status, first.json()), (StatusCode::OK, before.clone()), "{}", first.text);
        assert_eq!(call(&mut clerk, Method::POST, REMINDERS, Some("k-1"), &all).await.json(), before, "the same key");
        let again = call(&mut clerk, Method::POST, REMINDERS, Some("k-2"), &all).await.json();
        assert_eq!((&again["told"], &again["recently"]), (&json!(0), &before["told"]), "told lately");
        let elsewhere = call(&mut app.staff("aline").await, Method::POST, &preview, None, &all).await.json();
        let closed = json!({ "told": 0, "recently": 0, "unreachable": 0, "closed": files.len() });
        assert_eq!(elsewhere, closed, "another hospital's are as if they were not there");
        for wrong in [json!({ "files": [] }), json!({ "files": vec![files[0]; 201] })] {
            let refused = call(&mut clerk, Method::POST, REMINDERS, Some("k-3"), &wrong).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        }
        app.deliver().await;
        app.stop().await;
    }
}
