//! The command line. Its names are a contract: operators' scripts and supervision call them.

use std::{io::Write, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    client, commands, logs,
    settings::{Settings, Sources},
};

#[derive(Parser)]
#[command(name = "parvis", version, about = "Online services of a hospital: appointments, pre-admission, payment")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args, Clone)]
pub(crate) struct ConfigFile {
    /// Settings that replace defaults; the environment (PARVIS__SECTION__KEY) replaces both.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Everything on one machine, with demo partners (what `parvis` alone does).
    #[cfg(feature = "simulators")]
    Demo,
    /// Answer patients, staff and programs.
    Serve {
        #[command(flatten)]
        config: ConfigFile,
        /// Also deliver messages and run what is due.
        #[arg(long)]
        with_work: bool,
    },
    /// Deliver messages and run what is due.
    Work {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Bring the schema up to date.
    Migrate {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Say what settings are in force, or everything that is wrong with them.
    CheckConfig {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Print the contract of the REST API (OpenAPI 3.1).
    Openapi,
    /// Print the state machines of a room as graphs (Mermaid), as its README shows them.
    States { room: StatesOf },
    /// Print every operation with its policy.
    Routes {
        #[arg(long)]
        json: bool,
    },
    /// Load establishments, sites, services, practitioners and agendas from a file.
    Seed {
        #[command(flatten)]
        config: ConfigFile,
        #[arg(long, value_name = "FILE")]
        scenario: PathBuf,
    },
    /// Print the JSON Schema of scenario files.
    ScenarioSchema,
    /// Run one demo partner alone.
    #[cfg(feature = "simulators")]
    Simulate {
        partner: Partner,
        /// Address of its page; its other ports follow upwards.
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8084")]
        listen: std::net::SocketAddr,
        /// Where it keeps what it receives.
        #[arg(long, default_value = "var/simulators")]
        folder: PathBuf,
        /// The portal whose logins an identity provider answers.
        #[arg(long, value_name = "URL", default_value = "http://localhost:8080")]
        base_url: String,
    },
    /// The proof register.
    Proof {
        #[command(subcommand)]
        what: Proof,
    },
    /// The key-encryption keys of files.
    Keys {
        #[command(subcommand)]
        what: Keys,
    },
    /// Erase what is not kept any more, as the workers do every hour.
    Purge {
        #[command(flatten)]
        config: ConfigFile,
        /// As it would be done at the start of this day (UTC), such as 2027-03-01; today when absent.
        #[arg(long, value_name = "DAY")]
        as_of: Option<jiff::civil::Date>,
    },
    /// What `serve` and `work` start for each received file; nobody else does.
    #[command(hide = true)]
    Press { limits: String, subject: String },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Partner {
    Identity,
    Sih,
    Mailbox,
    Payfip,
    /// The form payment of banks (PayZen, Systempay, Scellius…).
    Vads,
}

#[derive(Clone, Copy, ValueEnum)]
enum StatesOf {
    Payment,
}

#[derive(Subcommand)]
enum Proof {
    /// Recompute every digest, link and signature.
    Verify {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Print the sealed batches and their records, for keeping elsewhere.
    Export {
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// Print each key with the number of files it wraps.
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Make a new key and wrap every file anew. Nodes may stay open meanwhile.
    Rotate {
        #[command(flatten)]
        config: ConfigFile,
        /// Destroy the keys that wrap nothing any more: no older backup of the database opens a file from then on.
        #[arg(long)]
        destroy_old: bool,
    },
}

impl ConfigFile {
    fn sources(&self) -> anyhow::Result<Sources> {
        Ok(Sources::of_file(self.config.as_deref())?.with_environment(std::env::vars()))
    }

    fn settings(&self) -> anyhow::Result<Settings> {
        let settings = self.sources()?.settings()?;
        logs::start(&settings.log)?;
        Ok(settings)
    }
}

/// Runs the command; one sentence and a code other than 0 when it fails.
pub fn run() -> ExitCode {
    client::install_crypto();
    match dispatch(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to tell it to when standard error is closed.
            let _ = writeln!(std::io::stderr(), "parvis: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let Some(command) = cli.command else { return no_command() };
    match command {
        #[cfg(feature = "simulators")]
        Command::Demo => crate::demo::run(),
        Command::Serve { config, with_work } => commands::serve(config.settings()?, with_work),
        Command::Work { config } => commands::work(config.settings()?),
        Command::Migrate { config } => commands::migrate(&config.settings()?),
        Command::CheckConfig { config } => {
            let sources = config.sources()?;
            let shown = sources.shown();
            sources.settings()?;
            print(&shown)
        }
        Command::States { room: StatesOf::Payment } => print(&payment::states()),
        Command::Openapi => print(&crate::building::openapi()?),
        Command::Routes { json } => print(&commands::routes(json)?),
        Command::Seed { config, scenario } => commands::seed(config.settings()?, &scenario),
        Command::ScenarioSchema => print(&crate::scenario::schema()?),
        #[cfg(feature = "simulators")]
        Command::Simulate { partner, listen, folder, base_url } => {
            crate::demo::simulate(partner, listen, folder, base_url.trim_end_matches('/'))
        }
        Command::Proof { what: Proof::Verify { config } } => print(&commands::verify(config.settings()?)?),
        Command::Proof { what: Proof::Export { config } } => commands::export(config.settings()?),
        Command::Keys { what: Keys::List { config } } => print(&commands::list_keys(config.settings()?)?),
        Command::Keys { what: Keys::Rotate { config, destroy_old } } => {
            print(&commands::rotate_keys(config.settings()?, destroy_old)?)
        }
        Command::Purge { config, as_of } => print(&commands::purge(config.settings()?, as_of)?),
        Command::Press { limits, subject } => Ok(preadmission::press::worker::run(&limits, &subject)?),
    }
}

#[cfg(feature = "simulators")]
fn no_command() -> anyhow::Result<()> {
    crate::demo::run()
}

#[cfg(not(feature = "simulators"))]
fn no_command() -> anyhow::Result<()> {
    use clap::CommandFactory;
    Cli::command().print_help()?;
    anyhow::bail!("a command is needed")
}

/// Output that a closed pipe (`| head`) may cut short.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_press_is_there_and_not_shown() {
        assert!(Cli::try_parse_from(["parvis", "press", "{}", "paper"]).is_ok());
        assert!(!Cli::command().render_long_help().to_string().contains("press"));
    }
}
