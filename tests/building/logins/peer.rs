//! npm `oidc-provider` as a process of its own (`tests/partners/oidc`).

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::house::root;

/// Tests with outside partners run where `tests/run` installed them and says so.
pub(super) fn is_wanted() -> bool {
    std::env::var_os("PARVIS_TEST_PARTNERS").is_some()
}

pub(super) struct Peer {
    pub(super) issuer: String,
    process: Child,
}

impl Peer {
    /// Starts the provider for a house at this address and waits until it is ready.
    pub(super) fn start(base: &str, algorithm: &str, secret: &str) -> Self {
        let mut process = Command::new("node")
            .args(["server.mjs", "--until-stdin-ends", "--alg", algorithm, "--client-secret", secret])
            .args(["--redirect-uri", &format!("{base}/login/fc/callback")])
            .args(["--post-logout-redirect-uri", &format!("{base}/logout/done")])
            .current_dir(root().join("tests/partners/oidc"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: serde_json::Value =
            serde_json::from_str(&line).expect("`npm ci` was run in tests/partners/oidc, so that the provider starts");
        Self { issuer: ready["issuer"].as_str().unwrap().to_owned(), process }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself with its input; waiting leaves no zombie behind.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
