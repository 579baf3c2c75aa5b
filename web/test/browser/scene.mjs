// SPDX-License-Identifier: MIT
// What a browser test looks at: simulated packs, the real daemon with its own history, and Chromium. Free ports, private
// files; children are ended by their own ids.
import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {get} from 'node:https';
import {createServer, connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

import {chromium} from 'playwright-core';

export const packwire = process.env.PACKWIRE_BINARY;
export const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Asks until `question` gives something; fails with what was wanted. */
export async function until(what, question, seconds = 60) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await question().catch(() => null);
        if (answer) return answer;
        if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
        await pause(50);
    }
}

function freePort() {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const {port} = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** fetch cannot be told whose certificate to believe. */
function isWell(url, ca) {
    return new Promise((resolve, reject) => {
        get(url, {ca}, (answer) => {
            answer.resume();
            resolve(answer.statusCode === 200);
        }).once('error', reject);
    });
}

function child(args, name) {
    const process_ = spawn(packwire, args, {stdio: ['ignore', 'pipe', 'pipe']});
    process_.said = '';
    for (const stream of [process_.stdout, process_.stderr]) {
        stream.on('data', (text) => (process_.said = (process_.said + text).slice(-20000)));
    }
    process_.name = name;
    process_.ended = new Promise((resolve) => process_.once('exit', resolve));
    return process_;
}

async function end(process_) {
    if (!process_ || process_.exitCode !== null || process_.signalCode !== null) return;
    process_.kill('SIGTERM');
    const killer = setTimeout(() => process_.kill('SIGKILL'), 20_000);
    await process_.ended;
    clearTimeout(killer);
}

export class Scene {
    /** With `token`: over TLS, with a certificate of its own, for those who bring the token. */
    static async begin({packs = 4, extra = [], token = ''} = {}) {
        const scene = new Scene();
        scene.folder = mkdtempSync(join(tmpdir(), 'packwire-page-'));
        scene.port = await freePort();
        scene.url = `${token ? 'https' : 'http'}://127.0.0.1:${scene.port}/`;
        const line = join(scene.folder, 'line');
        scene.sim = child(['sim', '--packs', String(packs), '--link', line, '--baud', '0', '--latency', '2ms',
            '--control-socket', join(scene.folder, 'control'), ...extra], 'sim');
        await until(`simulated packs (${scene.sim.said})`, () => scene.fault('clear'));
        scene.config = join(scene.folder, 'packwire.toml');
        writeFileSync(scene.config, `site = "test"
[[bus]]
port = "${line}"
baud = 19200
addresses = [${Array.from({length: packs}, (_, i) => i + 1)}]
[loss]
stale = "3s"
lost = "6s"
gone = "60s"
[venus]
enabled = false
[web]
listen = "127.0.0.1:${scene.port}"
${token ? scene.guard(token) : ''}
[store]
path = "${join(scene.folder, 'history.db')}"
interval = "1s"
`);
        await scene.startDaemon();
        return scene;
    }

    guard(token) {
        const [certificate, key, secret] = ['cert.pem', 'key.pem', 'token'].map((name) => join(this.folder, name));
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
            '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate], {stdio: 'ignore'});
        writeFileSync(secret, token, {mode: 0o600});
        this.certificate = readFileSync(certificate);
        return `token_file = "${secret}"\ntls_certificate = "${certificate}"\ntls_key = "${key}"`;
    }

    async startDaemon() {
        this.daemon = child(['run', '--config', this.config, '--socket', 'off'], 'run');
        await until('the daemon serves its page', async () => {
            if (this.daemon.exitCode !== null) throw new Error(`the daemon ended: ${this.daemon.said}`);
            return this.certificate ? isWell(`${this.url}healthz`, this.certificate) : (await fetch(`${this.url}healthz`)).ok;
        });
    }

    stopDaemon() {
        return end(this.daemon);
    }

    /** A command of docs/simulator.md. */
    fault(command) {
        return new Promise((resolve, reject) => {
            const socket = connect(join(this.folder, 'control'));
            socket.once('error', reject);
            socket.once('data', (text) => {
                socket.end();
                if (String(text).startsWith('ok')) resolve(true);
                else reject(new Error(`${command}: ${text}`));
            });
            socket.write(`${command}\n`);
        });
    }

    async ask(path) {
        return (await fetch(new URL(path, this.url))).json();
    }

    async close() {
        await end(this.daemon);
        await end(this.sim);
        rmSync(this.folder, {recursive: true, force: true});
    }
}

export function launch(folder) {
    return chromium.launchPersistentContext(folder, {
        executablePath: browserPath, headless: true, ignoreHTTPSErrors: true, viewport: {width: 1280, height: 900},
        args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync'],
    });
}
