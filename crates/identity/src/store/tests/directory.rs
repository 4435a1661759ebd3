//! Hospitals and sites: found again by FINESS, brought up to date, listed by name.

use super::databases;
use crate::{
    directory::{NewEstablishment, NewSite, upsert_establishment, upsert_site},
    read,
    store::directory::of_finess,
};

fn hospital(name: &str) -> NewEstablishment {
    NewEstablishment { finess: "750712184".parse().unwrap(), name: name.into(), short_name: "CH".into() }
}

#[actix_web::test]
async fn bringing_in_twice_updates() {
    for test in databases().0 {
        let first = test.db.write(|tx| upsert_establishment(tx, &hospital("Ancien nom"))).await.unwrap();
        let second = test.db.write(|tx| upsert_establishment(tx, &hospital("Centre hospitalier"))).await.unwrap();
        assert_eq!(first, second);
        let site = |name: &str| NewSite {
            establishment: first,
            finess: "2A0000014".parse().unwrap(),
            name: name.into(),
            address_lines: vec!["1, rue de l’Exemple".into()],
            postcode: "97400".into(),
            city: "Saint-Denis".into(),
            zone: "Indian/Reunion".parse().unwrap(),
            help_phone: "+262262000000".into(),
            access_notes: String::new(),
        };
        let one = {
            let site = site("A");
            test.db.write(move |tx| upsert_site(tx, &site)).await.unwrap()
        };
        let two = {
            let site = site("Site principal");
            test.db.write(move |tx| upsert_site(tx, &site)).await.unwrap()
        };
        assert_eq!(one, two);
        let kept = test.db.read(move |conn| read::site(conn, one)).await.unwrap().unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.zone.name(), kept.establishment),
            ("Site principal", "Indian/Reunion", first)
        );
        assert_eq!(kept.address_lines, ["1, rue de l’Exemple"]);
        let listed = test.db.read(read::establishments).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Centre hospitalier"]);
        assert_eq!(test.db.read(move |conn| read::sites(conn, Some(first))).await.unwrap(), [kept]);
        let numbers = ["750712184".parse().unwrap(), "2A0000014".parse().unwrap()];
        assert_eq!(test.db.read(move |conn| of_finess(conn, &numbers)).await.unwrap(), [first]);
    }
}
