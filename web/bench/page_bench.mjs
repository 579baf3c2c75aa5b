// SPDX-License-Identifier: MIT
// The page's figures, one JSON object a line, as all of bench/ prints them. PACKWIRE_BINARY=… node bench/page_bench.mjs [ONE]
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {gzipSync} from 'node:zlib';

import {Scene, until} from '../test/browser/scene.mjs';
import {Browser} from '../test/browser/tools.mjs';

const only = process.argv[2] ?? '';
const wanted = (...names) => only === '' || names.includes(only);
let failed = false;

function print(bench, value, unit, limit, good, note) {
    console.log(JSON.stringify({bench, value: Number(value.toFixed(2)), unit, limit, note}));
    if (!good) failed = true;
}

function filesOf(folder) {
    return readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
        entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)]);
}

function size() {
    const bytes = filesOf('dist').reduce((sum, file) => sum + gzipSync(readFileSync(file), {level: 9}).length, 0);
    print('page_size', bytes / 1000, 'kB', 150, bytes < 150_000, 'everything, gzip -9');
}

/** Best of 5, each without a cache: from the click to the first frame that shows the battery's own values. */
async function firstPaint(scene, browser) {
    const paints = [];
    const values = [];
    for (let run = 0; run < 5; ++run) {
        const page = await browser.context.newPage();
        const client = await browser.context.newCDPSession(page);
        await client.send('Network.setCacheDisabled', {cacheDisabled: true});
        await page.addInitScript(() => {
            const look = () => {
                const soc = document.querySelector('[data-test=soc]');
                if (soc && /\d/.test(soc.textContent)) window.valuesShown = performance.now();
                else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        });
        await page.goto(scene.url);
        await page.waitForFunction(() => window.valuesShown !== undefined);
        values.push(await page.evaluate(() => window.valuesShown));
        paints.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity));
        await page.close();
    }
    print('page_first_paint', Math.min(...paints), 'ms', 1000, Math.min(...paints) < 1000, 'first contentful paint, no cache, best of 5');
    print('page_first_values', Math.min(...values), 'ms', 1000, Math.min(...values) < 1000,
        'first frame with the state of charge of the battery, no cache, best of 5');
}

/** Frames of 10 s, best of 5 pieces of 2 s; and how many readings were drawn in that time. */
async function frames(scene, browser) {
    const page = await browser.page(scene.url, {height: 2000});
    await page.locator('article.pack').nth(14).waitFor();
    await pause(3000);
    const {rates, readings} = await page.evaluate(async () => {
        let drawn = 0;
        const watch = new MutationObserver((changes) => (drawn += changes.length));
        watch.observe(document.querySelector('main'), {characterData: true, subtree: true, childList: true});
        const rates = [];
        for (let piece = 0; piece < 5; ++piece) {
            rates.push(await new Promise((resolve) => {
                let count = 0;
                let begin;
                const tick = (now) => {
                    begin ??= now;
                    if (now - begin >= 2000) resolve((count * 1000) / (now - begin));
                    else {
                        ++count;
                        requestAnimationFrame(tick);
                    }
                };
                requestAnimationFrame(tick);
            }));
        }
        return {rates, readings: drawn};
    });
    const best = Math.max(...rates);
    print('page_frames', best, '1/s', 60, best >= 59,
        `15 packs of 16 cells, each once a second, best of 5; lowest ${Math.min(...rates).toFixed(1)}; ${readings} changes of the page in 10 s`);
    await page.close();
}

if (wanted('page_size')) size();
if (wanted('page_first_paint', 'page_first_values', 'page_frames')) {
    const scene = await Scene.begin({packs: 15});
    const browser = await Browser.begin();
    try {
        await until('a bank of fifteen', async () => (await scene.ask('api/v1/bank')).members?.length === 15);
        if (wanted('page_first_paint', 'page_first_values')) await firstPaint(scene, browser);
        if (wanted('page_frames')) await frames(scene, browser);
    } finally {
        await browser.close();
        await scene.close();
    }
}
process.exitCode = failed ? 1 : 0;
