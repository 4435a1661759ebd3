//! The square code on a card, from the photo to the patient's agreement and the clerk's eye, on both databases.

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use reqwest::{Method, StatusCode};
use rxing::{BarcodeFormat, Writer, datamatrix::DataMatrixWriter};
use serde_json::{Value, json};
use storage::{StorageError, diesel};

use crate::{
    app::{On, TestApp},
    browser::Browser,
    documents::{self, Phone},
    preadmission::{fill, fill_all, opened, send},
};

const CODE: &str = "N° AMC=99100001\u{1d}N° adhérent=AB12345678\u{1d}255081416802538\u{1d}00017";

/// A card that bears this code, and lines of print.
fn card(code: &str) -> Vec<u8> {
    let matrix = DataMatrixWriter.encode(code, &BarcodeFormat::DATA_MATRIX, 0, 0).unwrap();
    let (left, top, square) = (380, 120, 6);
    let (right, bottom) = (left + matrix.width() * square, top + matrix.height() * square);
    let picture = GrayImage::from_fn(800, 500, |x, y| {
        let is_in_code = (left..right).contains(&x) && (top..bottom).contains(&y);
        let is_print = x < 320 && y % 40 < 12 && x % 14 < 9;
        let is_dark = if is_in_code { matrix.get((x - left) / square, (y - top) / square) } else { is_print };
        Luma([if is_dark { 30 } else { 230 }])
    });
    let mut png = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture).write_to(&mut png, ImageFormat::Png).unwrap();
    png.into_inner()
}

/// What the interface says of one field of a section: its value and where it came from.
async fn field(browser: &mut Browser, file: &str, name: &str) -> (String, Value) {
    let file = browser.open(&format!("/api/v1/preadmissions/{file}")).await.json();
    let fields = file["sections"].as_array().unwrap().iter().flat_map(|section| section["fields"].as_array().unwrap());
    let found = fields.into_iter().find(|field| field["name"] == name);
    found.map(|field| (field["value"].as_str().unwrap().to_owned(), field["source"].clone())).unwrap_or_default()
}

async fn cards(browser: &mut Browser, file: &str, kind: &str) -> Vec<Value> {
    let list = browser.open(&format!("/api/v1/preadmissions/{file}/documents")).await.json();
    let of_kind = list["items"].as_array().unwrap().iter().filter(|one| one["kind"] == kind);
    of_kind.map(|one| one["card"].clone()).collect()
}

