//! As much of HTTP/1.1 as a patient needs: one kept connection, one request after the other.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use anyhow::{Context, bail};

pub(crate) const DOOR: &str = "127.0.0.1:18080";

pub(crate) struct Line(BufReader<TcpStream>);

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Line {
    pub(crate) fn open(address: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }

    pub(crate) fn get(&mut self, path: &str, cookies: &str) -> anyhow::Result<Answer> {
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: {DOOR}\r\nCookie: {cookies}\r\n\r\n").as_bytes(), &[])
    }

    pub(crate) fn post(&mut self, path: &str, cookies: &str, headers: &str, body: &str) -> anyhow::Result<Answer> {
        self.send("POST", path, cookies, headers, "application/json", body.as_bytes())
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        cookies: &str,
        headers: &str,
        kind: &str,
        body: &[u8],
    ) -> anyhow::Result<Answer> {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {DOOR}\r\nCookie: {cookies}\r\n{headers}\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        // In one write, when it is small: two of them wait for each other.
        if body.len() < 10_000 {
            self.ask(&[head.as_bytes(), body].concat(), &[])
        } else {
            self.ask(head.as_bytes(), body)
        }
    }

    fn ask(&mut self, head: &[u8], body: &[u8]) -> anyhow::Result<Answer> {
        self.0.get_mut().write_all(head)?;
        self.0.get_mut().write_all(body)?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.split(' ').nth(1).context("no status")?.parse()?;
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            if name.eq_ignore_ascii_case("transfer-encoding") {
                bail!("an answer in pieces is not expected");
            }
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse()?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }
}
