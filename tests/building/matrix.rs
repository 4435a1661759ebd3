//! The access matrix, made from the route table: every operation × everybody who may come. What is somebody else's
//! answers like what does not exist, byte for byte. A new operation is in the matrix the day it is in the table.

use std::collections::BTreeMap;

use kernel::{AppointmentId, Id, World};
use reqwest::{StatusCode, header};
use serde_json::{Value, json};
use server::building;
use simulators::sih::Word;
use web::{Operation, Policy};

use crate::{
    app::{On, TestApp},
    browser::{Browser, Page},
    cashier, documents, invoices, journey, medical, paying, people, preadmission, proxies, stays,
};

/// Operations whose object belongs to nobody, with what stands for the variable. This list only shrinks.
const OPEN_OBJECTS: &[(&str, &str)] = &[
    ("/assets/{file}", "icon.svg"),
    ("/problems/{slug}", "not-found"),
    ("/login/{provider}", "demo"),
    ("/login/{provider}/callback", "demo"),
    ("/login/{provider}/failed", "demo"),
    ("/desk/login/{provider}", "hospital"),
    ("/desk/login/{provider}/callback", "hospital"),
    ("/desk/login/{provider}/failed", "hospital"),
];

/// What a request that changes something carries, so that nothing but the caller decides.
fn body(operation: &Operation, ids: &Ids) -> Option<Value> {
    match (operation.method.as_str(), operation.path) {
        ("POST", "/api/v1/holds") | ("POST", "/holds") => Some(json!({})),
        ("POST", "/api/v1/appointments") => Some(json!({ "hold": ids.hold })),
        ("POST", "/appointments") => Some(json!({ "hold": ids.hold, "email": "a@example.org", "phone": "" })),
        ("POST", "/api/v1/preadmissions") => {
            Some(json!({ "site": ids.site, "entry_at": "2027-01-04T08:00:00Z", "unit": "Chirurgie" }))
        }
        ("POST", path) if path.ends_with("/claim") || path.ends_with("/open") => Some(json!({ "k": "x" })),
        ("POST", path) if path.ends_with("/claim-for") => {
            Some(json!({ "k": "x", "role": "mother", "birth_date": "2019-05-14", "stated": true }))
        }
        ("POST", path) if path.ends_with("/identification") => Some(json!({ "k": "x", "birth_date": "2019-05-14" })),
        ("POST", path) if path.ends_with("/signatories") => Some(json!({ "quality": "father", "name": "Père" })),
        ("POST", path) if path.ends_with("/representative") => {
            Some(json!({ "name": "Anne", "contact": "a@example.org" }))
        }
        ("PUT" | "POST", path) if path.contains("/desk/") && path.contains("/people/") => {
            Some(json!({ "state": "revoked" }))
        }
        ("PUT", path) if path.contains("/people/") => Some(json!({ "answer": "signed", "stated": true })),
        ("PUT", path) if path.contains("/missing-documents/") => Some(json!({ "reason": "lost" })),
        ("POST", path) if path.ends_with("/refusal") => Some(json!({ "sections": ["contact"], "text": "à revoir" })),
        ("POST", path) if path.ends_with("/decision") => Some(json!({ "decision": "accepted", "seen": "x" })),
        ("POST", path) if path.ends_with("/notes") => Some(json!({ "text": "vu" })),
        ("POST", path) if path.ends_with("/merge") => Some(json!({ "choice": "same" })),
        ("POST", "/desk/preadmissions/{id}/meeting") => {
            Some(json!({ "announced": ids.preadmission, "choice": "same" }))
        }
        ("POST", path) if path.ends_with("/meeting") => Some(json!({ "announced": ids.preadmission, "same": true })),
        ("POST", path) if path.ends_with("/identity") => Some(json!({ "choice": "same" })),
        ("POST", path) if path.starts_with("/desk/") && path.contains("/missing-documents/") => {
            Some(json!({ "reason": "lost" }))
        }
        ("POST", "/desk/preadmissions/{id}/submission") => Some(json!({ "agreed": "yes" })),
        ("POST", path) if path.ends_with("/identity-document") => Some(json!({
            "proof": "card", "birth_family": "EXEMPLE", "given": "Camille", "birth_date": "1984-03-12", "sex": "F",
        })),
        ("POST", "/api/v1/desk/preadmission-views") => Some(json!({ "name": "À voir", "question": {} })),
        ("POST", path) if path.contains("/preadmission-reminders") => Some(json!({ "files": [ids.preadmission] })),
        ("POST", path) if path.ends_with("/desk/preadmissions/views") => Some(json!({ "name": "À voir" })),
        ("POST", path) if path.ends_with("/corrections") => {
            Some(json!({ "field": "complementary-cover.member", "value": "12" }))
        }
        ("POST", path) if path.ends_with("/ruling") => Some(json!({ "decision": "accepted", "reason": "vu" })),
        ("POST", path) if path.contains("desk/proxies/") => Some(json!({ "reason": "vu" })),
        ("POST", path) if path.ends_with("/clearing") => Some(json!({ "reason": "vu" })),
        ("POST", "/desk/payment-reports/{id}/lines/{n}/note") => Some(json!({ "note": "don" })),
        ("POST", "/desk/refunds/{id}/done") => Some(json!({ "note": "virement" })),
        ("PUT", path) if path.ends_with("/secrecy") => Some(json!({ "secret": false })),
        ("POST", path) if path.ends_with("/drop") => Some(json!({ "reason": "vu" })),
        ("PUT", "/api/v1/me/contact") => Some(json!({ "email": "a@example.org", "phone": null, "language": "fr" })),
        ("POST", "/language") => Some(json!({ "lang": "fr", "return_to": "/" })),
        ("POST" | "PUT", _) => Some(json!({})),
        _ => None,
    }
}

