//! The technical log: route patterns, ids, durations; never a person's data.

use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::{Log, LogFormat};

/// Starts the log on standard error. A second call, as in tests, changes nothing.
pub(crate) fn start(log: &Log) -> anyhow::Result<()> {
    // Our crates have short names; `parvis` in a filter stands for all of them.
    let ours =
        ["server", "web", "storage", "identity", "booking", "preadmission", "payment", "sih", "notices", "simulators"];
    let expanded: Vec<String> = log
        .filter
        .split(',')
        .flat_map(|part| match part.strip_prefix("parvis=") {
            Some(level) => ours.iter().map(|name| format!("{name}={level}")).collect(),
            None => vec![part.to_owned()],
        })
        .collect();
    let filter = EnvFilter::try_new(expanded.join(","))?;
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    drop(match log.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_target(false).try_init(),
    });
    Ok(())
}
