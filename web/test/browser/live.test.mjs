// SPDX-License-Identifier: MIT
// The page while a battery lives: what moves, what is lost, what comes back.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Scene, until} from './scene.mjs';
import {Browser, coloursOf, picture, textWithout} from './tools.mjs';

let scene;
let browser;
const card = (page, n) => page.locator(`article.pack[data-pack$="${String(n).padStart(4, '0')}"]`);

before(async () => {
    scene = await Scene.begin();
    browser = await Browser.begin();
    await until('a bank of four', async () => (await scene.ask('api/v1/bank')).members?.length === 4);
});
after(async () => {
    await browser?.close();
    await scene?.close();
});

test('the page loads, asks nobody else, and complains of nothing', async () => {
    const asked = [];
    browser.context.on('request', (request) => asked.push(request.url()));
    const page = await browser.page(scene.url);
    const answer = await page.reload();
    assert.match(answer.headers()['content-security-policy'] ?? '', /default-src 'self'/);
    await page.getByText('No alarms').waitFor();
    await page.locator('[data-test=soc]', {hasText: /\d\d\.\d/}).waitFor();
    await until('four packs', async () => (await page.locator('article.pack').count()) === 4);
    assert.match(await page.title(), /Overview/);
    for (const url of asked) assert.ok(url.startsWith(scene.url) || url.startsWith('data:'), url);
    assert.deepEqual(browser.complaints, []);
    await page.close();
});

test('values move as the battery does', async () => {
    const page = await browser.page(scene.url);
    await scene.fault('all current -20');
    await card(page, 1).getByText('−20.00 A').waitFor();
    await page.locator('.hero-flow .way', {hasText: 'discharging'}).waitFor();
    const going = await page.locator('[data-test=power]').textContent();
    await picture(page, 'overview-discharging');
    await scene.fault('all current 15');
    await card(page, 1).getByText('15.00 A').waitFor();
    await page.locator('.hero-flow .way', {hasText: /^\S*\s*charging/}).waitFor();
    assert.notEqual(await page.locator('[data-test=power]').textContent(), going);
    await scene.fault('all current off');
    await page.close();
});

test('cells are drawn, and one out of line is named, not only coloured', async () => {
    const page = await browser.page(scene.url);
    await scene.fault('pack 3 cell 5 voltage 3.2');
    await card(page, 3).getByText('Out of line: C5').waitFor();
    assert.ok((await coloursOf(page, 'article.pack canvas')) > 2, 'bars on the canvas');
    assert.match(await card(page, 3).locator('canvas').getAttribute('aria-label'), /lowest cell 5.*out of line 5/);
    await card(page, 3).locator('h3 a').click();
    await page.getByText('C5 is out of line').waitFor();
    const odd = page.locator('.cell', {hasText: 'C5'});
    await odd.getByText('odd').waitFor();
    assert.equal((await odd.locator('.cell-value').textContent()).trim(), '3.200');
    await picture(page, 'pack-odd-cell');
    await scene.fault('pack 3 cell 5 voltage off');
    await page.close();
});

test('a pack that falls silent turns grey, then says that it is lost and shows no values, and comes back', async () => {
    const page = await browser.page(scene.url);
    await card(page, 2).locator('.pack-soc', {hasText: /\d\d\.\d/}).waitFor();
    await scene.fault('pack 2 silence on');
    await page.locator('article.pack.is-stale').waitFor();
    assert.match(await card(page, 2).textContent(), /stale · last heard \d+\ss ago/);
    assert.match(await card(page, 2).locator('.pack-soc').textContent(), /\d\d\.\d/, 'the last value, greyed');
    assert.match(await card(page, 2).locator('.pack-main').evaluate((part) => getComputedStyle(part).filter), /grayscale/);
    await picture(page, 'overview-stale');
    await page.locator('article.pack.is-lost').waitFor();
    assert.match(await card(page, 2).textContent(), /lost since/);
    const said = await textWithout(card(page, 2), 'h3, time, .port');
    assert.match(said, /Nothing is known of this pack now/);
    assert.doesNotMatch(said, /\d\s?[VA%°]/, 'nothing that was measured');
    assert.equal(await card(page, 2).locator('dd, .meter').count(), 0, 'no place for what was measured');
    assert.equal(await card(page, 2).locator('canvas').count(), 0);
    await page.getByText('3 of 4 packs answer').waitFor();
    await picture(page, 'overview-lost');
    await card(page, 2).locator('h3 a').click();
    await page.getByText('nothing that was measured is shown').waitFor();
    assert.equal(await page.locator('.cell-bars').count(), 0);
    await picture(page, 'pack-lost');
    await page.goBack();
    await scene.fault('pack 2 silence off');
    await card(page, 2).locator('.pack-soc', {hasText: /\d\d\.\d/}).waitFor();
    await page.close();
});

test('cut off from packwire, the page says so and turns grey; it comes back by itself', async () => {
    const page = await browser.page(scene.url);
    await page.locator('[data-test=soc]', {hasText: /\d\d\.\d/}).waitFor();
    const before = browser.complaints.length;
    await scene.stopDaemon();
    await page.locator('[data-test=cut-off]', {hasText: /lost \d+\ss ago: what you see is old/}).waitFor();
    assert.match(await page.locator('main').evaluate((main) => getComputedStyle(main).filter), /grayscale/);
    await picture(page, 'cut-off');
    await scene.startDaemon();
    await page.locator('[data-test=cut-off]').waitFor({state: 'detached'});
    await page.locator('[data-test=soc]', {hasText: /\d\d\.\d/}).waitFor();
    // Chromium itself reports each connection that was refused; nothing else may have been said.
    const said = browser.complaints.splice(before).filter((line) => !/ERR_CONNECTION_REFUSED|WebSocket connection/.test(line));
    assert.deepEqual(said, []);
    await page.close();
});

test('nothing was complained of', () => {
    assert.deepEqual(browser.complaints, []);
});