struct Ids {
    appointment: String,
    hold: String,
    delivery: String,
    received: String,
    service: String,
    preadmission: String,
    document: String,
    note: String,
    view: String,
    /// Another one, for the interface.
    kept_view: String,
    upload: String,
    invitation: String,
    invoice: String,
    payment: String,
    /// Of the owner, who acts for a child.
    proxy: String,
    site: String,
    /// At the desk: one that waits for a decision, with its invoice.
    odd_payment: String,
    odd_invoice: String,
    refund: String,
    report: String,
    /// A creditor that its provider refuses.
    stopped: String,
    absent: String,
}

impl Ids {
    fn path(&self, operation: &Operation, absent: bool) -> String {
        let path = operation.path;
        if let Some((_, value)) = OPEN_OBJECTS.iter().find(|(open, _)| *open == path) {
            let variable = path.split(['{', '}']).nth(1).unwrap();
            return path.replace(&format!("{{{variable}}}"), value);
        }
        let id = match path {
            _ if absent => &self.absent,
            path if path.starts_with("/desk/invoices/") => &self.odd_invoice,
            path if path.contains("/proxies/") => &self.proxy,
            path if path.starts_with("/desk/refunds/") => &self.refund,
            path if path.contains("desk/payment-reports/") => &self.report,
            path if path.contains("desk/invoice-doubts/") => &self.odd_invoice,
            path if path.contains("desk/creditor-alerts/") => &self.stopped,
            path if path.contains("desk/payments/") => &self.odd_payment,
            path if path.contains("appointments/") => &self.appointment,
            path if path.contains("preadmissions/") || path.contains("medical-questionnaires/") => &self.preadmission,
            path if path.contains("/invitations/") => &self.invitation,
            path if path.contains("/invoices/") || path.starts_with("/pay/") => &self.invoice,
            path if path.contains("/payments/") => &self.payment,
            path if path.contains("deliveries/") => &self.delivery,
            path if path.contains("received/") => &self.received,
            path if path.contains("holds/") || path.contains("checkout/") => &self.hold,
            _ => &self.service,
        };
        let path = path.replace("{document}", &self.document).replace("{note}", &self.note);
        let view = if operation.path.starts_with("/api/") { &self.kept_view } else { &self.view };
        let path = path.replace("{view}", if absent { &self.absent } else { view });
        let part = match path.as_str() {
            path if path.contains("/sections/") || path.contains("/fill/") => "contact",
            path if path.contains("/medical/") => "medical-body",
            path if path.contains("/people/") => "trusted-person",
            _ => "CN_RECTO",
        };
        path.replace("{id}", id)
            .replace("{hold}", id)
            .replace("{name}", part)
            .replace("{upload}", &self.upload)
            .replace("{n}", "1")
            .replace("{number}", "2")
            .replace("{source}", "gam")
            .replace("{file}", "txt")
    }
}

