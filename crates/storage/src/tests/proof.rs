use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use kernel::World;
use serde_json::json;

use super::all;
use crate::{
    Act, Db, StorageError,
    proof::{Keyring, Receipt, act_of, export, seal, verify},
};

fn keyring(world: &World) -> (Arc<Keyring>, std::path::PathBuf) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("parvis_keys_{}_{number}", std::process::id()));
    (Arc::new(Keyring::open(&folder, world).unwrap()), folder)
}

async fn record(db: &Db, world: &World) -> kernel::ObjectId {
    let object = world.id();
    let actor = world.id();
    let write = move |tx: &mut crate::Tx<'_>| {
        tx.record(Act { kind: "test.done", actor, object, content: &json!({"what": "this"}) })
    };
    db.write(write).await.unwrap();
    object
}

async fn faults(db: &Db, keyring: &Arc<Keyring>) -> Vec<String> {
    let keyring = keyring.clone();
    db.read::<_, StorageError, _>(move |conn| verify(conn, &keyring)).await.unwrap().faults
}

async fn statement(db: &Db, sql: &'static str) -> Result<usize, StorageError> {
    db.write(move |tx| tx.execute(diesel::sql_query(sql))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_register_verifies_and_tampering_shows() {
    let (databases, world, _) = all();
    let (keyring, folder) = keyring(&world);
    for test in &databases {
        let db = &test.db;
        for batch in 1..=3 {
            for _ in 0..batch * 2 {
                record(db, &world).await;
            }
            assert_eq!(seal(db, &keyring).await.unwrap(), batch * 2);
        }
        assert_eq!(seal(db, &keyring).await.unwrap(), 0);
        assert_eq!(faults(db, &keyring).await, Vec::<String>::new());

        for sql in [
            "UPDATE proof_records SET kind = 'other'",
            "UPDATE proof_records SET batch = NULL, leaf = NULL",
            "DELETE FROM proof_records",
            "UPDATE proof_batches SET leaves = 1",
            "DELETE FROM proof_batches",
        ] {
            let refused = statement(db, sql).await.unwrap_err();
            assert_eq!(refused.refusal(), Some("proof_is_never_changed"), "{sql} on {}", test.url);
        }
        statement(db, "UPDATE proof_records SET salt = NULL").await.unwrap();
        assert_eq!(faults(db, &keyring).await, Vec::<String>::new(), "erasing salts keeps the chain");

        // Who owns the database can take the guard away; the chain then tells.
        let unguard = if db.is_sqlite() {
            "DROP TRIGGER proof_records_unchanged"
        } else {
            "DROP TRIGGER proof_records_unchanged ON proof_records"
        };
        statement(db, unguard).await.unwrap();
        statement(db, "UPDATE proof_records SET kind = 'other' WHERE batch = 2 AND leaf = 1").await.unwrap();
        assert_eq!(faults(db, &keyring).await, ["batch 2 has a record that was changed"]);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

async fn exported(db: &Db) -> Vec<String> {
    db.read::<_, StorageError, _>(|conn| {
        let mut lines = Vec::new();
        export(conn, |line| lines.push(line.to_owned()))?;
        Ok(lines)
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_cut_at_its_end_is_shown_by_an_older_export() {
    let (databases, world, _) = all();
    let (keyring, folder) = keyring(&world);
    let db = &databases[0].db;
    for _ in 0..2 {
        record(db, &world).await;
        seal(db, &keyring).await.unwrap();
    }
    let kept_elsewhere = exported(db).await;
    assert!(kept_elsewhere.contains(&"number 2".to_owned()));
    for guard in ["proof_records_kept", "proof_batches_kept"] {
        db.write(move |tx| tx.execute(diesel::sql_query(format!("DROP TRIGGER {guard}")))).await.unwrap();
    }
    statement(db, "DELETE FROM proof_records WHERE batch = 2").await.unwrap();
    statement(db, "DELETE FROM proof_batches WHERE number = 2").await.unwrap();
    assert_eq!(faults(db, &keyring).await, Vec::<String>::new(), "the chain alone cannot tell");
    let now = exported(db).await;
    assert!(kept_elsewhere.iter().any(|line| !now.contains(line)), "what was kept elsewhere does");
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_alone_verifies_a_receipt_and_refuses_a_changed_one() {
    let (databases, world, _) = all();
    let (keyring, folder) = keyring(&world);
    let db = &databases[0].db;
    let object = record(db, &world).await;
    let act = db.read::<_, StorageError, _>(move |conn| act_of(conn, "test.done", object)).await.unwrap().unwrap();
    let facts = [("date".to_owned(), "jeudi 3 décembre\nacte : faux".to_owned())];
    let receipt = Receipt::sign(&keyring, "Accusé de réception", &act, &facts);
    assert!(!receipt.text.lines().any(|line| line == "acte : faux"), "a value cannot pass for a line of the house");

    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("key.pem", keyring.public_pem()[0].1.as_bytes());
    write("receipt.sig", &receipt.signature);
    let verified = |text: &str| {
        write("receipt.txt", text.as_bytes());
        let arguments = "pkeyutl -verify -pubin -inkey key.pem -rawin -in receipt.txt -sigfile receipt.sig";
        let output = Command::new("openssl").args(arguments.split(' ')).current_dir(&folder).output().unwrap();
        output.status.success()
    };
    assert!(verified(&receipt.text));
    assert!(!verified(&receipt.text.replace("jeudi", "lundi")));
    std::fs::remove_dir_all(folder).unwrap();
}

/// Nodes that start at the same moment on one folder sign with one key, and none reads it half-written.
#[test]
fn the_first_key_is_made_once() {
    let (_, world, _) = all();
    for round in 0..20 {
        let folder = std::env::temp_dir().join(format!("parvis_first_key_{}_{round}", std::process::id()));
        let open = || Keyring::open(&folder, &world).unwrap().signer_id().to_owned();
        let ids: Vec<String> = std::thread::scope(|scope| {
            let nodes: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            nodes.into_iter().map(|node| node.join().unwrap()).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["proof-0001.seed"], "no draft is left");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
