// The demonstration, started on free ports in a folder of its own.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const PORTS = {
  web: 'SERVER__LISTEN',
  admin: 'SERVER__ADMIN_LISTEN',
  patients: 'DEMO__PATIENTS_PORT',
  staff: 'DEMO__STAFF_PORT',
  mllp: 'DEMO__SIH_MLLP_PORT',
  sih: 'DEMO__SIH_HTTP_PORT',
  smtp: 'DEMO__SMTP_PORT',
  mailbox: 'DEMO__MAILBOX_HTTP_PORT',
  payfip: 'DEMO__PAYFIP_PORT',
  vads: 'DEMO__VADS_PORT',
};

/** Starts `parvis demo`; answers where its doors are and how to stop it. */
export async function startDemo(parvis, folder) {
  const ports = {};
  const environment = { ...process.env };
  for (const [name, key] of Object.entries(PORTS)) {
    ports[name] = await freePort();
    environment[`PARVIS__${key}`] = key.endsWith('LISTEN') ? `127.0.0.1:${ports[name]}` : String(ports[name]);
  }
  const base = `http://localhost:${ports.web}`;
  Object.assign(environment, {
    PARVIS__WEB__BASE_URL: base,
    PARVIS__SIH__LISTEN: `127.0.0.1:${await freePort()}`,
    PARVIS__SERVER__DATA_FOLDER: folder,
    PARVIS__SERVER__KEYS_FOLDER: `${folder}/keys`,
    PARVIS__DATABASE__URL: `sqlite:${folder}/parvis.sqlite`,
  });
  const process_ = spawn(parvis, ['demo'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [process_.stdout, process_.stderr]) stream.on('data', (text) => (said += text));
  const ended = new Promise((resolve) => process_.on('exit', resolve));
  const doors = {
    base,
    mailbox: `http://127.0.0.1:${ports.mailbox}`,
    sih: `http://127.0.0.1:${ports.sih}`,
    stop: async () => {
      process_.kill('SIGINT');
      await ended;
    },
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (process_.exitCode !== null) throw new Error(`parvis stopped at its start:\n${said}`);
    const ready = await fetch(`http://127.0.0.1:${ports.admin}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return doors;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process_.kill('SIGKILL');
  throw new Error(`parvis is not ready after 30 s:\n${said}`);
}
