// SPDX-License-Identifier: MIT
// The dashboard in a real browser, fed by the real daemon. PACKWIRE_BINARY=… SCREENSHOTS=dir node test/browser/run.mjs
// Exit 77: skipped, and it says why.
import {spawn, spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

function skip(why) {
    console.log(`skipped: ${why}`);
    process.exit(77);
}

const binary = process.env.PACKWIRE_BINARY;
if (!binary || !existsSync(binary)) skip(`PACKWIRE_BINARY=${binary ?? ''} is not there`);
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (spawnSync(browser, ['--version']).status !== 0) skip(`no Chromium: ${browser} does not run`);
const here = dirname(fileURLToPath(import.meta.url));
if (!existsSync(join(here, '../../node_modules/playwright-core'))) skip('no playwright-core: npm ci was not possible');

const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs')).sort().map((name) => join(here, name));

/** Each has a daemon and a browser of its own, and mostly waits: all at once, what they say one after the other. */
function run(file) {
    return new Promise((resolve) => {
        const child = spawn(process.execPath, ['--test', file], {stdio: ['ignore', 'pipe', 'inherit']});
        let said = '';
        child.stdout.on('data', (text) => (said += text));
        child.once('close', (status) => {
            process.stdout.write(said);
            resolve(status);
        });
    });
}

const statuses = await Promise.all(files.map(run));
if (statuses.some((status) => status !== 0)) process.exitCode = 1;
