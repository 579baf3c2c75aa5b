// SPDX-License-Identifier: MIT
// Every view: by keyboard, on a phone, in the dark, and for those who do not see it.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Scene, until} from './scene.mjs';
import {Browser, coloursOf, picture, seriousProblems} from './tools.mjs';

let scene;
let browser;
let id;
const views = () => ({
    overview: '#/', pack: `#/pack/${id}`, history: '#/history', cells: `#/history?metric=cell_voltage&device=${id}&span=1h`,
    events: '#/events', line: '#/line',
});
/** Something that is there only when the view has its data. */
const ready = {
    overview: 'article.pack canvas', pack: '.cell-bars', history: '.readout', cells: '.readout', events: '.event', line: '.histogram',
};

before(async () => {
    scene = await Scene.begin();
    browser = await Browser.begin();
    await until('a bank of four', async () => (await scene.ask('api/v1/bank')).members?.length === 4);
    id = (await scene.ask('api/v1/packs')).packs[0].id;
    const path = () => `api/v1/history?device=bank&metric=state_of_charge&from=${Date.now() / 1000 - 3600}&to=${Date.now() / 1000 + 5}&points=500`;
    await until('some history', async () => (await scene.ask(path())).series[0].points.length > 8);
});
after(async () => {
    await browser?.close();
    await scene?.close();
});

test('charts draw, and dragging across one asks for that time again', async () => {
    const page = await browser.page(`${scene.url}#/history?metric=pack_voltage&device=bank&span=1h`);
    await page.locator('.chart[data-ready=true] canvas').waitFor();
    await page.locator('.readout tbody tr').first().waitFor();
    assert.ok((await coloursOf(page, '.chart canvas')) > 5, 'a line and its scale');
    const box = await page.locator('.chart .u-over').boundingBox();
    const asked = page.waitForRequest((request) => {
        const url = new URL(request.url());
        return url.pathname.endsWith('/history') && url.searchParams.get('to') - url.searchParams.get('from') < 1900;
    });
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.99, box.y + 60, {steps: 5});
    await page.mouse.up();
    const url = new URL((await asked).url());
    assert.ok(Number(url.searchParams.get('points')) >= 1000, 'as many points as the chart has pixels');
    assert.match(page.url(), /from=\d+&to=\d+/);
    await picture(page, 'history-zoomed');
    await page.close();
});

test('packs are compared in one chart; all cells of one pack in another', async () => {
    const page = await browser.page(`${scene.url}#/history?metric=pack_voltage&span=1h`);
    await page.getByRole('button', {name: 'all packs'}).click();
    await until('four rows', async () => (await page.locator('.readout tbody tr').count()) === 4);
    await picture(page, 'history-packs');
    await page.goto(`${scene.url}${views().cells}`);
    await until('sixteen rows', async () => (await page.locator('.readout tbody tr').count()) === 16);
    await picture(page, 'history-cells');
    await page.close();
});

test('the day on the overview', async () => {
    const page = await browser.page(scene.url);
    await page.locator('.today .chart[data-ready=true] canvas').waitFor();
    await page.close();
});

test('events are told, filtered, and say what they are', async () => {
    const page = await browser.page(`${scene.url}#/events`);
    await page.locator('.event').first().waitFor();
    await page.getByLabel('Kind').selectOption('daemon');
    await until('only one kind', async () => {
        const kinds = await page.locator('.event-kind').allTextContents();
        return kinds.length > 0 && kinds.every((kind) => kind === 'daemon');
    });
    await page.close();
});

test('parameters stand beside those of the neighbours', async () => {
    const page = await browser.page(`${scene.url}#/pack/${id}`);
    await page.getByRole('rowheader', {name: 'Cell overvoltage protection', exact: true}).waitFor();
    await until('a column for each of four', async () => (await page.locator('.compare thead th').count()) === 5);
    await page.close();
});

for (const scheme of ['light', 'dark']) {
    test(`${scheme}: no view has a serious fault for those who do not see it, nor scrolls sideways on a phone`, async () => {
        for (const [name, place] of Object.entries(views())) {
            const page = await browser.page(`${scene.url}${place}`, {scheme});
            await page.locator(ready[name]).first().waitFor();
            assert.deepEqual(await seriousProblems(page), [], name);
            await picture(page, `${name}-${scheme}`);
            await page.setViewportSize({width: 360, height: 780});
            await until(`${name} fits`, async () => page.evaluate(() => document.documentElement.scrollWidth <= 360), 5)
                .catch(async () => assert.fail(`${name} is ${await page.evaluate(() => document.documentElement.scrollWidth)} px wide at 360`));
            await picture(page, `${name}-${scheme}-phone`);
            assert.deepEqual(await seriousProblems(page), [], `${name} on a phone`);
            await page.close();
        }
    });
}

test('dark and light: as the system says, until one is chosen, and then for good', async () => {
    const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const page = await browser.page(scene.url, {scheme: 'dark'});
    await page.locator('article.pack').first().waitFor();
    const dark = await ground(page);
    await page.emulateMedia({colorScheme: 'light'});
    const light = await ground(page);
    assert.notEqual(dark, light);
    await page.getByRole('button', {name: /Colours/}).click();
    assert.equal(await ground(page), dark);
    await page.reload();
    assert.equal(await ground(page), dark, 'before any of our code but theme.js has run');
    await page.getByRole('button', {name: /Colours: dark/}).click();
    await page.getByRole('button', {name: /Colours: light/}).click();
    assert.equal(await ground(page), light);
    await page.close();
});

test('by keyboard alone', async () => {
    const page = await browser.page(scene.url);
    await page.locator('article.pack').first().waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
    await page.reload();
    await page.locator('article.pack').first().waitFor();
    for (const name of ['Skip to content', /packwire/, 'Overview', 'Packs', 'History']) {
        await page.keyboard.press('Tab');
        assert.match(await focused(), new RegExp(name));
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.notEqual(outline, 'none', `${name} shows that it has the focus`);
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', {name: 'History', level: 1}).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main', 'focus goes to what was opened');
    await page.getByRole('button', {name: 'Week'}).focus();
    await page.keyboard.press('Space');
    assert.equal(await page.getByRole('button', {name: 'Week'}).getAttribute('aria-pressed'), 'true');
    await page.close();
});

test('nothing was complained of', () => {
    assert.deepEqual(browser.complaints, []);
});
