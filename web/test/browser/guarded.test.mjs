// SPDX-License-Identifier: MIT
// The page where it is reachable for others: encrypted, and for those who bring the token.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Scene} from './scene.mjs';
import {Browser, picture} from './tools.mjs';

const token = 'a-token-of-this-test';
let scene;
let browser;

before(async () => {
    scene = await Scene.begin({packs: 1, token});
    browser = await Browser.begin();
});
after(async () => {
    await browser?.close();
    await scene?.close();
});

test('who brings no token, or another, sees a form and nothing else', async () => {
    const page = await browser.page(scene.url);
    await page.getByLabel('Token').fill('another-token-than-this');
    await page.getByRole('button', {name: 'Enter'}).click();
    await page.getByText('That is not the token.').waitFor();
    assert.doesNotMatch(await page.content(), /pack_voltage|state_of_charge|data-pack/);
    await picture(page, 'token');
    await page.close();
});

test('with it, values move over the encrypted live push, and the token is not left in the address', async () => {
    const page = await browser.page(scene.url);
    const opened = page.waitForEvent('websocket');
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', {name: 'Enter'}).click();
    assert.match((await opened).url(), /^wss:/);
    const card = page.locator('article.pack');
    for (const [amperes, words] of [['-20', '−20.00 A'], ['15', '15.00 A']]) {
        await scene.fault(`all current ${amperes}`);
        await card.getByText(words).waitFor();
    }
    assert.ok(!page.url().includes(token), page.url());
    await page.close();
});

test('the browser remembers it; a restart of packwire changes nothing', async () => {
    const page = await browser.page(scene.url);
    await page.locator('[data-test=soc]', {hasText: /\d\d\.\d/}).waitFor();
    await scene.stopDaemon();
    await page.locator('[data-test=cut-off]').waitFor();
    await scene.startDaemon();
    await page.locator('[data-test=cut-off]').waitFor({state: 'detached'});
    await page.close();
});