#[actix_web::test]
async fn what_is_read_on_a_card_is_offered_and_never_filled_in_by_itself() {
    const MEMBER: &str = "complementary-cover.member";
    for on in On::all() {
        let app = documents::app(on, None).await;
        let mut camille = app.patient("camille").await;
        let file = opened(&app, &mut camille, "VN1").await;
        fill(&mut camille, &file, "complementary-cover", &[("covered", "mutual")]).await;
        let typed = [("name", "Mutuelle des Tests"), ("amc", "99100001"), ("member", "AB99999999")];
        fill(&mut camille, &file, "complementary-cover", &typed).await;
        fill(&mut camille, &file, "compulsory-cover", &[("covered", "yes")]).await;

        let mut phone = Phone { browser: &mut camille, file: file.clone() };
        phone.send("MUTUELLE_RECTO", &[("carte.png", &card(CODE))]).await;
        phone.send("CN_RECTO", &[("autre.png", &card("AMC=99100002"))]).await;
        app.deliver().await;
        let document = phone.given("MUTUELLE_RECTO").await.remove(0).0;
        let values = json!({
            "complementary-cover.amc": "99100001", MEMBER: "AB12345678", "compulsory-cover.nir": "255081416802538",
        });
        assert_eq!(cards(&mut camille, &file, "MUTUELLE_RECTO").await, [json!({ "code": CODE, "values": values })]);
        assert_eq!(cards(&mut camille, &file, "CN_RECTO").await, [Value::Null], "codes of other papers are not read");
        assert_eq!(field(&mut camille, &file, MEMBER).await, ("AB99999999".to_owned(), json!("patient")));

        // Beside the photo and in the section, until it is accepted.
        let section = format!("/preadmissions/{file}/sections/complementary-cover");
        let beside = camille.open(&format!("/preadmissions/{file}/documents/MUTUELLE_RECTO")).await;
        let page = camille.open(&section).await;
        for page in [&beside, &page] {
            let panel = page.first("section.panel");
            assert!(panel.contains("Lu sur votre carte") && panel.contains("AB12345678"), "{}", page.first("main"));
        }
        let accept = page.form(&format!("/preadmissions/{file}/documents/{document}/card"));
        let after = camille.submit(&page, &accept).await;
        assert_eq!(after.url, camille.absolute(&section, &app.base), "{}", after.first("main"));
        assert!(!after.text.contains("Utiliser ces valeurs"), "{}", after.first("main"));
        let nir = field(&mut camille, &file, "compulsory-cover.nir").await;
        assert_eq!(nir, ("255081416802538".to_owned(), json!("card")));
        assert_eq!(field(&mut camille, &file, MEMBER).await, ("AB12345678".to_owned(), json!("card")));
        let raw = field(&mut camille, &file, "complementary-cover.datamatrix").await;
        assert_eq!(raw, (CODE.to_owned(), json!("card")));
        let source = after.text.contains("Lu sur la photo de votre carte");
        assert!(source && after.text.contains("00017"), "{}", after.first("main"));

        // What was read wrongly is typed again, and offered again.
        fill(&mut camille, &file, "complementary-cover", &[("member", "AB87654321")]).await;
        let page = camille.open(&section).await;
        assert!(page.text.contains("Utiliser ces valeurs"), "{}", page.first("main"));

        let address = format!("/api/v1/preadmissions/{file}/documents/{document}/card");
        let mut helene = app.patient("helene").await;
        assert_eq!(helene.call(Method::POST, &address, None, json!({})).await.status, StatusCode::NOT_FOUND);
        let nothing_read = address.replace(&document, &unread_document(&mut camille, &file).await);
        assert_eq!(camille.call(Method::POST, &nothing_read, None, json!({})).await.status, StatusCode::NOT_FOUND);

        // The clerk sees the code beside what is written, and which number stands in it.
        let mut clerk = app.staff("adrien").await;
        let review = clerk.open(&format!("/desk/preadmissions/{file}")).await;
        let shown = review.first(&format!("#document-{document}"));
        assert!(shown.contains("N° AMC=99100001\u{241d}N° adhérent=AB12345678"), "{shown}");
        assert!(shown.contains("99100001 figure dans le code"), "{shown}");
        assert!(shown.contains("AB87654321 ne figure pas dans le code"), "{shown}");

        // Once sent, nothing is written any more; taken back before, nothing is left of it.
        let again = camille.call(Method::POST, &address, None, json!({})).await;
        assert_eq!(again.status, StatusCode::OK, "{}", again.text);
        fill_all(&mut camille, &file).await;
        send(&mut camille, &file).await;
        let late = camille.call(Method::POST, &address, None, json!({})).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
        app.stop().await;
    }
}

/// The document on which no code was looked for.
async fn unread_document(browser: &mut Browser, file: &str) -> String {
    let mut phone = Phone { browser, file: file.to_owned() };
    phone.given("CN_RECTO").await.remove(0).0
}

#[actix_web::test]
async fn a_code_that_is_not_plain_is_kept_for_the_hospital_when_the_patient_says_so() {
    let app = documents::app(On::Sqlite, None).await;
    let mut camille = app.patient("camille").await;
    let file = opened(&app, &mut camille, "VN1").await;
    fill(&mut camille, &file, "complementary-cover", &[("covered", "mutual")]).await;
    let mut phone = Phone { browser: &mut camille, file: file.clone() };
    phone.send("MUTUELLE", &[("carte.png", &card("0199100001AB12345678"))]).await;
    app.deliver().await;
    let page = phone.browser.open(&phone.page("MUTUELLE")).await;
    assert!(page.text.contains("n’est pas en clair"), "{}", page.first("main"));
    let document = phone.given("MUTUELLE").await.remove(0).0;
    let accept = page.form(&format!("/preadmissions/{file}/documents/{document}/card"));
    camille.submit(&page, &accept).await;
    let raw = field(&mut camille, &file, "complementary-cover.datamatrix").await;
    assert_eq!(raw, ("0199100001AB12345678".to_owned(), json!("card")));
    assert_eq!(field(&mut camille, &file, "complementary-cover.amc").await.0, "");

    // Taken back, the photo and its code are gone; what the patient agreed to stays theirs.
    let page = camille.open(&format!("/preadmissions/{file}/documents/MUTUELLE")).await;
    let removal = page.form(&format!("/preadmissions/{file}/documents/{document}/removal"));
    camille.submit(&page, &removal).await;
    assert!(cards(&mut camille, &file, "MUTUELLE").await.is_empty());
    assert_eq!(codes(&app).await, 0);
    app.stop().await;
}

/// How many rows still hold a code.
async fn codes(app: &TestApp) -> i64 {
    use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let counted = app.building.db.read::<_, StorageError, _>(|conn| {
        let query = "SELECT count(*) AS number FROM preadmission_documents WHERE card_code IS NOT NULL";
        Ok(diesel::sql_query(query).get_result::<Counted>(conn)?)
    });
    counted.await.unwrap().number
}