/// The same answer for the same refusal, but for what is fresh in each: tokens and the request's number.
fn plain(page: &Page) -> (StatusCode, String, BTreeMap<String, String>) {
    let mut text = page.text.clone();
    while let Some(start) = text.find("name=\"csrf\" value=\"") {
        let end = text[start + 19..].find('"').unwrap() + start + 19;
        text.replace_range(start..=end, "");
    }
    // actix closes a connection whose body had not arrived whole when it answered: the network's doing.
    let left_out = ["x-request-id", "date", "set-cookie", "connection"];
    let headers = page
        .headers
        .iter()
        .filter(|(name, _)| !left_out.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    let path = page.url.splitn(4, '/').nth(3).unwrap().to_owned();
    (page.status, text.replace(&path, ""), headers)
}

async fn ask(browser: &mut Browser, operation: &Operation, path: &str, ids: &Ids) -> Page {
    let api = path.starts_with("/api/");
    let desk = path.starts_with("/desk") || path.starts_with("/api/v1/desk");
    let session = if desk { "/api/v1/desk/session" } else { "/api/v1/session" };
    let token = browser.open(session).await.json()["csrf_token"].as_str().unwrap().to_owned();
    let url = browser.absolute(path, &browser.base.clone());
    let key = World::system().secret();
    let headers =
        [("x-csrf-token", token.as_str()), ("idempotency-key", key.as_str()), ("sec-fetch-site", "same-origin")];
    let body = body(operation, ids).map(|fields| {
        if api {
            return ("application/json", fields.to_string());
        }
        let pairs: Vec<String> = fields
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default().replace('@', "%40")))
            .chain([format!("csrf={token}"), format!("idempotency_key={key}")])
            .collect();
        ("application/x-www-form-urlencoded", pairs.join("&"))
    });
    browser.send(operation.method.as_str().parse().unwrap(), &url, &headers, body).await
}

fn needs_login(page: &Page, operation: &Operation) -> bool {
    let to = page.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    let login = if operation.path.starts_with("/desk") { "/desk/login" } else { "/login" };
    page.status == StatusCode::UNAUTHORIZED || (page.status == StatusCode::SEE_OTHER && to.starts_with(login))
}

fn is_in(page: &Page) -> bool {
    ![StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&page.status)
        && !page.status.is_server_error()
}

fn has_object(operation: &Operation) -> bool {
    operation.path.contains('{') && !OPEN_OBJECTS.iter().any(|(open, _)| *open == operation.path)
}

/// The id of the first entry of a list, whatever the list is called.
fn first_id(answer: &Value) -> String {
    let list = answer.as_array().or_else(|| answer.as_object()?.values().find_map(Value::as_array)).expect("a list");
    list[0]["id"].as_str().expect("an id").to_owned()
}

