//! What runs without anybody asking: deliveries, what is due, sealing, sweeping.

use std::{fmt::Display, sync::Arc, time::Duration};

use storage::{
    Db, StorageError,
    files::{FileError, Files},
    outbox::{Consumer, Pace, Worker},
    proof::{self, Keyring},
    schedule::{self, Task},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

use crate::purge::{Erased, Purge};

/// Everything at work; dropping it stops all. What was being sent is sent again at the next start.
pub struct Working(#[expect(dead_code, reason = "held for its drop")] JoinSet<()>);

/// What the workers need.
pub struct Work {
    pub db: Db,
    pub keyring: Arc<Keyring>,
    pub consumers: Vec<Arc<dyn Consumer>>,
    pub tasks: Vec<Arc<dyn Task>>,
    pub pace: Pace,
    pub front: Arc<web::Front>,
    pub files: Files,
    pub payments: Arc<payment::Payments>,
    pub purge: Purge,
}

impl Work {
    pub async fn start(self) -> Result<Working, StorageError> {
        let mut set = JoinSet::new();
        for consumer in self.consumers {
            let worker = Worker::new(self.db.clone(), consumer, self.pace).await?;
            set.spawn(async move { worker.run().await });
        }
        let (db, keyring) = (self.db.clone(), self.keyring);
        set.spawn(every(Duration::from_millis(500), "sealing", move || {
            let (db, keyring) = (db.clone(), keyring.clone());
            async move { proof::seal(&db, &keyring).await.map(|_| ()) }
        }));
        let (db, tasks) = (self.db.clone(), self.tasks);
        set.spawn(every(Duration::from_secs(1), "schedules", move || {
            let (db, tasks) = (db.clone(), tasks.clone());
            async move { schedule::run_due(&db, &tasks).await.map(|_| ()) }
        }));
        let (db, front) = (self.db, self.front);
        set.spawn(every(Duration::from_secs(300), "sweeping", move || {
            let (db, front) = (db.clone(), front.clone());
            async move { sweep(&db, &front).await }
        }));
        let files = self.files.clone();
        set.spawn(every(Duration::from_secs(60), "erasing files", move || {
            let files = files.clone();
            async move { files.clear_doomed().await.map(|_| ()) }
        }));
        let payments = self.payments.clone();
        set.spawn(every(Duration::from_secs(1), "asking how payments ended", move || {
            let payments = payments.clone();
            async move { payments.round().await.map(|_| ()) }
        }));
        let payments = self.payments;
        set.spawn(every(Duration::from_secs(30), "taking lists of invoices", move || {
            let payments = payments.clone();
            async move {
                payments.take_drops().await;
                Ok::<_, std::convert::Infallible>(())
            }
        }));
        let purge = self.purge;
        set.spawn(every(Duration::from_secs(3600), "erasing what is kept no longer", move || {
            let purge = purge.clone();
            async move { purge_now(&purge).await }
        }));
        let files = self.files;
        set.spawn(every(Duration::from_secs(3600), "sweeping files", move || {
            let files = files.clone();
            async move { sweep_files(&files).await }
        }));
        Ok(Working(set))
    }
}

/// Runs the work again and again; a failure is told and waited out.
async fn every<F, W, E>(pause: Duration, what: &'static str, mut work: F)
where
    F: FnMut() -> W,
    W: Future<Output = Result<(), E>>,
    E: Display,
{
    loop {
        tokio::time::sleep(pause).await;
        if let Err(error) = work().await {
            tracing::warn!(what, %error, "failed, and is tried again");
        }
    }
}

async fn sweep(db: &Db, front: &web::Front) -> Result<(), StorageError> {
    front.tidy().await?;
    db.write(|tx| {
        storage::idempotency::sweep(tx)?;
        storage::schedule::sweep(tx)?;
        booking::sweep(tx)?;
        preadmission::sweep(tx)?;
        payment::sweep(tx)?;
        Ok(())
    })
    .await
}

async fn purge_now(purge: &Purge) -> anyhow::Result<()> {
    let erased = purge.run(purge.db.now()).await?;
    let Erased { files, documents, messages, notices, invoices, payments, proxies } = erased;
    tracing::info!(
        files,
        documents,
        messages,
        notices,
        invoices,
        payments,
        proxies,
        "what is kept no longer is erased"
    );
    Ok(())
}

async fn sweep_files(files: &Files) -> Result<(), FileError> {
    let swept = files.sweep().await?;
    if swept.cleared + swept.strays > 0 {
        tracing::info!(cleared = swept.cleared, strays = swept.strays, "files were swept");
    }
    Ok(())
}

/// Resolves at SIGINT or SIGTERM.
pub async fn until_told_to_stop() -> std::io::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}