/// The objects of Camille, who has an appointment, a delivery about it, and a hold.
async fn objects(app: &TestApp) -> (Browser, Ids) {
    let (mut owner, confirmed) = journey::book(app, "camille").await;
    let appointment = confirmed.url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    assert!(appointment.parse::<AppointmentId>().is_ok(), "{}", confirmed.url);
    let checkout = journey::choose_first(&mut owner).await;
    let hold = checkout.url.rsplit('/').next().unwrap().to_owned();
    let mut desk = app.staff("irene").await;
    let deliveries = desk.open("/api/v1/desk/deliveries").await.json();
    let delivery = first_id(&deliveries);
    let refused = stays::tell(app, Word::Announced, "VN9", "").await;
    assert_eq!(refused, "AE", "a stay without its day");
    let received = first_id(&desk.open("/api/v1/desk/received").await.json());
    let service = first_id(&owner.open("/api/v1/services").await.json());
    let preadmission = preadmission::opened(app, &mut owner, "VN1").await;
    let (document, upload) = documents::checked(app, &mut owner, &preadmission).await;
    let (note, [view, kept_view]) = at_desk(app, &preadmission).await;
    medical::send_medical(&mut owner, &preadmission).await;
    let invitation = people::invited(app, &mut owner).await;
    let invoice = invoices::of_camille(app).await;
    paying::show_paper(&mut owner, "FA26000009", "24").await;
    let payment = paying::paid(&mut owner, &invoice).await;
    let proxy = proxies::of_a_child(app, &mut owner).await;
    let site = owner.open("/preadmissions/new").await.attribute("option", "value").expect("a site");
    let [odd_payment, odd_invoice, refund, report, stopped] = cashier::kept(app).await;
    let absent: Id<()> = World::system().id();
    (
        owner,
        Ids {
            appointment,
            hold,
            delivery,
            received,
            service,
            preadmission,
            document,
            note,
            view,
            kept_view,
            upload,
            invitation,
            invoice,
            payment,
            proxy,
            site,
            odd_payment,
            odd_invoice,
            refund,
            report,
            stopped,
            absent: absent.to_string(),
        },
    )
}

/// A note that a clerk made of this file, and two views that they keep.
async fn at_desk(app: &TestApp, file: &str) -> (String, [String; 2]) {
    let mut clerk = app.staff("adrien").await;
    let home = format!("/desk/preadmissions/{file}");
    let page = clerk.open(&home).await;
    let form = page.form(&format!("{home}/notes")).with("text", "à rappeler").with("to_do", "yes");
    let page = clerk.submit(&page, &form).await;
    let done = page.forms().into_iter().find(|form| form.action.ends_with("/done")).expect("a note to be done");
    let note = done.action.split('/').nth_back(1).expect("its id").to_owned();
    for name in ["Ma vue", "Mon autre vue"] {
        let page = clerk.open("/desk/preadmissions").await;
        clerk.submit(&page, &page.form("/desk/preadmissions/views").with("name", name)).await;
    }
    let kept = clerk.open("/api/v1/desk/preadmission-views").await.json();
    (note, [0, 1].map(|at| kept["items"][at]["id"].as_str().expect("a view that is kept").to_owned()))
}

async fn half_logged_in(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let page = browser.open("/login").await;
    let start = page.forms().into_iter().find(|form| form.action.contains("/login/")).unwrap();
    let leaving = browser.submit_once(&page, &start).await;
    assert_eq!(leaving.status, StatusCode::SEE_OTHER);
    browser
}

#[actix_web::test]
async fn everybody_sees_what_is_theirs_and_nothing_else() {
    let mut app = documents::app(On::Sqlite, None).await;
    app.may_leave_open = true;
    let (mut owner, ids) = objects(&app).await;
    let mut callers = BTreeMap::from([
        ("anonymous", app.browser()),
        ("half logged in", half_logged_in(&app).await),
        ("another patient", app.patient("helene").await),
        ("staff without the role", app.staff("sandrine").await),
    ]);
    // For each role the one who has it where the objects are, and one who has it elsewhere only.
    let mut of_role = BTreeMap::new();
    for (role, here, elsewhere) in
        // Whoever sees to data protection does so for all of them.
        [
            ("interfaces", "irene", "odile"),
            ("admissions", "adrien", "aline"),
            ("cashier", "regine", "romain"),
            ("care", "sofia", "elie"),
            ("dpo", "denis", "denis"),
        ]
    {
        of_role.insert(role, [("staff", app.staff(here).await), ("staff elsewhere", app.staff(elsewhere).await)]);
    }
    let house = building::house();
    let mut asked = 0;
    let mut to_anybody = BTreeMap::new();
    // Who logged out asks nothing more.
    let mut operations: Vec<&Operation> = house.operations().collect();
    operations.sort_by_key(|operation| operation.path.ends_with("/logout"));
    for operation in operations {
        let roles: &[&str] = match operation.policy {
            Policy::Staff(roles) => roles,
            _ => &["interfaces"],
        };
        let staff = of_role.get_mut(roles.first().expect("a role")).unwrap_or_else(|| panic!("nobody has {roles:?}"));
        let staff = staff.iter_mut().map(|(who, browser)| (&*who, browser));
        for (who, browser) in callers.iter_mut().chain(staff) {
            let what = format!("{} {} for {who}", operation.method, operation.path);
            let page = ask(browser, operation, &ids.path(operation, false), &ids).await;
            asked += 1;
            assert!(!page.status.is_server_error(), "{what}: {}", page.status);
            let foreign = async |browser: &mut Browser, page: &Page| {
                let absent = ask(browser, operation, &ids.path(operation, true), &ids).await;
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{what}");
                assert_eq!(plain(page), plain(&absent), "{what}: somebody else's differs from an absent one");
            };
            let is_staff = who.starts_with("staff");
            match operation.policy {
                Policy::Asset => assert!(is_in(&page), "{what}: {}", page.status),
                // No session counts there: everybody gets the same answer.
                Policy::Partner => {
                    let first = to_anybody.entry((operation.method.to_string(), operation.path)).or_insert(page.status);
                    assert_eq!(page.status, *first, "{what}");
                }
                Policy::Public if has_object(operation) && !operation.path.contains("services") => {
                    foreign(browser, &page).await
                }
                Policy::Public => {
                    let redirected = page.status.is_redirection();
                    assert!(
                        is_in(&page) || redirected || operation.path.contains("/login/"),
                        "{what}: {}",
                        page.status
                    );
                }
                Policy::Patient if *who == "another patient" && has_object(operation) => foreign(browser, &page).await,
                Policy::Patient if *who == "another patient" => {
                    assert!(is_in(&page) || operation.method.as_str() == "POST", "{what}: {}", page.status);
                }
                Policy::Patient => assert!(needs_login(&page, operation), "{what}: {}", page.status),
                Policy::AnyStaff => {
                    assert_eq!(is_in(&page) && !needs_login(&page, operation), is_staff, "{what}: {}", page.status)
                }
                Policy::Staff(_) => match *who {
                    "staff" => assert!(is_in(&page), "{what}: {}", page.status),
                    "staff elsewhere" if has_object(operation) => foreign(browser, &page).await,
                    "staff elsewhere" => {
                        let is_answered = is_in(&page) && (operation.method == "POST" || page.status.is_success());
                        assert!(is_answered, "{what}: {}", page.status);
                        assert!(!page.text.contains(&ids.delivery), "{what} shows another establishment's");
                    }
                    // The role is asked for before anything is looked up: nobody learns from it what exists.
                    "staff without the role" => {
                        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what}");
                        let absent = ask(browser, operation, &ids.path(operation, true), &ids).await;
                        assert_eq!(absent.status, page.status, "{what}: refused otherwise when it is absent");
                    }
                    _ => assert!(needs_login(&page, operation), "{what}: {}", page.status),
                },
            }
        }
    }
    for operation in house.operations().filter(|operation| operation.policy == Policy::Patient || has_object(operation))
    {
        // Only the link of a letter opens these, whoever asks; and a file has a receipt once it was sent.
        let by_link =
            ["/open", "/people/{name}/{number}", "/invitations/"].iter().any(|part| operation.path.contains(part));
        let not_yet = operation.path.starts_with("/preadmissions/") && operation.path.contains("/receipt");
        if matches!(operation.policy, Policy::Staff(_) | Policy::Partner)
            || operation.method.as_str() != "GET"
            || by_link
            || not_yet
        {
            continue;
        }
        let page = ask(&mut owner, operation, &ids.path(operation, false), &ids).await;
        assert!(is_in(&page), "{} {} for its owner: {}", operation.method, operation.path, page.status);
    }
    assert!(asked > 300, "{asked}");
    app.stop().await;
}

#[test]
fn a_list_of_open_objects_names_only_what_exists() {
    let house = building::house();
    for (path, _) in OPEN_OBJECTS {
        assert!(house.operations().any(|operation| operation.path == *path), "{path} is gone: take it off the list");
    }
}
